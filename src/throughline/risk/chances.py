"""Chances, rates and parts that remain, as people write and say them."""

from __future__ import annotations

import re

from throughline.engine.refusals import Refused

MOST_EVENTS = 10_000.0
MOST_REMAINS = 10.0
_ONE_IN = re.compile(r"(?:1|one) in (\d{1,9}(?:[.,]\d+)?)", re.IGNORECASE)


def chance_of(text: object, *, place: str) -> float:
    """A probability above 0 and up to 1. Raises Refused: 40 is no chance, 40 % is.

    >>> [chance_of(each, place="often") for each in ("9 %", "0.09", "0,5", "1 in 20")]
    [0.09, 0.09, 0.5, 0.05]
    """
    found = " ".join(str(text).split())
    in_words = _ONE_IN.fullmatch(found)
    share = 1 / _positive(in_words[1], text, place) if in_words else _share(found, place)
    if 1 < share <= 100 and "%" not in found:
        raise Refused(
            f"a chance lies between 0 and 1, found {found}: write {found} % or {_plain(share / 100)}",
            place=place,
            code="bad_chance",
        )
    if not 0 < share <= 1:
        raise Refused(
            f"a chance lies above 0 % and at 100 % at most, found '{found}'", place=place, code="bad_chance"
        )
    return share


def rate_of(text: object, *, place: str) -> float:
    """How many events a period, on average: above 0. Raises Refused.

    >>> rate_of("0,3", place="often")
    0.3
    """
    found = " ".join(str(text).split())
    if found.endswith("%"):
        raise Refused(
            f"a number of events is no share: write 0.4 or 12, or say it as a chance; found '{found}'",
            place=place,
            code="bad_rate",
        )
    rate = _number(found, place, "expected how many events, such as 0.3 or 12")
    if not 0 < rate <= MOST_EVENTS:
        raise Refused(f"expected above 0 and at most {MOST_EVENTS:,.0f} events, found '{found}'", place=place)
    return rate


def part_of(text: object, *, place: str) -> float:
    """What remains: 60 % leaves three in five, 100 % changes nothing. Raises Refused.

    >>> part_of("60 %", place="frequency_low"), part_of("1.2", place="frequency_low")
    (0.6, 1.2)
    """
    found = " ".join(str(text).split())
    part = _share(found, place)
    if part > MOST_REMAINS and "%" not in found:
        raise Refused(
            f"expected what remains as a share, found {found}: write {found} % or {_plain(part / 100)}",
            place=place,
            code="bad_part",
        )
    if not 0 < part <= MOST_REMAINS:
        raise Refused(
            f"expected above 0 % and at most 1,000 % of what is, found '{found}': "
            "what could go altogether still has the least that you can imagine, such as 1 %",
            place=place,
            code="bad_part",
        )
    return part


def said(share: float | None, *, figures: int = 3) -> str:
    """A share in per cent.

    >>> said(0.09), said(0.023304), said(0.00004), said(1.0), said(0.0)
    ('9 %', '2.33 %', '0.004 %', '100 %', '0 %')
    """
    if share is None:
        return "–"
    return f"{_plain(float(f'{share * 100:.{figures}g}'))} %"


def events(rate: float) -> str:
    """A rate as people read it.

    >>> events(0.3), events(12.0)
    ('0.3', '12')
    """
    return _plain(float(f"{rate:.3g}"))


def _share(found: str, place: str) -> float:
    is_percent = found.endswith("%")
    value = _number(found.removesuffix("%").strip(), place, "expected a chance such as 9 % or 0.09")
    # Divided, so that 7 is 0.07 and no neighbour of it.
    return value / 100 if is_percent else value


def _positive(digits: str, text: object, place: str) -> float:
    value = float(digits.replace(",", "."))
    if value < 1:
        raise Refused(f"expected 1 in something, found '{text}'", place=place, code="bad_chance")
    return value


def _number(found: str, place: str, expected: str) -> float:
    if not re.fullmatch(r"[-−+]?\d{0,15}(?:[.,]\d{1,30})?(?:[eE]-?\d{1,2})?", found) or not re.search(
        r"\d", found
    ):
        raise Refused(f"{expected}, found '{found}'", place=place, code="bad_number")
    try:
        return float(found.replace("−", "-").replace(",", "."))
    except ValueError:
        raise Refused(f"{expected}, found '{found}'", place=place, code="bad_number") from None


def _plain(value: float) -> str:
    text = f"{value:,.12f}".rstrip("0").rstrip(".")
    return text or "0"
