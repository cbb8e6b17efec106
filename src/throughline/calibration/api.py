"""Calibration for programs: one's own, and nobody else's, whoever asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from throughline.accounts.scopes import READ_OWN
from throughline.api.subject import Anything, Id, Subject, Told, person
from throughline.calibration import documents
from throughline.calibration.access import run_for
from throughline.site.plain import plain

router = Subject("calibration")


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
