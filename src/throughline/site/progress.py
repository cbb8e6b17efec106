"""How long work says how far it is: to a job, to a bar on a terminal, or to nobody."""

from __future__ import annotations

from collections.abc import Callable

# Done, of how much, and what is being done.
Progress = Callable[[int, int, str], None]


def quiet(done: int, total: int, message: str) -> None:
    """Progress that nobody watches."""
