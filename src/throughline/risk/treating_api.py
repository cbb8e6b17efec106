"""What scenarios bear on, what work leaves of them and costs, and how much loss is borne, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Path

from throughline.api.problems import in_rows, placed
from throughline.api.subject import Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.engine.refusals import Refused
from throughline.objectives.access import item_for
from throughline.objectives.models import Initiative
from throughline.risk import actions, treating
from throughline.risk.access import require_write, running_scenario_for, scenario_for, treatment_for
from throughline.risk.appetites import appetite_now
from throughline.risk.linking import end_named
from throughline.risk.models import Scenario
from throughline.risk.tables import appetite_document, scenario_document, treated_document
from throughline.site.plain import plain

router = Subject("risk")
WRITE = "risk:write"
END = r"^(objective|key-result):[A-Za-z0-9_-]+$"
End = Annotated[str, Field(max_length=140, pattern=END, description="objective:KEY or key-result:KEY.")]
EndInPath = Annotated[str, Path(max_length=140, pattern=END)]
Part = Annotated[float, Field(gt=0, description="1 is all of it, 0.4 leaves four tenths.")]
Amount = Annotated[float, Field(gt=0)]


class ArchivingScenario(Sent):
    """Whether it is out of the register; its estimates and forecasts stay."""

    archived: bool


class NewScenarioLink(Sent):
    """What a scenario bears on."""

    to: End


class LinksOf(Told):
    """What a scenario bears on, as objective:KEY or key-result:KEY."""

    key: str
    bears_on: list[str]


class StateOf(Told):
    """A scenario, and since when it is out of the register."""

    key: str
    archived_at: Instant | None


class NewRemains(Sent):
    """What remains: nine cases in ten lie between."""

    low: Part
    high: Part


class NewTreatment(Sent):
    """What remains of a scenario when the work is done; what is left out stays as it is."""

    frequency: NewRemains | None = None
    loss: NewRemains | None = None


class NewCost(Sent):
    """What the work costs a year: nine cases in ten lie between."""

    low: Amount
    high: Amount


class RangeOf(Told):
    """Nine cases in ten lie between."""

    low: Figure
    high: Figure


class TreatmentOf(Told):
    """What remains of how often and of how dear."""

    scenario: str
    frequency: RangeOf
    loss: RangeOf
    author: str
    at: Instant


class InitiativeRisk(Told):
    """What an initiative leaves of scenarios, and what it costs a year."""

    initiative: str
    treatments: list[TreatmentOf]
    cost: RangeOf | None


class NewPoint(Sent):
    """More than `loss` in a year with a chance of `probability` at most."""

    loss: float = Field(gt=0)
    probability: float = Field(gt=0, lt=1)


class NewAppetite(Sent):
    """How much loss is borne, and how often: two points or more, the dearer the rarer."""

    points: list[NewPoint] = Field(min_length=2, max_length=treating.MOST_POINTS)
    note: str = Field("", max_length=treating.LONGEST_NOTE, description="Who decided it, and when.")


class PointOf(Told):
    """A point of the curve of what is borne."""

    loss: Figure
    probability: Figure


class AppetiteOf(Told):
    """How much loss is borne; nobody has said it yet where `at` is null."""

    points: list[PointOf]
    note: str
    author: str
    at: Instant | None


@router.writes("PUT", "/scenarios/{key}/archived", scope=WRITE, answer=StateOf)
def archive_scenario(request: HttpRequest, key: Key, given: ArchivingScenario) -> Any:
    """Take a scenario out of the register, or up again. Managers."""
    require_write(request.user)
    found = scenario_for(request.user, key)
    step = actions.archive if given.archived else actions.restore
    step(actor(request), found, now=_now())
    return {"key": found.key, "archived_at": found.archived_at}


@router.writes("POST", "/scenarios/{key}/links", scope=WRITE, answer=LinksOf, status=201)
def link_scenario(request: HttpRequest, key: Key, given: NewScenarioLink) -> Any:
    """Say that a scenario bears on an objective or a key result. Managers."""
    require_write(request.user)
    found = scenario_for(request.user, key)
    actions.link(actor(request), found, end_named(given.to), now=_now())
    return _links(found)


@router.writes("DELETE", "/scenarios/{key}/links/{to}", scope=WRITE, answer=LinksOf)
def unlink_scenario(request: HttpRequest, key: Key, to: EndInPath) -> Any:
    """Take back what a scenario bears on. Managers."""
    require_write(request.user)
    found = scenario_for(request.user, key)
    try:
        end = end_named(to)
    except Refused:
        raise Http404 from None
    actions.unlink(actor(request), found, end, now=_now())
    return _links(found)


@router.reads("/initiatives/{key}/risk", answer=InitiativeRisk)
def read_initiative_risk(request: HttpRequest, key: Key) -> Any:
    """What an initiative leaves of scenarios, and what it costs a year."""
    return plain(treated_document(item_for(request.user, Initiative, key)))


@router.writes("PUT", "/initiatives/{key}/treatments/{scenario}", scope=WRITE, answer=InitiativeRisk)
def treat_scenario(request: HttpRequest, key: Key, scenario: Key, given: NewTreatment) -> Any:
    """State what an initiative leaves of a scenario, or restate it. Managers."""
    require_write(request.user)
    work = item_for(request.user, Initiative, key)
    risk = running_scenario_for(request.user, scenario)
    said = {name: (each["low"], each["high"]) for name, each in given.model_dump(exclude_none=True).items()}
    with placed(_of_range):
        treating.treat(actor(request), work, risk, now=_now(), **said)
    return plain(treated_document(work))


@router.writes("DELETE", "/initiatives/{key}/treatments/{scenario}", scope=WRITE, answer=InitiativeRisk)
def treat_no_more(request: HttpRequest, key: Key, scenario: Key) -> Any:
    """Take it back that an initiative changes a scenario. Managers."""
    require_write(request.user)
    found = treatment_for(request.user, key, scenario)
    treating.treat_no_more(actor(request), found, now=_now())
    return plain(treated_document(found.initiative))


@router.writes("PUT", "/initiatives/{key}/cost", scope=WRITE, answer=InitiativeRisk)
def state_cost(request: HttpRequest, key: Key, given: NewCost) -> Any:
    """State what an initiative costs a year. Managers."""
    require_write(request.user)
    work = item_for(request.user, Initiative, key)
    with placed(lambda place: place.removeprefix("cost_")):
        treating.state_cost(actor(request), work, low=given.low, high=given.high, now=_now())
    return plain(treated_document(work))


@router.reads("/risk/appetite", answer=AppetiteOf)
def read_appetite(request: HttpRequest) -> Any:
    """How much loss is borne, and how often, as it was stated last."""
    return plain(appetite_document(appetite_now()))


@router.writes("PUT", "/risk/appetite", scope=WRITE, answer=AppetiteOf)
def state_appetite(request: HttpRequest, given: NewAppetite) -> Any:
    """State how much loss is borne, and how often; the newest counts. Managers."""
    require_write(request.user)
    points = [each.model_dump() for each in given.points]
    with placed(in_rows({"loss": "points", "probability": "points"})):
        stated = treating.state_appetite(actor(request), points, note=given.note, now=_now())
    return plain(appetite_document(stated))


def _of_range(place: str) -> str:
    name, _, end = place.rpartition("_")
    return f"{name}/{end}" if name in ("frequency", "loss") else place


def _links(found: Scenario) -> Any:
    return scenario_document(found, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
