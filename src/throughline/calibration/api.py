"""Calibration for programs: one's own, and nobody else's, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field

from throughline.accounts.scopes import READ_OWN
from throughline.api.problems import placed
from throughline.api.subject import Anything, Id, Sent, Subject, Told, person
from throughline.calibration import actions, documents
from throughline.calibration.access import run_for, set_named
from throughline.calibration.models import Run
from throughline.calibration.question_sets import all_sets
from throughline.engine.refusals import Refused
from throughline.site.plain import plain

router = Subject("calibration")
WRITE = "forecasts:write"


class NewRun(Sent):
    """Which set of questions is answered."""

    set: str = Field(min_length=1, max_length=80)


class NewAnswer(Sent):
    """The chance that a statement is true, or the range that holds a quantity in nine cases of ten."""

    question: str = Field(min_length=1, max_length=80)
    probability: float | None = Field(None, ge=0, le=1)
    low: float | None = None
    high: float | None = None


class Going(Told):
    """How far a run is, and what is asked next: what was answered, its person reads in the run alone."""

    id: int
    set: str
    kind: str
    questions: int
    answered: int
    next: dict[str, Anything] | None


class OwnCalibration(Told):
    """How well the person foretells in rooms and in training, and each of her runs."""

    rooms: dict[str, Anything]
    training: dict[str, Anything]
    runs: list[dict[str, Anything]]


class RunOf(Told):
    """One run of the person: what she answered beside what is right, and what is asked next."""

    id: int
    set: str
    kind: str
    questions: int
    answers: list[dict[str, Anything]]
    next: dict[str, Anything] | None


@router.reads("/me/calibration", answer=OwnCalibration, scope=READ_OWN)
def read_own_calibration(request: HttpRequest) -> Any:
    """How well the person foretells, as she alone may read it."""
    return plain(documents.mine(person(request)))


@router.reads("/me/calibration/runs/{int:id}", answer=RunOf, scope=READ_OWN)
def read_own_run(request: HttpRequest, id: Id) -> Any:
    """One of the person's own runs of training."""
    return plain(documents.run(run_for(request.user, id)))


@router.writes("POST", "/me/calibration/runs", scope=WRITE, answer=Going, status=201)
def begin_training(request: HttpRequest, given: NewRun) -> Any:
    """Begin a run of training, or take up the one that is under way."""
    of = set_named(given.set, place="set")
    return _going(actions.begin(person(request), of, now=_now()))


@router.writes("POST", "/me/calibration/runs/{int:id}/answers", scope=WRITE, answer=Going, status=201)
def answer_training(request: HttpRequest, id: Id, given: NewAnswer) -> Any:
    """Answer a question of one's own run; what was said stands."""
    found = run_for(request.user, id)
    if all_sets()[found.question_set].kind == "binary":
        if given.probability is None:
            raise Refused("say how likely the statement is true", place="probability", code="missing")
        with placed(lambda place: "probability" if place == "confidence" else place):
            said = {"probability": given.probability}
            actions.answer_statement(person(request), found, given.question, **said, now=_now())
    else:
        if given.low is None or given.high is None:
            place = "low" if given.low is None else "high"
            raise Refused("a range has two ends: say both", place=place, code="missing")
        ends = {"low": given.low, "high": given.high}
        actions.answer_quantity(person(request), found, given.question, **ends, now=_now())
    return _going(found)


def _going(found: Run) -> Any:
    said = documents.run(found)
    return plain({**said, "answered": len(said.pop("answers"))})


def _now() -> datetime:
    return datetime.now(UTC)
