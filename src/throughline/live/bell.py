"""One look at the database for all streams of this process; several processes look each for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SECONDS_BETWEEN_LOOKS = 0.15


class Bell:
    """Wakes all who wait as soon as there is a newer change; looks only while somebody waits."""

    def __init__(self, newest: Callable[[], Awaitable[int]], *, pause: float = SECONDS_BETWEEN_LOOKS) -> None:
        self.newest = newest
        self.pause = pause
        self.waiting: set[asyncio.Future[None]] = set()
        self.looking: asyncio.Task[None] | None = None
        self.last = 0

    async def rung(self, *, since: int, within: float) -> bool:
        """Whether there was a change after `since` before so many seconds were over."""
        if self.last > since:
            return True
        rings: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.add(rings)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes as the bell rings.
            async with asyncio.timeout(within):
                await rings
        except TimeoutError:
            return False
        finally:
            self.waiting.discard(rings)
        return True

    async def _look(self) -> None:
        while self.waiting:
            newest = await self.newest()
            if newest > self.last:
                self.last = newest
                self._ring()
            await asyncio.sleep(self.pause)

    def _ring(self) -> None:
        for rings in self.waiting:
            if not rings.done():
                rings.set_result(None)
        self.waiting = set()
