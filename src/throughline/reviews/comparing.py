"""How well each quarter that has ended was foretold, beside the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from throughline.engine.intervals import bare
from throughline.engine.predictability import Quarter
from throughline.reviews import queries
from throughline.reviews.queries import Predictability
from throughline.ui.comparing import Was, was


@dataclass(frozen=True, slots=True)
class Compared:
    """A quarter with what its figures were in the one before it that has ended."""

    quarter: Quarter
    headline: Was | None
    hit_rate: Was | None
    said: Was | None

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        found = {"headline": self.headline, "hit_rate": self.hit_rate, "said": self.said}
        told = {name: each.document if each else None for name, each in found.items()}
        return {"quarter": self.quarter.quarter, **told}


def by_quarter(found: Predictability) -> list[Compared]:
    """Every quarter beside the one before; the first has none."""
    quarters = found.quarters
    return [
        _compared(quarter, quarters[place - 1] if place else None) for place, quarter in enumerate(quarters)
    ]


def document(found: Predictability) -> dict[str, Any]:
    """Predictability as JSON, with how each quarter stands beside the one before."""
    return {**queries.document(found), "before": [each.document for each in by_quarter(found)]}


def _compared(now: Quarter, then: Quarter | None) -> Compared:
    if then is None:
        return Compared(now, None, None, None)
    when = f"in {then.quarter}"
    n = now.headline.n
    return Compared(
        now,
        was(now.headline, then.headline, when=when, unit="number", better="lower"),
        was(now.hit_rate, then.hit_rate, when=when, unit="share", better="higher"),
        # What was said on average is no estimate of anything.
        was(bare(now.said, n), bare(then.said, then.headline.n), when=when, unit="share"),
    )
