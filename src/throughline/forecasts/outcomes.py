"""What came of scenarios, and which forecasts of them count: those that were given while it was open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.forecasts.models import Resolution
from throughline.risk.documents import Estimated
from throughline.risk.models import Scenario

VOID = Resolution.Outcome.VOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a scenario ended; forecasts count that were given before `until`."""

    scenario_id: int
    happened: bool
    loss: float | None
    until: datetime
    # The last day of its period: scores are told by the quarter of it.
    end: date

    def counts(self, at: datetime) -> bool:
        """Whether a forecast of that instant was given while nobody could know."""
        return at < self.until


def newest_of(scenario: Scenario) -> Resolution | None:
    """The resolution that counts."""
    return scenario.resolutions.order_by("at", "id").last()


def outcomes(scenarios: Iterable[int] | None = None) -> dict[int, Outcome]:
    """How scenarios ended, by their ids; those that are open or void are left out."""
    said = Resolution.objects.select_related("scenario").order_by("at", "id")
    if scenarios is not None:
        said = said.filter(scenario_id__in=list(scenarios))
    first: dict[int, Resolution] = {}
    newest: dict[int, Resolution] = {}
    for each in said:
        first.setdefault(each.scenario_id, each)
        newest[each.scenario_id] = each
    return {
        id: _outcome(each, first_said=first[id].at) for id, each in newest.items() if each.outcome != VOID
    }


def _outcome(newest: Resolution, *, first_said: datetime) -> Outcome:
    last = min(newest.on or newest.scenario.end, newest.scenario.end)
    return Outcome(
        scenario_id=newest.scenario_id,
        happened=newest.outcome == Resolution.Outcome.HAPPENED,
        loss=newest.loss,
        # Also a correction's forecasts end where the first was said: whoever answered later had read it.
        until=min(_after(last), first_said),
        end=newest.scenario.end,
    )


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def unresolved(every: Iterable[Estimated], *, now: datetime) -> list[Scenario]:
    """Scenarios whose period is over and of which nobody has said what came of them, the oldest first."""
    over = [
        each.scenario
        for each in every
        if each.scenario.end < now.date() and each.scenario.archived_at is None and not each.is_resolved
    ]
    return sorted(over, key=lambda each: (each.end, each.pk))


def waiting_for(person: User, every: Iterable[Estimated], *, now: datetime) -> list[Scenario]:
    """Those among them that wait for this person: she judges them, or leads where no account judges."""
    leads = at_least(person, Role.MANAGER)
    return [
        each
        for each in unresolved(every, now=now)
        if each.judge_id == person.pk or (leads and each.judge_id is None)
    ]


def said_of(scenario: Scenario) -> list[Resolution]:
    """All that was said of its outcome, the newest first."""
    return list(scenario.resolutions.order_by("-at", "-id"))


def document(scenario: Scenario) -> dict[str, Any]:
    """The outcome of a scenario as JSON: what counts, and all that was said."""
    said = [described(each) for each in said_of(scenario)]
    return {
        "scenario": scenario.key,
        "statement": scenario.statement,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "judge": scenario.judge_name,
        "outcome": said[0]["outcome"] if said else "open",
        "resolutions": said,
    }


def described(resolution: Resolution) -> dict[str, Any]:
    """One resolution as data."""
    return {
        "outcome": resolution.outcome,
        "on": resolution.on.isoformat() if resolution.on else None,
        "loss": resolution.loss,
        "evidence": resolution.evidence,
        "reason": resolution.reason,
        "by": resolution.author,
        "at": resolution.at,
    }
