"""Grades and what is learnt from them, as pages, tables and programs get them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from throughline.engine.preferences import NAMES, Errors, Learnt
from throughline.objectives.models import Initiative
from throughline.outcomes.access import OF_A_PIECE, TOGETHER
from throughline.outcomes.documents import WAYS, learnt_document, rounded
from throughline.outcomes.drawing import TITLES
from throughline.outcomes.models import Outcome
from throughline.outcomes.queries import GRADED_ON, Learning, Mine, Named
from throughline.outcomes.words import anchor

COLUMNS = ["work", "title", *OF_A_PIECE, "note", "at", "counts"]


class Graded(NamedTuple):
    """What a person said of a piece of work, in words."""

    named: Named
    grades: tuple[str, ...]


class Weight(NamedTuple):
    """A weight as the page shows it."""

    title: str
    advised: float
    learnt: float
    low: float
    high: float


def graded(found: Mine) -> list[Graded]:
    """Each graded piece with its four sentences."""
    return [
        Graded(each, tuple(anchor(name, getattr(each.said, name)) for name in OF_A_PIECE))
        for each in found.graded
    ]


def rows(found: Mine) -> Iterator[list[Any]]:
    """A row a piece of work that the person graded."""
    for each in found.graded:
        said = each.said
        assert said is not None
        grades = [getattr(said, grade) for grade in OF_A_PIECE]
        yield [_name(each), each.title, *grades, said.note, said.at, said.counted_at is not None]


def mine_document(found: Mine) -> dict[str, Any]:
    """What a person said of finished work with the numbers of it, and what waits for her."""
    said = [
        {"id": each.said.pk if each.said else None, **dict(zip(COLUMNS, row, strict=True))}
        for each, row in zip(found.graded, rows(found), strict=True)
    ]
    waits = [{"work": _name(each), "title": each.title, "own": each.piece.is_own} for each in found.waiting]
    return {"outcomes": said, "waiting": waits}


def _name(each: Named) -> str:
    work = each.piece.work
    return f"{'initiative' if isinstance(work, Initiative) else 'key_result'}:{work.key}"


def thanks(made: Outcome, title: str) -> str:
    """What is said once grades are kept."""
    counts = (
        "It counts now, together with what others said."
        if made.counted_at
        else f"It counts once the grades of {TOGETHER} people are in; until then you can change it."
    )
    return f"“{title}” is graded. {counts}"


def waiting(found: Learning) -> str:
    """Whose grades wait for others before they count, in figures."""
    if not found.people_waiting:
        return ""
    whose = "The grades of 1 person wait" if found.people_waiting == 1 else "The grades of 2 people wait"
    others = "one more" if found.still_needed == 1 else f"{found.still_needed} more"
    return f"{whose} for those of {others}."


def weights(learnt: Learnt) -> list[Weight]:
    """Each weight: what is advised, what is learnt, and its band."""
    return [
        Weight(TITLES[name], learnt.weights[name], learnt.posterior[name], *learnt.bands[name])
        for name in NAMES
    ]


def errors(found: Errors) -> list[tuple[str, float]]:
    """How far off each way foretells an outcome from the others, the best first."""
    said = [(name, getattr(found, way)) for way, name in WAYS.items()]
    return sorted(((name, error) for name, error in said if error is not None), key=lambda each: each[1])


def learning_document(found: Learning) -> dict[str, Any]:
    """What is learnt, to the figures that the page shows; null where nothing counts yet."""
    learnt = rounded(learnt_document(found.learnt, GRADED_ON)) if found.learnt else None
    past = found.past and {
        "choices": found.past.choices,
        "people": found.past.people,
        "explained": rounded(found.past.explained.most),
        "weights": dict(zip(NAMES, rounded(found.past.explained.centre), strict=True)),
    }
    return {
        "learnt": learnt,
        "people": found.people,
        "people_waiting": found.people_waiting,
        "left_out": found.left_out,
        "past_choices": past,
    }
