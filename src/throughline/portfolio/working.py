"""The answer of a cycle without waiting for it: small ones at once, others in the background, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from throughline.accounts.models import User
from throughline.engine.priorities import FORMULA_VERSION
from throughline.engine.refusals import Refused
from throughline.jobs import actions as jobs
from throughline.jobs.models import JobState
from throughline.objectives.models import Cycle
from throughline.portfolio.answers import answered
from throughline.portfolio.models import Worked
from throughline.portfolio.recording import announce_portfolio
from throughline.portfolio.stored import Stored

KIND = "work out a portfolio"
# So many are chosen from in a fraction of a second.
SMALL = 12
# So many questions of a cycle wait at once; whoever tries more asks again a moment later.
MOST_WAITING = 5
# So many answers are kept of a cycle.
KEPT = 60


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and the question that it answers: today's, or the last one while today's is worked out.

    `working` is what is asked for and not there yet; `is_crowded` says that too much is asked for already.
    """

    question: Mapping[str, Any] | None
    document: dict[str, Any] | None
    is_current: bool
    working: Worked | None = None
    is_crowded: bool = False


def answer_of(asked: Stored, *, is_stated: bool, now: datetime) -> Found:
    """What is known of a question; what is not is asked for."""
    if not asked.is_asked:
        return Found(None, None, is_current=True)
    if len(asked.document["candidates"]) <= SMALL:
        answer = answered(asked)
        return Found(asked.document, answer[1] if answer else None, is_current=True)
    kept = Worked.objects.select_related("job").filter(fingerprint=fingerprint(asked)).first()
    if kept is not None and kept.answer is not None:
        _state(kept, is_stated)
        return Found(asked.document, kept.answer, is_current=True)
    is_crowded = False
    if kept is None or kept.job is None:
        kept = _ask(asked, kept, is_stated=is_stated, now=now)
        is_crowded = kept is None
    return _last(asked.cycle, kept, is_crowded=is_crowded)


def fingerprint(asked: Stored) -> str:
    """Of a question, the cycle that asks it, and the formulas that answer it."""
    said = f"{FORMULA_VERSION} {asked.cycle.pk}\n".encode() + asked.content
    return hashlib.sha256(said).hexdigest()


def is_superseded(worked: Worked) -> bool:
    """Whether the cycle's own records ask something newer since: nobody waits for this one any more."""
    newer = Worked.objects.filter(cycle=worked.cycle_id, is_stated=True, pk__gt=worked.pk)
    return worked.is_stated and newer.exists()


def keep(worked: Worked, answer: dict[str, Any], *, now: datetime) -> None:
    """Store an answer, forget the oldest ones, and tell whoever looks."""
    with transaction.atomic():
        Worked.objects.filter(pk=worked.pk).update(answer=answer, worked_at=now)
        done = Worked.objects.filter(cycle=worked.cycle_id, answer__isnull=False)
        old = done.order_by("-worked_at").values_list("pk", flat=True)[KEPT:]
        Worked.objects.filter(pk__in=list(old)).delete()
        announce_portfolio(worked.cycle_id, now=now)


def cancel(worked: Worked, *, actor: User, now: datetime) -> None:
    """Stop working it out. Raises Refused where it has ended already."""
    if worked.job is None:
        raise Refused("it has ended already; there is nothing to cancel", code="ended")
    with transaction.atomic():
        jobs.cancel(worked.job, actor=actor, now=now)
        announce_portfolio(worked.cycle_id, now=now)


def again(worked: Worked, *, now: datetime) -> None:
    """Work out anew what was cancelled or failed; what is under way, or done, is left alone."""
    with transaction.atomic():
        stored = Worked.objects.select_for_update().select_related("job").get(pk=worked.pk)
        if stored.answer is None and (stored.job is None or stored.job.state not in jobs.UNFINISHED):
            _enqueue(stored, now=now)
            announce_portfolio(stored.cycle_id, now=now)


def _ask(asked: Stored, kept: Worked | None, *, is_stated: bool, now: datetime) -> Worked | None:
    """Ask for an answer; None where too many are waited for. Of two who ask at once one does."""
    waiting = Worked.objects.filter(cycle=asked.cycle, answer__isnull=True, job__state__in=jobs.UNFINISHED)
    if not is_stated and waiting.count() >= MOST_WAITING:
        return None
    try:
        with transaction.atomic():
            row = kept or Worked.objects.create(
                cycle=asked.cycle,
                fingerprint=fingerprint(asked),
                is_stated=is_stated,
                question=asked.content.decode(),
                asked_at=now,
            )
            _enqueue(row, now=now)
    except IntegrityError:
        return Worked.objects.select_related("job").get(fingerprint=fingerprint(asked))
    return row


def _enqueue(row: Worked, *, now: datetime) -> None:
    row.job = jobs.enqueue(KIND, {"worked": row.pk}, asked_by=None, now=now)
    row.save(update_fields=["job"])


def _state(kept: Worked, is_stated: bool) -> None:
    """What was tried may be stated since."""
    if is_stated and not kept.is_stated:
        Worked.objects.filter(pk=kept.pk).update(is_stated=True)


def _last(cycle: Cycle, working: Worked | None, *, is_crowded: bool) -> Found:
    """The newest answer to what the cycle's own rules asked."""
    done = Worked.objects.filter(cycle=cycle, is_stated=True, answer__isnull=False)
    last = done.order_by("worked_at", "pk").last()
    question = json.loads(last.question) if last else None
    return Found(question, last.answer if last else None, False, working, is_crowded)


def is_running(worked: Worked) -> bool:
    """Whether somebody works, or will work, on it."""
    return worked.job is not None and worked.job.state in (JobState.WAITING, JobState.RUNNING)
