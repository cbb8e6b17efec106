"""Numbers as people write them into a candidate: weeks, amounts, shares, and ranges of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from throughline.engine.refusals import Refused
from throughline.risk import amounts

Range: TypeAlias = tuple[float, float]
# Below a thousandth a 90 % range would have a mean that nobody means.
LEAST, MOST = 0.001, 1e9
_PLAIN = re.compile(r"[-+]?\d{0,15}(?:[.,]\d{1,15})?")


def number_of(text: object, *, place: str, what: str, least: float = LEAST, most: float = MOST) -> float:
    """A plain number with a point or a comma. Raises Refused.

    >>> number_of("2,5", place="effort_low", what="person-weeks such as 3 or 2.5")
    2.5
    """
    found = " ".join(str(text).split()).replace("−", "-")
    # A number that is none of a person's texts is taken as it is, with all its digits.
    is_number = isinstance(text, float | int)
    if not is_number and (not _PLAIN.fullmatch(found) or not re.search(r"\d", found)):
        raise Refused(f"expected {what}, found '{found}'", place=place, code="bad_number")
    value = float(text) if is_number else float(found.replace(",", "."))  # type: ignore[arg-type]
    if not least <= value <= most:
        raise Refused(f"expected {least:g} to {most:,.0f}, found '{found}'", place=place, code="out_of_range")
    return value


def person_weeks(text: object, *, place: str) -> float:
    """An effort."""
    return number_of(text, place=place, what="person-weeks such as 3 or 2.5")


def weeks(text: object, *, place: str) -> float:
    """A duration."""
    return number_of(text, place=place, what="weeks such as 4 or 6.5")


def people(text: object, *, place: str) -> float:
    """How many are reached."""
    return number_of(text, place=place, what="how many are reached, such as 40")


def money(text: object, *, place: str) -> float:
    """What a week's delay costs."""
    if isinstance(text, str):
        text = amounts.amount_of(text, place=place)
    return number_of(text, place=place, what="an amount such as 20,000 or 20k")


def share_of(text: object, *, place: str, what: str = "a share") -> float:
    """A share above 0 and up to 1. Raises Refused: 40 is no share, 40 % is.

    >>> share_of("40 %", place="kinds"), share_of("0,4", place="kinds")
    (0.4, 0.4)
    """
    found = " ".join(str(text).split())
    is_percent = found.endswith("%")
    plain = found.removesuffix("%").strip() if isinstance(text, str) else text
    value = number_of(plain, place=place, what=f"{what} such as 40 % or 0.4", least=-MOST)
    if 1 < value <= 100 and not is_percent:
        raise Refused(
            f"{what} lies between 0 and 1, found {found}: write {found} % or {value / 100:g}",
            place=place,
            code="bad_share",
        )
    # Divided, so that 7 % is 0.07 and no neighbour of it.
    share = value / 100 if is_percent else value
    if not 0 < share <= 1:
        raise Refused(
            f"{what} lies above 0 % and at 100 % at most, found '{found}'", place=place, code="bad_share"
        )
    return share


READERS: Mapping[str, Callable[..., float]] = {
    "effort": person_weeks,
    "duration": weeks,
    "delay": money,
    "reach": people,
}


def range_of(given: Mapping[str, Any], name: str) -> Range | None:
    """A range by its two fields, None where both are empty; one end alone is meant exactly."""
    texts = [_said(given.get(f"{name}_{end}")) for end in ("low", "high")]
    if all(each == "" for each in texts):
        return None
    read = READERS[name]
    low, high = (
        read(other if text == "" else text, place=f"{name}_{end}")
        for text, other, end in zip(texts, reversed(texts), ("low", "high"), strict=True)
    )
    require_order(low, high, place=f"{name}_high")
    return low, high


def require_order(low: float, high: float, *, place: str) -> None:
    """Refuse a range that is written from its end to its start."""
    if low > high:
        raise Refused(
            f"the range is reversed, from {low:g} to {high:g}: swap its ends", place=place, code="reversed"
        )


def written(value: float | None) -> str:
    """A number as a field takes it.

    >>> written(2.5), written(3.0), written(None)
    ('2.5', '3', '')
    """
    return "" if value is None else f"{value:.12g}"


def _said(value: object) -> object:
    return value if isinstance(value, float | int) else str(value or "").strip()
