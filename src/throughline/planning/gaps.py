"""What the document of a cycle still lacks: each answer that nobody wrote, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from throughline.objectives.models import KeyResult, Objective, Version

# The questions that a key result answers, by the field that holds the answer.
QUESTIONS: Mapping[str, str] = {
    "why": "why this",
    "how_measured": "how it is measured",
    "why_target": "why this target",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that is missing: of what, which question it answers, and where it is written."""

    of: str
    asks: str
    address: str


def how_many_gaps(objectives: list[Objective]) -> int:
    """The number of answers that are missing, in two questions."""
    key_results = list(KeyResult.objects.filter(objective__in=objectives, dropped_at=None))
    unsaid = sum(not text for each in _answers_of(key_results) for text in each)
    told = {each.objective_id for each in key_results}
    return unsaid + sum(len(list(gaps_in(each, has_key_results=each.pk in told))) for each in objectives)


def gaps_in(objective: Objective, *, has_key_results: bool) -> Iterator[Gap]:
    """What an objective itself lacks."""
    if not objective.description.strip():
        yield Gap(objective.title, "why this", edit_address(objective))
    if not has_key_results:
        yield Gap(objective.title, "what would show that it is reached", edit_address(objective))


def edit_address(of: Objective | KeyResult) -> str:
    """Where an answer of an objective or a key result is written."""
    if isinstance(of, Objective):
        return reverse("objective-edit", args=[of.key])
    return reverse("sketch" if of.sketch is not None else "key-result-change", args=[of.pk])


def _answers_of(key_results: list[KeyResult]) -> list[list[str]]:
    """What each says to the questions: its newest version where it is in force, else its sketch."""
    running = [each.pk for each in key_results if each.sketch is None]
    newest = Version.objects.filter(key_result=OuterRef("key_result")).order_by("-number").values("pk")[:1]
    found = Version.objects.filter(key_result__in=running, pk=Subquery(newest))
    versions = {row["key_result"]: row for row in found.values("key_result", *QUESTIONS)}
    said = [each.sketch or versions.get(each.pk, {}) for each in key_results]
    return [[str(answers.get(name) or "").strip() for name in QUESTIONS] for answers in said]
