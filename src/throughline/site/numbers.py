"""Numbers that stand in addresses and forms, where anything can stand."""

from __future__ import annotations

# What has more digits is no number of a record, and Python refuses to read a number of thousands of them.
MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """The number that a text is, or None where it is none.

    >>> whole_number("17"), whole_number("²"), whole_number("9" * 5000)
    (17, None, None)
    """
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
