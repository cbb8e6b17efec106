"""The quarter beside the one before, in the figures that are read first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q

from throughline.objectives.models import Cycle, KeyResult, Version
from throughline.objectives.queries import Stand, stands
from throughline.reports.content import Figure, Result, Risk
from throughline.risk import amounts

COMMITTED = Version.Commitment.COMMITTED


@dataclass(frozen=True, slots=True)
class Before:
    """How the quarter before ended."""

    title: str
    hit: int
    of: int
    score: float | None


def before(cycle: Cycle, *, now: datetime) -> Before | None:
    """The last cycle that ended before this one began; None where none was graded."""
    found = Cycle.objects.filter(end__lt=cycle.start).order_by("-end", "-id").first()
    if found is None:
        return None
    graded = KeyResult.objects.filter(objective__cycle=found, dropped_at=None, closed_at__isnull=False)
    ended = [*stands(graded, now=now), *without_objective(found, now=now)]
    if not ended:
        return None
    committed = [stand.score for stand in ended if stand.version.commitment == COMMITTED]
    hit = sum(stand.verdict == "hit" for stand in ended)
    return Before(found.title, hit, len(ended), _mean(committed))


def without_objective(cycle: Cycle, *, now: datetime) -> list[Stand]:
    """The key results in the days of a cycle that belong to no objective; once it ended, the graded.

    Whoever counts key results on the home page counts these as well.
    """
    start, end = (datetime.combine(day, time(), UTC) for day in (cycle.start, cycle.end + timedelta(days=1)))
    alone = KeyResult.objects.filter(objective=None, sketch__isnull=True, dropped_at=None)
    inside = Q(versions__start__lt=end, versions__due__gt=start)
    if cycle.state == Cycle.State.CLOSED or now >= end:
        alone, inside = (
            alone.filter(closed_at__isnull=False),
            Q(versions__due__gt=start, versions__due__lte=end),
        )
    # A version that stood before may have had other days.
    near = alone.filter(inside).distinct()
    found = stands(near, now=now) if near.exists() else []
    return [each for each in found if each.version.start < end and each.version.due > start]


def said(earlier: Before | None, results: Sequence[Result]) -> str:
    """The comparison in a sentence; empty where there is nothing to compare with."""
    if earlier is None:
        return ""
    begin = f"In {earlier.title}, {earlier.hit} of {earlier.of} were hit"
    score = _committed(results)
    if score is None or earlier.score is None:
        return f"{begin}."
    runs = any(each.word not in ("hit", "missed") for each in results)
    now = "if it ended today, that would score" if runs else "this time"
    return f"{begin}, and what was committed scored {earlier.score:.2f}; {now} {score:.2f}."


def figures(
    state: str, results: Sequence[Result], earlier: Before | None, risk: Risk | None
) -> tuple[Figure, ...]:
    """The few figures that a director reads first."""
    found = []
    if results:
        found += [_course(state, results, earlier), *_score(results, earlier)]
    if risk is not None:
        found += [
            _money("Risk, a year on average", risk, risk.mean, risk.mean_before),
            _money("One year in 20 above", risk, risk.tail, risk.tail_before),
        ]
    return tuple(found)


def _course(state: str, results: Sequence[Result], earlier: Before | None) -> Figure:
    good = sum(each.is_on_course for each in results)
    ended = state == Cycle.State.CLOSED
    note = f"{earlier.hit} of {earlier.of} hit in {earlier.title}" if earlier else ""
    return Figure(name="Hit" if ended else "On course", value=f"{good} of {len(results)}", note=note)


def _score(results: Sequence[Result], earlier: Before | None) -> list[Figure]:
    mean = _committed(results)
    if mean is None:
        return []
    if earlier is None or earlier.score is None:
        return [Figure(name="Committed score", value=f"{mean:.2f}", note="on a scale from 0 to 1")]
    tone = "good" if mean > earlier.score else "bad" if mean < earlier.score else ""
    return [
        Figure(
            name="Committed score",
            value=f"{mean:.2f}",
            note=f"{earlier.score:.2f} in {earlier.title}",
            tone=tone,
        )
    ]


def _money(name: str, risk: Risk, now: float, then: float | None) -> Figure:
    scenarios = f"{risk.n} scenario{'' if risk.n == 1 else 's'}"
    # Another number of scenarios is another register: a change of it would say nothing.
    if then is None or risk.n != risk.n_before:
        return Figure(name=name, value=amounts.rough(now), note=f"of {scenarios}")
    change = amounts.difference(now, then)
    way = "up" if change > 0 else "down"
    moved = f"{way} {amounts.rough(abs(change))} this quarter" if change else "as when it began"
    tone = "bad" if change > 0 else "good" if change < 0 else ""
    return Figure(name=name, value=amounts.rough(now), note=moved, tone=tone)


def _committed(results: Sequence[Result]) -> float | None:
    """The mean score of what was committed, which is never averaged with what was aimed high."""
    return _mean([each.score for each in results if each.commitment == COMMITTED])


def _mean(values: Iterable[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None
