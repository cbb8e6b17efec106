"""Groups worked out side by side: NumPy lets go of Python while it sorts and counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Of = TypeVar("Of")
Made = TypeVar("Made")

# Of fewer values, in all or of each, threads would cost more than they save: what takes no time by itself
# mostly waits for the others.
MANY_VALUES, MANY_EACH = 100_000, 5_000


def are_small(of: Sequence[Any], *, values: int) -> bool:
    """Whether they are several and hold few values each."""
    return len(of) > 1 and values < MANY_EACH * len(of)


def each(make: Callable[[Of], Made], of: Sequence[Of], *, values: int) -> list[Made]:
    """What is made of each, in order; `values` is how many numbers they hold together."""
    cores = min(os.cpu_count() or 1, len(of))
    if cores < 2 or values < MANY_VALUES or are_small(of, values=values):
        return list(map(make, of))
    # Threads of this call only: those of a process do not live on in a copy of it.
    with ThreadPoolExecutor(cores, thread_name_prefix="figures") as threads:
        return list(threads.map(make, of))
