"""What a person says to a suggestion: she takes it, or not now and why; both can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.assignments.matched import announce_match
from throughline.assignments.models import Answer, Work
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle

# A few words: who plans reads them in a 1:1.
LONGEST = 200
ACCEPTED, NOT_NOW, TAKEN_BACK = (str(each) for each in Answer.Said)


def say(person: User, cycle: Cycle, work: Work, *, said: str, reason: str = "", now: datetime) -> bool:
    """Keep an answer for this cycle; the newest counts. Whether it is news. Raises Refused with the field.

    The audit entry says what was answered and not why: the reason is for who plans.
    """
    words = " ".join(reason.split()) if said == NOT_NOW else ""
    _check(cycle, said, words)
    with transaction.atomic():
        last = Answer.objects.filter(person=person, cycle=cycle, work=work).last()
        before = (last.said, last.reason) if last else (TAKEN_BACK, "")
        if before == (said, words):
            return False
        Answer.objects.create(person=person, cycle=cycle, work=work, said=said, reason=words, at=now)
        audit.record(
            actor_name(person),
            "suggestion answered",
            object_type="person",
            object_id=person.pk,
            detail={"cycle": cycle.key, "work": work.key, "said": said},
            now=now,
        )
        announce_match(cycle.pk, now=now)
    return True


def _check(cycle: Cycle, said: str, reason: str) -> None:
    if said not in Answer.Said.values:
        expected = ", ".join(Answer.Said.values)
        raise Refused(f"expected one of {expected}; found '{said[:40]}'", place="said", code="value")
    if cycle.state == Cycle.State.CLOSED:
        raise Refused(
            f"{cycle.title} is closed: nothing of it is asked any more", place="said", code="closed"
        )
    if said == NOT_NOW and not reason:
        raise Refused("say in a few words why not now", place="reason", code="missing")
    require_readable(reason, place="reason")
    if len(reason) > LONGEST:
        raise Refused(f"expected at most {LONGEST} characters, found {len(reason)}", place="reason")
