"""How good what panels said together was, by method and by quarter. No person is in any of it.

A room of one is left out: its pooled figure is one person's, and so would be its score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import Max

from throughline.engine import calibration, forecast_scores, intervals, pooling, ranges
from throughline.engine.calendar import quarter_of
from throughline.engine.calibration import Bin
from throughline.engine.intervals import Estimate
from throughline.forecasts.models import Room, Round
from throughline.forecasts.outcomes import Outcome, outcomes

# Intervals are drawn with this seed, so that the same rounds always give the same page.
SEED = 20261129
# With fewer a score is mostly luck.
ENOUGH = calibration.ENOUGH
HEADLINE = "headline"
METHODS = (HEADLINE, *pooling.METHODS)
SMALLEST_PANEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One revealed round of a question that is resolved: what each method said, and what came of it."""

    room_id: int
    round: int
    quarter: str
    chances: dict[str, float]
    # Weight, both ends and by how much it was widened.
    losses: tuple[tuple[float, float, float, float], ...]
    outcome: Outcome

    @property
    def brier(self) -> float:
        """What the headline scored, one-sided."""
        return _mean_brier([self])


@dataclass(frozen=True, slots=True)
class Scored:
    """One method over some questions: one-sided Brier with its interval, and the log score."""

    method: str
    brier: Estimate
    log: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Every method over the same questions."""

    label: str
    n: int
    methods: tuple[Scored, ...]

    @property
    def headline(self) -> Scored:
        return self.methods[0]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough of them to say anything."""
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class Rounds:
    """The headlines of both rounds, in the rooms that had both."""

    n: int
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Losses:
    """Pooled ranges of losses that are known now: coverage, and scores in units of money."""

    held: Estimate
    interval_score: Estimate
    crps: Estimate


@dataclass(frozen=True, slots=True)
class TeamScores:
    """All of it; `overall` and what follows are None where nothing is resolved yet."""

    quarters: list[Scores]
    overall: Scores | None
    curve: tuple[Bin, ...]
    rounds: Rounds | None
    losses: Losses | None


def team_scores() -> TeamScores:
    """What panels said last in each room, by the quarter in which the question ended, and over all."""
    found = asked()
    last = _last(found)
    by_quarter: dict[str, list[Asked]] = defaultdict(list)
    for each in last:
        by_quarter[each.quarter].append(each)
    return TeamScores(
        quarters=[_scores(label, by_quarter[label]) for label in sorted(by_quarter)],
        overall=_scores("all", last) if last else None,
        curve=calibration.curve(_chances(last, HEADLINE), _came(last)) if last else (),
        rounds=_rounds(found),
        losses=_losses(last),
    )


def asked(room: Room | None = None) -> list[Asked]:
    """The revealed rounds of resolved questions, all of whose answers were given while nobody could know.

    Of one room, where it is given.
    """
    ended = outcomes(None if room is None else [room.scenario_id])
    rounds = Round.objects.all() if room is None else Round.objects.filter(room=room)
    found = (
        rounds.filter(revealed_at__isnull=False, room__scenario__in=list(ended))
        .select_related("room")
        .annotate(newest=Max("forecasts__at"))
        .order_by("room_id", "number")
    )
    return [
        made
        for each in found
        if each.result and (made := _asked(each, ended[each.room.scenario_id])) is not None
    ]


def _asked(round: Round, outcome: Outcome) -> Asked | None:
    said = round.result.get("probability", {})
    is_panel = round.result.get("n", 0) >= SMALLEST_PANEL and all(method in said for method in METHODS)
    if not is_panel or not outcome.counts(getattr(round, "newest", None) or round.opened_at):
        return None
    return Asked(
        room_id=round.room_id,
        round=round.number,
        quarter=quarter_of(datetime.combine(outcome.end, time(), tzinfo=UTC)).label,
        chances={method: said[method] for method in METHODS},
        losses=tuple(_beliefs(round.result)),
        outcome=outcome,
    )


def _beliefs(result: dict[str, Any]) -> Iterable[tuple[float, float, float, float]]:
    """Each range as it was pooled, where everybody gave one."""
    given = result.get("beliefs", [])
    if all(each["loss"] for each in given):
        yield from ((each["weight"], *each["loss"], each.get("widening", 1.0)) for each in given)


def _last(found: Iterable[Asked]) -> list[Asked]:
    return list({each.room_id: each for each in found}.values())


def _scores(label: str, found: Sequence[Asked]) -> Scores:
    return Scores(label, len(found), tuple(_scored(found, method) for method in METHODS))


def _scored(found: Sequence[Asked], method: str) -> Scored:
    chances, came = _chances(found, method), _came(found)
    brier = intervals.mean(forecast_scores.brier(chances, came), seed=SEED)
    return Scored(method, brier, float(forecast_scores.log_score(chances, came).mean()))


def _chances(found: Sequence[Asked], method: str) -> list[float]:
    return [each.chances[method] for each in found]


def _came(found: Sequence[Asked]) -> list[bool]:
    return [each.outcome.happened for each in found]


def _rounds(found: Sequence[Asked]) -> Rounds | None:
    """Round one against round two; a room that had only one says nothing of the other."""
    by_room: dict[int, dict[int, Asked]] = defaultdict(dict)
    for each in found:
        by_room[each.room_id][each.round] = each
    both = [rounds for rounds in by_room.values() if {1, 2} <= rounds.keys()]
    if not both:
        return None
    first, second = ([rounds[number] for rounds in both] for number in (1, 2))
    return Rounds(len(both), *(_mean_brier(each) for each in (first, second)))


def _mean_brier(found: Sequence[Asked]) -> float:
    return float(forecast_scores.brier(_chances(found, HEADLINE), _came(found)).mean())


def _losses(found: Sequence[Asked]) -> Losses | None:
    known = [each for each in found if each.losses and each.outcome.loss is not None]
    if not known:
        return None
    lows, highs, crps = zip(*(_pooled(each) for each in known), strict=True)
    came = [each.outcome.loss or 0.0 for each in known]
    return Losses(
        held=calibration.coverage(lows, highs, came),
        interval_score=intervals.mean(forecast_scores.interval_score(lows, highs, came), seed=SEED),
        crps=intervals.mean(crps, seed=SEED),
    )


def _pooled(each: Asked) -> tuple[float, float, float]:
    """Both ends of the pooled range, and its CRPS."""
    weights, low, high, factors = zip(*each.losses, strict=True)
    pool = ranges.pool(low, high, weights=weights, widenings=factors)
    mixture = pool.trimmed if pool.headline == ranges.TRIMMED else pool.linear
    return pool.value.low, pool.value.high, mixture.crps(each.outcome.loss or 0.0)
