"""The answer to a cycle's question without waiting for it: small ones at once, others in the background.

Each is kept by its question's fingerprint. What is kept holds no score of interest or growth, which could be
read back as an answer: whoever may see hers has it worked out anew, which takes no search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db import IntegrityError, transaction

from throughline.accounts.models import User
from throughline.assignments import documents
from throughline.assignments.asking import Asked
from throughline.assignments.format import reading
from throughline.assignments.models import Matched
from throughline.engine.matching import matching, triangle
from throughline.engine.refusals import Refused
from throughline.jobs import actions as jobs
from throughline.jobs.models import JobState
from throughline.live.actions import announce
from throughline.objectives.models import Cycle

KIND = "work out a match"
# The part of a cycle that is new, whatever was said of its people and their work.
PART = "match"
# So many people times pieces of work are matched in a fraction of a second.
SMALL: Mapping[str, int] = {Matched.What.MATCH: 100, Matched.What.TRIANGLE: 24}
# So many questions of a cycle wait at once; whoever tries more asks again a moment later.
MOST_WAITING = 5
# So many answers are kept of a cycle.
KEPT = 60
# What could be read back as what somebody answered.
NEAR_RAW = ("score", "stays_first_while", "unknown")

Told: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: today's, or the last one while today's is worked out; None where there is none.

    `working` is what is asked for and not there yet; `is_crowded` says that too much is asked for already.
    """

    document: dict[str, Any] | None
    is_current: bool
    working: Matched | None = None
    is_crowded: bool = False


def answer_of(asked: Asked, *, now: datetime, what: str = Matched.What.MATCH) -> Found:
    """What is known of a question; what is not is worked out, or asked for."""
    if not asked.is_asked or asked.conflicts:
        return Found(None, is_current=True)
    kept = Matched.objects.select_related("job").filter(fingerprint=fingerprint(asked, what)).first()
    if kept is not None and kept.answer is not None:
        _state(kept, asked)
        return Found(kept.answer, is_current=True)
    if len(asked.question.people) * len(asked.question.works) <= SMALL[what]:
        return Found(_at_once(asked, what, now=now), is_current=True)
    is_crowded = False
    if kept is None or kept.job is None:
        kept = _ask(asked, what, kept, now=now)
        is_crowded = kept is None
    return _last(asked.cycle, what, kept, is_crowded=is_crowded)


def fingerprint(asked: Asked, what: str) -> str:
    """Of a question and what is wanted of it."""
    return hashlib.sha256(f"{what} {asked.fingerprint}".encode()).hexdigest()


def worked_out(asked: Asked, what: str, told: Told) -> dict[str, Any]:
    """The answer itself, without what could be read back."""
    question = asked.question
    order = reading.Asked(
        question, asked.weights, tuple(each.key for each in question.people), tuple(asked.works)
    )
    told(0, 0, "Looking for the best plan")
    if what == Matched.What.TRIANGLE:
        points = triangle(question)
        assert points is not None, "a question without conflicts has a plan"
        return documents.triangle_document(order, points)
    found = matching(question, asked.weights)
    assert found is not None, "a question without conflicts has a plan"

    def of_person(done: int, total: int) -> None:
        told(done, total, "Asking what each choice costs")

    return without_scores(documents.document(order, found, order.people, told=of_person))


def without_scores(document: dict[str, Any]) -> dict[str, Any]:
    """The document of a match without what could be read back as somebody's answer."""
    people = [
        {**each, "suggestions": [_without_scores(one) for one in each["suggestions"]]}
        for each in document["people"]
    ]
    return {**document, "people": people}


def _without_scores(one: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name not in NEAR_RAW}
    return {**kept, "scores": {"business": one["scores"]["business"]}}


def is_superseded(matched: Matched) -> bool:
    """Whether the cycle's own records ask something newer since: nobody waits for this one any more."""
    newer = Matched.objects.filter(
        cycle=matched.cycle_id, what=matched.what, is_stated=True, pk__gt=matched.pk
    )
    return matched.is_stated and newer.exists()


def keep(matched: Matched, answer: dict[str, Any], *, now: datetime) -> None:
    """Store an answer, forget the oldest ones, and tell whoever looks."""
    with transaction.atomic():
        Matched.objects.filter(pk=matched.pk).update(answer=answer, worked_at=now)
        _forget_old(matched.cycle_id)
        announce_match(matched.cycle_id, now=now)


def announce_match(cycle: int, *, now: datetime) -> None:
    """Say to whoever looks at who does what in a cycle that it is new."""
    announce(f"cycle:{cycle}", PART, now=now)


def cancel(matched: Matched, *, actor: User, now: datetime) -> None:
    """Stop working it out. Raises Refused where it has ended already."""
    if matched.job is None:
        raise Refused("it has ended already; there is nothing to cancel", code="ended")
    with transaction.atomic():
        jobs.cancel(matched.job, actor=actor, now=now)
        announce_match(matched.cycle_id, now=now)


def again(matched: Matched, *, now: datetime) -> None:
    """Work out anew what was cancelled or failed; what is under way, or done, is left alone."""
    with transaction.atomic():
        stored = Matched.objects.select_for_update().select_related("job").get(pk=matched.pk)
        if stored.answer is None and (stored.job is None or stored.job.state not in jobs.UNFINISHED):
            _enqueue(stored, now=now)
            announce_match(stored.cycle_id, now=now)


def is_running(matched: Matched) -> bool:
    """Whether somebody works, or will work, on it."""
    return matched.job is not None and matched.job.state in (JobState.WAITING, JobState.RUNNING)


def _at_once(asked: Asked, what: str, *, now: datetime) -> dict[str, Any]:
    """Work it out and keep it. Two who ask at once both work, and one of them keeps."""
    answer = worked_out(asked, what, lambda done, total, says: None)
    with transaction.atomic():
        Matched.objects.update_or_create(
            fingerprint=fingerprint(asked, what),
            defaults={**_said(asked, what), "answer": answer, "asked_at": now, "worked_at": now},
        )
        _forget_old(asked.cycle.pk)
    return answer


def _ask(asked: Asked, what: str, kept: Matched | None, *, now: datetime) -> Matched | None:
    """Ask for an answer; None where too many are waited for. Of two who ask at once one does."""
    waiting = Matched.objects.filter(cycle=asked.cycle, answer__isnull=True, job__state__in=jobs.UNFINISHED)
    if not asked.is_stated and waiting.count() >= MOST_WAITING:
        return None
    mark = fingerprint(asked, what)
    try:
        with transaction.atomic():
            row = kept or Matched.objects.create(fingerprint=mark, asked_at=now, **_said(asked, what))
            _enqueue(row, now=now)
    except IntegrityError:
        return Matched.objects.select_related("job").get(fingerprint=mark)
    return row


def _said(asked: Asked, what: str) -> dict[str, Any]:
    """What another process needs to ask the same question of the records again."""
    return {
        "cycle": asked.cycle,
        "what": what,
        "is_stated": asked.is_stated,
        "weights": [] if asked.is_stated else list(asked.weights.each),
        "ties": [list(each) for each in asked.tried],
    }


def _enqueue(row: Matched, *, now: datetime) -> None:
    row.job = jobs.enqueue(KIND, {"matched": row.pk}, asked_by=None, now=now)
    row.save(update_fields=["job"])


def _state(kept: Matched, asked: Asked) -> None:
    """What was tried may be stated since."""
    if asked.is_stated and not kept.is_stated:
        Matched.objects.filter(pk=kept.pk).update(is_stated=True)


def _forget_old(cycle: int) -> None:
    done = Matched.objects.filter(cycle=cycle, answer__isnull=False)
    old = done.order_by("-worked_at", "-pk").values_list("pk", flat=True)[KEPT:]
    Matched.objects.filter(pk__in=list(old)).delete()


def _last(cycle: Cycle, what: str, working: Matched | None, *, is_crowded: bool) -> Found:
    """The newest answer to what the cycle's own records asked."""
    done = Matched.objects.filter(cycle=cycle, what=what, is_stated=True, answer__isnull=False)
    last = done.order_by("worked_at", "pk").last()
    return Found(last.answer if last else None, False, working, is_crowded)
