"""Amounts of money as people write and say them, without a currency: it is the organisation's."""

from __future__ import annotations

import math
import re

from throughline.engine.refusals import Refused

LARGEST = 1e15
POWERS = {
    1e3: ("k", "thousand", "tsd"),
    1e6: ("m", "mn", "mio", "million", "millions"),
    1e9: ("b", "bn", "mrd", "billion", "billions"),
    1e12: ("tn", "trillion", "trillions"),
}
TIMES = {word: power for power, words in POWERS.items() for word in words}
_WRITTEN = re.compile(r"(?:[A-Z]{3}|[$€£¥])?\s*([-+]?[\d.,' ]*\d)\s*\.?\s*([^\W\d]*)\.?\s*[$€£¥]?", re.ASCII)
# 1,200,000 and 1.200.000 and 1 200 000; a single group after a point is a fraction, as in 2.500 M.
_GROUPED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?"
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")


def amount_of(text: object, *, place: str, least: float = 0.0) -> float:
    """An amount above `least`. Raises Refused.

    >>> [amount_of(each, place="low") for each in ("250000", "1,200,000", "2.5 M", "2,5 Mio", "$40k")]
    [250000.0, 1200000.0, 2500000.0, 2500000.0, 40000.0]
    """
    value = _read(" ".join(str(text).replace("\u202f", " ").replace("−", "-").split()))
    if value is None:
        raise Refused(
            f"expected an amount such as 250,000 or 250k or 2.5 M, found '{text}'",
            place=place,
            code="bad_amount",
        )
    if value <= least:
        raise Refused(
            f"expected an amount above {said(least)}, found '{text}'", place=place, code="too_small"
        )
    if value > LARGEST:
        raise Refused(f"expected at most {said(LARGEST)}, found '{text}'", place=place, code="too_large")
    return value


def said(value: float | None) -> str:
    """An amount in words, rounded to three figures.

    >>> said(1234567), said(116_784.6), said(6.4e9), said(999_900), said(0), said(0.002), said(None)
    ('1.23 million', '117,000', '6.4 billion', '1 million', '0', 'less than 1', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no end"
    size = abs(shown(value))
    if 0 < size < 1:
        return "less than 1"
    sign = "−" if value < 0 and size else ""
    for power, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size >= power:
            return f"{sign}{_short(size / power)} {word}"
    return f"{sign}{_short(size)}"


def shown(value: float) -> float:
    """An amount as it is said, to three figures.

    >>> shown(98_743.2)
    98700.0
    """
    return float(f"{value:.3g}")


def difference(now: float, then: float) -> float:
    """How an amount moved, as whoever subtracts what stands on the page would find.

    >>> difference(98_743.2, 54_612)
    44100.0
    """
    return shown(now) - shown(then)


def rough(value: float | None) -> str:
    """An amount in words to two figures, as a sentence says it.

    >>> rough(1234567), rough(116_784.6)
    ('1.2 million', '120,000')
    """
    return said(float(f"{value:.2g}") if value and math.isfinite(value) else value)


def spread(low: float, high: float) -> str:
    """A range in words; the power is said once where both have it.

    >>> spread(1.2e6, 3.4e6), spread(40_000, 3.4e6)
    ('1.2 to 3.4 million', '40,000 to 3.4 million')
    """
    first, last = said(low).split(), said(high).split()
    if len(first) == len(last) == 2 and first[1] == last[1]:
        return f"{first[0]} to {' '.join(last)}"
    return f"{' '.join(first)} to {' '.join(last)}"


def written(value: float | None) -> str:
    """An amount as a field takes it.

    >>> written(2_500_000), written(0.5), written(None)
    ('2,500,000', '0.5', '')
    """
    if value is None:
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.12g}"


def _read(text: str) -> float | None:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    digits, word = found[1].strip(), found[2].lower()
    if word and word not in TIMES:
        return None
    sign = -1.0 if digits.startswith("-") else 1.0
    number = _number(digits.lstrip("+-").strip())
    return None if number is None else sign * number * TIMES.get(word, 1.0)


def _number(digits: str) -> float | None:
    if _PLAIN.fullmatch(digits) and not re.fullmatch(r"\d{1,3},\d{3}", digits):
        return float(digits.replace(",", "."))
    if not _GROUPED.fullmatch(digits):
        return None
    is_continental = digits.count(".") > 1 or re.search(r"[ '.]\d{3},\d+$", digits)
    return float(
        re.sub(r"[ '.]", "", digits).replace(",", ".") if is_continental else re.sub(r"[ ',]", "", digits)
    )


def _short(size: float) -> str:
    return f"{size:,.0f}" if size >= 100 else f"{size:.3g}"
