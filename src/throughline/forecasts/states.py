"""Where a room stands on its way: a round open, revealed and talked about, another, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.forecasts.models import Room, Round

LAST_ROUND = 2


@dataclass(frozen=True, slots=True)
class Stand:
    """A room with its rounds; everything else follows from what they hold."""

    room: Room
    rounds: tuple[Round, ...]

    @property
    def round(self) -> Round:
        """The newest round."""
        return self.rounds[-1]

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.room.closed_at is not None or self.room.cancelled_at is not None

    @property
    def is_asking(self) -> bool:
        """Whether a round is open."""
        return not self.is_over and self.round.revealed_at is None

    @property
    def is_talking(self) -> bool:
        """Whether the newest round is revealed and the next step is still to be taken."""
        return not self.is_over and self.round.revealed_at is not None

    @property
    def may_ask_again(self) -> bool:
        return self.is_talking and self.round.number < LAST_ROUND

    @property
    def revealed(self) -> tuple[Round, ...]:
        return tuple(each for each in self.rounds if each.revealed_at is not None)

    @property
    def headline(self) -> float | None:
        """What the panel said last, as far as it was revealed."""
        shown = self.revealed
        return shown[-1].result["probability"]["headline"] if shown else None

    @property
    def word(self) -> str:
        """The state in one word, for programs and for the badge.

        >>> Stand(Room(), (Round(number=1),)).word
        'round 1'
        """
        if self.room.cancelled_at is not None:
            return "cancelled"
        if self.room.closed_at is not None:
            return "closed"
        return f"round {self.round.number}" if self.is_asking else "discussion"

    def is_late(self, now: datetime) -> bool:
        """Whether the time to answer is up; the numbers stay private until somebody reveals them."""
        return self.is_asking and self.room.closes_at is not None and now >= self.room.closes_at


def stand_of(room: Room) -> Stand:
    """Where one room stands."""
    return Stand(room, tuple(room.rounds.order_by("number")))


def steps(stand: Stand) -> Sequence[tuple[str, bool, bool]]:
    """The way of the room as the bar shows it: name, whether done, whether it is here."""
    names = ["Round 1", "Discussion", "Round 2", "Closed"]
    closed, number = stand.room.closed_at is not None, stand.round.number
    here = 3 if closed else (0 if number == 1 else 2) + (1 if stand.is_talking and number == 1 else 0)
    skipped = closed and number == 1
    return [
        (name, not (skipped and place == 2) and (place < here or closed), place == here and not stand.is_over)
        for place, name in enumerate(names)
    ]
