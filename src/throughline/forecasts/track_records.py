"""How well people foretold what is resolved: read on the server for pooling, and by each of herself.

Only rounds that were revealed are read, and of those only forecasts that were given while nobody could know.
Nothing of this leaves the server under a name but to the person herself, and to the one who led a room where
she agreed to that.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from throughline.accounts.models import User
from throughline.engine import forecast_scores, ranges
from throughline.forecasts.models import Forecast, Room
from throughline.forecasts.outcomes import Outcome, outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person said in one round of a question that is resolved, beside what came of it."""

    person_id: int
    room_id: int
    round: int
    probability: float
    low: float | None
    high: float | None
    outcome: Outcome

    @property
    def scenario_id(self) -> int:
        return self.outcome.scenario_id

    @property
    def brier(self) -> float:
        """One-sided: 0 is perfect, 1 as wrong as can be."""
        return float(forecast_scores.brier([self.probability], [self.outcome.happened])[0])

    @property
    def has_range(self) -> bool:
        """Whether a range of the loss was said, and what it did cost is known."""
        return self.low is not None and self.high is not None and self.outcome.loss is not None

    @property
    def logarithms(self) -> tuple[float, float, float]:
        """Both ends of the range and the loss, as powers of ten; below one unit of money counts as one."""
        ends = (self.low or 0.0, self.high or 0.0, self.outcome.loss or 0.0)
        low, high, came = (math.log10(max(each, 1.0)) for each in ends)
        return low, high, came


def told_by(people: Iterable[User | int], *, room: Room | None = None) -> list[Told]:
    """What these people said that counts, by room and round; in one room where it is given."""
    ids = [each.pk if isinstance(each, User) else each for each in people]
    ended = outcomes(None if room is None else [room.scenario_id])
    found = Forecast.objects.filter(
        person__in=ids, round__revealed_at__isnull=False, round__room__scenario__in=list(ended)
    )
    if room is not None:
        found = found.filter(round__room=room)
    found = found.select_related("round__room").order_by("round__room_id", "round__number", "id")
    return [_told(each, outcome) for each in found if (outcome := _outcome(each, ended)).counts(each.at)]


def last_told(found: Iterable[Told]) -> list[Told]:
    """Of each room what each person said last: bets are placed on it."""
    return list({(each.room_id, each.person_id): each for each in found}.values())


def track_record(people: Iterable[User | int]) -> dict[int, tuple[float, int]]:
    """The mean one-sided Brier score of each person, and of how many resolved scenarios.

    A scenario that was asked about in several rooms counts once, with its mean. Whoever has none is left out.
    """
    scores: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for each in last_told(told_by(people)):
        scores[each.person_id][each.scenario_id].append(each.brier)
    return {
        person: (sum(sum(own) / len(own) for own in by.values()) / len(by), len(by))
        for person, by in scores.items()
    }


def _outcome(forecast: Forecast, ended: dict[int, Outcome]) -> Outcome:
    return ended[forecast.round.room.scenario_id]


def _told(forecast: Forecast, outcome: Outcome) -> Told:
    return Told(
        person_id=forecast.person_id,
        room_id=forecast.round.room_id,
        round=forecast.round.number,
        probability=forecast.probability,
        low=forecast.loss_low,
        high=forecast.loss_high,
        outcome=outcome,
    )


def widenings(people: Iterable[User | int]) -> dict[int, float]:
    """By how much each person's ranges are widened before they are pooled, 1 or more; learnt of what it cost.

    Whoever has no range that is known is left out, and is widened by nothing.
    """
    given: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for each in last_told(told_by(people)):
        if each.low is not None and each.high is not None and each.outcome.loss is not None:
            given[each.person_id].append((each.low, each.high, each.outcome.loss))
    return {person: ranges.widening(*map(list, zip(*own, strict=True))) for person, own in given.items()}
