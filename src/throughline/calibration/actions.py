"""Beginning a run and answering its questions. An answer is given once; no entry in the audit holds one."""

from __future__ import annotations

import math
from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.calibration.models import Answer, Run
from throughline.calibration.question_sets import Question, QuestionSet, all_sets
from throughline.engine.refusals import Refused

# Beyond it a range is no estimate, and its square no number.
LARGEST = 1e15


def begin(person: User, of: QuestionSet, *, now: datetime) -> Run:
    """A run through the set; the one that is under way is taken up again."""
    with transaction.atomic():
        under_way = Run.objects.filter(person=person, question_set=of.slug, finished_at=None).first()
        if under_way is not None:
            return under_way
        made = Run.objects.create(person=person, question_set=of.slug, started_at=now)
        _audit(person, "training begun", made, now=now)
    return made


def answer_statement(person: User, run: Run, key: str, *, probability: float, now: datetime) -> Answer:
    """The chance, from 0 to 1, that the statement is true. Raises Refused with the field."""
    question = _question(run, key, kind="binary")
    if not 0 <= probability <= 1:
        raise Refused(f"expected between 0 % and 100 %, found {100 * probability:g} %", place="confidence")
    return _answer(person, run, question, now=now, probability=probability)


def answer_quantity(person: User, run: Run, key: str, *, low: float, high: float, now: datetime) -> Answer:
    """The range that holds the quantity with 90 %. Raises Refused with the field."""
    question = _question(run, key, kind="range")
    for place, value in (("low", low), ("high", high)):
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise Refused("a range has two ends: say a number that you would stand by", place=place)
    if low >= high:
        raise Refused(
            f"the upper end has to be above the lower one, and {high:g} is not above {low:g}", place="high"
        )
    return _answer(person, run, question, now=now, low=low, high=high)


def _question(run: Run, key: str, *, kind: str) -> Question:
    of = all_sets()[run.question_set]
    question = of.question(key) if of.kind == kind else None
    if question is None:
        raise Refused(f"this set has no such question '{key}'", place="question")
    return question


def _answer(person: User, run: Run, question: Question, *, now: datetime, **given: float) -> Answer:
    with transaction.atomic():
        stored = Run.objects.select_for_update().get(pk=run.pk, person=person)
        if stored.answers.filter(question=question.key).exists():
            raise Refused("this question is answered already, and what was said stands", code="answered")
        made = Answer.objects.create(run=stored, question=question.key, at=now, **given)
        if stored.answers.count() == len(all_sets()[stored.question_set].questions):
            stored.finished_at = now
            stored.save(update_fields=["finished_at"])
        _audit(person, "training finished" if stored.finished_at else "training answered", stored, now=now)
    return made


def _audit(person: User, action: str, run: Run, *, now: datetime) -> None:
    # Whoever reads the audit learns that she trains, and neither what she answered nor how well.
    audit.record(actor_name(person), action, object_type="training run", object_id=run.pk, now=now)
