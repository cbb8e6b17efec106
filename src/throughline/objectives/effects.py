"""Effects in words and from words: of a share it is percentage points in words, and a fraction in store."""

from __future__ import annotations

import math
from collections.abc import Iterable

from throughline.engine.refusals import Refused
from throughline.engine.sentences import amount, unit_word
from throughline.objectives import kinds
from throughline.objectives.figures import Lexicon, lexicon
from throughline.objectives.models import KeyResult, Version
from throughline.objectives.subjects import subject_of

SHARE = "share"
POINTS = "percentage points"


def units_of(found: Iterable[KeyResult]) -> dict[int, str]:
    """The unit of each, by its number; empty where a sketch does not say what is measured yet."""
    key_results = list(found)
    sketches = [each for each in key_results if each.sketch is not None]
    promised = [each for each in key_results if each.sketch is None]
    versions = Version.objects.filter(key_result__in=promised).order_by("number")
    units = {each.pk: "" for each in promised} | {each.key_result_id: each.unit for each in versions}
    words = lexicon() if sketches else None
    return units | {each.pk: _unit_of_sketch(each, words) for each in sketches}


def unit_of(key_result: KeyResult) -> str:
    """The unit of one."""
    return units_of([key_result])[key_result.pk]


def unit_said(unit: str) -> str:
    """What a person writes the change in.

    >>> unit_said("share"), unit_said("days"), unit_said("count")
    ('percentage points', 'days', '')
    """
    return POINTS if unit == SHARE else unit_word(unit).strip()


def change_from(text: str, unit: str, *, place: str) -> float:
    """A change that a person wrote: of a share, 10, 10% and 10 points are all 0.1. Raises Refused.

    >>> change_from("10", "share", place="low"), change_from("−3", "days", place="low")
    (0.1, -3.0)
    """
    said = text.strip().lower().replace("−", "-")
    if unit == SHARE:
        said = said.removesuffix("percentage points").removesuffix("points").removesuffix("%")
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        example = "10 for ten percentage points more" if unit == SHARE else "-4"
        raise Refused(f"expected the change as a number, such as {example}", place=place)
    # Divided, so that 7 is 0.07 and no neighbour of it.
    change = value / 100 if unit == SHARE else value
    check_change(change, unit, place=place)
    return change


def check_change(change: float, unit: str, *, place: str) -> None:
    """A share does not move by more than all of it. Raises Refused."""
    if unit == SHARE and abs(change) > 1:
        raise Refused(
            f"a share changes by 100 percentage points at most, found {change_text(change, unit)}",
            place=place,
        )


def written_change(change: float | None, unit: str) -> str:
    """A change as a field takes it.

    >>> written_change(0.07, "share"), written_change(-2.5, "days"), written_change(None, "days")
    ('7', '-2.5', '')
    """
    if change is None:
        return ""
    return f"{round(change * 100, 9) if unit == SHARE else change:.12g}"


def change_text(change: float, unit: str) -> str:
    """A change with its unit.

    >>> change_text(0.02, "share"), change_text(-4, "days")
    ('+2 points', '−4 days')
    """
    return f"{_signed(change, unit)}{_word(unit)}"


def range_text(low: float, high: float, unit: str) -> str:
    """A range of changes with its unit.

    >>> range_text(0.1, 0.3, "share"), range_text(-8, -3, "days")
    ('+10 to +30 points', '−8 to −3 days')
    """
    return f"{_signed(low, unit)} to {_signed(high, unit)}{_word(unit)}"


def _signed(value: float, unit: str) -> str:
    said = amount(value * 100, "") if unit == SHARE else amount(value, unit)
    return f"{'+' if value > 0 else ''}{said}".replace("-", "−")


def _word(unit: str) -> str:
    return " points" if unit == SHARE else unit_word(unit)


def _unit_of_sketch(key_result: KeyResult, words: Lexicon | None) -> str:
    said = key_result.sketch or {}
    if not kinds.is_measured(said.get("kind") or "move"):
        return SHARE
    try:
        where, at = said.get("where") or "", said.get("at") or ""
        return subject_of(said.get("metric") or "", where=where, at=at, words=words).unit
    except Refused:
        return ""
