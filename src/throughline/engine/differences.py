"""How a figure differs from what it was, and whether that can be told from chance.

The interval of a difference comes from the intervals of its two figures by the method of variance estimates
recovery (Zou & Donner 2008, Statistics in Medicine 27, eq. 10; for shares it is method 10 of Newcombe 1998,
Statistics in Medicine 17). It takes the two to be independent, as periods with different records are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Literal

from throughline.engine.intervals import Estimate

Word = Literal["", "better", "worse", "up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`value` is now less then, in the unit of both; `word` says what can be told of it.

    none: its interval holds zero; empty: there is no interval to tell by.
    """

    value: float
    low: float | None
    high: float | None
    word: Word


def difference(now: Estimate, then: Estimate, *, better: str = "") -> Difference | None:
    """The change from one figure to another; None where either is none. `better` is lower, higher or empty.

    >>> difference(Estimate(10, 9, 11, 40), Estimate(20, 18, 22, 40), better="lower").word
    'better'
    >>> difference(Estimate(10, 5, 15, 8), Estimate(12, 8, 16, 8), better="lower").word
    'none'
    """
    if now.value is None or then.value is None:
        return None
    value = now.value - then.value
    low, high = _bound(now.value, now.low, then.value, then.high), None
    reach = _bound(then.value, then.low, now.value, now.high)
    low = value - low if low is not None else None
    high = value + reach if reach is not None else None
    return Difference(value, low, high, _word(low, high, better))


def _bound(one: float, bound: float | None, other: float, beyond: float | None) -> float | None:
    return None if bound is None or beyond is None else hypot(one - bound, beyond - other)


def _word(low: float | None, high: float | None, better: str) -> Word:
    rises, falls = low is not None and low > 0, high is not None and high < 0
    if not (rises or falls) and (low is None or high is None):
        return ""
    return told_word(rises=rises, falls=falls, better=better)


def told_word(*, rises: bool, falls: bool, better: str) -> Word:
    """The word for a change that can be told to rise or to fall, or neither."""
    if not (rises or falls):
        return "none"
    if better not in ("lower", "higher"):
        return "up" if rises else "down"
    return "better" if rises == (better == "higher") else "worse"
