"""Why no plan meets what must be: which people and which work, and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from throughline.engine.matching.question import Person, Question, Settings, Weights, Work
from throughline.engine.matching.solving import best
from throughline.engine.programs import TOLERANCE


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason: a sentence with the way out, and the keys that it is about."""

    says: str
    people: tuple[str, ...]
    works: tuple[str, ...]


def conflicts(question: Question) -> list[Conflict]:
    """Every reason that can be seen on its own, else the least set of musts that cannot go together.

    Empty where some plan meets everything.
    """
    if not question.forced.any():
        return []
    alone = [*_of_works(question), *_of_people(question)]
    if alone or _is_met(question):
        return alone
    return [_together(question)]


def _of_works(question: Question) -> Iterator[Conflict]:
    for place, work in enumerate(question.works):
        if not work.must:
            continue
        for key in sorted(work.must):
            if said := _against(question, question.person_at[key], place):
                yield Conflict(said, (key,), (work.key,))
        if len(work.must) > work.most:
            yield Conflict(
                f"work '{work.key}' must be done by {_listed(sorted(work.must))}, and at most "
                f"{work.most} may be on it: raise its max or take somebody out of must",
                tuple(sorted(work.must)),
                (work.key,),
            )
        able = [question.people[person].key for person in np.flatnonzero(question.may[:, place])]
        if len(able) < work.least:
            who = f": {_listed(able)}" if able else ""
            yield Conflict(
                f"work '{work.key}' must be done by {work.least} at least, and {len(able)} may{who}. "
                "Lower its min, or look at never, capacities and skills",
                tuple(able),
                (work.key,),
            )


def _against(question: Question, person: int, work: int) -> str:
    """Why somebody cannot do what they must; empty where they can."""
    who, what = question.people[person], question.works[work]
    start = f"'{who.key}' must do '{what.key}'"
    if who.key in what.never:
        return f"{start} and never may: take them out of must or out of never"
    if what.weeks > who.capacity * (1 + TOLERANCE):
        return (
            f"{start}, which takes {what.weeks:g} weeks, and has {who.capacity:g}: "
            "raise the capacity, shorten the work, or take them out of must"
        )
    if question.may[person, work]:
        return ""
    lacks = [kind for kind, floor in sorted(what.skills.items()) if who.skills.get(kind, 0.0) < floor]
    teach = "nobody else is there to teach" if what.has_mentor else "it has no mentor"
    return (
        f"{start} and is below its floor of {_listed(lacks)}, and {teach}: "
        "lower the floor, or give the work a mentor and a second place"
    )


def _of_people(question: Question) -> Iterator[Conflict]:
    for place, who in enumerate(question.people):
        works = [question.works[work] for work in np.flatnonzero(question.forced[place])]
        weeks = sum(each.weeks for each in works)
        alone = any(each.weeks > who.capacity * (1 + TOLERANCE) for each in works)
        if not alone and weeks > who.capacity * (1 + TOLERANCE):
            keys = [each.key for each in works]
            yield Conflict(
                f"'{who.key}' must do {_listed(keys)}, which take {weeks:g} weeks, and has "
                f"{who.capacity:g}: raise the capacity or take them out of one must",
                (who.key,),
                tuple(keys),
            )


def _is_met(question: Question) -> bool:
    """Whether some plan meets what must be: solved without anything to gain."""
    works = tuple(replace(each, value=0.0, kinds={}) for each in question.works)
    bare = Question(question.people, works, (), Settings(0.0, 0.0, 0.0))
    return best(bare, Weights()) is not None


def _together(question: Question) -> Conflict:
    """The least set of musts that cannot go together, by deletion filtering (Chinneck & Dravnieks 1991)."""
    kept = [each for each in question.works if each.must]
    for each in list(kept):
        fewer = [other for other in kept if other is not each]
        if not _is_met(replace(question, works=tuple(fewer))):
            kept = fewer
    people = [each for each in question.people if _is_in(question, each, kept)]
    return Conflict(
        f"the work that must be done cannot go together: {_listed([each.key for each in kept])} need "
        f"{sum(each.least for each in kept)} places, and the time of "
        f"{_listed([each.key for each in people])} is not enough for them. "
        "Lower a min, raise a capacity, or take one out of must",
        tuple(each.key for each in people),
        tuple(each.key for each in kept),
    )


def _is_in(question: Question, person: Person, works: list[Work]) -> bool:
    may = question.may[question.person_at[person.key]]
    return any(bool(may[question.work_at[each.key]]) for each in works)


def _listed(keys: list[str]) -> str:
    if len(keys) < 2:
        return "".join(f"'{each}'" for each in keys)
    return ", ".join(f"'{each}'" for each in keys[:-1]) + f" and '{keys[-1]}'"
