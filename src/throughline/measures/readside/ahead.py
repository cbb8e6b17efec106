"""Statements that are asked in a thread beside, while a page makes its figures of the answers before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Ahead:
    """What one page asked ahead: each answer is taken once, by whoever asks the same statement."""

    def __init__(self) -> None:
        self._begun: dict[str, Future[Any]] = {}
        self._thread: ThreadPoolExecutor | None = None

    def begin(self, statement: str, ask: Callable[[], Any]) -> None:
        """Ask this once what was begun before is answered."""
        if statement in self._begun:
            return
        if self._thread is None:
            # A thread of this page only: those of a process do not live on in a copy of it.
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._begun[statement] = self._thread.submit(ask)

    @property
    def left(self) -> list[str]:
        """What was asked ahead and nobody took."""
        return list(self._begun)

    def take(self, statement: str, ask: Callable[[], Any]) -> Any:
        """The answer: what was asked ahead, else what is asked now. Whoever comes first asks."""
        begun = self._begun.pop(statement, None)
        return ask() if begun is None or begun.cancel() else begun.result()
