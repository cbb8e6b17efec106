"""Choosing for programs: the rules of a cycle, what is chosen under them, and making initiatives of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.problems import in_rows, placed
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor, person
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio import making, ruling, working
from throughline.portfolio.access import candidate_for, require_choose, require_write, worked_for
from throughline.portfolio.models import Worked
from throughline.portfolio.stored import key_of, running, stored
from throughline.portfolio.tables import answer_document, rules_document
from throughline.portfolio.what_ifs import AS_STATED, MOST_PEOPLE, WEIGHT, WhatIf, tried
from throughline.portfolio.working import answer_of
from throughline.site.plain import plain

router = Subject("portfolio")
WRITE = "portfolio:write"
# Of a rule about an objective a number, of a kind a share.
Bound = Annotated[float | None, Field(ge=0)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
# Where a refused field of a row stands in what was sent.
ROWS = in_rows(
    {
        **dict.fromkeys(("of", "at_least", "at_most", "price"), "balance"),
        **dict.fromkeys(("candidate", "kind", "other"), "relations"),
    }
)


class OfPortfolio(Schema):
    """What stands instead of the stated rules; without any of these, what they choose."""

    capacity: float | None = Field(None, ge=0, description="Other person-weeks.")
    more: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="So many more people.")
    weight: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=50, description="OBJECTIVE=NUMBER, such as paved-road=2."
    )


class RulesOf(Told):
    """Under what is chosen; nobody has stated it yet where `at` is null."""

    cycle: str
    capacity: Figure
    person_weeks: Figure
    weights: dict[str, Figure]
    balance: list[dict[str, Anything]]
    relations: list[dict[str, Anything]]
    author: str
    at: Instant | None


class BalanceRule(Sent):
    """How much there is of something: work for an objective in number, a kind of work as a share."""

    of: Name = Field(description="objective:KEY, objective:each, or kind:NAME.")
    at_least: Bound = None
    at_most: Bound = None
    price: Bound = Field(None, description="What missing it costs; left out, it may not be missed.")


class Relation(Sent):
    """What cannot be without, or beside, something else."""

    candidate: Name = Field(description="Its key or its number.")
    kind: Literal["requires", "excludes"]
    other: Name


class NewRules(Sent):
    """Under what is chosen from now on: what is left out is not asked for any more."""

    capacity: float = Field(ge=0, description="Person-weeks that the team has.")
    person_weeks: float = Field(10.0, gt=0, description="What one more person would bring.")
    weights: dict[str, Annotated[float, Field(ge=0)]] = Field({}, max_length=50)
    balance: list[BalanceRule] = Field([], max_length=50)
    relations: list[Relation] = Field([], max_length=200)


class Lacking(Told):
    """What a candidate lacks, and whether it is out of the choice for that."""

    id: int
    title: str
    out: bool
    why: list[str]


class WorkingOf(Told):
    """An answer that is being worked out."""

    id: int
    state: str
    message: str


class PortfolioOf(Told):
    """What is chosen (`throughline portfolio --json`); not `current` while it is worked out anew.

    `crowded` says that too much is asked for at once already: ask again in a moment.
    """

    cycle: str
    current: bool
    crowded: bool
    working: WorkingOf | None
    answer: dict[str, Anything] | None
    missing: list[Lacking]


class ToMake(Told):
    """What would be made of a candidate; `refused` says why it cannot be."""

    id: int
    title: str
    moves: list[str]
    serves: list[str]
    refused: str


class ChosenOf(Told):
    """What is chosen and is no initiative yet, in its order."""

    cycle: str
    candidates: list[ToMake]


class AsSeen(Sent):
    """The numbers of what is chosen, as they were read; if other work is chosen by now, nothing is made."""

    candidates: list[Annotated[int, Field(ge=1)]] = Field(max_length=500)


class MadeOf(Told):
    """The keys of the initiatives that were made."""

    initiatives: list[str]


@router.reads("/cycles/{key}/portfolio", answer=PortfolioOf)
def read_portfolio(request: HttpRequest, key: Key, asked: Query[OfPortfolio]) -> Any:
    """What is chosen in a cycle under its rules, or under others; why, and what just missed.

    It is worked out in the background where candidates or rules have changed: ask again until it is current.
    """
    cycle, now = cycle_for(request.user, key), _now()
    what_if = _what_if(cycle, asked)
    question = stored(cycle, what_if=what_if, now=now)
    found = answer_of(question, is_stated=what_if == AS_STATED, now=now)
    under_way = _working(found.working) if found.working else None
    said = {"crowded": found.is_crowded, "working": under_way}
    return plain({**answer_document(question, found), **said})


@router.reads("/cycles/{key}/portfolio/rules", answer=RulesOf)
def read_rules(request: HttpRequest, key: Key) -> Any:
    """The capacity, weights, balance and relations under which is chosen."""
    return _rules(cycle_for(request.user, key))


@router.writes("PUT", "/cycles/{key}/portfolio/rules", scope=WRITE, answer=RulesOf)
def state_rules(request: HttpRequest, key: Key, given: NewRules) -> Any:
    """State anew under what is chosen: all of it, as the newest counts. Managers."""
    require_choose(request.user)
    cycle = cycle_for(request.user, key)
    said = given.model_dump()
    numbers = {key_of(each): str(each.pk) for each in cycle.candidates.all()}
    for row in said["relations"]:
        row |= {name: numbers.get(row[name], row[name]) for name in ("candidate", "other")}
    with placed(_place_of):
        ruling.state_rules(actor(request), cycle, now=_now(), **said)
    return _rules(cycle)


@router.writes("POST", "/cycles/{key}/portfolio/worked/{int:id}/cancel", scope=WRITE, answer=WorkingOf)
def cancel_portfolio(request: HttpRequest, key: Key, id: Id) -> Any:
    """Stop working an answer out. Members."""
    require_write(request.user)
    found = worked_for(request.user, key, id)
    working.cancel(found, actor=person(request), now=_now())
    return _working(worked_for(request.user, key, id))


@router.writes("POST", "/cycles/{key}/portfolio/worked/{int:id}/again", scope=WRITE, answer=WorkingOf)
def work_out_again(request: HttpRequest, key: Key, id: Id) -> Any:
    """Work out anew what was cancelled or failed. Members."""
    require_write(request.user)
    working.again(worked_for(request.user, key, id), now=_now())
    return _working(worked_for(request.user, key, id))


@router.reads("/cycles/{key}/portfolio/initiatives", answer=ChosenOf)
def read_chosen(request: HttpRequest, key: Key) -> Any:
    """What is chosen and is no initiative yet, and what making one would write. Managers."""
    require_choose(request.user)
    cycle = cycle_for(request.user, key)
    planned = making.previewed(making.chosen_of(cycle, now=_now()))
    return {"cycle": cycle.key, "candidates": [_planned(each) for each in planned]}


@router.writes("POST", "/cycles/{key}/portfolio/initiatives", scope=WRITE, answer=MadeOf, status=201)
def make_chosen(request: HttpRequest, key: Key, given: AsSeen) -> Any:
    """Make initiatives of all that is chosen, or of none of it. Managers."""
    require_choose(request.user)
    chosen = making.chosen_of(cycle_for(request.user, key), now=_now())
    making.require_as_seen(chosen, [str(each) for each in given.candidates])
    made = making.make_all(actor(request), chosen, now=_now())
    return {"initiatives": [each.key for each in made]}


@router.writes("POST", "/candidates/{int:id}/initiative", scope=WRITE, answer=MadeOf, status=201)
def make_one(request: HttpRequest, id: Id) -> Any:
    """Make an initiative of one candidate, with its effort and what it should move. Managers."""
    require_choose(request.user)
    made = making.make_initiative(actor(request), candidate_for(request.user, id), now=_now())
    return {"initiatives": [made.key]}


def _what_if(cycle: Cycle, asked: OfPortfolio) -> WhatIf:
    given: dict[str, Any] = {"capacity": asked.capacity, "more": asked.more}
    for text in asked.weight:
        key, is_said, number = text.partition("=")
        if not is_said or not number.strip():
            said = f"expected OBJECTIVE=NUMBER such as paved-road=2, found '{text[:60]}'"
            raise Refused(said, place="weight")
        given[f"{WEIGHT}{key.strip()}"] = number
    texts = {name: value for name, value in given.items() if value is not None}
    found = tried(texts, [each.key for each in running(cycle)])
    with placed(lambda place: "weight" if place.startswith(WEIGHT) else place):
        found.require_right()
    return found.what_if


def _place_of(place: str) -> str:
    key = place.removeprefix(WEIGHT)
    return f"weights/{key}" if key != place else ROWS(place)


def _rules(cycle: Cycle) -> Any:
    found = rules_document(cycle)
    balance = [{"of": ruling.of_rule(each), **each} for each in found["balance"]]
    return plain({**found, "balance": balance})


def _working(found: Worked) -> dict[str, Any]:
    job = found.job
    state = job.state if job else "ended"
    return {"id": found.pk, "state": state, "message": job.message if job else ""}


def _planned(each: making.Planned) -> dict[str, Any]:
    said = {"moves": list(each.moves), "serves": list(each.serves), "refused": each.refused}
    return {"id": each.candidate.pk, "title": each.candidate.title, **said}


def _now() -> datetime:
    return datetime.now(UTC)
