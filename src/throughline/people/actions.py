"""Writing what is held of a person. The audit says that something was answered, never what."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle, Initiative
from throughline.people.access import kinds_in_use, own_profile
from throughline.people.models import Capacity, GrowthGoal, Interest, Profile, Rung, Skill, Tap, WorkKind
from throughline.people.words import WISHES

LONGEST_GOAL = 300
MOST_WEEKS = 60.0
OFF = ("on_call", "leave", "upkeep")
# What was dropped was worked on too, as far as it came.
OVER = (Initiative.Status.DONE, Initiative.Status.DROPPED)


def state_interests(person: User, said: Mapping[str, float | None], *, now: datetime) -> int:
    """Keep what the person says of kinds of work, from 0 to 1; None takes it back. How many changed.

    What was said before stays in the history. Raises Refused with the kind.
    """
    kinds = _kinds(said)
    for key, value in said.items():
        _require_share(value, place=key)
    with transaction.atomic():
        before = newest_interests(person)
        new = [key for key, value in said.items() if value != before.get(key)]
        Interest.objects.bulk_create(
            Interest(person=person, kind=kinds[key], value=said[key], at=now) for key in new
        )
        if new:
            _profile(person, now)
            _told(person, "interests stated", now=now, how_many=len(new))
    return len(new)


def newest_interests(person: User) -> dict[str, float | None]:
    """What the person said last of each kind."""
    found = Interest.objects.filter(person=person).order_by("at", "id").values_list("kind__key", "value")
    return dict(found)


def begin(
    person: User,
    interests: Mapping[str, float | None],
    *,
    cycle: Cycle | None,
    said: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep the answers to the five questions: all of them, or none. Raises Refused with the field."""
    with transaction.atomic():
        _profile(person, now)
        state_interests(person, interests, now=now)
        if said["goal"]:
            try:
                set_goal(person, text=said["goal"], kinds=said["goal_kinds"], now=now)
            except Refused as refused:
                place = "goal" if refused.place == "text" else refused.place
                raise Refused(refused.message, place=place, code=refused.code) from None
        if said["visibility"]:
            wish(person, said["visibility"], now=now)
        if cycle is not None and said["weeks"] is not None:
            set_capacity(person, person, cycle, weeks=said["weeks"], now=now)


def state_skills(person: User, said: Mapping[str, float], *, now: datetime) -> int:
    """Keep what the person can do, from 0 to 1 by kind. How many changed. Raises Refused with the kind."""
    kinds = _kinds(said)
    for key, value in said.items():
        _require_share(value, place=key)
    with transaction.atomic():
        before = dict(Skill.objects.filter(person=person).values_list("kind__key", "level"))
        new = [key for key, value in said.items() if value != before.get(key)]
        for key in new:
            fields = {"level": said[key], "at": now}
            Skill.objects.update_or_create(person=person, kind=kinds[key], defaults=fields)
        if new:
            _told(person, "skills stated", now=now, how_many=len(new))
    return len(new)


def set_goal(
    person: User,
    *,
    text: str,
    kinds: Iterable[str] = (),
    rung: Rung | None = None,
    weight: float = 1.0,
    now: datetime,
) -> GrowthGoal:
    """A growth goal in the person's own words. Raises Refused with the field.

    Where no kinds of work are named, those count in which the rung is learnt and that are still spoken of.
    """
    words = " ".join(text.split())
    if not words:
        raise Refused("say in one line what you want to be better at", place="text", code="missing")
    require_readable(words, place="text")
    if len(words) > LONGEST_GOAL:
        raise Refused(f"expected at most {LONGEST_GOAL} characters, found {len(words)}", place="text")
    _require_share(weight, place="weight")
    named = _kinds(dict.fromkeys(kinds), place="kinds") or _kinds_of(rung)
    with transaction.atomic():
        made = GrowthGoal.objects.create(person=person, text=words, rung=rung, weight=weight, at=now)
        made.kinds.set(named.values())
        _profile(person, now)
        _told(person, "growth goal set", now=now)
    return made


def end_goal(person: User, goal: GrowthGoal, *, note: str = "", now: datetime) -> None:
    """Reached, or no longer wanted; it stays in the person's history. Saying it twice changes nothing."""
    words = " ".join(note.split())
    require_readable(words, place="note")
    if len(words) > LONGEST_GOAL:
        raise Refused(f"expected at most {LONGEST_GOAL} characters, found {len(words)}", place="note")
    mine = GrowthGoal.objects.filter(pk=goal.pk, person=person, ended_at=None)
    with transaction.atomic():
        if mine.update(ended_at=now, ended_note=words):
            _told(person, "growth goal ended", now=now)


def keep_going(person: User, goal: GrowthGoal, *, now: datetime) -> None:
    """Say that a goal still holds, so that it is not stale."""
    with transaction.atomic():
        if GrowthGoal.objects.filter(pk=goal.pk, person=person, ended_at=None).update(at=now):
            _told(person, "growth goal confirmed", now=now)


def wish(person: User, wishes: Iterable[str], *, now: datetime) -> None:
    """Where the person wants to be seen. Raises Refused."""
    known = [key for key, _ in WISHES]
    asked = set(wishes)
    if strange := sorted(asked - set(known)):
        raise Refused(f"expected {', '.join(known)}; found '{strange[0][:40]}'", place="visibility")
    with transaction.atomic():
        profile = _profile(person, now)
        profile.visibility = [key for key in known if key in asked]
        profile.save(update_fields=["visibility"])
        _told(person, "visibility wished", now=now)


def share(person: User, *, interests: bool, goals: bool, now: datetime) -> None:
    """Let managers see one's raw answers, or no longer."""
    with transaction.atomic():
        profile = _profile(person, now)
        if (profile.shares_interests, profile.shares_goals) == (interests, goals):
            return
        profile.shares_interests, profile.shares_goals = interests, goals
        profile.save(update_fields=["shares_interests", "shares_goals"])
        _told(person, "sharing changed", now=now, interests=interests, goals=goals)


def not_over(work: Initiative) -> str:
    """Why nobody can say yet what a piece of work was like."""
    is_begun = work.status == Initiative.Status.DOING
    so_far = "is still being done" if is_begun else "is only planned so far"
    return f"“{work.title}” {so_far}: say how it was once it is done."


def felt(
    person: User,
    work: Initiative,
    said: Mapping[str, tuple[bool | None, bool | None]],
    *,
    now: datetime,
) -> int:
    """Keep one tap a kind after a piece of work: did it absorb, would the person do it again.

    A kind of which neither is said has its tap taken back, at any time, and the others stay. How many there
    are now. Raises Refused, of new taps of work that is not over: what it was like is not known before.
    """
    kinds = _kinds(said)
    own = Tap.objects.filter(person=person, initiative=work)
    held = {each.kind.key: (each.absorbed, each.again) for each in own.select_related("kind")}
    if work.status not in OVER:
        if not all(_is_less(each, held.get(key, (None, None))) for key, each in said.items()):
            raise Refused(not_over(work), code="not_over")
        # When it was said weighs: what stays was not said again.
        said = {key: each for key, each in said.items() if each != held.get(key)}
    with transaction.atomic():
        for key, (absorbed, again) in said.items():
            mine: dict[str, Any] = {"person": person, "kind": kinds[key], "initiative": work}
            if absorbed is None and again is None:
                Tap.objects.filter(**mine).delete()
                continue
            new = {"absorbed": absorbed, "again": again, "at": now}
            Tap.objects.update_or_create(**mine, defaults=new)
        _told(person, "work looked back on", now=now, initiative=work.key)
    return own.count()


def _is_less(said: tuple[bool | None, bool | None], held: tuple[bool | None, bool | None]) -> bool:
    """Whether nothing is said that was not held before."""
    return all(new is None or new == old for new, old in zip(said, held, strict=True))


def set_capacity(
    actor: User, person: User, cycle: Cycle, *, weeks: float, now: datetime, **off: float
) -> Capacity:
    """The weeks of a person in a cycle and what comes off them: on_call, leave, upkeep. Raises Refused."""
    said = {"weeks": weeks, **{name: off.get(name, 0.0) for name in OFF}}
    for name, value in said.items():
        if not (math.isfinite(value) and 0 <= value <= MOST_WEEKS):
            raise Refused(f"expected weeks between 0 and {MOST_WEEKS:g}, found {value:g}", place=name)
    if sum(said[name] for name in OFF) > weeks:
        raise Refused(
            f"more comes off than the {weeks:g} weeks that there are: lower one of the three",
            place="weeks",
        )
    with transaction.atomic():
        before = Capacity.objects.filter(person=person, cycle=cycle).first()
        old = {name: getattr(before, name) for name in said} if before else {}
        made, _ = Capacity.objects.update_or_create(
            person=person, cycle=cycle, defaults={**said, "author": actor_name(actor), "at": now}
        )
        if old != said:
            detail = {"cycle": cycle.key, "old": old, "new": said}
            audit.record(
                actor_name(actor),
                "capacity set",
                object_type="person",
                object_id=person.pk,
                detail=detail,
                now=now,
            )
    return made


def _kinds(keys: Iterable[str], *, place: str = "") -> dict[str, WorkKind]:
    """The kinds by their keys. Raises Refused at the place, or at the key."""
    known, asked = {each.key: each for each in kinds_in_use()}, list(keys)
    for key in asked:
        if key not in known:
            raise Refused(
                f"expected a kind of work out of {', '.join(known)}; found '{key[:40]}'",
                place=place or key[:40],
            )
    return {key: known[key] for key in asked}


def _kinds_of(rung: Rung | None) -> dict[str, WorkKind]:
    return {each.key: each for each in kinds_in_use() if rung is not None and each.key in rung.kinds}


def _require_share(value: float | None, *, place: str) -> None:
    if value is not None and not (math.isfinite(value) and 0 <= value <= 1):
        raise Refused(f"expected a number from 0 to 1, found {value:g}", place=place)


def _profile(person: User, now: datetime) -> Profile:
    return own_profile(person) or Profile.objects.create(person=person, at=now)


def _told(person: User, action: str, *, now: datetime, **detail: object) -> None:
    audit.record(
        actor_name(person), action, object_type="person", object_id=person.pk, detail=detail, now=now
    )
