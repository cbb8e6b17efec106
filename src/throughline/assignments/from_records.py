"""The match of a cycle as `throughline next` gives it, for whoever has the data folder.

It holds the scores of everybody: who reads the folder reads what people answered anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.documents import document, triangle_document
from throughline.assignments.format import reading
from throughline.assignments.saying import set_aside
from throughline.engine.language.fields import nearest
from throughline.engine.matching import Weights, matching, triangle
from throughline.engine.refusals import AllRefused, Refused
from throughline.objectives.models import Cycle


def answer(
    cycle: Cycle,
    *,
    weights: Weights | None,
    person: str | None,
    with_triangle: bool,
    told: Callable[[int, int], None],
) -> dict[str, Any]:
    """The plan and everybody's suggestions, or one person's by e-mail address. Raises Refused."""
    asked = asked_of(cycle, weights=weights)
    require_answerable(asked)
    keys = [_key(asked, person)] if person is not None else [each.key for each in asked.question.people]
    order = reading.Asked(
        asked.question, asked.weights, tuple(asked.people), tuple(asked.works), tuple(_warnings(asked))
    )
    found = matching(asked.question, asked.weights)
    assert found is not None, "a question without conflicts has a plan"
    names = {each.key: each.name for each in asked.question.people}
    said = {"cycle": cycle.key, "names": names, "titles": dict(asked.titles)}
    said |= document(order, found, keys, told=told)
    if with_triangle:
        points = triangle(asked.question)
        assert points is not None, "a question without conflicts has a plan"
        said["triangle"] = triangle_document(order, points)
    return said


def require_answerable(asked: Asked) -> None:
    """Raises Refused where a cycle's question has no answer, in one way for every command that asks it."""
    if asked.conflicts:
        refusals = [Refused(each, place="--cycle", code="impossible") for each in asked.conflicts]
        raise AllRefused(refusals) if len(refusals) > 1 else refusals[0]
    if not asked.question.works:
        raise Refused(
            f"no work of {asked.cycle.title} is described, so there is nothing to match: "
            f"`throughline work list --cycle {asked.cycle.key}` says what is missing",
            place="--cycle",
            code="empty",
        )
    if not asked.question.people:
        raise Refused(
            "nobody can be given work: `throughline user add` adds people", place="--cycle", code="empty"
        )


def _key(asked: Asked, said: str) -> str:
    emails = {each.email.casefold(): key for key, each in asked.people.items()}
    if said.casefold() in emails:
        return emails[said.casefold()]
    message = f"nobody who can be given work has the e-mail address '{said}'{nearest(said, list(emails))}"
    raise Refused(message, place="--person", code="unknown")


def _warnings(asked: Asked) -> Iterator[str]:
    yield from set_aside(asked)
    for work in asked.without_weeks:
        yield f"'{work.key}' is left out: nobody has said how many weeks it takes"
