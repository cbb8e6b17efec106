"""How much one token may ask in a minute. Counted in memory: a restart forgets a minute."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_SECONDS = 60
# What a window holds of tokens that ask no more is let go when there are this many.
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of this minute; `is_over` where this request was one too many."""

    most: int
    left: int
    seconds: int
    is_over: bool = False

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After where it is over."""
        said = {
            "RateLimit-Policy": f'"token";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"token";r={self.left};t={self.seconds}',
        }
        return {**said, "Retry-After": str(self.seconds)} if self.is_over else said


class Rates:
    """Counts by key in windows of a minute, each from the first request of its key."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.counts: dict[object, tuple[float, int]] = {}

    def count(self, key: object, *, most: int) -> Allowance:
        """Count one request; what is refused is not counted."""
        now = self.clock()
        with self.lock:
            began, n = self.counts.get(key, (now, 0))
            if now - began >= WINDOW_SECONDS:
                began, n = now, 0
            is_over = n >= most
            self.counts[key] = (began, n if is_over else n + 1)
            if len(self.counts) > MOST_REMEMBERED:
                self._forget(now)
        seconds = max(1, math.ceil(began + WINDOW_SECONDS - now))
        return Allowance(most, max(0, most - n - (not is_over)), seconds, is_over)

    def _forget(self, now: float) -> None:
        self.counts = {
            key: (began, n) for key, (began, n) in self.counts.items() if now - began < WINDOW_SECONDS
        }


RATES = Rates()
