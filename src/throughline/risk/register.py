"""The register: scenarios by what they cost a year, what of it is to be relied on, and what to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from throughline.engine.calendar import quarter_of
from throughline.engine.refusals import Refused
from throughline.risk.amounts import said as money
from throughline.risk.chances import said
from throughline.risk.documents import Estimated, document, estimated
from throughline.risk.models import Scenario
from throughline.risk.portfolios import Figures, figures_of, mean_of

SORTS = ("mean", "share", "statement", "estimated")
FILTERS = ("tag", "owner", "stale")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which scenarios a page shows; each of its fields stands in the address."""

    tag: str = ""
    owner: str = ""
    stale: str = ""
    sort: str = "mean"

    def address(self, path: str, **more: str) -> str:
        """A page with the same scenarios."""
        asked = {name: getattr(self, name) for name in FILTERS} | more
        kept = {name: value for name, value in asked.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    @property
    def stale_address(self) -> str:
        """The same scenarios, but only those that are stale."""
        return self.address("/risk/", stale="yes")

    @property
    def said(self) -> list[tuple[str, str]]:
        """What narrows the page: the filter in words, and the page without it."""
        words = {"tag": f"tag {self.tag}", "owner": f"of {self.owner}", "stale": "only what is stale"}
        return [
            (words[name], self.address("/risk/", **{name: ""})) for name in FILTERS if getattr(self, name)
        ]

    @property
    def is_narrow(self) -> bool:
        """Whether only a part of the register is shown."""
        return any(getattr(self, name) for name in FILTERS)

    def keeps(self, stands: Estimated, now: datetime) -> bool:
        """Whether a scenario is among those that are shown."""
        scenario = stands.scenario
        return (
            (not self.tag or self.tag in scenario.tags)
            and (not self.owner or self.owner == scenario.owner_name)
            and (not self.stale or bool(stands.staleness(now)))
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A scenario in the register."""

    stands: Estimated
    stale: str
    mean: float | None
    # Of the mean of the whole register, and of its worst years in a hundred, whatever is shown.
    of_mean: float
    share: float
    course: tuple[float, ...]

    @property
    def scenario(self) -> Scenario:
        return self.stands.scenario

    @property
    def course_said(self) -> str:
        """How the mean moved from the first estimate to the last, for those who do not see it drawn."""
        return f"from {money(self.course[0])} to {money(self.course[-1])} a year"


@dataclass(frozen=True, slots=True)
class Register:
    """The scenarios that are shown, with the figures of all of them together."""

    lines: tuple[Line, ...]
    figures: Figures | None
    document: dict[str, Any]
    tags: tuple[str, ...]
    owners: tuple[str, ...]
    # What narrows it, in words; empty where all is shown.
    part: str = ""

    @property
    def part_said(self) -> str:
        """What part of the whole register is shown; empty where all of it is."""
        if not self.part or self.figures is None:
            return ""
        mean, share = (sum(getattr(each, name) for each in self.lines) for name in ("of_mean", "share"))
        return (
            f"Of the whole register, {self.part} makes {said(mean, figures=2)} of the mean and "
            f"{said(share, figures=2)} of the worst year in 100; the parts below are of the whole as well. "
            "How much loss is borne is stated for the whole, and left out here."
        )

    @property
    def stale(self) -> int:
        """How many are not to be relied on."""
        return sum(bool(each.stale) for each in self.lines)

    @property
    def unestimated(self) -> int:
        """How many count in no figure, since nobody has estimated them."""
        return sum(each.mean is None for each in self.lines) - self.resolved

    @property
    def resolved(self) -> int:
        """How many count in no figure any more, since it was said what came of them."""
        return sum(each.stands.is_resolved for each in self.lines)


def chosen_of(asked: Mapping[str, str]) -> Chosen:
    """What an address asks for. Raises Refused."""
    sort = asked.get("sort") or "mean"
    if sort not in SORTS:
        raise Refused(f"expected one of {', '.join(SORTS)}, found '{sort}'", place="sort")
    return Chosen(asked.get("tag", ""), asked.get("owner", ""), "yes" if asked.get("stale") else "", sort)


def register(scenarios: QuerySet[Scenario], chosen: Chosen, *, now: datetime) -> Register:
    """The running scenarios, the dearest first."""
    return register_of(
        estimated(scenarios.filter(archived_at=None).select_related("series")), chosen, now=now
    )


def register_of(every: Sequence[Estimated], chosen: Chosen, *, now: datetime) -> Register:
    """The same of running scenarios that were read already."""
    shown = [each for each in every if chosen.keeps(each, now)]
    said = document(shown)
    figures = figures_of(said)
    whole = figures_of(document(every)) if chosen.is_narrow else figures
    lines = sorted((_line(each, whole, now) for each in shown), key=_ORDER[chosen.sort])
    return Register(
        tuple(lines),
        figures,
        said,
        tuple(sorted({tag for each in every for tag in each.scenario.tags})),
        tuple(sorted({each.scenario.owner_name for each in every if each.scenario.owner_name})),
        part=" and ".join(words for words, _ in chosen.said),
    )


def known_then(scenarios: QuerySet[Scenario], chosen: Chosen, *, until: datetime) -> list[Estimated]:
    """The scenarios that ran at an instant, as they were estimated then."""
    return known_of(estimated(scenarios), chosen, until=until)


def known_of(every: Sequence[Estimated], chosen: Chosen, *, until: datetime) -> list[Estimated]:
    """The same of scenarios that were read already."""
    # What is stale is a matter of today: a baseline of it would be of other scenarios.
    narrowed = Chosen(chosen.tag, chosen.owner)
    return [each.as_of(until) for each in every if each.ran_at(until) and narrowed.keeps(each, until)]


def baseline_of(text: str, *, now: datetime) -> datetime:
    """What is compared with: the end of the day that an address names, else the quarter's start."""
    if not text:
        return quarter_of(now).start
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(f"expected a day such as 2026-10-01, found '{text}'", place="since") from None
    if not date(1970, 1, 1) <= day <= now.date():
        raise Refused(f"expected a day that has been, found '{text}'", place="since")
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


def sentence(found: Register) -> str:
    """The register in one sentence.

    >>> sentence(Register((), None, {}, (), ()))
    'No scenario is estimated yet.'
    """
    figures = found.figures
    if figures is None:
        return "No open scenario is estimated." if found.resolved else "No scenario is estimated yet."
    begin = "This scenario costs" if figures.n == 1 else f"These {figures.n} scenarios cost"
    tail = (
        f"there is a 5 % chance of losing more than {money(figures.tail)}"
        if figures.tail > 0
        else f"a year without any loss has a chance of {said(1 - figures.any_loss, figures=2)}"
    )
    return f"{begin} {money(figures.mean)} a year on average; {tail}."


def _line(stands: Estimated, figures: Figures | None, now: datetime) -> Line:
    key = stands.scenario.key
    counted = figures if stands.counts else None
    course = tuple(mean_of(each) for each in stands.all if each.stage == "residual")
    return Line(
        stands,
        stands.staleness(now),
        counted.means[key] if counted else None,
        counted.means[key] / counted.mean if counted and counted.mean else 0.0,
        counted.shares[key] if counted else 0.0,
        course,
    )


def _by_mean(line: Line) -> Any:
    return (line.mean is None, -(line.mean or 0.0), line.scenario.statement)


_ORDER: Mapping[str, Any] = {
    "mean": _by_mean,
    "share": lambda line: (-line.share, *_by_mean(line)),
    "statement": lambda line: line.scenario.statement.casefold(),
    "estimated": lambda line: (
        line.stands.residual is None,
        line.stands.residual and line.stands.residual.at,
    ),
}
