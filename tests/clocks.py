"""The clock of a machine that is ahead.

A quarter takes three months. What is served is the product as it is, over the same folder; the clock of its
machine is all that was moved.
"""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

_seconds = time.time
_ahead = timedelta()
_is_moved = False


def set_ahead(ahead: timedelta) -> None:
    """From now on the clock that was moved is so far ahead."""
    global _ahead
    _ahead = ahead


def until(day: date) -> int:
    """How many days this machine's own clock is from a day; below 0 where that is past."""
    return (day - datetime.fromtimestamp(_seconds(), UTC).date()).days


def move() -> None:
    """Let every clock that this process reads be one that can be set, whoever holds it already."""
    global _is_moved
    if _is_moved:
        return
    _is_moved, clock = True, datetime.now
    # A class in its place would be none to who pickles an instant, or reads one from JSON by its type.
    (names,) = (each for each in gc.get_referents(datetime.__dict__) if isinstance(each, dict))
    names["now"] = classmethod(lambda _, tz=None: clock(tz) + _ahead)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))
    time.time = lambda: _seconds() + _ahead.total_seconds()


@contextmanager
def at(day: date) -> Iterator[None]:
    """It is this day, at the hour that it is here."""
    move()
    set_ahead(timedelta(days=until(day)))
    try:
        yield
    finally:
        set_ahead(timedelta())
