"""Groups worked out side by side: NumPy lets go of Python while it sorts and counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

Of = TypeVar("Of")
Made = TypeVar("Made")

# Of fewer values the threads would cost more than they save.
MANY_VALUES = 100_000
# So often each thread takes some, since groups are not alike in size.
TURNS = 8


def each(make: Callable[[Of], Made], of: Sequence[Of], *, values: int) -> list[Made]:
    """What is made of each, in order; `values` is how many numbers they hold together."""
    cores = min(os.cpu_count() or 1, len(of))
    if cores < 2 or values < MANY_VALUES:
        return [make(one) for one in of]
    # Of thousands, several at a time: handing each over takes as long as what is made of it.
    size = max(len(of) // (cores * TURNS), 1)
    turns = [of[first : first + size] for first in range(0, len(of), size)]
    # Threads of this call only: those of a process do not live on in a copy of it.
    with ThreadPoolExecutor(cores, thread_name_prefix="figures") as threads:
        return list(chain.from_iterable(threads.map(lambda turn: list(map(make, turn)), turns)))
