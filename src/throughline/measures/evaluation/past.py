"""Figures as known on an earlier day: worked out once for a state of the record, as no clock moves them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from throughline.measures.evaluation.population import KEPT_ANSWERS, Moment
from throughline.measures.readside.columns import Snapshot

Of = TypeVar("Of")
# Of very many groups nobody asks again soon enough to be worth their place.
MOST_ROWS = 500


def kept(
    snapshot: Snapshot, moment: Moment, key: Callable[[], Hashable], work_out: Callable[[], list[Of]]
) -> list[Of]:
    """What is known by a key that holds all it depends on but the record; of the present it is made anew."""
    if not moment.known_at < moment.now:
        return work_out()
    place = key()
    found: list[Of] | None = snapshot.past.get(place)
    if found is None:
        found = work_out()
        if len(snapshot.past) >= KEPT_ANSWERS:
            snapshot.past.clear()
        if len(found) <= MOST_ROWS:
            snapshot.past[place] = found
    return found
