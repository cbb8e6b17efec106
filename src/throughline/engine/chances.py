"""A chance as people write it: read only where there is one way to read it."""

from __future__ import annotations

import re

from throughline.engine.refusals import Refused

_CHANCE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12})\s*(%?)")
LONGEST_SHOWN = 40


def chance_of(text: str, *, place: str) -> float:
    """A probability that is written as 18 % or as 0.18. Raises Refused with the place.

    A bare 40 is refused, and a bare 1: one means a hundredth, another means all.

    >>> chance_of("18 %", place="p"), chance_of("0.18", place="p"), chance_of("0,5%", place="p")
    (0.18, 0.18, 0.005)
    """
    written = text.strip()
    found = _CHANCE.fullmatch(written)
    if not written:
        raise Refused("write a probability, in % or between 0 and 1", place=place, code="missing")
    if found is None:
        shown = written[:LONGEST_SHOWN]
        raise Refused(
            f"expected a probability, in % or between 0 and 1, found '{shown}'",
            place=place,
            code="bad_chance",
        )
    digits, is_percent = found[1].replace(",", "."), bool(found[2])
    number = float(digits)
    if number > (100 if is_percent else 1):
        raise _too_large(written, number, place=place, is_percent=is_percent)
    if number == 1 and not is_percent:
        raise Refused("1 can be read in two ways: write 1 % or 100 %", place=place, code="ambiguous_chance")
    # The nearest fraction to what is written: 0.07 and 7 % are the same number.
    return float(f"{digits}e-2") if is_percent else number


def _too_large(written: str, number: float, *, place: str, is_percent: bool) -> Refused:
    if is_percent or number > 100:
        message = f"a probability lies between 0 % and 100 %, found '{written}'"
        return Refused(message, place=place, code="bad_chance")
    return Refused(
        f"{number:g} has no sign: write {number:g} % or {number / 100:g}",
        place=place,
        code="ambiguous_chance",
    )
