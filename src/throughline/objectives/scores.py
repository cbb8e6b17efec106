"""The two scores of an objective, its breached guardrails beside them, and its weakest status."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from throughline.engine import scoring
from throughline.engine.scoring import Commitment, ObjectiveScore, Part
from throughline.objectives import grading, queries
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Edge, ItemKind, KeyResult, Objective
from throughline.objectives.queries import Stand


@dataclass(frozen=True, slots=True)
class Scored:
    """An objective with the key results that count for it, those that guard it, and its scores."""

    objective: Objective
    counted: tuple[Stand, ...]
    guardrails: tuple[Stand, ...]
    score: ObjectiveScore

    @property
    def breached(self) -> list[Stand]:
        """The guardrails that did not hold: never averaged away."""
        return [stand for stand in self.guardrails if is_breached(stand)]


def score_of(objective: Objective, *, now: datetime) -> Scored:
    """How an objective stands."""
    return scores([objective], now=now)[objective.pk]


def scores(objectives: Iterable[Objective], *, now: datetime) -> dict[int, Scored]:
    """How each objective stands, by its number; a fixed number of queries whatever theirs.

    Counted are the key results at home there and those that contribute, without those that balance it and
    those that were given up.
    While they run, the score is what they would be graded today.
    """
    wanted = {each.pk: each for each in objectives}
    homes, edges = _homes(wanted), _edges(wanted)
    named = KeyResult.objects.filter(
        pk__in={pk for _, pk in homes} | {pk for _, pk, _ in edges}, dropped_at=None
    )
    stands = {stand.key_result.pk: stand for stand in queries.stands(named, now=now)}
    return {pk: _scored(each, _ways(pk, homes, edges), stands) for pk, each in wanted.items()}


def is_breached(stand: Stand) -> bool:
    """Whether a guardrail did not hold: missed, outside its bound, or off track towards its target."""
    if stand.verdict != "open":
        return stand.verdict == "missed"
    is_outside = (
        stand.version.kind == Kind.KEEP
        and stand.value is not None
        and not grading.bound(stand.version).holds(stand.value)
    )
    return is_outside or stand.status.word == "off_track"


def _homes(objectives: Collection[int]) -> list[tuple[int, int]]:
    """(objective, key result) of what is at home there and in force."""
    found = KeyResult.objects.filter(objective__in=objectives, sketch__isnull=True)
    return list(found.order_by("position", "id").values_list("objective_id", "pk"))


def _edges(objectives: Collection[int]) -> list[tuple[int, int, str]]:
    """(objective, key result, kind) of the edges that count or guard."""
    found = Edge.objects.filter(
        from_kind=ItemKind.KEY_RESULT,
        to_kind=ItemKind.OBJECTIVE,
        to_id__in=objectives,
        kind__in=(Edge.Kind.CONTRIBUTES, Edge.Kind.BALANCES),
    )
    return list(found.order_by("id").values_list("to_id", "from_id", "kind"))


def _ways(
    objective: int, homes: Sequence[tuple[int, int]], edges: Sequence[tuple[int, int, str]]
) -> dict[int, str]:
    """How each key result belongs to the objective; what balances it never counts for it."""
    found = dict.fromkeys((pk for of, pk in homes if of == objective), str(Edge.Kind.CONTRIBUTES))
    own = [(pk, kind) for of, pk, kind in edges if of == objective]
    return found | {pk: kind for pk, kind in own if pk not in found or kind == Edge.Kind.BALANCES}


def _scored(objective: Objective, ways: Mapping[int, str], stands: Mapping[int, Stand]) -> Scored:
    known = [(stands[pk], kind == Edge.Kind.BALANCES) for pk, kind in ways.items() if pk in stands]
    return Scored(
        objective=objective,
        counted=tuple(stand for stand, guards in known if not guards),
        guardrails=tuple(stand for stand, guards in known if guards),
        score=scoring.objective_score(_part(stand, guards=guards) for stand, guards in known),
    )


def _part(stand: Stand, *, guards: bool) -> Part:
    return Part(
        name=stand.name,
        grade=stand.score,
        commitment=cast(Commitment, stand.version.commitment),
        word=stand.status.word,
        weight=stand.version.weight,
        guardrail=guards,
        breached=guards and is_breached(stand),
    )
