"""Versions made of terms, and the terms that a version was made from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from throughline.engine.sentences import amount, unit_word
from throughline.engine.windows import due_text
from throughline.objectives import kinds
from throughline.objectives.drafts import Draft
from throughline.objectives.models import KeyResult, Version
from throughline.objectives.people import person_named
from throughline.objectives.terms import (
    MEASURED,
    Terms,
    Undecidable,
    changed,
    number_text,
    phases_from,
    steps_from,
)

# A change of one of these asks for another baseline; moving the due date does not.
MEASURE_FIELDS = ("metric", "where", "at", "window", "start")


def current_version(key_result: KeyResult) -> Version:
    """The version in force."""
    return key_result.versions.order_by("-number")[0]


def terms_of(version: Version) -> Terms:
    """The terms that a version was made from."""
    return Terms(
        **{name: getattr(version, name) for name in _AS_THEY_ARE},
        window=version.window,
        baseline=_baseline_text(version),
        target=version.target_text,
        scale=version.scale if version.kind == Version.Kind.FORECAST else "",
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


def _baseline_text(version: Version) -> str:
    # A kind without a baseline says what the form of the others starts with.
    is_measured = version.baseline_measured or version.baseline is None
    return MEASURED if is_measured else number_text(version.baseline)


# The fields that a version keeps as the terms say them.
_AS_THEY_ARE = (
    *("kind", "commitment", "weight", "title", "metric", "where", "at", "allowed_outside", "acceptance"),
    *("judge", "why", "why_target", "how_measured"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """Who makes a version, and why."""

    author: str
    reason: str
    text: str


def reason_of(reason: str) -> str:
    """The class of a reason as it is kept. Raises Undecidable."""
    classes = [each.value for each in Version.Reason if each is not Version.Reason.FIRST]
    if reason.strip().lower() not in classes:
        raise Undecidable(
            f"a change has one of the reasons {', '.join(classes)}; found '{reason}'",
            field="reason",
            code="reason",
        )
    return reason.strip().lower()


def words_of(text: str) -> str:
    """The reason in a person's own words: its class alone tells nobody what happened. Raises Undecidable."""
    if not text.strip():
        raise Undecidable("say in your own words why it changes", field="text", code="reason")
    return text.strip()


def changed_terms(current: Version, given: dict[str, Any]) -> Terms:
    """The terms with the given fields replaced, and the baseline that stays in force where it may.

    Another kind drops what decided the one before. Raises Undecidable where nothing would change.
    """
    before = terms_of(current)
    kind = str(given.get("kind") or before.kind).strip().lower()
    terms = changed(before, {**kinds.dropped(before, kind), **given})
    if terms == before and given.get("baseline") is None:
        raise Undecidable(
            "nothing would change: give at least one new value", field="reason", code="no_change"
        )
    if given.get("baseline") is not None:
        return terms
    if terms.kind not in kinds.MOVING or terms.kind != before.kind:
        return terms
    if terms.metric != before.metric and not current.baseline_measured:
        message = "the baseline was given for another measure: give the one of the new measure, or 'measured'"
        raise Undecidable(message, field="baseline", code="baseline_of_another_measure")
    moved = any(getattr(terms, name) != getattr(before, name) for name in MEASURE_FIELDS)
    return terms if moved else replace(terms, baseline=number_text(current.baseline))


def require_direction(worked_out: Draft, current: Version) -> None:
    """Refuse a target that turns a key result round, away from what is better for its metric.

    One that went the other way from the beginning was meant so. Raises Undecidable.
    """
    subject, baseline, target = worked_out.subject, worked_out.baseline, worked_out.target
    if subject is None or not subject.better or baseline is None or target is None:
        return
    if worked_out.better in (subject.better, current.better):
        return
    side, other = ("below", "above") if target < baseline else ("above", "below")
    unit = worked_out.unit
    said, start = (f"{amount(each, unit)}{unit_word(unit)}" for each in (target, baseline))
    raise Undecidable(
        f"{said} is {side} the baseline {start}, and for this metric {subject.better} is better: "
        f"did you mean a target {other} {start}? For the other way make a new key result",
        field="target",
        code="against_better",
    )


def version_of(worked_out: Draft, change: Change, *, kept: Version | None, now: datetime) -> Version:
    """The version, not stored yet; `kept` is the one whose baseline stays in force, with how it was found."""
    terms, measured = worked_out.terms, worked_out.baseline_figure
    return Version(
        **{name: getattr(terms, name) for name in _AS_THEY_ARE},
        phases=[asdict(each) for each in terms.phases],
        steps=[asdict(each) for each in terms.steps],
        window=str(worked_out.window),
        unit=worked_out.unit,
        better=worked_out.better,
        baseline=worked_out.baseline,
        baseline_measured=kept.baseline_measured if kept else measured is not None,
        baseline_as_of=kept.baseline_as_of if kept else now if measured else None,
        target=worked_out.target,
        bound_low=worked_out.low,
        bound_high=worked_out.high,
        scale=worked_out.scale,
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


def fields_of(version: Version) -> dict[str, Any]:
    """The terms of a version as the audit record keeps them."""
    fields = asdict(terms_of(version)) | {"baseline": version.baseline, "target_value": version.target}
    return {name: due_text(value) if name == "due" else _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value
