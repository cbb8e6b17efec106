"""Surveys for programs: what full batches of five say, and nothing of what waits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Figure, Id, Instant, Subject, Told
from throughline.site.plain import plain
from throughline.surveys.access import survey_for, visible_surveys
from throughline.surveys.documents import document, summary
from throughline.surveys.queries import newest_results, results

router = Subject("surveys")


class SurveyRow(Told):
    """A survey with what its newest wave says that says anything."""

    id: int
    title: str
    question: str
    kind: str
    series: str
    waves: int
    open: bool
    n: int
    score: Figure
    low: Figure
    high: Figure


class ChangeOf(Told):
    """The difference to the last wave that says anything."""

    since: int | None
    difference: Figure
    low: Figure
    high: Figure
    is_shown: bool


class WaveOf(Told):
    """What a wave says: how many people answered is known once it is closed."""

    number: int
    opened_at: Instant
    closed_at: Instant | None
    asked: int | None
    answered: int | None
    response_rate: Figure
    n: int
    score: Figure
    low: Figure
    high: Figure
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    counts: list[int] | None = None
    among_asked: list[Figure] | None
    change: ChangeOf | None
    whys: list[list[str]]


class SurveyOf(Told):
    """A survey with each of its waves."""

    id: int
    title: str
    question: str
    why: str | bool
    kind: str
    series: str
    unit: str
    cycle: str | None
    initiative: str | None
    archived_at: Instant | None
    waves: list[WaveOf]


@router.reads("/surveys", answer=Page[SurveyRow])
def list_surveys(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The surveys in the order in which they were made, each with its newest score."""
    known = list(visible_surveys(request.user).select_related("series"))
    found = newest_results(known)
    rows = [(each, found[each.pk]) for each in known]
    return page_of_rows(request, asked, rows, key=lambda row: row[0].pk, show=lambda row: summary(*row))


@router.reads("/surveys/{int:id}", answer=SurveyOf)
def read_survey(request: HttpRequest, id: Id) -> Any:
    """One survey with what each wave says, five answers at a time."""
    found = survey_for(request.user, id)
    return plain(document(found, results(found)))
