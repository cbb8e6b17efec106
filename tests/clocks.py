"""The clock of a machine that is ahead.

A quarter takes three months. What is served is the product as it is, over the same folder; the clock of its
machine is all that was moved.
"""

from __future__ import annotations

import datetime as real
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

_seconds = time.time
_ahead = timedelta()


def set_ahead(ahead: timedelta) -> None:
    """From now on the clock that was moved is so far ahead."""
    global _ahead
    _ahead = ahead


class _Moved(type):
    """Whatever is an instant stays one: only the clock differs."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, datetime)


def move() -> None:
    """Let every clock that this process reads be one that can be set; before anything else is imported."""

    class Moved(datetime, metaclass=_Moved):
        def __new__(cls, *parts: Any, **named: Any) -> Any:
            return datetime.__new__(datetime if cls is Moved else cls, *parts, **named)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + _ahead

    real.datetime = Moved  # type: ignore[misc]
    time.time = lambda: _seconds() + _ahead.total_seconds()
