"""Making, changing, measuring and closing key results. Nothing is edited: a change is a new version."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.key_results import may_be_graded
from throughline.engine.refusals import Refused
from throughline.engine.windows import due_text
from throughline.objectives.drafts import Draft, draft
from throughline.objectives.history import person_of
from throughline.objectives.marks import mark
from throughline.objectives.measuring import figure_of, graded, keep, on_this_data
from throughline.objectives.models import KeyResult, Measurement, Version
from throughline.objectives.terms import MEASURED, Terms, Undecidable, changed, terms_from

ITSELF = "throughline"
log = logging.getLogger(__name__)
# A change of one of these asks for another baseline; moving the due date does not.
MEASURE_FIELDS = ("metric", "where", "at", "window", "start")


def add_key_result(actor: str, *, now: datetime, **given: Any) -> KeyResult:
    """Publish a key result and measure it for the first time.

    `given` holds the fields of Terms: metric, where, at, window, baseline, target, start, due, owner,
    title, objective, cadence_days; dates as text, date or instant. Raises Undecidable with the field.
    """
    data, worked_out = mark(), draft(terms_from(given), now=now)
    version = _version(worked_out, _Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
    found = figure_of(version, now=now)
    with transaction.atomic():
        key_result = KeyResult.objects.create(objective=worked_out.terms.objective, created_at=now)
        _store(version, key_result, number=1)
        _audit(actor, "key result added", key_result, detail=_fields(version), now=now)
        first = keep(version, found, data=data, actor=actor, now=now)
    _close_at_its_end(key_result, version, first, actor=actor, now=now)
    return key_result


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
        key_result.objective = terms.objective
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
    return sum(_measured(key_result, now, actor) for key_result in KeyResult.objects.order_by("id"))


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


def current_version(key_result: KeyResult) -> Version:
    """The version in force."""
    return key_result.versions.order_by("-number")[0]


def terms_of(version: Version) -> Terms:
    """The terms that a version was made from."""
    return Terms(
        metric=version.metric,
        where=version.where,
        at=version.at,
        window=version.window,
        baseline=MEASURED if version.baseline_measured else repr(version.baseline),
        target=version.target_text,
        start=version.start,
        due=version.due,
        owner=version.owner_name,
        title=version.title,
        objective=version.key_result.objective,
        cadence_days=version.cadence_days,
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
        title=terms.title,
        metric=terms.metric,
        where=terms.where,
        at=terms.at,
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
        owner=_person(terms.owner),
        cadence_days=worked_out.cadence_days,
        reason=change.reason,
        reason_text=change.text,
        author=change.author,
        created_at=now,
    )


def _store(version: Version, key_result: KeyResult, *, number: int) -> None:
    version.key_result, version.number = key_result, number
    version.save()


def _person(owner: str) -> User | None:
    """The person whom an owner's name or e-mail address names, where exactly one does."""
    named = User.objects.filter(Q(name__iexact=owner) | Q(email__iexact=owner), is_active=True)[:2]
    return named[0] if len(named) == 1 else None


def _fields(version: Version) -> dict[str, Any]:
    fields = asdict(terms_of(version)) | {"baseline": version.baseline, "target_value": version.target}
    return {name: due_text(value) if name == "due" else _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value


def _audit(actor: str, action: str, key_result: KeyResult, *, detail: dict[str, Any], now: datetime) -> None:
    audit.record(actor, action, object_type="key result", object_id=key_result.pk, detail=detail, now=now)
