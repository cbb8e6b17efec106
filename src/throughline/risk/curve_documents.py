"""The figures of a portfolio as the plain data that commands and addresses answer with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from throughline.engine.losses import Appetite, Portfolio, breaches

LEVELS = ("0.5", "0.9", "0.95", "0.99", "0.999")
TAILS = ("0.95", "0.99")
# Whose losses the worst years are is told for the worst year in a hundred.
SHARE_LEVEL = 0.99
# The losses of a curve: round amounts, six in each power of ten.
ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_LIKELIEST, _RAREST = 0.95, 0.9999
_MOST_DECADES = 6


def document(
    found: Portfolio, *, at: Sequence[float] = (), accepted: Appetite | None = None
) -> dict[str, Any]:
    """The figures of a year; `at` are the losses of the curve, round ones where it is empty."""
    losses = list(at) or curve_losses(found)
    parts = found.contributions(SHARE_LEVEL)
    tail = found.tvar(SHARE_LEVEL)
    said: dict[str, Any] = {
        "mean": found.mean,
        "sd": found.sd,
        "quantiles": {level: found.quantile(float(level)) for level in LEVELS},
        "tvar": {level: found.tvar(float(level)) for level in TAILS},
        "exceedance": [
            {"loss": loss, "probability": float(probability)}
            for loss, probability in zip(losses, found.exceedance(losses).tolist(), strict=True)
        ],
        "scenarios": [
            {
                "id": each.id,
                "mean": facts.mean,
                "tvar_share": parts[each.id] / tail if tail > 0 else 0.0,
            }
            for each, facts in zip(found.scenarios, found.facts, strict=True)
        ],
        "formula_version": found.formula_version,
    }
    if accepted is not None:
        said["appetite"] = _appetite(found, accepted, losses)
    return said


def curve_losses(found: Portfolio) -> list[float]:
    """Round losses from the likely to the rare; one where a year can cost only one amount, or nothing."""
    high = found.quantile(_RAREST)
    low = found.quantile(1.0 - _LIKELIEST * (1.0 - found.p_zero)) if found.p_zero < 1.0 else 0.0
    low = max(low, high / 10.0**_MOST_DECADES)
    return ([each for each in _rising(low) if each <= high] if 0 < low < high else []) or [high]


def _rising(low: float) -> Iterator[float]:
    start = math.floor(math.log10(low))
    for power in range(start, start + _MOST_DECADES + 2):
        for first in ROUND:
            amount = first * 10.0**power
            if amount >= low:
                yield amount


def _appetite(found: Portfolio, accepted: Appetite, losses: Sequence[float]) -> dict[str, Any]:
    return {
        "accepted": [
            {"loss": loss, "probability": probability}
            for loss, probability in zip(losses, accepted.accepted(losses).tolist(), strict=True)
        ],
        "breaches": [
            {
                "from": each.since,
                "to": each.until,
                "worst": {"loss": each.worst, "probability": each.probability, "accepted": each.accepted},
            }
            for each in breaches(found, accepted)
        ],
    }
