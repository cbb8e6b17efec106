"""Making, changing, measuring and closing key results. Nothing is edited: a change is a new version."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from throughline.audit import actions as audit
from throughline.engine.key_results import may_be_graded
from throughline.engine.refusals import Refused
from throughline.engine.windows import due_text
from throughline.objectives.drafts import Draft, draft
from throughline.objectives.history import person_of
from throughline.objectives.keys import key_for
from throughline.objectives.marks import mark
from throughline.objectives.measuring import figure_of, graded, keep, on_this_data
from throughline.objectives.models import KeyResult, Measurement, Objective, Version
from throughline.objectives.people import person_named
from throughline.objectives.placing import objective_for
from throughline.objectives.sketches import terms_of_sketch
from throughline.objectives.terms import (
    MEASURED,
    Terms,
    Undecidable,
    changed,
    number_text,
    phases_from,
    steps_from,
    terms_from,
)

ITSELF = "throughline"
log = logging.getLogger(__name__)
# A change of one of these asks for another baseline; moving the due date does not.
MEASURE_FIELDS = ("metric", "where", "at", "window", "start")


def add_key_result(actor: str, *, key: str = "", now: datetime, **given: Any) -> KeyResult:
    """Put a key result into force and measure it for the first time.

    `given` holds the fields of Terms; dates as text, date or instant. Raises Undecidable with the field.
    """
    terms = terms_from(given)
    data, worked_out = mark(), draft(terms, now=now)
    version = _version(worked_out, _Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
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
        _audit(actor, "key result added", key_result, detail=_fields(version), now=now)
        first = keep(version, found, data=data, actor=actor, now=now)
    _close_at_its_end(key_result, version, first, actor=actor, now=now)
    return key_result


def publish_sketch(key_result: KeyResult, actor: str, *, now: datetime) -> Version:
    """Put a sketch into force: its terms become the first version. Raises Undecidable with the field."""
    data, worked_out = mark(), draft(terms_of_sketch(key_result), now=now)
    version = _version(worked_out, _Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
    found = figure_of(version, now=now)
    with transaction.atomic():
        # Whoever comes second finds no sketch any more.
        if not KeyResult.objects.filter(pk=key_result.pk, sketch__isnull=False).update(sketch=None):
            raise Refused("this key result is in force already", code="in_force")
        key_result.sketch = None
        _store(version, key_result, number=1)
        _audit(actor, "key result set", key_result, detail=_fields(version), now=now)
        keep(version, found, data=data, actor=actor, now=now)
    return version


def change_key_result(
    key_result: KeyResult,
    actor: str,
    *,
    reason: str,
    text: str = "",
    seen: int | None = None,
    now: datetime,
    **given: Any,
) -> Version:
    """A new version with the given fields replaced, its author, its reason class and text.

    `seen` is the number of the version that the change was made from, the one in force if left out. Raises
    Undecidable where another came since, where nothing would change and where the reason is none of the
    four classes; Refused where the key result is closed already.
    """
    current = current_version(key_result)
    _require_unmoved(key_result, current.number if seen is None else seen)
    change = _Change(actor, _reason(reason), text.strip())
    terms = _changed_terms(current, given)
    data, worked_out = mark(), draft(terms, now=now)
    kept = None if terms.baseline == MEASURED or given.get("baseline") is not None else current
    version = _version(worked_out, change, kept=kept, now=now)
    found = figure_of(version, now=now)
    with transaction.atomic():
        _require_unmoved(key_result, current.number)
        _store(version, key_result, number=current.number + 1)
        key_result.objective = objective_for(actor, terms.objective, due=terms.due, now=now)
        key_result.save(update_fields=["objective"])
        detail = {"old": _fields(current), "new": _fields(version), "reason": change.reason}
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
    version, data = current_version(key_result), mark()
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
    return KeyResult.objects.filter(sketch__isnull=True).order_by("id")


def current_version(key_result: KeyResult) -> Version:
    """The version in force."""
    return key_result.versions.order_by("-number")[0]


def terms_of(version: Version) -> Terms:
    """The terms that a version was made from."""
    return Terms(
        **{name: getattr(version, name) for name in _AS_THEY_ARE},
        window=version.window,
        baseline=MEASURED if version.baseline_measured else number_text(version.baseline),
        target=version.target_text,
        bound_low=number_text(version.bound_low),
        bound_high=number_text(version.bound_high),
        phases=phases_from(version.phases),
        steps=steps_from(version.steps),
        start=version.start,
        due=version.due,
        owner=version.owner_name,
        objective=version.key_result.objective.key if version.key_result.objective else "",
        cadence_days=version.cadence_days,
    )


# The fields that a version keeps as the terms say them.
_AS_THEY_ARE = (
    *("kind", "commitment", "weight", "title", "metric", "where", "at", "allowed_outside", "acceptance"),
    *("judge", "scale", "why", "why_target", "how_measured"),
)


def _require_running(objective: Objective | None) -> None:
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
    if stored.closed_at is not None:
        raise Refused(
            "this key result is closed already, and keeps its versions: make a new one", code="closed"
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
    if key_result.closed_at is None and may_be_graded(
        kept.data_as_of, due=version.due, now=now, cadence_days=version.cadence_days
    ):
        close(key_result, now, actor=actor)


def _measured(key_result: KeyResult, now: datetime, actor: str) -> bool:
    try:
        measure(key_result, now, actor=actor)
    except Exception:
        # Whatever is wrong with one, silence about the others would be worse; it goes stale by itself.
        log.exception("key result %s could not be measured", key_result.pk)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Change:
    author: str
    reason: str
    text: str


def _reason(reason: str) -> str:
    classes = [each.value for each in Version.Reason if each is not Version.Reason.FIRST]
    if reason.strip().lower() not in classes:
        raise Undecidable(
            f"a change has one of the reasons {', '.join(classes)}; found '{reason}'",
            field="reason",
            code="reason",
        )
    return reason.strip().lower()


def _changed_terms(current: Version, given: dict[str, Any]) -> Terms:
    before = terms_of(current)
    terms = changed(before, given)
    if terms == before and given.get("baseline") is None:
        raise Undecidable(
            "nothing would change: give at least one new value", field="reason", code="no_change"
        )
    if given.get("baseline") is not None:
        return terms
    if terms.metric != before.metric and not current.baseline_measured:
        message = "the baseline was given for another measure: give the one of the new measure, or 'measured'"
        raise Undecidable(message, field="baseline", code="baseline_of_another_measure")
    moved = any(getattr(terms, name) != getattr(before, name) for name in MEASURE_FIELDS)
    return terms if moved else replace(terms, baseline=repr(current.baseline))


def _version(worked_out: Draft, change: _Change, *, kept: Version | None, now: datetime) -> Version:
    """The version, not stored yet; `kept` is the one whose baseline stays in force, with how it was found."""
    terms, measured = worked_out.terms, worked_out.baseline_figure
    return Version(
        **{name: getattr(terms, name) for name in _AS_THEY_ARE},
        phases=[asdict(each) for each in terms.phases],
        steps=[asdict(each) for each in terms.steps],
        window=str(worked_out.window),
        unit=worked_out.metric.unit,
        better=worked_out.better,
        baseline=worked_out.baseline,
        baseline_measured=kept.baseline_measured if kept else measured is not None,
        baseline_as_of=kept.baseline_as_of if kept else now if measured else None,
        target=worked_out.target,
        target_text=terms.target,
        start=terms.start,
        due=terms.due,
        owner_name=terms.owner,
        owner=person_named(terms.owner),
        cadence_days=worked_out.cadence_days,
        reason=change.reason,
        reason_text=change.text,
        author=change.author,
        created_at=now,
    )


def _store(version: Version, key_result: KeyResult, *, number: int) -> None:
    version.key_result, version.number = key_result, number
    version.save()


def _fields(version: Version) -> dict[str, Any]:
    fields = asdict(terms_of(version)) | {"baseline": version.baseline, "target_value": version.target}
    return {name: due_text(value) if name == "due" else _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value


def _audit(actor: str, action: str, key_result: KeyResult, *, detail: dict[str, Any], now: datetime) -> None:
    audit.record(actor, action, object_type="key result", object_id=key_result.pk, detail=detail, now=now)
