"""Metrics for programs: the catalogue, and any question to the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.access import scope_of
from throughline.annotations.schemas import AnnotationOf
from throughline.api.comparing import BeforeOf
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.problems import placed
from throughline.api.subject import Figure, Instant, Subject, Told
from throughline.engine.definitions import Definition
from throughline.measures.asker import Asker
from throughline.measures.asking import NO_GROUPING, question_of
from throughline.measures.comparing import beside
from throughline.measures.documents import annotated, entry
from throughline.measures.move_documents import document
from throughline.measures.moves import moved, question_and_against
from throughline.measures.schemas import OnSlice, place_of
from throughline.measures.shelf import shelf
from throughline.measures.shown import answer

router = Subject("metrics")


class MetricOf(Told):
    """A metric of the catalogue, as an expression."""

    name: str
    title: str
    measure: str
    where: str
    at: str | None
    better: str
    beside: str
    description: str


class AskedOf(OnSlice):
    """A question: a metric or an expression, on a slice, in a period, as known at a day."""

    by: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=8)] = Field(
        [], description="Groups: dimensions, or week, month, quarter, year. Several make slices of slices."
    )
    known: str = Field("", max_length=40, description="What was known on that day.")
    compare: str = Field("", max_length=20, description="none: not held against the period before.")


class RowOf(Told):
    """One figure with its interval, and how many records stand behind it."""

    group: dict[str, Any]
    value: Figure
    low: Figure
    high: Figure
    n: int
    n_open: int
    n_missing: int
    n_negative: int
    wide_low: Figure = Field(description="Of a count whose like vary more than Poisson, see `overdispersed`.")
    wide_high: Figure
    before: BeforeOf | None
    cut: str | None = Field(description="The part of its period that it is of, where the range cuts that.")
    why_none: str | None = Field(description="Why there is no value.")


class WarningOf(Told):
    """What a reader must know about a figure."""

    code: str
    message: str


class AnswerOf(Told):
    """The figures, and everything needed to ask again."""

    unit: str
    rows: list[RowOf]
    why_no_before: str | None = Field(description="Why no row has a figure of the period before.")
    warnings: list[WarningOf]
    as_known_at: Instant | None
    definition: dict[str, Any]
    data_version: int
    basis_shares: dict[str, dict[str, Figure]]
    annotations: list[AnnotationOf]


@router.reads("/metrics", answer=Page[MetricOf])
def list_metrics(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The metrics of the catalogue by name."""
    return page_of_rows(request, asked, _catalogue(), key=lambda each: each.name, show=entry)


@router.reads("/metrics/answer", answer=AnswerOf, by_alias=True)
def ask_metric(request: HttpRequest, asked: Query[AskedOf]) -> dict[str, Any]:
    """The figures of a metric on the slice that the person sees: one, or one for each group."""
    now = datetime.now(UTC)
    query = request.GET.copy()
    if "by" not in query:
        query["by"] = NO_GROUPING
    asker = Asker(scope_of(request.user), now)
    with placed(place_of):
        question = question_of(query, now=now)
        result = answer(question, asker)
        return annotated(result, beside(question, result, asker), question.metric)


class PeriodOf(Told):
    """The figure of everything in one of the two periods."""

    since: str | None = Field(alias="from")
    until: str | None = Field(alias="to")
    value: Figure
    low: Figure
    high: Figure
    n: int


class PartOf(Told):
    """What a group adds to the change: by its own figure (rate), and by how many are in it (mix)."""

    group: dict[str, Any]
    then: Figure
    n_then: int
    share_then: Figure
    now: Figure
    n_now: int
    share_now: Figure
    rate: Figure
    mix: Figure
    total: Figure
    clearly: str


class MovedOf(Told):
    """The change of a metric between two periods: rate, mix and rest add up to it."""

    metric: str
    unit: str
    by: list[str]
    then: PeriodOf
    now: PeriodOf
    change: Figure
    rate: Figure
    mix: Figure
    rest: Figure = Field(
        description="What is neither: of groups left out, or since the figure is no plain mean of its groups."
    )
    adds_up: bool = Field(description="Whether it is a sum, each group of which adds its own change.")
    said: str
    groups: list[PartOf]
    warnings: list[WarningOf] = Field(description="Names in the condition that nobody has.")
    left_out: list[dict[str, Any]] = Field(
        description="Groups with records and no figure in a period; they count in the shares of the others."
    )
    definition: dict[str, Any]


class MoveAskedOf(OnSlice):
    """A metric on a slice, a period (else the last quarter) and the one it is held against."""

    by: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=4)] = Field(
        [], description="By what to split; service where nothing is said."
    )
    against: str = Field("", max_length=60, description="2026-Q1, or two days as D..D; else the one before.")


@router.reads("/metrics/why", answer=MovedOf, by_alias=True)
def explain_metric(request: HttpRequest, asked: Query[MoveAskedOf]) -> dict[str, Any]:
    """Why a metric moved between two periods: what its groups did, and what their mix did."""
    now = datetime.now(UTC)
    with placed(place_of):
        question, against = question_and_against(request.GET, now=now)
        return document(moved(question, Asker(scope_of(request.user), now), against=against))


def _catalogue() -> Iterator[Definition]:
    seen: set[str] = set()
    for _, cards in shelf():
        for card in cards:
            if card.definition.name not in seen:
                seen.add(card.definition.name)
                yield card.definition
