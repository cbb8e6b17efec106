"""What initiatives are expected to change, what they changed, who works on them, and other teams' halves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from throughline.accounts.models import Team, User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.objectives.effects import check_change, unit_of
from throughline.objectives.items import Joined, kind_of
from throughline.objectives.models import Assignment, Counterpart, Effect, Initiative, KeyResult
from throughline.objectives.people import person_named


def expect(
    actor: str,
    initiative: Initiative,
    key_result: KeyResult,
    *,
    low: float,
    high: float,
    confidence: float,
    now: datetime,
) -> Effect:
    """State the change of the value that an initiative should bring, or restate it. Raises Refused.

    The change is in the unit of the key result; of a share it is a fraction: 0.1 is ten percentage points.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise Refused(f"expected a range such as -8 to -3, found {low:g} to {high:g}", place="low")
    if not 0 < confidence <= 1:
        raise Refused(f"expected a confidence above 0 and up to 1, found {confidence:g}", place="confidence")
    unit = unit_of(key_result)
    for place, change in (("low", low), ("high", high)):
        check_change(change, unit, place=place)
    stated = {"low": low, "high": high, "confidence": confidence}
    with transaction.atomic():
        effect, made = Effect.objects.get_or_create(
            initiative=initiative, key_result=key_result, defaults={**stated, "created_at": now}
        )
        if made or {name: getattr(effect, name) for name in stated} != stated:
            Effect.objects.filter(pk=effect.pk).update(**stated)
            effect.refresh_from_db()
            _audit(actor, "effect expected", initiative, {"key_result": key_result.key, **stated}, now=now)
    return effect


def expect_nothing(actor: str, initiative: Initiative, key_result: KeyResult, *, now: datetime) -> bool:
    """Take an expected effect back; whether there was one. A realised one stays: it is a record."""
    with transaction.atomic():
        gone, _ = Effect.objects.filter(
            initiative=initiative, key_result=key_result, realised_at=None
        ).delete()
        if gone:
            _audit(actor, "effect taken back", initiative, {"key_result": key_result.key}, now=now)
    return bool(gone)


def realise(actor: str, effect: Effect, *, value: float, note: str = "", now: datetime) -> None:
    """Say what an initiative changed in the end. Raises Refused."""
    if not math.isfinite(value):
        raise Refused("expected the change as a number, such as -4", place="value")
    check_change(value, unit_of(effect.key_result), place="value")
    if len(note) > 500:
        raise Refused("expected at most 500 characters", place="note")
    with transaction.atomic():
        effect.realised, effect.realised_note = value, note
        effect.realised_at, effect.realised_by = now, actor
        effect.save()
        detail = {"key_result": effect.key_result.key, "realised": value, "note": note}
        _audit(actor, "effect realised", effect.initiative, detail, now=now)


def assign(actor: str, initiative: Initiative, names: Iterable[str], *, now: datetime) -> None:
    """Who works on it: exactly these people. Raises Refused."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if long := [name for name in wanted if len(name) > 120]:
        raise Refused(f"expected names of at most 120 characters, found '{long[0][:40]}…'", place="people")
    with transaction.atomic():
        before = list(initiative.assignments.values_list("name", flat=True))
        if before == wanted:
            return
        initiative.assignments.all().delete()
        Assignment.objects.bulk_create(
            Assignment(initiative=initiative, name=name, user=person_named(name)) for name in wanted
        )
        _audit(actor, "initiative assigned", initiative, {"old": before, "new": wanted}, now=now)


def staff(
    actor: str,
    initiative: Initiative,
    *,
    joins: Iterable[User],
    leaves: Iterable[Assignment] = (),
    now: datetime,
) -> bool:
    """People with an account join the work, assignments end, all others stay; whether anything changed."""
    with transaction.atomic():
        before = list(initiative.assignments.values_list("name", flat=True))
        initiative.assignments.filter(pk__in=[each.pk for each in leaves]).delete()
        there = set(initiative.assignments.values_list("user", flat=True))
        Assignment.objects.bulk_create(
            Assignment(initiative=initiative, name=user.name, user=user)
            for user in joins
            if user.pk not in there
        )
        after = list(initiative.assignments.values_list("name", flat=True))
        if before == after:
            return False
        _audit(actor, "initiative assigned", initiative, {"old": before, "new": after}, now=now)
    return True


def ask(
    actor: str,
    item: Joined,
    *,
    team: Team,
    title: str,
    outcome: str,
    owner: str,
    due: date,
    description: str = "",
    required: bool = True,
    now: datetime,
) -> Counterpart:
    """Ask another team for its half of an item; the team answers. Raises Refused with the field."""
    _check_half(title=title, outcome=outcome, owner=owner)
    with transaction.atomic():
        half = Counterpart.objects.create(
            of_kind=kind_of(item),
            of_id=item.pk,
            team=team,
            title=title.strip(),
            outcome=outcome.strip(),
            owner_name=owner.strip(),
            due=due,
            description=description.strip(),
            required=required,
            created_at=now,
        )
        _audit(actor, "counterpart asked for", item, {"team": team.name, "title": title}, now=now)
    return half


def ask_anew(
    actor: str,
    half: Counterpart,
    *,
    outcome: str,
    owner: str,
    due: date,
    description: str,
    required: bool,
    now: datetime,
) -> bool:
    """Change what is asked of another team; it answers anew. Whether anything changed. Raises Refused."""
    _check_half(title=half.title, outcome=outcome, owner=owner)
    new = {
        "outcome": outcome.strip(),
        "owner_name": owner.strip(),
        "due": due,
        "description": description.strip(),
        "required": required,
    }
    changed = {name: value for name, value in new.items() if value != getattr(half, name)}
    if not changed:
        return False
    # Whether it is required is our own matter, and needs no new answer.
    asked = {"state": Counterpart.State.ASKED, "answer": "", "answered_by": "", "answered_at": None}
    with transaction.atomic():
        again = asked if set(changed) - {"required"} else {}
        Counterpart.objects.filter(pk=half.pk).update(**changed, **again)
        detail = {"title": half.title, **{name: str(value) for name, value in changed.items()}}
        _audit_half(actor, "counterpart changed", half, detail, now=now)
    half.refresh_from_db()
    return True


def withdraw(actor: str, half: Counterpart, *, now: datetime) -> None:
    """Ask another team for its half no longer; the audit record keeps what was asked and answered."""
    with transaction.atomic():
        detail = {"title": half.title, "outcome": half.outcome, "state": half.state, "answer": half.answer}
        _audit_half(actor, "counterpart withdrawn", half, detail, now=now)
        half.delete()


def _check_half(**texts: str) -> None:
    for place, text in texts.items():
        limit = 120 if place == "owner" else 240
        if not text.strip():
            raise Refused(f"the other half has a {place}: say it in one line", place=place)
        if len(text) > limit:
            raise Refused(f"expected at most {limit} characters", place=place)


def answer(
    actor: str, half: Counterpart, *, confirmed: bool, text: str = "", seen: str = "", now: datetime
) -> None:
    """The other team confirms its half, or declines it with a reason. Raises Refused.

    `seen` is the `asked_for` of what the person read; what was changed since is not answered by it.
    """
    if not confirmed and not text.strip():
        raise Refused("say why it cannot be done, in one line", place="text")
    if len(text) > 500:
        raise Refused("expected at most 500 characters", place="text")
    state = Counterpart.State.CONFIRMED if confirmed else Counterpart.State.DECLINED
    with transaction.atomic():
        stored = Counterpart.objects.select_for_update().get(pk=half.pk)
        if seen not in ("", stored.asked_for):
            raise Refused(
                "what your team is asked for was changed since you read it: read it again", code="changed"
            )
        half.state, half.answer, half.answered_by, half.answered_at = state, text.strip(), actor, now
        half.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        detail = {"title": half.title, "answer": half.answer}
        _audit_half(actor, f"counterpart {state}", half, detail, now=now)


def _audit_half(
    actor: str, action: str, half: Counterpart, detail: Mapping[str, object], *, now: datetime
) -> None:
    kind = half.of_kind.replace("_", " ")
    said = {"team": half.team.name, **detail}
    audit.record(actor, action, object_type=kind, object_id=half.of_id, detail=said, now=now)


def _audit(actor: str, action: str, item: Joined, detail: dict[str, object], *, now: datetime) -> None:
    kind = kind_of(item).replace("_", " ")
    audit.record(actor, action, object_type=kind, object_id=item.pk, detail=detail, now=now)
