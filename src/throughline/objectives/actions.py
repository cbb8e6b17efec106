"""Making, changing, measuring and closing key results. Nothing is edited: a change is a new version."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine import key_results
from throughline.engine.key_results import GRACE
from throughline.engine.refusals import Refused
from throughline.engine.windows import due_text, parse_window
from throughline.objectives.drafts import Draft, draft, too_short
from throughline.objectives.figures import Figure, figure, freshness, metric_of
from throughline.objectives.models import KeyResult, Measurement, Version
from throughline.objectives.terms import MEASURED, Terms, Undecidable, changed, terms_from
from throughline.vulnerabilities.models import Event

ITSELF = "throughline"
NOTHING_KNOWN = {"code": "nothing_known_yet", "message": "Nothing was imported yet, so nothing is known."}
# A change of one of these asks for another baseline; moving the due date does not.
MEASURE_FIELDS = ("metric", "where", "at", "window", "start")


def add_key_result(actor: str, *, now: datetime, **given: Any) -> KeyResult:
    """Publish a key result and measure it for the first time.

    `given` holds the fields of Terms: metric, where, at, window, baseline, target, start, due, owner,
    title, objective, cadence_days; dates as text, date or instant. Raises Undecidable with the field.
    """
    worked_out = draft(terms_from(given), now=now)
    with transaction.atomic():
        key_result = KeyResult.objects.create(objective=worked_out.terms.objective, created_at=now)
        version = _store(key_result, worked_out, _Change(actor, Version.Reason.FIRST, ""), kept=None, now=now)
        _audit(actor, "key result added", key_result, detail=_fields(version), now=now)
    measure(key_result, now, actor=actor)
    return key_result


def change_key_result(
    key_result: KeyResult, actor: str, *, reason: str, text: str = "", now: datetime, **given: Any
) -> Version:
    """A new version with the given fields replaced, its author, its reason class and text.

    Raises Undecidable where nothing would change, where the reason is none of the four classes, and
    where the key result is closed already.
    """
    if key_result.closed_at is not None:
        raise Refused("a closed key result keeps its versions: make a new one", code="closed")
    current = current_version(key_result)
    change = _Change(actor, _reason(reason), text.strip())
    terms = _changed_terms(current, given)
    worked_out = draft(terms, now=now)
    with transaction.atomic():
        kept = None if terms.baseline == MEASURED or given.get("baseline") is not None else current
        version = _store(key_result, worked_out, change, kept=kept, now=now)
        key_result.objective = terms.objective
        key_result.save(update_fields=["objective"])
        detail = {"old": _fields(current), "new": _fields(version), "reason": change.reason}
        _audit(actor, "key result changed", key_result, detail=detail, now=now)
    measure(key_result, now, actor=actor)
    return version


def measure(key_result: KeyResult, now: datetime, *, actor: str = ITSELF) -> Measurement:
    """What the metric says now, kept with its definition, its data version and the data's age.

    The last measurement is returned instead where definition and data version are the same on the same
    day. A metric that can no longer be computed is kept as a value that is missing, with the reason.
    A key result whose end has come is closed, if the data reaches it.
    """
    version = current_version(key_result)
    if key_result.closed_at is not None and (known := _on_this_data(version)):
        return known
    found = figure_of(version, now=now)
    kept = _last_that_says(version, found, now=now) or _keep(version, found, actor=actor, now=now)
    if key_result.closed_at is None and now >= version.due and reaches_the_end(version, kept.data_as_of):
        close(key_result, now, actor=actor)
    return kept


def measure_all(now: datetime, *, actor: str = ITSELF) -> int:
    """Measure every key result; how many were measured. Called after each import and once a day."""
    every = list(KeyResult.objects.order_by("id"))
    for key_result in every:
        measure(key_result, now, actor=actor)
    return len(every)


def close(key_result: KeyResult, now: datetime, *, actor: str = ITSELF) -> KeyResult:
    """Grade at the end: the window ends at the due date, knowledge is that of this moment.

    The grade by the first version stands beside it. Raises Refused before the due date and when closed.
    """
    version = current_version(key_result)
    if key_result.closed_at is not None:
        raise Refused("this key result is closed already", code="closed")
    if now < version.due:
        raise Refused(f"it is judged at the end of {due_text(version.due)}, not before", code="too_early")
    original = key_result.versions.order_by("number")[0]
    final, first = _graded(version, now=now), _graded(original, now=now)
    with transaction.atomic():
        key_result.closed_at = now
        key_result.graded_value, key_result.grade = final
        key_result.original_value, key_result.original_grade = first
        key_result.save()
        detail = {"value": final[0], "grade": final[1], "original_grade": first[1]}
        _audit(actor, "key result closed", key_result, detail=detail, now=now)
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


def reaches_the_end(version: Version, data_as_of: datetime | None) -> bool:
    """Whether the data was still fresh when the key result ended, so that it can be judged by it."""
    if data_as_of is None:
        return False
    return data_as_of + timedelta(days=version.cadence_days) + GRACE >= version.due


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


def _store(
    key_result: KeyResult, worked_out: Draft, change: _Change, *, kept: Version | None, now: datetime
) -> Version:
    """`kept` is the version whose baseline stays in force, with how it was found."""
    terms, measured = worked_out.terms, worked_out.baseline_figure
    return Version.objects.create(
        key_result=key_result,
        number=key_result.versions.count() + 1,
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


def _person(owner: str) -> User | None:
    """The person whom an owner's name or e-mail address names, where exactly one does."""
    named = User.objects.filter(Q(name__iexact=owner) | Q(email__iexact=owner), is_active=True)[:2]
    return named[0] if len(named) == 1 else None


def _on_this_data(version: Version) -> Measurement | None:
    """The last measurement of a window that has ended, where no event came since: nothing can differ."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return version.measurements.filter(data_version=newest or 0, at__gte=version.due).last()


def _last_that_says(version: Version, found: Figure, *, now: datetime) -> Measurement | None:
    last = version.measurements.filter(at__lte=now).order_by("-at", "-id").first()
    if last is None or (last.definition, last.data_version) != (found.definition, found.data_version):
        return None
    if last.at.astimezone(UTC).date() != now.astimezone(UTC).date() and last.at < version.due:
        return None
    if last.data_as_of != found.data_as_of:
        # A re-import without news: the figure is the same, and younger.
        Measurement.objects.filter(pk=last.pk).update(data_as_of=found.data_as_of)
        last.data_as_of = found.data_as_of
    return last


def _keep(version: Version, found: Figure, *, actor: str, now: datetime) -> Measurement:
    fields = {name: getattr(found, name) for name in _MEASUREMENT_FIELDS}
    detail = {"version": version.number, "value": found.value, "data_version": found.data_version}
    with transaction.atomic():
        kept = Measurement.objects.create(version=version, at=now, warnings=list(found.warnings), **fields)
        _audit(actor, "key result measured", version.key_result, detail=detail, now=now)
    return kept


_MEASUREMENT_FIELDS = (
    *("value", "low", "high", "n", "n_open", "since", "until"),
    *("definition", "data_version", "data_as_of"),
)


def figure_of(version: Version, *, now: datetime) -> Figure:
    """What the version's metric says now, with the age of its data; a refusal is a value that is missing."""
    try:
        metric = metric_of(version.metric, where=version.where, at=version.at)
        span = parse_window(version.window).span(version.start, version.due, now=now)
        found = figure(metric, span, now=now)
    except Refused as refused:
        warning = {"code": "cannot_be_computed", "message": str(refused)}
        return Figure(value=None, definition={"metric": version.metric}, warnings=(warning,))
    fresh = freshness(metric, now=now, cadence_days=version.cadence_days)
    if fresh.as_of is None:
        # A count over no data at all is 0, which would be the greenest figure of all.
        return replace(found, value=None, low=None, high=None, warnings=(NOTHING_KNOWN,))
    silent = [_silence(name, at) for name, at in fresh.silent]
    window = parse_window(version.window)
    short = too_short(metric, window, start=version.start, due=version.due) if found.value is None else []
    return replace(found, data_as_of=fresh.as_of, warnings=(*found.warnings, *short, *silent))


def _silence(name: str, at: datetime) -> dict[str, str]:
    message = f"Nothing has come from {name} since {at:%Y-%m-%d}, and the figure rests on it too."
    return {"code": "silent_source", "message": message}


def _graded(version: Version, *, now: datetime) -> tuple[float | None, float | None]:
    value = figure_of(version, now=now).value
    return value, key_results.grade(value, baseline=version.baseline, target=version.target)


def _fields(version: Version) -> dict[str, Any]:
    fields = asdict(terms_of(version)) | {"baseline": version.baseline, "target_value": version.target}
    return {name: due_text(value) if name == "due" else _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value


def _audit(actor: str, action: str, key_result: KeyResult, *, detail: dict[str, Any], now: datetime) -> None:
    audit.record(actor, action, object_type="key result", object_id=key_result.pk, detail=detail, now=now)
