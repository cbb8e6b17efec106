"""What the sample's security team promised: two past quarters and the running one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.engine.calendar import Period, quarter_of
from throughline.engine.key_results import graded_at_the_latest
from throughline.sample.plan import ASSURE, SECURE

# A past quarter's key results were kept weekly: measured as it was known then.
CADENCE = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Promise:
    """One key result of every quarter; the target in each of three quarters, the running one last."""

    title: str
    objective: str
    metric: str
    where: str
    window: str
    targets: tuple[str, str, str]
    owner: str


# The programme just reaches or just misses its targets: whatever the day, some are green and some are not.
PROMISES = (
    Promise(
        title="High and critical vulnerabilities are repaired faster",
        objective=SECURE,
        metric="rmst(identified -> mitigated, 30 days)",
        where="severity >= 'high'",
        window="180 days",
        targets=("-10%", "-10%", "-15%"),
        owner="Yuki Bernard",
    ),
    Promise(
        title="Fewer vulnerabilities stand open in the services that earn our living",
        objective=SECURE,
        metric="average_open()",
        where="tier = 1",
        window="period",
        targets=("-8%", "-5%", "-10%"),
        owner="Tomas Achterberg",
    ),
    Promise(
        title="More of them are repaired inside their SLA",
        objective=SECURE,
        metric="sla()",
        where="",
        window="180 days",
        targets=("80%", "85%", "84%"),
        owner="Marek Oyelaran",
    ),
    Promise(
        title="Reports of the bug bounty are triaged sooner",
        objective=ASSURE,
        metric="median(triaged - identified)",
        where="source = 'Bug bounty' and state != 'potential'",
        window="period",
        targets=("-15%", "-15%", "-20%"),
        owner="Yuki Bernard",
    ),
    Promise(
        title="The mobile team works off its backlog",
        objective=SECURE,
        metric="open_at_end()",
        where="team = 'Mobile'",
        window="period",
        targets=("-10%", "-10%", "-20%"),
        owner="Dev Kowalczyk",
    ),
)


def quarters(now: datetime) -> list[Period]:
    """The two quarters before the running one, and the running one."""
    running = quarter_of(now)
    before = quarter_of(running.start - timedelta(days=1))
    return [quarter_of(before.start - timedelta(days=1)), before, running]


def readings(quarter: Period, now: datetime) -> list[datetime]:
    """When a quarter's key results were measured: weekly, at its end, and by when they are graded.

    Of past quarters every other week is enough to see their course, and loads in half the time.
    """
    step = CADENCE if quarter.end > now else 2 * CADENCE
    count = int((min(quarter.end, now) - quarter.start) / step)
    weekly = [quarter.start + step * number for number in range(1, count + 1)]
    end = quarter.end + timedelta(hours=6)
    graded = graded_at_the_latest(quarter.end, cadence_days=CADENCE / timedelta(days=1))
    last = min(graded, now)
    return [at for at in (*weekly, end) if at < last] + [last]
