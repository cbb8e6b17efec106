"""Making, changing, measuring and closing key results. Nothing is edited: a change is a new version."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.windows import due_text
from throughline.objectives.drafts import draft
from throughline.objectives.figures import Figure
from throughline.objectives.grading import may_be_graded
from throughline.objectives.history import person_of
from throughline.objectives.keys import key_for
from throughline.objectives.marks import Mark, mark_for, mark_of
from throughline.objectives.measuring import figure_of, graded, keep, on_this_data
from throughline.objectives.models import Cycle, KeyResult, Measurement, Objective, Version
from throughline.objectives.placing import objective_for
from throughline.objectives.sketches import terms_of_sketch
from throughline.objectives.terms import MEASURED, Undecidable, terms_from
from throughline.objectives.versions import (
    Change,
    changed_terms,
    current_version,
    fields_of,
    reason_of,
    require_direction,
    version_of,
    words_of,
)

ITSELF = "throughline"
log = logging.getLogger(__name__)


def add_key_result(actor: str, *, key: str = "", now: datetime, **given: Any) -> KeyResult:
    """Put a key result into force and measure it for the first time.

    `given` holds the fields of Terms; dates as text, date or instant. Raises Undecidable with the field.
    """
    terms = terms_from(given)
    data, worked_out = mark_for(terms.kind, terms.metric), draft(terms, now=now)
    version = version_of(worked_out, Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
    found = figure_of(version, now=now)
    with transaction.atomic():
        objective = objective_for(actor, terms.objective, due=terms.due, now=now)
        _require_running(objective)
        key_result = KeyResult.objects.create(
            key=key_for(KeyResult, key, title=terms.title or terms.metric or terms.kind),
            objective=objective,
            position=objective.key_results.count() + 1 if objective else 0,
            created_at=now,
        )
        _store(version, key_result, number=1)
        _audit(actor, "key result added", key_result, detail=fields_of(version), now=now)
        first = keep(version, found, data=data, actor=actor, now=now)
    _close_at_its_end(key_result, version, first, actor=actor, now=now)
    return key_result


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sketch worked out and measured, so that putting it into force holds the database but a moment."""

    key_result: KeyResult
    # As text, in which a list that was just read and one that was just made are the same.
    sketch: str
    version: Version
    found: Figure
    data: Mark


def prepared(key_result: KeyResult, actor: str, *, now: datetime) -> Prepared:
    """The sketch as its first version, not stored yet. Raises Undecidable with the field."""
    terms = terms_of_sketch(key_result)
    data, worked_out = mark_for(terms.kind, terms.metric, key_result), draft(terms, now=now)
    version = version_of(worked_out, Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
    return Prepared(key_result, _as_text(key_result.sketch), version, figure_of(version, now=now), data)


def put_into_force(ready: Prepared, actor: str, *, now: datetime) -> Version:
    """Store what was prepared. Raises Refused where the sketch is in force already, or was changed since."""
    key_result, version = ready.key_result, ready.version
    with transaction.atomic():
        stored = _hold(key_result)
        if stored.sketch is None:
            raise Refused("this key result is in force already", code="in_force")
        if _as_text(stored.sketch) != ready.sketch:
            raise Refused(
                "somebody changed this key result just now: read it again", code="changed_meanwhile"
            )
        KeyResult.objects.filter(pk=key_result.pk).update(sketch=None)
        key_result.sketch = None
        _store(version, key_result, number=1)
        _audit(actor, "key result set", key_result, detail=fields_of(version), now=now)
        keep(version, ready.found, data=ready.data, actor=actor, now=now)
    return version


def _as_text(sketch: Any) -> str:
    return json.dumps(sketch, sort_keys=True)


def change_key_result(
    key_result: KeyResult,
    actor: str,
    *,
    reason: str,
    text: str,
    seen: int | None = None,
    now: datetime,
    **given: Any,
) -> Version:
    """A new version with the given fields replaced, its author, its reason class and text.

    `seen` is the number of the version that the change was made from, the one in force if left out. Raises
    Undecidable where another came since, where nothing would change, where the reason is none of the four
    classes or has no words; Refused where the key result is closed already.
    """
    current = current_version(key_result)
    _require_unmoved(key_result, current.number if seen is None else seen)
    change = Change(actor, reason_of(reason), words_of(text))
    terms = changed_terms(current, given)
    data, worked_out = mark_for(terms.kind, terms.metric, key_result), draft(terms, now=now)
    require_direction(worked_out, current)
    kept = None if terms.baseline == MEASURED or given.get("baseline") is not None else current
    version = version_of(worked_out, change, kept=kept, now=now)
    version.key_result = key_result
    found = figure_of(version, now=now)
    with transaction.atomic():
        _require_unmoved(key_result, current.number)
        _store(version, key_result, number=current.number + 1)
        key_result.objective = objective_for(actor, terms.objective, due=terms.due, now=now)
        key_result.save(update_fields=["objective"])
        detail = {"old": fields_of(current), "new": fields_of(version), "reason": change.reason}
        _audit(actor, "key result changed", key_result, detail=detail, now=now)
        first = keep(version, found, data=data, actor=actor, now=now)
    _close_at_its_end(key_result, version, first, actor=actor, now=now)
    return version


def measure(key_result: KeyResult, now: datetime, *, actor: str = ITSELF) -> Measurement:
    """What the metric says now, kept with its definition, its data version and the data's age.

    The last measurement is returned instead where definition and data version are the same on the same
    day. A metric that can no longer be computed is kept as a value that is missing, with the reason.
    A key result whose end has come is closed, if the data reaches it.
    """
    version = current_version(key_result)
    data = mark_of(version)
    if key_result.closed_at is not None and (known := on_this_data(version, data)):
        return known
    found = figure_of(version, now=now)
    with transaction.atomic():
        _hold(key_result)
        kept = keep(version, found, data=data, actor=actor, now=now)
    _close_at_its_end(key_result, version, kept, actor=actor, now=now)
    return kept


def measure_all(now: datetime, *, actor: str = ITSELF) -> int:
    """Measure every key result; how many were measured. One that cannot be holds up no other.

    Called after each import and once a day.
    """
    return sum(_measured(key_result, now, actor) for key_result in in_force())


def close(key_result: KeyResult, now: datetime, *, actor: str = ITSELF) -> KeyResult:
    """Grade at the end: the window ends at the due date, knowledge is that of this moment.

    The grade by the first version stands beside it. Raises Refused before the due date, when closed, and
    where another version came into force meanwhile.
    """
    version = current_version(key_result)
    if now < version.due:
        raise Refused(f"it is judged at the end of {due_text(version.due)}, not before", code="too_early")
    original = key_result.versions.order_by("number")[0]
    final, first = graded(version, now=now), graded(original, now=now)
    grades = {
        "closed_at": now,
        "graded_value": final[0],
        "grade": final[1],
        "original_value": first[0],
        "original_grade": first[1],
    }
    with transaction.atomic():
        _require_unmoved(key_result, version.number)
        if not KeyResult.objects.filter(pk=key_result.pk, closed_at=None).update(**grades):
            raise Refused("this key result is closed already", code="closed")
        detail = {"value": final[0], "grade": final[1], "original_grade": first[1]}
        _audit(actor, "key result closed", key_result, detail=detail, now=now)
    key_result.refresh_from_db()
    return key_result


def in_force() -> QuerySet[KeyResult]:
    """The key results that promise something; a sketch does not yet."""
    return KeyResult.objects.filter(sketch__isnull=True, dropped_at=None).order_by("id")


def _require_running(objective: Objective | None) -> None:
    if objective is not None and objective.cycle.state == Cycle.State.CLOSED:
        raise Refused(
            f"{objective.cycle.title} is closed: nothing is added to it", place="objective", code="closed"
        )
    if objective is not None and objective.cycle.is_planned:
        raise Refused(
            f"{objective.cycle.title} is still {objective.cycle.state}: sketch the key result there, "
            "and it comes into force with the others",
            place="objective",
            code="still_planned",
        )


def _hold(key_result: KeyResult) -> KeyResult:
    """The key result as stored, held until the transaction ends."""
    return KeyResult.objects.select_for_update().get(pk=key_result.pk)


def _require_unmoved(key_result: KeyResult, seen: int) -> None:
    """Refuse a write that was made from a version that is no longer in force, or after the grade."""
    with transaction.atomic():
        stored = _hold(key_result)
        newest = current_version(stored)
    if stored.closed_at is not None or stored.dropped_at is not None:
        ended = "closed" if stored.closed_at is not None else "given up"
        raise Refused(
            f"this key result is {ended} already, and keeps its versions: make a new one", code="closed"
        )
    if newest.number != seen:
        raise Undecidable(
            f"changed meanwhile: version {newest.number} of {person_of(newest.author)} is in force. "
            "Open the key result again and make your change from it",
            field="version",
            code="changed_meanwhile",
        )


def _close_at_its_end(
    key_result: KeyResult, version: Version, kept: Measurement, *, actor: str, now: datetime
) -> None:
    has_ended = key_result.closed_at is not None or key_result.dropped_at is not None
    if not has_ended and may_be_graded(version, kept, now=now):
        close(key_result, now, actor=actor)


def _measured(key_result: KeyResult, now: datetime, actor: str) -> bool:
    try:
        measure(key_result, now, actor=actor)
    except Exception:
        # Whatever is wrong with one, silence about the others would be worse; it goes stale by itself.
        log.exception("key result %s could not be measured", key_result.pk)
        return False
    return True


def _store(version: Version, key_result: KeyResult, *, number: int) -> None:
    version.key_result, version.number = key_result, number
    version.save()


def _audit(actor: str, action: str, key_result: KeyResult, *, detail: dict[str, Any], now: datetime) -> None:
    audit.record(actor, action, object_type="key result", object_id=key_result.pk, detail=detail, now=now)
