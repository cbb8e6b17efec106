"""Shares of a way as per cent, rounded down: nearly there must never read as there."""

from __future__ import annotations

import math

ROUNDING = 1e-9
MOST_DECIMALS = 2


def percent(fraction: float, decimals: int = 0) -> str:
    """A share in per cent, rounded down.

    >>> percent(0.996), percent(0.5923, 1)
    ('99 %', '59.2 %')
    """
    steps = 10**decimals
    return f"{math.floor(fraction * 100 * steps + ROUNDING) / steps:.{decimals}f} %"


def told_apart(done: float, asked: float) -> tuple[str, str]:
    """Two shares in per cent, with the decimals that it takes to see that less is done than asked.

    >>> told_apart(0.384, 0.52), told_apart(0.5913, 0.5923)
    (('38 %', '52 %'), ('59.1 %', '59.2 %'))
    """
    for decimals in range(MOST_DECIMALS + 1):
        told = percent(done, decimals), percent(asked, decimals)
        if told[0] != told[1] or done >= asked - ROUNDING:
            return told
    return f"just below {told[1]}", told[1]
