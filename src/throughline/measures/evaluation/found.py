"""What a statement gave: what is short at once, lists once somebody wants them, and what was made of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any

from throughline.measures.readside.bulk import Bulk

Made = dict[Hashable, Any]


class Found(Mapping[str, Any]):
    """The columns of an answer by name, with an entry for each group.

    `made` is kept with the statement while the record stays as it is: whoever finds there what it needs never
    asks for the lists again. What is made `near` the lists goes with them.
    """

    def __init__(
        self,
        names: Sequence[str],
        short: Mapping[str, Any],
        read: Callable[[], Mapping[str, Any]],
        made: Made,
        near: Made,
        bulk: Bulk,
    ) -> None:
        self._names, self.short, self._read, self._bulk = names, short, read, bulk
        self.made, self.near = made, near
        # Groups are worked out side by side, and a cursor reads one answer at a time.
        self._reading = Lock()

    def __getitem__(self, name: str) -> Any:
        return self.short[name] if name in self.short else self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def _lists(self) -> Mapping[str, Any]:
        with self._reading:
            return self._told

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        return self._read()

    def each(self, key: Hashable, fold: Callable[[Any], Any], *, without: Sequence[str] = ()) -> Found:
        """The same with something else made of each column; `key` says what."""
        names = [name for name in self._names if name not in without]
        short = {name: fold(self.short[name]) for name in names if name in self.short}

        def read() -> Mapping[str, Any]:
            return {name: fold(self[name]) for name in names if name not in short}

        made, near = (each.setdefault(key, {}) for each in (self.made, self.near))
        return Found(names, short, read, made, near, self._bulk)

    def of(self, number: int) -> Found:
        """The columns of one group."""
        return self.each(("of", number), lambda entries: entries[number])

    def plain(self, columns: Mapping[str, Any]) -> Found:
        """An answer of these columns, of which nothing is kept."""
        return Found(list(columns), columns, dict, {}, {}, self._bulk)

    def keep(self, key: Hashable, made: Any, *, size: int) -> None:
        """Keep something of so many bytes that was made of the lists, as long as there is room."""
        self._bulk.keep(self.made, key, made, size=size)
