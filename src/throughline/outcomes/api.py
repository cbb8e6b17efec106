"""What finished work says of the weights, for programs: of all grades together, and of nobody's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from throughline.api.subject import Anything, Subject, Told
from throughline.outcomes import access, queries, shown
from throughline.site.plain import plain

router = Subject("outcomes")


class LearningOf(Told):
    """The weights that grades speak for, to two digits; null where too few count."""

    learnt: dict[str, Anything] | None
    people: int
    people_waiting: int
    left_out: int
    past_choices: dict[str, Anything] | None


@router.reads("/learning", answer=LearningOf)
def read_learning(request: HttpRequest) -> Any:
    """What the grades of finished work say of the weights, three people's at a time. Members."""
    access.grader(request.user)
    return plain(shown.learning_document(queries.learning()))
