"""The grades of a cycle: by objective, each key result by its first and its last version, with its lesson."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.objectives.models import Cycle, Edge, ItemKind, KeyResult, Objective
from throughline.objectives.queries import Stand, stands
from throughline.objectives.scores import Scored, scores
from throughline.reviews.models import Override, PostMortem

GRADE_COLUMNS = (
    *("objective", "key_result", "title", "owner", "commitment", "verdict", "value", "grade"),
    *("original_grade", "overridden_grade", "override_reason", "cause", "next_step", "lesson"),
)


@dataclass(frozen=True, slots=True)
class Graded:
    """A key result at its end; `carried` are the cycles that take it up again."""

    stand: Stand
    post_mortem: PostMortem | None
    carried: tuple[str, ...]
    is_guardrail: bool = False

    @property
    def override(self) -> Override | None:
        """What a person set instead of the computed grade."""
        return self.stand.override

    @property
    def grade(self) -> float | None:
        """The grade that counts: the one that a person set, else the computed one."""
        return self.stand.score

    @property
    def is_unfinished(self) -> bool:
        """Whether somebody has to say what becomes of it."""
        return self.stand.verdict != "hit" and self.stand.key_result.closed_at is not None


@dataclass(frozen=True, slots=True)
class GradedObjective:
    """An objective with its key results."""

    objective: Objective
    key_results: list[Graded]
    scored: Scored


def objectives_of(cycle: Cycle, *, now: datetime) -> list[GradedObjective]:
    """The objectives of a cycle with the grades of their key results; a fixed number of queries."""
    found = KeyResult.objects.filter(objective__cycle=cycle)
    standing = stands(found, now=now)
    lessons = {each.key_result_id: each for each in PostMortem.objects.filter(key_result__in=found)}
    guards = set(
        Edge.objects.filter(from_kind=ItemKind.KEY_RESULT, kind=Edge.Kind.BALANCES).values_list(
            "from_id", "to_id"
        )
    )
    carried: dict[int, list[str]] = {}
    again = KeyResult.objects.filter(carried_from__in=found).select_related("objective__cycle")
    for each in again:
        if each.carried_from_id is not None and each.objective is not None:
            carried.setdefault(each.carried_from_id, []).append(each.objective.cycle.title)
    listed: dict[int | None, list[Graded]] = {}
    for stand in sorted(standing, key=lambda stand: (stand.key_result.position, stand.key_result.pk)):
        id = stand.key_result.pk
        home = stand.key_result.objective_id
        graded = Graded(stand, lessons.get(id), tuple(carried.get(id, ())), (id, home) in guards)
        listed.setdefault(home, []).append(graded)
    objectives = list(cycle.objectives.all())
    scored = scores(objectives, now=now)
    return [GradedObjective(each, listed.get(each.pk, []), scored[each.pk]) for each in objectives]


def graded_rows(cycle: Cycle, *, now: datetime) -> Iterator[tuple[Any, ...]]:
    """One row a key result, in the order of GRADE_COLUMNS."""
    for objective in objectives_of(cycle, now=now):
        for each in objective.key_results:
            key_result, version = each.stand.key_result, each.stand.version
            lesson, override = each.post_mortem, each.override
            yield (
                *(objective.objective.title, key_result.key, each.stand.title, version.owner_name),
                *(version.commitment, each.stand.verdict, each.stand.value, key_result.grade),
                key_result.original_grade,
                *((override.grade, override.reason) if override else (None, None)),
                *((lesson.cause, lesson.next_step, lesson.lesson) if lesson else (None, None, None)),
            )
