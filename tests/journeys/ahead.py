"""The command line on a machine whose clock is ahead: `python -m tests.journeys.ahead DAYS COMMAND …`.

A quarter takes three months. What is served is the product as it is, over the same folder; the clock of its
machine is all that was moved.
"""

from __future__ import annotations

import datetime as real
import sys
import time
from datetime import datetime, timedelta, tzinfo
from typing import Any

_seconds = time.time


class _Moved(type):
    """Whatever is an instant stays one: only the clock differs."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, datetime)


def move(ahead: timedelta) -> None:
    """Let every clock that this process reads be ahead; to be called before anything else is imported."""

    class Moved(datetime, metaclass=_Moved):
        def __new__(cls, *parts: Any, **named: Any) -> Any:
            return datetime.__new__(datetime if cls is Moved else cls, *parts, **named)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + ahead

    real.datetime = Moved  # type: ignore[misc]
    time.time = lambda: _seconds() + ahead.total_seconds()


if __name__ == "__main__":
    move(timedelta(days=int(sys.argv.pop(1))))
    from throughline.cli import main

    main()
