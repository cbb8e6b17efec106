"""Grading finished work for programs, each person for herself, and what all grades say of the weights."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field

from throughline.accounts.scopes import READ_OWN
from throughline.api.subject import Anything, Id, Instant, Key, Sent, Subject, Told, person
from throughline.outcomes import access, actions, queries, shown
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import HIGHEST, LOWEST
from throughline.outcomes.models import LONGEST_NOTE
from throughline.site.plain import plain

router = Subject("outcomes")
WRITE = "own:write"
Grade = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]


class LearningOf(Told):
    """The weights that grades speak for, to two digits; null where too few count."""

    learnt: dict[str, Anything] | None
    people: int
    people_waiting: int
    left_out: int
    past_choices: dict[str, Anything] | None


class OutcomeRow(Told):
    """What the person said of a piece of work; `counts` once it is taken together with what others said."""

    id: int
    work: str
    title: str
    impact: int | None
    engagement: int | None
    growth: int | None
    overall: int | None
    note: str
    at: Instant
    counts: bool


class Waiting(Told):
    """Finished work that the person may grade; whoever did not do it is not asked how it felt."""

    work: str
    title: str
    own: bool


class OwnOutcomes(Told):
    """What the person said of finished work, and what waits for her grades."""

    outcomes: list[OutcomeRow]
    waiting: list[Waiting]


class NewGrades(Sent):
    """From 1 to 5; what cannot be told is left out."""

    overall: Grade = Field(description="Whether it was the right work.")
    impact: Grade | None = None
    engagement: Grade | None = Field(None, description="How it felt, said by whoever did it.")
    growth: Grade | None = Field(None, description="What was learnt, said by whoever did it.")
    note: str = Field("", max_length=LONGEST_NOTE, description="To oneself.")


class Graded(Told):
    """That grades are kept: which they are, their person reads in her own list alone."""

    id: int
    counts: bool


class GradesTakenBack(Told):
    """Which grades are gone."""

    taken_back: int


@router.reads("/learning", answer=LearningOf)
def read_learning(request: HttpRequest) -> Any:
    """What the grades of finished work say of the weights, three people's at a time. Members."""
    access.grader(request.user)
    return plain(shown.learning_document(queries.learning()))


@router.reads("/me/outcomes", answer=OwnOutcomes, scope=READ_OWN)
def read_own_outcomes(request: HttpRequest) -> Any:
    """What the person herself said of finished work, and what waits for her. Members."""
    return plain(shown.mine_document(queries.mine(access.grader(request.user))))


@router.writes("PUT", "/outcomes/initiatives/{key}", scope=WRITE, answer=Graded)
def grade_initiative(request: HttpRequest, key: Key, given: NewGrades) -> Any:
    """Grade an initiative that is done: one's own, or as a manager any. It may change until it counts."""
    return _graded(request, access.initiative_for(request.user, key), given)


@router.writes("PUT", "/outcomes/key-results/{int:id}", scope=WRITE, answer=Graded)
def grade_key_result_as_work(request: HttpRequest, id: Id, given: NewGrades) -> Any:
    """Grade the work that a graded key result was: one's own, or as a manager any."""
    return _graded(request, access.key_result_for(request.user, id), given)


@router.writes("DELETE", "/me/outcomes/{int:id}", scope=WRITE, answer=GradesTakenBack)
def take_back_grades(request: HttpRequest, id: Id) -> Any:
    """Take back what one said of a piece of work, as long as it does not count."""
    found = access.own_open(request.user, id)
    actions.take_back(person(request), found, now=_now())
    return {"taken_back": id}


def _graded(request: HttpRequest, piece: Piece, given: NewGrades) -> dict[str, Any]:
    made = actions.grade(person(request), piece, **given.model_dump(), now=_now())
    return {"id": made.pk, "counts": made.counted_at is not None}


def _now() -> datetime:
    return datetime.now(UTC)
