"""Moving a stage of a cycle on: any of them at any time, each step audited with what it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.planning.models import Stage
from throughline.planning.recording import fit, told

LONGEST_REASON = 500


def begin(actor: str, cycle: Cycle, key: Stage.Key, *, reason: str = "", now: datetime) -> Stage:
    """Open a stage, for the first time or again after it was done or skipped. Raises Refused."""
    return _moved(actor, cycle, key, Stage.State.OPEN, reason=reason, now=now)


def finish(actor: str, cycle: Cycle, key: Stage.Key, *, now: datetime) -> Stage:
    """Say that a stage is done, whatever the records say beside it. Raises Refused."""
    return _moved(actor, cycle, key, Stage.State.DONE, now=now)


def skip(actor: str, cycle: Cycle, key: Stage.Key, *, reason: str, now: datetime) -> Stage:
    """Leave a stage out, and say why: the next quarter reads it. Raises Refused with the field."""
    if not reason.strip():
        raise Refused("say why it is left out, in one line: the next quarter reads it", place="reason")
    return _moved(actor, cycle, key, Stage.State.SKIPPED, reason=reason, now=now)


def _moved(
    actor: str, cycle: Cycle, key: Stage.Key, to: Stage.State, *, reason: str = "", now: datetime
) -> Stage:
    words = fit(reason, place="reason", most=LONGEST_REASON)
    with transaction.atomic():
        # The row of the cycle is the lock: a stage that nobody began has no row of its own.
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        before = Stage.objects.filter(cycle=cycle, key=key).first()
        if before is not None and before.state == to:
            raise Refused(f"“{key.label}” is {to.label.lower()} already", code="state")
        fields = {"state": to, "reason": words, "author": actor, "at": now}
        stage, _ = Stage.objects.update_or_create(cycle=cycle, key=key, defaults=fields)
        told(
            actor,
            "stage moved",
            cycle,
            now=now,
            stage=key.value,
            before=before.state if before else "",
            after=to.value,
            reason=words,
        )
    return stage
