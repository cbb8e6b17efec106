"""Keeping a change that was tried: ties that the next match has to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from throughline.accounts.models import User
from throughline.assignments.models import Tie, Work
from throughline.assignments.recording import told_of_cycle
from throughline.assignments.wishing import Change
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle

CONTRARY = {Tie.Kind.MUST: (Tie.Kind.NEVER,), Tie.Kind.NEVER: (Tie.Kind.MUST, Tie.Kind.CONTINUES)}


def keep_changes(
    actor: str,
    cycle: Cycle,
    changes: Iterable[Change],
    *,
    people: Mapping[str, User],
    works: Mapping[str, Work],
    now: datetime,
) -> list[Tie]:
    """Make ties of changes; a tie to the contrary ends. Raises Refused where there is nothing to keep."""
    wanted = list(changes)
    if not wanted:
        raise Refused("choose a person and a piece of work first", place="person", code="missing")
    with transaction.atomic():
        made = [_tied(actor, people[person], works[work], how, now=now) for person, work, how in wanted]
        detail = {"ties": [[how, people[person].name, work] for person, work, how in wanted]}
        told_of_cycle(actor, "match tied", cycle, detail, now=now)
    return made


def _tied(actor: str, person: User, work: Work, how: str, *, now: datetime) -> Tie:
    kind = Tie.Kind(how)
    Tie.objects.filter(work=work, person=person, kind__in=CONTRARY[kind]).delete()
    said = {"author": actor, "at": now}
    return Tie.objects.get_or_create(work=work, person=person, kind=kind, defaults=said)[0]
