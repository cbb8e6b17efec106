"""Person-weeks that company goals take of the team before anything is chosen."""

from __future__ import annotations

import math
from datetime import datetime

from django.db import transaction

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Goal
from throughline.planning.models import Claim
from throughline.planning.recording import fit, told

MOST_WEEKS = 10_000
LONGEST_NOTE = 500


def claim(actor: str, cycle: Cycle, goal: Goal, *, weeks: float, note: str = "", now: datetime) -> Claim:
    """How many person-weeks a goal takes; said again it replaces what was said. Raises Refused."""
    if not (math.isfinite(weeks) and 0 < weeks <= MOST_WEEKS):
        raise Refused(
            f"expected more than 0 and at most {MOST_WEEKS:,} person-weeks, found {weeks:g}", place="weeks"
        )
    words = fit(note, place="note", most=LONGEST_NOTE)
    if goal.archived_at is not None:
        raise Refused(f"{goal.title} is archived: it claims nothing", place="goal")
    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        before = Claim.objects.filter(cycle=cycle, goal=goal).first()
        fields = {"weeks": weeks, "note": words, "author": actor, "at": now}
        made, _ = Claim.objects.update_or_create(cycle=cycle, goal=goal, defaults=fields)
        detail = {"goal": goal.key, "weeks": weeks, "before": before.weeks if before else None, "note": words}
        told(actor, "weeks claimed by a goal", cycle, now=now, **detail)
    return made


def release(actor: str, found: Claim, *, now: datetime) -> None:
    """Give a goal's weeks back to the team."""
    with transaction.atomic():
        if Claim.objects.filter(pk=found.pk).delete()[0]:
            detail = {"goal": found.goal.key, "weeks": found.weeks}
            told(actor, "weeks released by a goal", found.cycle, now=now, **detail)
