"""Publishing who does what: the plan frozen, and people put on the work that it gives them.

Nobody is taken off anything unless that was asked for by name. A key result in force is not edited, so its
owner is left to be changed there, with a reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from throughline.accounts.models import User
from throughline.assignments.asking import Asked
from throughline.assignments.models import Plan, Tie, Work
from throughline.assignments.recording import told_of_cycle
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.efforts import staff
from throughline.objectives.models import Assignment, Cycle, Initiative, KeyResult
from throughline.objectives.sketches import change_sketch
from throughline.objectives.terms import Undecidable
from throughline.objectives.versions import current_version

LONGEST_NOTE = 500
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Staffed:
    """An initiative by the plan: who joins, who stays on it, and who is on it without the plan saying so."""

    initiative: Initiative
    joins: tuple[User, ...]
    stays: tuple[str, ...]
    beyond: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Owned:
    """A key result by the plan: who is to own it, and who does. `by_hand` says why it is left as it is."""

    key_result: KeyResult
    title: str
    owner: User
    before: str
    by_hand: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What publishing would write, with the mark by which a page knows that it is still so."""

    rows: tuple[dict[str, Any], ...]
    staffed: tuple[Staffed, ...]
    owned: tuple[Owned, ...]
    fingerprint: str

    @property
    def changes_nothing(self) -> bool:
        """Whether nobody joins anything and nothing gets another owner."""
        return not any(each.joins for each in self.staffed) and not any(
            not each.by_hand for each in self.owned
        )


def prepared(asked: Asked, document: Mapping[str, Any]) -> Prepared:
    """What publishing the plan of a document would write; nothing is written."""
    rows = tuple(_row(asked, each) for each in document["plan"])
    by_work: dict[str, list[User]] = {}
    for row in rows:
        by_work.setdefault(row["work"], []).append(asked.people[str(row["person"])])
    staffed = tuple(_staffed(asked.works, by_work))
    owned = tuple(_owned(asked, by_work))
    seen = [
        rows,
        asked.weights.each,
        [[each.initiative.pk, *sorted(one.pk for one in each.beyond), *each.stays] for each in staffed],
        [[each.key_result.pk, each.owner.pk, each.before, each.by_hand] for each in owned],
    ]
    mark = hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
    return Prepared(rows, staffed, owned, mark)


def publish(
    actor: str,
    asked: Asked,
    document: Mapping[str, Any],
    *,
    seen: str,
    leave: Collection[int] = (),
    hand_over: Collection[int] = (),
    note: str = "",
    now: datetime,
) -> Plan:
    """Freeze the plan and put people on its work. Raises Refused where it is no longer what was `seen`.

    `leave` are the numbers of assignments that end; `hand_over` those of key results that go from one owner
    to another. What is in neither stays as it is.
    """
    said = _note(note)
    with transaction.atomic():
        # One publishes at a time: what is frozen is what was written.
        Cycle.objects.select_for_update().get(pk=asked.cycle.pk)
        ready = prepared(asked, document)
        if ready.fingerprint != seen:
            raise Refused("the plan has changed since you looked at it: look again", code="changed_meanwhile")
        plan = Plan.objects.create(
            cycle=asked.cycle,
            document=list(ready.rows),
            choices=list(choices_of(asked, ready.rows)),
            note=said,
            author=actor,
            published_at=now,
        )
        for each in ready.staffed:
            gone = [one for one in each.beyond if one.pk in leave]
            staff(actor, each.initiative, joins=each.joins, leaves=gone, now=now)
        handed = [
            each.key_result.key
            for each in ready.owned
            if not each.by_hand and _hand(actor, each, hand_over, now=now)
        ]
        detail = {"plan": plan.pk, "pieces": len(ready.rows), "owners": handed, "note": said}
        told_of_cycle(actor, "ownership published", asked.cycle, detail, now=now)
    return plan


def require_unfinished(cycle: Cycle) -> None:
    """Raises Refused where a cycle is closed."""
    if cycle.state == Cycle.State.CLOSED:
        raise Refused(f"{cycle.title} is closed: what was published stays as it is", code="closed")


def choices_of(asked: Asked, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What each person of a plan could have had, as (business, interest, growth), and what she got.

    `tied` is what she got because she must: that was no choice.
    """
    question = asked.question
    tied = {
        (str(tie.person_id), work)
        for work, each in asked.works.items()
        for tie in each.ties.all()
        if tie.kind == Tie.Kind.MUST
    }
    given: dict[str, set[int]] = {}
    for row in rows:
        given.setdefault(str(row["person"]), set()).add(question.work_at[row["work"]])
    for key, works in given.items():
        person = question.person_at[key]
        able = [int(each) for each in np.flatnonzero(question.may[person])]
        scores = (question.business, question.interest[person], question.growth[person])
        yield {
            "person": int(key),
            "options": [[round(float(each[work]), DIGITS) for each in scores] for work in able],
            "chosen": [place for place, work in enumerate(able) if work in works],
            "tied": [
                place
                for place, work in enumerate(able)
                if work in works and (key, question.works[work].key) in tied
            ],
        }


def _row(asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
    user, work = asked.people[row["person"]], asked.works[row["work"]]
    return {
        "person": user.pk,
        "name": user.name,
        "work": row["work"],
        "title": asked.titles[row["work"]],
        "share": round(row["share"], DIGITS),
        "weeks": work.weeks,
    }


def _staffed(works: Mapping[str, Work], by_work: Mapping[str, list[User]]) -> Iterator[Staffed]:
    """Initiatives on which the plan and what stands differ, or agree; one that nobody touches is left out."""
    ids = [each.initiative_id for each in works.values() if each.initiative_id]
    standing: dict[int, list[Assignment]] = {}
    for one in Assignment.objects.filter(initiative__in=ids).select_related("user"):
        standing.setdefault(one.initiative_id, []).append(one)
    for key, work in works.items():
        if work.initiative is None:
            continue
        wanted, there = by_work.get(key, []), standing.get(work.initiative.pk, [])
        if not wanted and not there:
            continue
        stays = [one for one in there if any(_is_of(one, user) for user in wanted)]
        yield Staffed(
            work.initiative,
            tuple(user for user in wanted if not any(_is_of(one, user) for one in there)),
            tuple(one.name for one in stays),
            tuple(one for one in there if one not in stays),
        )


def _is_of(one: Assignment, user: User) -> bool:
    """Whether an assignment is of somebody; a name without an account is meant where it is the same."""
    if one.user_id is not None:
        return one.user_id == user.pk
    return one.name.casefold() in (user.name.casefold(), user.email.casefold())


def _owned(asked: Asked, by_work: Mapping[str, list[User]]) -> Iterator[Owned]:
    """Key results whose owner is another one than the plan says."""
    for key, people in by_work.items():
        found = asked.works[key].key_result
        if found is None:
            continue
        owner, before = people[0], _owner_of(found)
        if before.casefold() in (owner.name.casefold(), owner.email.casefold()):
            continue
        by_hand = (
            ""
            if found.sketch is not None
            else "it is in force: its owner changes with a reason, on its own page"
        )
        yield Owned(found, asked.titles[key], owner, before, by_hand)


def _owner_of(key_result: KeyResult) -> str:
    if key_result.sketch is not None:
        return str(key_result.sketch.get("owner") or "")
    return current_version(key_result).owner_name


def _hand(actor: str, each: Owned, hand_over: Collection[int], *, now: datetime) -> bool:
    """Make somebody the owner of a sketch: where it has none, or where handing it over was asked for."""
    if each.before and each.key_result.pk not in hand_over:
        return False
    try:
        return change_sketch(actor, each.key_result, owner=each.owner.name, now=now)
    except Undecidable as refused:
        raise Refused(
            f"the owner of '{each.title}' cannot be set before its sketch can be read: {refused}",
            code="sketch",
        ) from refused


def _note(text: str) -> str:
    found = " ".join(text.split())
    if len(found) > LONGEST_NOTE:
        raise Refused(f"expected at most {LONGEST_NOTE} characters, found {len(found)}", place="note")
    require_readable(found, place="note")
    return found
