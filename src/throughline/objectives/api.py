"""Key results for programs: how they stand, put into force, changed with a reason, sketched, graded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query

from throughline.api import tags
from throughline.api.paging import Asked, Page, page_of_records, page_of_rows
from throughline.api.subject import Id, Key, Subject, Told, actor
from throughline.objectives import actions, completions, queries, sketches
from throughline.objectives.access import (
    item_for,
    key_result_for,
    promised_for,
    require_change,
    require_complete,
    visible,
)
from throughline.objectives.api_schemas import (
    Done,
    KeyResultDocument,
    KeyResultSummary,
    MeasurementOf,
    NewKeyResult,
    NewSketch,
    NewVersion,
    SketchDocument,
    Terms,
)
from throughline.objectives.documents import document, measured
from throughline.objectives.models import KeyResult, Objective
from throughline.objectives.queries import Stand
from throughline.objectives.wording import name_of_sketch, sentence_of_sketch
from throughline.site.plain import plain

router = Subject("key results")
WRITE = "plan:write"


class OfKeyResults(Asked):
    """Which key results; those of planned cycles are sketches and stand in their cycle."""

    quarter: str = Field("", max_length=20, description="As the page names it: 2026 Q4.")
    status: Literal["", "pending", "stale", "on_track", "at_risk", "off_track", "closed"] = ""
    owner: str = Field("", max_length=120)
    cycle: str = Field("", max_length=80, description="The key of a cycle.")


class Discarded(Told):
    """The number of what is gone."""

    discarded: int


@router.reads("/key-results", answer=Page[KeyResultSummary])
def list_key_results(request: HttpRequest, asked: Query[OfKeyResults]) -> dict[str, Any]:
    """Key results in force and closed ones, as they stand, in the order in which they were made."""
    found = visible(request.user)
    if asked.cycle:
        found = found.filter(objective__cycle__key=asked.cycle)
    rows = [each for each in queries.stands(found, now=_now()) if _is_asked(each, asked)]
    return page_of_rows(request, asked, rows, key=_number, show=lambda each: _told(each, full=False))


@router.writes("POST", "/key-results", scope=WRITE, answer=KeyResultDocument, status=201)
def add_key_result(request: HttpRequest, given: NewKeyResult) -> dict[str, Any]:
    """Put a key result into force: bind a promise to a series, a metric or an expression, and measure it.

    Refused, with the field, where two people could not agree whether it was reached. Managers.
    """
    require_change(request.user)
    made = actions.add_key_result(actor(request), now=_now(), **given.said())
    return _one(request, made)


@router.reads("/key-results/{int:id}", answer=KeyResultDocument)
def read_key_result(request: HttpRequest, id: Id) -> dict[str, Any]:
    """One key result with status, verdict and progress, its versions, completions and measurements."""
    return _one(request, promised_for(request.user, id))


@router.writes(
    "POST",
    "/key-results/{int:id}/versions",
    scope=WRITE,
    answer=KeyResultDocument,
    status=201,
    versioned=True,
)
def change_key_result(request: HttpRequest, id: Id, given: NewVersion) -> dict[str, Any]:
    """A new version with the fields that are sent, and the reason. Managers."""
    require_change(request.user)
    found = promised_for(request.user, id)
    number = queries.stand_of(found, now=_now()).version.number
    tags.require_match(request, number)
    fields = given.said()
    why = {name: fields.pop(name) for name in ("reason", "text")}
    actions.change_key_result(found, actor(request), **why, seen=number, now=_now(), **fields)
    return _one(request, found)


@router.reads("/key-results/{int:id}/measurements", answer=Page[MeasurementOf])
def list_measurements(request: HttpRequest, id: Id, asked: Query[Asked]) -> dict[str, Any]:
    """What was measured of a key result, in the order of measuring."""
    found = queries.measurements_of(promised_for(request.user, id))
    return page_of_records(request, asked, found, by="id", show=lambda each: plain(measured(each)))


@router.writes("POST", "/key-results/{int:id}/grade", scope=WRITE, answer=KeyResultDocument)
def grade_key_result(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Grade a key result whose last day is over, with the data as it stands. Managers."""
    require_change(request.user)
    found = promised_for(request.user, id)
    actions.close(found, _now(), actor=actor(request))
    return _one(request, found)


@router.writes(
    "POST", "/key-results/{int:id}/completions", scope="check-ins:write", answer=KeyResultDocument, status=201
)
def complete_step(request: HttpRequest, id: Id, given: Done) -> dict[str, Any]:
    """Say with evidence that a step of a milestone is done, or that the event of a binary one happened."""
    require_complete(request.user)
    found = promised_for(request.user, id)
    completions.complete(found, actor(request), now=_now(), **given.model_dump())
    return _one(request, found)


@router.writes(
    "DELETE",
    "/key-results/{int:id}/completions/{int:number}",
    scope="check-ins:write",
    answer=KeyResultDocument,
)
def withdraw_completion(request: HttpRequest, id: Id, number: Id) -> dict[str, Any]:
    """Take back that something is done; the record keeps that it was said."""
    require_complete(request.user)
    found = promised_for(request.user, id)
    said = found.completions.filter(pk=number).first()
    if said is None:
        raise Http404
    completions.withdraw(said, actor(request), now=_now())
    return _one(request, found)


@router.writes("POST", "/objectives/{key}/sketches", scope=WRITE, answer=SketchDocument, status=201)
def add_sketch(request: HttpRequest, key: Key, given: NewSketch) -> dict[str, Any]:
    """Sketch a key result under an objective of a planned cycle, as far as it is known. Managers."""
    require_change(request.user)
    objective = item_for(request.user, Objective, key)
    made = sketches.add_sketch(actor(request), objective, now=_now(), **given.said())
    return _sketch(made)


@router.reads("/sketches/{int:id}", answer=SketchDocument)
def read_sketch(request: HttpRequest, id: Id) -> dict[str, Any]:
    """A key result that is not in force yet, as far as it is written."""
    return _sketch(_sketched_for(request, id))


@router.writes("PATCH", "/sketches/{int:id}", scope=WRITE, answer=SketchDocument)
def change_sketch(request: HttpRequest, id: Id, given: Terms) -> dict[str, Any]:
    """Replace fields of a sketch. Managers."""
    require_change(request.user)
    found = _sketched_for(request, id)
    sketches.change_sketch(actor(request), found, now=_now(), **given.said())
    return _sketch(found)


@router.writes("DELETE", "/sketches/{int:id}", scope=WRITE, answer=Discarded)
def discard_sketch(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Take a sketch out of the plan. Managers."""
    require_change(request.user)
    sketches.discard(actor(request), _sketched_for(request, id), now=_now())
    return {"discarded": id}


def _one(request: HttpRequest, found: KeyResult) -> dict[str, Any]:
    stand = queries.stand_of(found, now=_now())
    tags.of_version(request, stand.version.number)
    return _told(stand, full=True)


def _told(stand: Stand, *, full: bool) -> dict[str, Any]:
    return dict(plain(document(stand, full=full)))


def _sketched_for(request: HttpRequest, id: int) -> KeyResult:
    found = key_result_for(request.user, id)
    if found.sketch is None:
        raise Http404
    return found


def _sketch(found: KeyResult) -> dict[str, Any]:
    assert found.objective is not None
    return {
        "id": found.pk,
        "key": found.key,
        "name": name_of_sketch(found),
        "sentence": sentence_of_sketch(found),
        "objective": found.objective.key,
        "cycle": found.objective.cycle.key,
        "terms": plain(found.sketch),
    }


def _is_asked(stand: Stand, asked: OfKeyResults) -> bool:
    said = (
        (asked.quarter, stand.quarter.label),
        (asked.status, stand.status.word),
        (asked.owner, stand.version.owner_name),
    )
    return all(not wanted or wanted == found for wanted, found in said)


def _number(stand: Stand) -> int:
    return stand.key_result.pk


def _now() -> datetime:
    return datetime.now(UTC)
