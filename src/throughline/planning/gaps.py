"""What the document of a cycle still lacks: each answer that nobody wrote, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from throughline.objectives.addresses import address_of
from throughline.objectives.models import Cycle, ItemKind, KeyResult, Objective, Version
from throughline.objectives.wording import names_of

# The questions that a key result answers, by the field that holds the answer.
QUESTIONS: Mapping[str, str] = {
    "why": "why this",
    "how_measured": "how it is measured",
    "why_target": "why this target",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that is missing."""

    of: str
    asks: str
    address: str


def gaps_of(cycle: Cycle) -> list[Gap]:
    """Every answer that is missing, in the order of the plan."""
    objectives = list(cycle.objectives.filter(archived_at=None))
    key_results = list(
        KeyResult.objects.filter(objective__in=objectives, dropped_at=None).select_related("objective__cycle")
    )
    answers = answers_of(key_results)
    names = names_of(key_results)
    found: list[Gap] = []
    for objective in objectives:
        address = f"{address_of(ItemKind.OBJECTIVE, key=objective.key)}edit"
        if not objective.description.strip():
            found.append(Gap(objective.title, "why this", address))
        own = [each for each in key_results if each.objective_id == objective.pk]
        if not own:
            found.append(Gap(objective.title, "what would show that it is reached", address))
        for each in own:
            found += _of_key_result(each, names[each.pk], answers[each.pk])
    return found


def how_many_gaps(objectives: list[Objective]) -> int:
    """The number of answers that are missing, in two questions."""
    key_results = list(KeyResult.objects.filter(objective__in=objectives, dropped_at=None))
    unsaid = sum(not text for each in answers_of(key_results).values() for text in each.values())
    with_key_results = {each.objective_id for each in key_results}
    bare = sum(each.pk not in with_key_results for each in objectives)
    return unsaid + bare + sum(not each.description.strip() for each in objectives)


def answers_of(key_results: list[KeyResult]) -> dict[int, dict[str, str]]:
    """What each says to the questions: its newest version where it is in force, else its sketch."""
    running = [each.pk for each in key_results if each.sketch is None]
    newest = Version.objects.filter(key_result=OuterRef("key_result")).order_by("-number").values("pk")[:1]
    versions = {
        row["key_result"]: row
        for row in Version.objects.filter(key_result__in=running, pk=Subquery(newest)).values(
            "key_result", *QUESTIONS
        )
    }
    said = {each.pk: each.sketch or versions.get(each.pk, {}) for each in key_results}
    return {
        number: {name: str(answers.get(name) or "").strip() for name in QUESTIONS}
        for number, answers in said.items()
    }


def _of_key_result(key_result: KeyResult, name: str, answers: Mapping[str, str]) -> Iterator[Gap]:
    address = address_of(ItemKind.KEY_RESULT, id=key_result.pk)
    where = f"{address}sketch/" if key_result.sketch is not None else f"{address}change/"
    for field, asks in QUESTIONS.items():
        if not answers[field]:
            yield Gap(name, asks, where)
