"""The figures over the list of vulnerabilities beside those of the period before, under the same filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from throughline.engine import metrics
from throughline.engine.calendar import from_days, to_days
from throughline.engine.intervals import Estimate, bare, count
from throughline.measures.asking import NO_COMPARISON, Question
from throughline.measures.earlier import earlier
from throughline.ui.comparing import Was, was
from throughline.vulnerabilities.listing import Explorer, Times
from throughline.vulnerabilities.selections import Selection


@dataclass(frozen=True, slots=True)
class Before:
    """What each figure was; None for one that cannot be compared."""

    total: Was | None = None
    n_open: Was | None = None
    median: Was | None = None
    restricted: Was | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        found = {"total": self.total, "open": self.n_open, "median": self.median, "mean": self.restricted}
        return {name: each.document if each else None for name, each in found.items()}


@dataclass(frozen=True, slots=True)
class Then:
    """A selection one period earlier, and as it was known when that was as old as this one is now."""

    said: str
    found: Explorer
    known: Explorer

    @property
    def is_other(self) -> bool:
        """Whether it holds other records; the same ones again say nothing of chance."""
        return not self.found.selection.known

    def total(self, now: int) -> Was | None:
        """How many there are beside how many there were; None where nothing was known of any."""
        then = self.found.total()[0]
        return self._counted(now, then) if then or _anything(self.found) else None

    def n_open(self, now: int) -> Was | None:
        """How many of them are open beside how many were, at the same age."""
        is_open = self.known.total()[1]
        return self._counted(now, is_open) if is_open or _anything(self.known) else None

    def of_each(self, name: str, counts: Mapping[str, int]) -> dict[str, Was | None]:
        """The values of a facet by how many there are, each beside how many there were."""
        then = {each.value: each.n for each in self.found.facet(name)}
        is_known = bool(then) or _anything(self.found)
        return {
            value: self._counted(n, then.get(value, 0)) if is_known else None for value, n in counts.items()
        }

    def days(self, now: Estimate, then: Estimate) -> Was | None:
        """A time to repair beside that of the period before."""
        one, other = (each if self.is_other else bare(each.value, each.n) for each in (now, then))
        return was(one, other, when=self.said, unit="days", better="lower")

    def _counted(self, now: int, then: int) -> Was | None:
        one, other = (count(each) if self.is_other else bare(float(each), each) for each in (now, then))
        return was(one, other, when=self.said, unit="count")


def before(explorer: Explorer) -> Then | None:
    """The same selection one period earlier; None where it asks what was known on a day, or for none."""
    if explorer.selection.compare == NO_COMPARISON:
        return None
    selection, now = explorer.selection, from_days(explorer.population.moment.now)
    asked = Question(metric="count()", range=selection.range, known=selection.known)
    found = earlier(asked, adds_up=True, now=now)
    if found is None:
        return None
    then = found.question
    moved = replace(selection, range=then.range, known=then.known, known_at=then.known_at)
    known = moved
    if selection.range.since is not None and then.range.since is not None and not then.known:
        known = replace(moved, known_at=now - (selection.range.since - then.range.since))
    return Then(found.said, _of(explorer, moved), _of(explorer, known))


def compared(then: Then | None, *, total: int, n_open: int, times: Times) -> Before:
    """Every figure of a selection beside that of the period before it."""
    of_total = then.total(total) if then else None
    if then is None or of_total is None:
        return Before()
    days = then.found.times()
    median, restricted = then.days(times.median, days.median), then.days(times.restricted, days.restricted)
    return Before(of_total, then.n_open(n_open), median, restricted)


def _anything(then: Explorer) -> bool:
    """Whether anything was known then whatever the filter, so that none means none."""
    selection = replace(then.selection, search="", where="", chosen={})
    population = replace(then.population, also=())
    return _of(replace(then, population=population), selection).total()[0] > 0


def _of(explorer: Explorer, selection: Selection) -> Explorer:
    """Another selection of the same data."""
    population = explorer.population
    moment = population.moment
    if selection.known_at is not None:
        moment = replace(moment, known_at=to_days(selection.known_at))
    condition = metrics.check_where(selection.condition(), explorer.schema)
    return Explorer(selection, explorer.schema, replace(population, moment=moment, condition=condition))
