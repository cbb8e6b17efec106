"""Saying what a piece of work needs, so that the match can see it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db import transaction

from throughline.accounts.models import User
from throughline.assignments.access import ENDED
from throughline.assignments.models import Tie, Work
from throughline.audit import actions as audit
from throughline.engine.refusals import AllRefused, Refused
from throughline.engine.texts import require_readable
from throughline.live.actions import announce
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.people.access import kinds_in_use, workers

Item: TypeAlias = Initiative | KeyResult
MOST_WEEKS, MOST_PEOPLE, LONGEST_WHY = 60.0, 200, 500
MUST, NEVER, CONTINUES = TIES = tuple(str(each) for each in Tie.Kind)
_A_LITTLE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a piece of work. `ties` are people by the kind of their tie."""

    kinds: Mapping[str, float] = field(default_factory=dict)
    grows: Collection[str] = ()
    value: float | None = None
    value_why: str = ""
    weeks: float | None = None
    least: int = 1
    most: int = 1
    skills: Mapping[str, float] = field(default_factory=dict)
    has_mentor: bool = False
    ties: Mapping[str, Collection[User]] = field(default_factory=dict)


FIELDS = ("kinds", "grows", "value", "value_why", "weeks", "least", "most", "skills", "has_mentor")


def work_of(item: Item) -> Work | None:
    """What is said of an initiative, or of the ownership of a key result, if anything is."""
    found = Work.objects.prefetch_related("ties__person")
    if isinstance(item, Initiative):
        return found.filter(initiative=item).first()
    return found.filter(key_result=item).first()


def cycle_of(item: Item) -> Cycle | None:
    """The cycle in which it is done."""
    if isinstance(item, Initiative):
        return item.cycle
    return item.objective.cycle if item.objective else None


def said_of(work: Work | None) -> Said:
    """What is held of a piece of work, in the form in which it is said."""
    if work is None:
        return Said()
    ties = work.ties.all()
    return Said(
        **{name: getattr(work, name) for name in FIELDS},
        ties={kind: [each.person for each in ties if each.kind == kind] for kind in TIES},
    )


def describe(actor: str, item: Item, said: Said, *, now: datetime) -> bool:
    """Keep what work needs, all of it; whether anything changed. Raises Refused with the fields."""
    before = work_of(item)
    old = said_of(before)
    if refusals := [*_over(item), *_refused(said, old)]:
        raise refusals[0] if len(refusals) == 1 else AllRefused(refusals)
    new = _plain(said)
    if before is not None and new == _plain(old):
        return False
    with transaction.atomic():
        name = "initiative" if isinstance(item, Initiative) else "key_result"
        of: dict[str, Any] = {name: item}
        fields = {each: new[each] for each in FIELDS}
        work, _ = Work.objects.update_or_create(**of, defaults={**fields, "author": actor, "at": now})
        _tie(actor, work, said, now=now)
        changed = {each for each in new if before is None or new[each] != _plain(old)[each]}
        detail = {
            "old": {each: _plain(old)[each] for each in sorted(changed)} if before else {},
            "new": {each: new[each] for each in sorted(changed)},
        }
        kind = name.replace("_", " ")
        audit.record(actor, "staffing described", object_type=kind, object_id=item.pk, detail=detail, now=now)
        if cycle := cycle_of(item):
            announce(f"cycle:{cycle.pk}", "staffing", now=now)
    return True


def _tie(actor: str, work: Work, said: Said, *, now: datetime) -> None:
    """Keep the ties that stay, so that it is known since when each holds."""
    wanted = {(kind, each.pk) for kind, people in said.ties.items() for each in people}
    stored = {(each.kind, each.person_id): each.pk for each in work.ties.all()}
    Tie.objects.filter(pk__in=[pk for tie, pk in stored.items() if tie not in wanted]).delete()
    Tie.objects.bulk_create(
        Tie(work=work, kind=kind, person_id=person, author=actor, at=now)
        for kind, person in sorted(wanted - set(stored))
    )


def _plain(said: Said) -> dict[str, Any]:
    """The same as the record and the audit hold it."""
    return {
        "kinds": {kind: part for kind, part in sorted(said.kinds.items()) if part > 0},
        "grows": sorted(set(said.grows)),
        "value": said.value,
        "value_why": " ".join(said.value_why.split()),
        "weeks": said.weeks,
        "least": said.least,
        "most": said.most,
        "skills": {kind: level for kind, level in sorted(said.skills.items()) if level > 0},
        "has_mentor": said.has_mentor,
        **{kind: sorted(each.pk for each in said.ties.get(kind, ())) for kind in TIES},
    }


def _over(item: Item) -> Iterator[Refused]:
    cycle = cycle_of(item)
    if cycle is not None and cycle.state == Cycle.State.CLOSED:
        yield Refused(f"{cycle.title} is closed: nobody is given its work any more", code="closed")
    elif isinstance(item, Initiative) and (item.archived_at or item.status in ENDED):
        over = "archived" if item.archived_at else item.status
        yield Refused(f"it is {over}: nobody is given it any more", code="closed")
    elif isinstance(item, KeyResult) and (item.dropped_at or item.closed_at):
        yield Refused("the key result is over: nobody is given it any more", code="closed")


def _refused(said: Said, old: Said) -> Iterator[Refused]:
    yield from _kinds_refused(said, old)
    yield from _figures_refused(said)
    yield from _ties_refused(said, old)


def _kinds_refused(said: Said, old: Said) -> Iterator[Refused]:
    # What was said of a kind that is retired since may stay.
    known = {*kinds_in_use().values_list("key", flat=True), *old.kinds, *old.skills}
    for place, given in (("kinds", said.kinds), ("skills", said.skills)):
        if strange := sorted(set(given) - known):
            yield Refused(
                f"expected a kind of work out of {', '.join(sorted(known))}; found '{strange[0][:40]}'",
                place=place,
                code="unknown",
            )
        elif wrong := [f"{each:g} of {kind}" for kind, each in given.items() if not 0 <= each <= 1]:
            yield Refused(f"expected a share from 0 to 1, found {wrong[0]}", place=place)
    if (whole := sum(said.kinds.values())) > 1 + _A_LITTLE:
        yield Refused(
            f"the parts are {whole:.0%} together: lower some until they are 100% or less", place="kinds"
        )
    if strange := sorted(set(said.grows) - {kind for kind, part in said.kinds.items() if part > 0}):
        yield Refused(
            f"one cannot grow in {strange[0][:40]} there: the work has no part of it", place="grows"
        )


def _figures_refused(said: Said) -> Iterator[Refused]:
    if said.value is not None and not 0 <= said.value <= 1:
        yield Refused(f"expected a value from 0 to 1, found {said.value:g}", place="value")
    try:
        require_readable(said.value_why, place="value_why")
    except Refused as refused:
        yield refused
    if (length := len(said.value_why)) > LONGEST_WHY:
        yield Refused(f"expected at most {LONGEST_WHY} characters, found {length}", place="value_why")
    if said.weeks is not None and not (math.isfinite(said.weeks) and 0 < said.weeks <= MOST_WEEKS):
        yield Refused(f"expected weeks above 0 and up to {MOST_WEEKS:g}, found {said.weeks:g}", place="weeks")
    if not 1 <= said.least <= MOST_PEOPLE:
        yield Refused(f"expected from 1 to {MOST_PEOPLE} people, found {said.least}", place="least")
    elif not said.least <= said.most <= MOST_PEOPLE:
        message = f"expected at least the fewest, {said.least}, and at most {MOST_PEOPLE}; found {said.most}"
        yield Refused(message, place="most")
    elif said.has_mentor and said.most < 2:
        yield Refused("a mentor and who learns from them are two: raise it to 2", place="most")


def _ties_refused(said: Said, old: Said) -> Iterator[Refused]:
    given = {kind: list(said.ties.get(kind, ())) for kind in TIES}
    stood = {each for people in old.ties.values() for each in people}
    known = {*workers(), *stood}
    for kind, people in given.items():
        if strange := [each for each in people if each not in known]:
            yield Refused(f"{strange[0].name} is not given work", place=kind, code="unknown")
    for kind in (MUST, CONTINUES):
        if both := _names(each for each in given[NEVER] if each in given[kind]):
            words = "must do it" if kind == MUST else "goes on with it"
            yield Refused(f"{both} {words} and never does it: choose one", place=NEVER)
    if (count := len(given[MUST])) > said.most:
        yield Refused(f"{count} people must do it, and it is done by {said.most} at most", place=MUST)


def _names(people: Iterable[User]) -> str:
    return " and ".join(sorted(each.name for each in people))
