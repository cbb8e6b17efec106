"""Saying that a step is done or an event happened, with evidence; it is taken back, never removed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.objectives import kinds
from throughline.objectives.actions import measure
from throughline.objectives.happenings import EVENT, completions_of
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Completion, KeyResult, Version
from throughline.objectives.terms import instant
from throughline.objectives.versions import current_version

LONGEST_EVIDENCE = 500


def complete(
    key_result: KeyResult,
    actor: str,
    *,
    step: str = EVENT,
    evidence: str,
    at: object = None,
    now: datetime,
) -> Completion:
    """A step, by its key or its title, or the event of a binary one, is done; then it is measured.

    `at` is when it was done, now where nothing is said. Raises Refused beside step, evidence or at.
    """
    version = _version(key_result)
    done_at = now if at in (None, "") else instant(at, field="at")
    said = evidence.strip()
    if not said or len(said) > LONGEST_EVIDENCE:
        raise Refused(
            f"say by what anybody can see it, in at most {LONGEST_EVIDENCE} characters, such as a link",
            place="evidence",
            code="no_evidence",
        )
    if done_at > now:
        raise Refused(f"{done_at:%Y-%m-%d} is still to come: say it once it is done", place="at")
    key = _key(version, step)
    with transaction.atomic():
        KeyResult.objects.select_for_update().get(pk=key_result.pk)
        if completions_of(version, now).filter(step=key).exists():
            raise Refused(
                f"{_name(version, key)} is done already: take that back first", place="step", code="done"
            )
        made = Completion.objects.create(
            key_result=key_result, step=key, at=done_at, evidence=said, author=actor, recorded_at=now
        )
        _audit(actor, "done", made, version, now=now)
        measure(key_result, now, actor=actor)
    return made


def standing(key_result: KeyResult, step: str, *, now: datetime) -> Completion:
    """The completion of a step, or of the event, that stands. Raises Refused where there is none."""
    version = _version(key_result)
    key = _key(version, step)
    found = completions_of(version, now).filter(step=key).order_by("-id").first()
    if found is None:
        raise Refused(f"{_name(version, key)} is not done", place="step", code="not_done")
    return found


def withdraw(completion: Completion, actor: str, *, now: datetime) -> None:
    """Take back that something is done; the record keeps that it was said. Raises Refused."""
    key_result = completion.key_result
    version = _version(key_result)
    with transaction.atomic():
        standing = Completion.objects.filter(pk=completion.pk, withdrawn_at=None)
        if not standing.update(withdrawn_at=now, withdrawn_by=actor):
            raise Refused("this was taken back already", code="withdrawn")
        _audit(actor, "taken back", completion, version, now=now)
        measure(key_result, now, actor=actor)


def _version(key_result: KeyResult) -> Version:
    """The version in force of a key result that people complete."""
    if key_result.sketch is not None:
        raise Refused("this key result is not in force yet, so nothing of it can be done", code="sketch")
    if key_result.closed_at is not None:
        raise Refused("this key result is graded already", code="closed")
    if key_result.dropped_at is not None:
        raise Refused("this key result is given up, so nothing of it can be done", code="closed")
    version = current_version(key_result)
    if version.kind not in kinds.BY_HAND:
        raise Refused(
            f"its metric decides a key result of the kind '{version.kind}': nobody says that it is done",
            code="measured",
        )
    return version


def _key(version: Version, text: str) -> str:
    """The key of the step that is meant; the event has none."""
    said = " ".join(text.split()).casefold()
    if version.kind == Kind.BINARY:
        if said:
            raise Refused("it is one event, without steps: leave the step out", place="step", code="no_steps")
        return EVENT
    for each in version.steps:
        if said in (each["key"].casefold(), " ".join(each["title"].split()).casefold()):
            return str(each["key"])
    known = ", ".join(each["key"] for each in version.steps)
    raise Refused(
        f"expected one of its steps, {known}; found '{text.strip()}'", place="step", code="unknown_step"
    )


def _name(version: Version, key: str) -> str:
    titles = {each["key"]: each["title"] for each in version.steps}
    return f"'{titles[key]}'" if key in titles else "it"


def _audit(actor: str, what: str, of: Completion, version: Version, *, now: datetime) -> None:
    named = "step" if version.kind == Kind.MILESTONE else "event"
    detail = {"step": of.step, "at": f"{of.at:%Y-%m-%dT%H:%M:%SZ}", "evidence": of.evidence}
    audit.record(
        actor, f"{named} {what}", object_type="key result", object_id=of.key_result_id, detail=detail, now=now
    )
