"""What a person or a program writes for a series: its name, its unit, an instant, a value."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite

from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.measures.ranges import day_start

# Commands and a page have these names.
RESERVED = ("push", "import", "new")
BETTER = ("", "lower", "higher")
LONGEST_NAME = 80
LONGEST_UNIT = 20
LONGEST_CADENCE = 366
# Beyond it a binary fraction no longer counts in ones.
LARGEST = 1e15
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def name_of(text: str) -> str:
    """The name of a series as written, or Refused: snake_case, and no metric's."""
    name = text.strip()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refused(
            f"a series has a name such as build_minutes: small letters, digits and _, at most "
            f"{LONGEST_NAME}; found '{text}'",
            place="name",
            code="bad_name",
        )
    if name in RESERVED:
        raise Refused(f"'{name}' names a command or a page: choose another", place="name", code="bad_name")
    if name in READY_MADE:
        raise Refused(
            f"'{name}' is a metric of the catalogue, worked out from the records: choose another name",
            place="name",
            code="name_of_a_metric",
        )
    return name


def unit_of(text: str) -> str:
    """The unit: days, share, count, or any word such as minutes."""
    unit = " ".join(text.split())
    if not unit or len(unit) > LONGEST_UNIT:
        raise Refused(
            f"a unit is a word such as days, share, count or minutes, at most {LONGEST_UNIT} letters; "
            f"found '{text}'",
            place="unit",
        )
    return unit


def better_of(text: str) -> str:
    """Which way is better, or empty where neither is."""
    found = text.strip().lower()
    if found not in BETTER:
        raise Refused(f"expected lower or higher, found '{text}'", place="better")
    return found


def cadence_of(given: object) -> int:
    """How many days may lie between two values."""
    text = str(given).strip()
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= LONGEST_CADENCE:
        raise Refused(
            f"expected 1 to {LONGEST_CADENCE} days between two values, found '{given}'", place="cadence_days"
        )
    return int(text)


def value_of(given: object, *, unit: str) -> float:
    """A finite number; 85% is 0.85 where the unit is a share."""
    text = str(given).strip().replace("−", "-")
    is_percent = text.endswith("%") and unit == "share"
    try:
        value = float(text.removesuffix("%") if is_percent else text)
    except ValueError:
        raise Refused(f"expected a number, found '{given}'", place="value", code="bad_value") from None
    value = value / 100 if is_percent else value
    if not isfinite(value) or abs(value) > LARGEST:
        raise Refused(f"expected a number that can be counted with, found '{given}'", place="value")
    if unit == "share" and not 0 <= value <= 1:
        raise Refused(
            f"a share lies between 0 and 1 (or 0% and 100%); found '{given}'", place="value", code="bad_share"
        )
    return value


def instant_of(given: object, *, now: datetime) -> datetime:
    """When the value held: a day is its beginning in UTC. Refused in the future."""
    at = day_start(str(given), place="at")
    if at > now:
        raise Refused(f"'{given}' is still to come: a value is of a day that has been", place="at")
    return at
