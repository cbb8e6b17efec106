"""Why a piece of work is left undone, in one sentence: who could do it at all, and what they do instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.assignments.saying import listed
from throughline.engine.matching import Question

SOME = 1e-9


@dataclass(frozen=True, slots=True)
class Left:
    """Work that nobody does by the plan. `who` could take it, by key, those with room for it first."""

    work: str
    why: str
    who: tuple[str, ...]


def left_out(question: Question, document: Mapping[str, Any], kinds: Mapping[str, str]) -> list[Left]:
    """Each piece of work that the plan leaves, with the reason, the most valuable first.

    `kinds` are the titles of kinds of work by their key.
    """
    loads = {each["id"]: each["load"] for each in document["people"]}
    places = [question.work_at[key] for key in document["unstaffed"] if key in question.work_at]
    places.sort(key=lambda each: (-question.works[each].value, each))
    return [_left(question, place, loads, kinds) for place in places]


def _left(question: Question, place: int, loads: Mapping[str, float], kinds: Mapping[str, str]) -> Left:
    work = question.works[place]
    able = [question.people[each] for each in np.flatnonzero(question.may[:, place])]
    free = [each for each in able if each.capacity - loads.get(each.key, 0.0) >= work.weeks - SOME]
    who = tuple(each.key for each in [*free, *(each for each in able if each not in free)])
    return Left(work.key, _why(question, place, len(able), len(free), kinds), who)


def _why(question: Question, place: int, able: int, free: int, kinds: Mapping[str, str]) -> str:
    work = question.works[place]
    if not able:
        return _nobody(question, place, kinds)
    if able < work.least:
        return f"It needs {work.least} people, and only {able} could do it."
    if free >= work.least:
        return "There is room for it, and it would bring less than it takes: look at its value."
    if work.least > 1:
        return f"It needs {work.least} people at once, and those who could have better work to do."
    if not work.value:
        return "Nobody has said what it is worth, so that all else comes first."
    return "Those who could do it have no room beside work that brings more."


def _nobody(question: Question, place: int, kinds: Mapping[str, str]) -> str:
    work = question.works[place]
    fits = question.fits[:, place]
    if not (question.capacity * (1 + SOME) >= work.weeks).any():
        most = float(question.capacity.max()) if question.capacity.size else 0.0
        return f"It takes {work.weeks:g} weeks of a person, and nobody has more than {most:g}."
    if not fits.any():
        return "Whoever has the time for it is ruled out."
    lacking = sorted(
        kinds.get(kind, kind)
        for kind, floor in work.skills.items()
        if not any(question.people[each].skills.get(kind, 0.0) >= floor for each in np.flatnonzero(fits))
    )
    floor = f"its floor in {listed(lacking)}" if lacking else "all of its floors at once"
    return f"Nobody with the time for it meets {floor}, and a mentor would have to."
