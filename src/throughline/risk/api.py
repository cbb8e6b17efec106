"""Risk for programs: the register of scenarios, the curves of a year's loss, and what work would change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.comparing import BeforeOf
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.engine.refusals import Refused
from throughline.risk import actions, curve_asked
from throughline.risk.access import require_estimate, require_write, scenario_for, visible
from throughline.risk.appetites import with_appetite
from throughline.risk.comparing import compared, documented
from throughline.risk.register import baseline_of, chosen_of, known_then, register, sentence
from throughline.risk.tables import register_figures, register_rows, scenario_document, what_if_document
from throughline.risk.what_if import MOST, what_if_of
from throughline.site.plain import plain

router = Subject("risk")
WRITE = "risk:write"
Texts = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)]
Keys = Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=MOST)]


class Narrowed(Schema):
    """Which scenarios; without any of these, all that are in the register."""

    tag: str = Field("", max_length=80)
    owner: str = Field("", max_length=160, description="A name.")
    stale: Literal["", "yes"] = Field("", description="`yes`: only what is not to be relied on.")


class OfScenarios(Asked, Narrowed):
    """Which scenarios, page by page."""


class OfCurve(Narrowed):
    """Of which scenarios the curves are, and what is asked of them."""

    since: str = Field(
        "", max_length=40, description="The day that is compared with; else the quarter's start."
    )
    loss: str = Field("", max_length=40, description="An amount whose chance is asked for, such as 2.5M.")
    low: str = Field("", alias="from", max_length=40, description="Where a layer begins.")
    high: str = Field("", alias="to", max_length=40, description="Where it ends.")


class OfWhatIf(Schema):
    """Which work is done."""

    initiative: Keys = Field([], description="Keys of initiatives, at least one.")


class ScenarioSummary(Told):
    """A scenario and how it stands; `mean` is its cost a year."""

    key: str
    statement: str
    period: str
    start: date
    end: date
    judge: str
    owner: str
    tags: list[str]
    series: str
    stale: str
    estimated_at: Instant | None
    mean: Figure
    resolved_at: Instant | None
    archived_at: Instant | None


class ScenarioRow(ScenarioSummary):
    """A scenario of the register, with its part of the worst year in a hundred of the whole."""

    share_of_tail: Figure


class ScenarioOf(ScenarioSummary):
    """A scenario with every estimate, the oldest first."""

    criteria: str
    steps: list[str]
    bears_on: list[str]
    estimates: list[dict[str, Any]]


class NewScenario(Sent):
    """What may happen; what is left out of a change stays as it is."""

    statement: str = Field("", max_length=300)
    criteria: str = Field("", max_length=5000, description="How the judge will tell whether it happened.")
    judge: str = Field("", max_length=120, description="One name.")
    start: date | None = Field(None, description="The first day of its period.")
    period: Literal["month", "quarter", "year"] = "quarter"
    owner: str = Field("", max_length=120)
    tags: Texts = []
    steps: Texts = []


class NewEstimate(Sent):
    """How often and how dear, in the words of `throughline risk curve`."""

    stage: Literal["inherent", "residual", "target"] = "residual"
    frequency: dict[str, Anything] = Field(description="Such as {probability: 0.09, per: year}.")
    loss: dict[str, Anything] = Field(description="Such as {ci90: [100000, 2000000]}.")
    note: str = Field("", max_length=500)


class RegisterOf(Told):
    """What the scenarios cost a year together."""

    sentence: str
    n: int
    stale: int
    mean: Figure = None
    any_loss: Figure = None
    quantiles: dict[str, Figure] = {}
    tvar: dict[str, Figure] = {}
    formula_version: str = ""
    before: dict[str, BeforeOf | None] | None = Field(description="What each was when the quarter began.")


class CurveOf(Told):
    """The chance that a year costs more than each amount, of each stage."""

    formula_version: str
    since: Instant
    estimates: dict[str, Anything]
    curves: list[dict[str, Figure]]
    answer: dict[str, Figure] | None
    layer: dict[str, Figure] | None


class RegisterDocument(Told):
    """The scenarios as `throughline risk curve` reads them, and how much is borne."""

    scenarios: list[dict[str, Any]]
    appetite: Anything = None


class Interval(Told):
    """A figure with the range of nine cases in ten."""

    value: Figure
    low: Figure
    high: Figure


class WhatIfOf(Told):
    """The register before and after the work."""

    initiatives: list[str]
    figures: list[dict[str, Anything]]
    reduction: Interval | None
    cost: Interval | None
    return_: Interval | None = Field(alias="return")
    pays: Figure
    drivers: list[dict[str, Anything]]
    missing: list[str]
    formula_version: str


@router.reads("/scenarios", answer=Page[ScenarioRow])
def list_scenarios(request: HttpRequest, asked: Query[OfScenarios]) -> dict[str, Any]:
    """The scenarios of the register by their key, each with what it costs a year."""
    now = _now()
    found = register(visible(request.user), chosen_of(_said(asked)), now=now)
    rows = plain(list(register_rows(found, now=now)))
    return page_of_rows(request, asked, rows, key=lambda row: row["key"], show=lambda row: row)


@router.reads("/scenarios/{key}", answer=ScenarioOf)
def read_scenario(request: HttpRequest, key: Key) -> Any:
    """One scenario: what is asked, who judges it, and every estimate of it."""
    return plain(scenario_document(scenario_for(request.user, key), now=_now()))


@router.writes("POST", "/scenarios", scope=WRITE, answer=ScenarioOf, status=201)
def add_scenario(request: HttpRequest, given: NewScenario) -> Any:
    """Write down what may happen, how that will be told, and by whom. Managers."""
    require_write(request.user)
    said = {"start": "", **given.model_dump(exclude_unset=True)}
    made = actions.add_scenario(actor(request), now=_now(), **said)
    return plain(scenario_document(made, now=_now()))


@router.writes("PATCH", "/scenarios/{key}", scope=WRITE, answer=ScenarioOf)
def change_scenario(request: HttpRequest, key: Key, given: NewScenario) -> Any:
    """Say it otherwise; what is asked stands from the first forecast on. Managers."""
    require_write(request.user)
    found = scenario_for(request.user, key)
    actions.change_scenario(actor(request), found, now=_now(), **given.model_dump(exclude_unset=True))
    return plain(scenario_document(found, now=_now()))


@router.writes("POST", "/scenarios/{key}/estimates", scope=WRITE, answer=ScenarioOf, status=201)
def estimate_scenario(request: HttpRequest, key: Key, given: NewEstimate) -> Any:
    """Say how often it comes true and how dear that is; what was said before is kept. Members."""
    require_estimate(request.user)
    found = scenario_for(request.user, key)
    actions.add_estimate(actor(request), found, now=_now(), **given.model_dump())
    return plain(scenario_document(found, now=_now()))


@router.reads("/risk", answer=RegisterOf)
def read_register(request: HttpRequest, asked: Query[Narrowed]) -> Any:
    """What the scenarios cost a year together: the mean, a bad year, and the worst."""
    chosen, now = chosen_of(_said(asked)), _now()
    found = register(visible(request.user), chosen, now=now)
    then = known_then(visible(request.user), chosen, until=baseline_of("", now=now))
    before = documented(compared(found.figures, then))
    return plain({"sentence": sentence(found), **register_figures(found), "before": before})


@router.reads("/risk/curve", answer=CurveOf)
def read_curve(request: HttpRequest, asked: Query[OfCurve]) -> Any:
    """The loss exceedance curves: without controls, as things stand, where we want to be, what is borne."""
    now = _now()
    said = {**_said(asked), "since": asked.since, "loss": asked.loss, "from": asked.low, "to": asked.high}
    return plain(curve_asked.document(visible(request.user), curve_asked.asked_of(said, now=now), now=now))


@router.reads("/risk/document", answer=RegisterDocument)
def read_risk_document(request: HttpRequest, asked: Query[Narrowed]) -> Any:
    """The scenarios in the words of `throughline risk curve`, so that anybody can work the figures out."""
    chosen = chosen_of(_said(asked))
    found = register(visible(request.user), chosen, now=_now())
    return plain(found.document if chosen.is_narrow else with_appetite(found.document))


@router.reads("/risk/what-if", answer=WhatIfOf, by_alias=True)
def read_what_if(request: HttpRequest, asked: Query[OfWhatIf]) -> Any:
    """What a year costs before and after the work of some initiatives, and what that returns."""
    if not asked.initiative:
        said = "expected the work that is done, as ?initiative=KEY: /api/v1/initiatives lists the keys"
        raise Refused(said, place="initiative", code="missing")
    found, _ = what_if_of(visible(request.user), asked.initiative, now=_now())
    return plain(what_if_document(found))


def _said(asked: Narrowed) -> dict[str, str]:
    return {"tag": asked.tag, "owner": asked.owner, "stale": asked.stale}


def _now() -> datetime:
    return datetime.now(UTC)
