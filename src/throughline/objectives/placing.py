"""Where a key result belongs: the cycle of its due day, and the objective of that cycle."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.audit import actions as audit
from throughline.engine.calendar import quarter_of
from throughline.objectives.items import add_item
from throughline.objectives.keys import key_for
from throughline.objectives.models import Cycle, ItemKind, Objective

_INSTANT = timedelta(microseconds=1)


def objective_for(actor: str, text: str, *, due: datetime, now: datetime) -> Objective | None:
    """The objective that a key or a title names; a new title makes one in the cycle of the due day.

    Call it inside the transaction of the key result. None where nothing is named.
    """
    if not text:
        return None
    by_key = Objective.objects.filter(key=text).first()
    if by_key is not None:
        return by_key
    cycle = cycle_for(actor, due, now=now)
    by_title = cycle.objectives.filter(title__iexact=text).first()
    if by_title is not None:
        return by_title
    made = add_item(actor, ItemKind.OBJECTIVE, title=text, cycle=cycle, now=now)
    assert isinstance(made, Objective)
    return made


def cycle_for(actor: str, due: datetime, *, now: datetime) -> Cycle:
    """The cycle that a due instant falls into; where nobody planned one, its quarter, in force at once."""
    day = (due - _INSTANT).date()
    covering = Cycle.objects.filter(start__lte=day, end__gte=day).order_by("-start", "-id")
    # A plan that is still written hides none that stands.
    found = min(covering, key=lambda each: each.is_planned, default=None)
    if found is not None:
        return found
    quarter = quarter_of(due - _INSTANT)
    cycle = Cycle.objects.create(
        key=key_for(Cycle, "", title=quarter.label),
        title=quarter.label,
        start=quarter.start.date(),
        end=(quarter.end - _INSTANT).date(),
        state=Cycle.State.SET,
        created_at=now,
        set_at=now,
    )
    detail = {"key": cycle.key, "title": cycle.title}
    audit.record(actor, "cycle added", object_type="cycle", object_id=cycle.pk, detail=detail, now=now)
    return cycle
