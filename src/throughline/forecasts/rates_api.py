"""Base rates for programs: what happened elsewhere or before, beside a scenario, each updated to a chance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.request import ApiRequest
from throughline.api.subject import Figure, Id, Instant, Key, Sent, Subject, Told, person
from throughline.forecasts import rate_files, rates
from throughline.forecasts.access import rate_for, require_open
from throughline.forecasts.models import BaseRate
from throughline.forecasts.rates import LARGEST_EXPOSURE, MOST_EVENTS, rate_document
from throughline.risk.access import scenario_for

router = Subject("forecasts")
WRITE = "risk:write"


class NewRate(Sent):
    """How often it happened in how many years, or among how many for the scenario's period."""

    kind: Literal["gamma_poisson", "beta_binomial"] = Field(
        description="gamma_poisson: events over years; beta_binomial: cases among many."
    )
    title: str = Field(min_length=1, max_length=240, description="What was counted.")
    events: int = Field(ge=0, le=MOST_EVENTS)
    exposure: float = Field(gt=0, le=LARGEST_EXPOSURE, description="Years watched, or how many cases.")
    source: str = Field("", max_length=500, description="Where it is from.")


class FromFile(Schema):
    """What the file is, and what of it is counted."""

    kind: Literal["kev", "epss", "breaches"]
    file_name: str = Field(min_length=1, max_length=255)
    vendor: str = Field("", max_length=120, description="Of CISA's KEV.")
    product: str = Field("", max_length=120, description="Of CISA's KEV.")
    cves: str = Field("", max_length=20_000, description="Of FIRST's EPSS: which CVEs.")
    sector: str = Field("", max_length=120, description="Of breaches.")
    organisations: str = Field("", max_length=20, description="Of breaches: how many could be hit.")


class Withdrawn(Sent):
    """Whether it stands beside the question no longer."""

    withdrawn: bool


class RateOf(Told):
    """A base rate, with the chance for the scenario's period that it comes to; nine cases in ten between."""

    id: int
    scenario: str
    kind: str
    title: str
    events: int
    exposure: Figure
    source: str
    chance: Figure
    low: Figure
    high: Figure
    author: str
    at: Instant
    withdrawn_at: Instant | None


@router.reads("/scenarios/{key}/base-rates", answer=Page[RateOf])
def list_base_rates(request: HttpRequest, key: Key, asked: Query[Asked]) -> Any:
    """What stands beside the question of a scenario, in the order in which it was put there."""
    scenario = scenario_for(request.user, key)
    found = rates.standing(scenario).select_related("scenario")
    return page_of_records(request, asked, found, by="id", show=rate_document)


@router.writes("POST", "/scenarios/{key}/base-rates", scope=WRITE, answer=RateOf, status=201)
def add_base_rate(request: HttpRequest, key: Key, given: NewRate) -> Any:
    """Put a count beside the question of a scenario. Members."""
    require_open(request.user)
    scenario = scenario_for(request.user, key)
    return rate_document(rates.add_rate(person(request), scenario, now=_now(), **given.model_dump()))


@router.takes_file("/scenarios/{key}/base-rates/file", scope=WRITE, answer=RateOf, status=201)
def bring_in_base_rate(request: ApiRequest, key: Key, asked: Query[FromFile]) -> Any:
    """Count in the file that is the body, and put the count beside the question. Members."""
    require_open(request.user)
    scenario = scenario_for(request.user, key)
    given = asked.model_dump()
    name, kind = given.pop("file_name"), given.pop("kind")
    content = request.sent_file.read(rate_files.MOST_BYTES + 1)
    made = rate_files.bring_in(
        person(request), scenario, content, name=name, kind=kind, asked=given, now=_now()
    )
    return rate_document(made)


@router.writes("PUT", "/base-rates/{int:id}/withdrawn", scope=WRITE, answer=RateOf)
def withdraw_base_rate(request: HttpRequest, id: Id, given: Withdrawn) -> Any:
    """Take a base rate from beside the question, or put it back; it stays in the record. Members."""
    require_open(request.user)
    found: BaseRate = rate_for(request.user, id)
    step = rates.withdraw if given.withdrawn else rates.restore
    step(person(request), found, now=_now())
    found.refresh_from_db()
    return rate_document(found)


def _now() -> datetime:
    return datetime.now(UTC)
