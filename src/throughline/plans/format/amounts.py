"""Numbers and texts in the one spelling that is compared and written."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
# Beyond it a spelling without an exponent is not readable any more.
_LARGEST, _SMALLEST = 1e18, 1e-12


def number_text(value: float) -> str:
    """The shortest text that reads back as this number, without an exponent where that is readable.

    >>> number_text(40.0), number_text(0.1), number_text(1e-05), number_text(-0.0)
    ('40', '0.1', '0.00001', '0')
    """
    if value == 0:
        return "0"
    if not _SMALLEST <= abs(value) < _LARGEST:
        return repr(value)
    return format(Decimal(repr(value)).normalize(), "f")


def amount_text(text: str) -> str:
    """An amount that may be a plain number or another text, such as -30% or 'measured'.

    >>> amount_text("12.50"), amount_text("-30%"), amount_text(" Measured ")
    ('12.5', '-30%', 'measured')
    """
    said = text.strip()
    if _NUMBER.fullmatch(said):
        return number_text(float(said))
    return "measured" if said.lower() == "measured" else said


def plain_text(text: str) -> str:
    """A text with the line ends of a file, and nothing around it.

    >>> plain_text(" one\\r\\ntwo ")
    'one\\ntwo'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
