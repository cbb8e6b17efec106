"""What a year costs beside what the register said when the quarter began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.engine.intervals import Estimate
from throughline.risk import amounts
from throughline.risk.documents import Estimated, document
from throughline.risk.portfolios import Figures, figures_of
from throughline.ui.comparing import Was, was

WHEN = "when the quarter began"
MONEY = ("mean", "tail", "far", "worst")


def compared(now: Figures | None, then: Sequence[Estimated]) -> dict[str, Was | None]:
    """Every figure of the register beside the same of the scenarios as they were estimated then.

    They follow from estimates and have no interval, so nothing is said of chance.
    """
    before = figures_of(document(then)) if now is not None else None
    if now is None or before is None:
        return {}
    found = {
        name: was(
            _exact(getattr(now, name), now.n),
            _exact(getattr(before, name), before.n),
            when=WHEN,
            unit="count",
            in_words=amounts.said,
        )
        for name in MONEY
    }
    chance = was(_exact(now.any_loss, now.n), _exact(before.any_loss, before.n), when=WHEN, unit="share")
    return {**found, "any_loss": chance}


def documented(found: dict[str, Was | None]) -> dict[str, Any] | None:
    """The same for programs; None where nothing was estimated then."""
    return {name: each.document if each else None for name, each in found.items()} or None


def _exact(value: float, n: int) -> Estimate:
    return Estimate(value, None, None, n)
