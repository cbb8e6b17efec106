"""What a year costs beside what the register said when the quarter began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.engine.intervals import bare
from throughline.risk import amounts
from throughline.risk.documents import Estimated, document
from throughline.risk.models import Estimate
from throughline.risk.portfolios import Figures, figures_of, mean_of
from throughline.risk.register import Line
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
            bare(getattr(now, name), now.n),
            bare(getattr(before, name), before.n),
            when=WHEN,
            unit="count",
            in_words=amounts.said,
        )
        for name in MONEY
    }
    chance = was(bare(now.any_loss, now.n), bare(before.any_loss, before.n), when=WHEN, unit="share")
    return {**found, "any_loss": chance}


def by_scenario(lines: Sequence[Line], then: Sequence[Estimated]) -> list[Was | None]:
    """What each scenario costs a year beside what was estimated then; None for one that was not."""
    before = {each.scenario.pk: each.residual for each in then}
    return [_of_scenario(each, before.get(each.scenario.pk)) for each in lines]


def _of_scenario(line: Line, then: Estimate | None) -> Was | None:
    if line.mean is None or then is None:
        return None
    now, before = (bare(each, 1) for each in (line.mean, mean_of(then)))
    return was(now, before, when=WHEN, unit="count", in_words=amounts.said)


def documented(found: dict[str, Was | None]) -> dict[str, Any] | None:
    """The same for programs; None where nothing was estimated then."""
    return {name: each.document if each else None for name, each in found.items()} or None
