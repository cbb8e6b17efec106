"""Key results of a cycle that is still planned: written as far as they are, decided by nobody yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.objectives.efforts import withdraw
from throughline.objectives.items import part
from throughline.objectives.keys import key_for
from throughline.objectives.kinds import dropped as dropped_by
from throughline.objectives.models import Counterpart, Cycle, Edge, ItemKind, KeyResult, Objective
from throughline.objectives.terms import Terms, terms_from, written


def add_sketch(actor: str, objective: Objective, *, key: str = "", now: datetime, **given: Any) -> KeyResult:
    """A key result as far as it is written; only what cannot be read at all is refused, beside its field."""
    terms = sketched(objective, given)
    with transaction.atomic():
        _require_planned(objective)
        made = KeyResult.objects.create(
            key=key_for(KeyResult, key, title=terms.title or terms.metric or "key result"),
            objective=objective,
            position=objective.key_results.count() + 1,
            sketch=written(terms),
            created_at=now,
        )
        _audit(actor, "key result sketched", made, made.sketch, now=now)
    return made


def change_sketch(actor: str, key_result: KeyResult, *, now: datetime, **given: Any) -> bool:
    """Replace the given fields of a sketch; whether anything changed. Raises Undecidable, Refused."""
    with transaction.atomic():
        stored = _stored(key_result)
        assert stored.objective is not None
        before = sketched(stored.objective, stored.sketch)
        dropped = dropped_by(before, str(given.get("kind") or before.kind).strip().lower())
        terms = sketched(stored.objective, {**stored.sketch, **dropped, **given})
        new = written(terms)
        if new == stored.sketch:
            return False
        changes = {name: [stored.sketch.get(name), value] for name, value in new.items()}
        detail = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        stored.sketch = new
        stored.save(update_fields=["sketch"])
        _audit(actor, "sketch changed", stored, detail, now=now)
    key_result.sketch = new
    return True


def move_sketch(actor: str, key_result: KeyResult, objective: Objective, *, now: datetime) -> None:
    """Put a sketch under another objective; what it says stays. Raises Refused."""
    with transaction.atomic():
        stored = _stored(key_result)
        _require_planned(objective)
        before = stored.objective.key if stored.objective else ""
        stored.objective, stored.position = objective, objective.key_results.count() + 1
        stored.sketch = {**stored.sketch, "objective": objective.key}
        stored.save(update_fields=["objective", "position", "sketch"])
        _audit(actor, "sketch moved", stored, {"objective": [before, objective.key]}, now=now)
    key_result.objective, key_result.sketch = objective, stored.sketch


def discard(actor: str, key_result: KeyResult, *, now: datetime) -> None:
    """Take a sketch out of the plan; the audit record keeps what it said."""
    with transaction.atomic():
        stored = _stored(key_result)
        _audit(actor, "sketch discarded", stored, stored.sketch, now=now)
        _cut_loose(actor, stored, now=now)
        stored.delete()


def terms_of_sketch(key_result: KeyResult) -> Terms:
    """The terms of a sketch, as far as they are written."""
    assert key_result.objective is not None
    return sketched(key_result.objective, key_result.sketch)


def sketched(objective: Objective, given: Mapping[str, Any]) -> Terms:
    """Terms with the days of the cycle where none are given. Raises Undecidable."""
    cycle = objective.cycle
    usual = {"start": cycle.start.isoformat(), "due": cycle.end.isoformat()}
    said = {name: value for name, value in given.items() if value not in (None, "")}
    return terms_from({**usual, **said, "objective": objective.key})


def _cut_loose(actor: str, stored: KeyResult, *, now: datetime) -> None:
    """Take away what names the sketch by its number, which no key of the database does."""
    kind = ItemKind.KEY_RESULT
    for edge in Edge.objects.filter(from_kind=kind, from_id=stored.pk, to_kind=ItemKind.OBJECTIVE):
        part(actor, stored, Objective.objects.get(pk=edge.to_id), now=now)
    for half in Counterpart.objects.filter(of_kind=kind, of_id=stored.pk).select_related("team"):
        withdraw(actor, half, now=now)


def _stored(key_result: KeyResult) -> KeyResult:
    stored = KeyResult.objects.select_for_update().get(pk=key_result.pk)
    if stored.sketch is None:
        raise Refused("this key result is in force: change it with a reason instead", code="in_force")
    return stored


def _require_planned(objective: Objective) -> None:
    # Read anew: somebody may have set the cycle since the objective was read.
    cycle = Cycle.objects.get(objectives=objective)
    if not cycle.is_planned:
        raise Refused(f"{cycle.title} is {cycle.state} already", code="not_planned")


def _audit(actor: str, action: str, of: KeyResult, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type="key result", object_id=of.pk, detail=detail, now=now)
