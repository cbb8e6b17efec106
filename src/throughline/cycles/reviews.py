"""What only people can answer: questions to reviewers, and the two-person test."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.cycles.models import Answer
from throughline.engine.linting import Finding, Question, review_questions, two_person
from throughline.engine.refusals import Refused
from throughline.objectives.examining import Examined, examined_sketch
from throughline.objectives.linting import around
from throughline.objectives.models import ItemKind, KeyResult
from throughline.objectives.planned import Plan

TWO_PERSONS, WHOLE = "D34", "D32"
YES, NO, HIT, MISSED = "yes", "no", "hit", "missed"
# What decides: where one of these changes, the two-person test starts anew.
DECIDES = (
    *("kind", "metric", "where", "at", "window", "baseline", "target", "bound_low", "bound_high"),
    *("allowed_outside", "steps", "acceptance", "judge", "due", "title", "how_measured"),
)
DOUBTS = {
    "D29": ("Outsiders move it more than the team does", "Measure what the team does about it instead."),
    "D30": ("It could be reached because what it is divided by changed", "Count, or fix the population."),
    WHOLE: (
        "All its key results could be reached and it still fails",
        "Add the key result that would show it.",
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A made-up end of the two-person test; `subject` names it in the answers."""

    subject: str
    question: Question

    @property
    def text(self) -> str:
        """The end without the question behind it, which the buttons ask."""
        return self.question.text.removesuffix(" Hit?")


def questions_about(key_result: KeyResult, *, now: datetime) -> tuple[Question, ...]:
    """What a reviewer of a sketch is asked, the made-up ends among it."""
    assert key_result.objective is not None
    found = examined_sketch(key_result, around=around(key_result.objective.cycle, ()), now=now)
    return review_questions(found.fields)


def cases_of(key_result: KeyResult, asked: tuple[Question, ...]) -> list[Case]:
    """The made-up ends of a sketch, named so that answers to another wording do not count."""
    ends = [each for each in asked if each.rule == TWO_PERSONS]
    stem = _stem(key_result.sketch or {})
    return [Case(f"{stem}:{number}", each) for number, each in enumerate(ends, 1)]


def answer_question(
    person: User, rule: str, item: Any, *, answer: str, note: str = "", now: datetime
) -> Answer:
    """Keep a reviewer's answer; a later one of the same person replaces it. Raises Refused."""
    if rule not in DOUBTS or answer not in (YES, NO) or isinstance(item, KeyResult) == (rule == WHOLE):
        raise Refused("answer the question with yes or no", place="answer")
    if len(note) > 500:
        raise Refused("expected at most 500 characters", place="note")
    with transaction.atomic():
        Answer.objects.filter(author=person, rule=rule, **_about(item)).delete()
        return _kept(person, item, rule=rule, answer=answer, note=note.strip(), now=now)


def answer_case(person: User, key_result: KeyResult, *, subject: str, answer: str, now: datetime) -> Answer:
    """Say whether a made-up end is a hit. It is said once: the others' answers are shown after it."""
    if answer not in (HIT, MISSED):
        raise Refused("say hit or not hit", place="answer")
    cases = cases_of(key_result, questions_about(key_result, now=now))
    if subject not in {each.subject for each in cases}:
        raise Refused("the key result changed since this page was made: read it again", place="subject")
    with transaction.atomic():
        # Held, so that two clicks of one person are one answer.
        KeyResult.objects.select_for_update().get(pk=key_result.pk)
        if Answer.objects.filter(author=person, key_result=key_result, subject=subject).exists():
            raise Refused("you have answered this one already", place="subject", code="answered")
        return _kept(person, key_result, rule=TWO_PERSONS, subject=subject, answer=answer, now=now)


def answers_seen_by(person: User, key_result: KeyResult) -> dict[str, list[Answer]]:
    """The answers to the made-up ends that the person answered too, hers first; no other is read."""
    given = Answer.objects.filter(author=person, key_result=key_result, rule=TWO_PERSONS)
    subjects = list(given.values_list("subject", flat=True))
    found = Answer.objects.filter(key_result=key_result, rule=TWO_PERSONS, subject__in=subjects)
    seen: dict[str, list[Answer]] = {}
    for each in sorted(found, key=lambda answer: answer.author_id != person.pk):
        seen.setdefault(each.subject, []).append(each)
    return seen


def doubts_of_reviewers(plan: Plan, found: Mapping[int, Examined]) -> Iterator[tuple[str, int, Finding]]:
    """(kind, number, finding) of every yes, and of every made-up end on which two people disagree."""
    numbers = [each.pk for each in plan.key_results]
    objectives = [each.objective.pk for each in plan.objectives]
    answers = list(
        Answer.objects.filter(key_result__in=numbers) | Answer.objects.filter(objective__in=objectives)
    )
    for planned in plan.objectives:
        mine = [each for each in answers if each.objective_id == planned.objective.pk]
        yield from ((ItemKind.OBJECTIVE.value, planned.objective.pk, doubt) for doubt in _yes(mine))
    for each in plan.key_results:
        mine = [answer for answer in answers if answer.key_result_id == each.pk]
        asked = review_questions(found[each.pk].fields) if each.pk in found else ()
        doubts = [*_yes(mine), *_disagreements(each.key_result, mine, asked)]
        yield from ((ItemKind.KEY_RESULT.value, each.pk, doubt) for doubt in doubts)


def _yes(answers: list[Answer]) -> Iterator[Finding]:
    for rule, (doubt, hint) in DOUBTS.items():
        said = [each for each in answers if each.rule == rule and each.answer == YES]
        if said:
            note = next((f": “{each.note}”" for each in said if each.note), "")
            yield Finding(rule, "warning", f"{doubt}, says {said[0].author_name}{note}.", hint)


def _disagreements(
    key_result: KeyResult, answers: list[Answer], asked: tuple[Question, ...]
) -> Iterator[Finding]:
    for case in cases_of(key_result, asked):
        said = {each.answer for each in answers if each.subject == case.subject}
        if len(said) > 1:
            yield from two_person([case.question], [True], [False])


def _stem(said: Mapping[str, Any]) -> str:
    """A short name for what decides."""
    text = json.dumps([said.get(name) for name in DECIDES], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:10]


def _about(item: Any) -> dict[str, Any]:
    return {"key_result": item} if isinstance(item, KeyResult) else {"objective": item}


def _kept(
    person: User, item: Any, *, rule: str, subject: str = "", answer: str, note: str = "", now: datetime
) -> Answer:
    made = Answer.objects.create(
        rule=rule,
        subject=subject,
        answer=answer,
        note=note,
        author=person,
        author_name=person.name,
        at=now,
        **_about(item),
    )
    kind = "key result" if isinstance(item, KeyResult) else "objective"
    # What was answered stays with the reviewers: the record says only that it was.
    audit.record(
        actor_name(person),
        "review answered",
        object_type=kind,
        object_id=item.pk,
        detail={"rule": rule},
        now=now,
    )
    return made
