"""Wakes the worker of this process, so that work starts at once and idleness costs nearly nothing."""

from __future__ import annotations

import threading

_bell = threading.Event()


def ring() -> None:
    """Say that there may be work."""
    _bell.set()


def wait(seconds: float) -> None:
    """Sleep until rung, at most `seconds`."""
    _bell.wait(seconds)
    _bell.clear()
