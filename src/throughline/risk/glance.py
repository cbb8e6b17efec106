"""Risk in money for the home page: the mean, the tail, how both moved, and what is stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.calendar import quarter_of
from throughline.risk.amounts import difference
from throughline.risk.documents import Estimated, document
from throughline.risk.portfolios import Figures, figures_of


@dataclass(frozen=True, slots=True)
class Money:
    """The register in four figures; `before` is the start of the quarter, as it was known then."""

    now: Figures
    before: Figures | None
    stale: int
    since: datetime

    @property
    def change(self) -> float | None:
        """How the mean moved since the quarter began."""
        return difference(self.now.mean, self.before.mean) if self.before else None

    @property
    def document(self) -> dict[str, float | int | None]:
        """The same for programs."""
        return {
            "mean": self.now.mean,
            "one_year_in_20": self.now.tail,
            # To the last figure, as the mean is.
            "change_of_mean": self.now.mean - self.before.mean if self.before else None,
            "stale": self.stale,
        }


def money_at_a_glance(every: Sequence[Estimated], *, now: datetime) -> Money | None:
    """The register as it stands; None where no scenario is estimated."""
    since = quarter_of(now).start
    running = [each for each in every if each.scenario.archived_at is None]
    figures = figures_of(document(running))
    if figures is None:
        return None
    then = [each.as_of(since) for each in every if each.ran_at(since)]
    stale = sum(bool(each.staleness(now)) for each in running)
    return Money(figures, figures_of(document(then)), stale, since)
