"""Room for what was made of long lists: of too much, all goes, and is made anew when it is wanted."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any

# The open ones of ten million records, with what closed of late, are 40 MB.
MOST_BYTES = 120 * 1024**2


class Bulk:
    """What is kept in several places, and how many bytes it takes in all."""

    def __init__(self) -> None:
        self._held: list[tuple[dict[Hashable, Any], Hashable]] = []
        self._size = 0
        self._lock = Lock()

    def keep(self, within: dict[Hashable, Any], key: Hashable, made: Any, *, size: int) -> None:
        """Keep this; what has no room at all is not kept."""
        if size > MOST_BYTES:
            return
        with self._lock:
            if self._size + size > MOST_BYTES:
                for place, name in self._held:
                    place.pop(name, None)
                self._held.clear()
                self._size = 0
            within[key] = made
            self._held.append((within, key))
            self._size += size
