"""Who does what, for programs that decide: what work needs, answers to suggestions, weights, publishing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from throughline.accounts.models import User
from throughline.api.subject import LARGEST_ID, Anything, Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.assignments import answers, match_documents
from throughline.assignments.access import require_describe
from throughline.assignments.api_schemas import PublishedOf, WorkOf
from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Answer
from throughline.assignments.publishing import prepared, publish, require_unfinished
from throughline.assignments.staffed import staffed_one
from throughline.assignments.staffing import TIES, Item, describe, said_of, work_of
from throughline.assignments.staffing_documents import documents as staffing_documents
from throughline.assignments.weighing import MOST_PRICE, MOST_SETTING, MOST_WEIGHT, weigh
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import AllRefused, Refused, each_of
from throughline.objectives.access import item_for
from throughline.objectives.models import Initiative, KeyResult
from throughline.objectives.people import people_named
from throughline.people.access import require_lead, worker, workers
from throughline.site.plain import plain

router = Subject("work")
WORK, TEAM, OWN = "work:write", "team:write", "own:write"
# initiative:paved-road, key_result:faster
Named = Annotated[str, Path(max_length=160, pattern=r"^(initiative|key_result):[A-Za-z0-9_-]+$")]
Share = Annotated[float, Field(ge=0, le=1)]
Kind = Annotated[str, Field(max_length=40)]
Names = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=200)]
Ids = Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(max_length=1000)]
_RULE = re.compile(r"(objective|at_least|price)_(\d+)")


class NewStaffing(Sent):
    """What a piece of work needs; what is left out stays as it is. People are names or e-mail addresses."""

    kinds: dict[Kind, Share] = Field({}, max_length=100, description="How large a part is of each kind.")
    grows: list[Kind] = Field([], max_length=100, description="Kinds in which one can grow there; none: all.")
    value: Share | None = Field(None, description="What it is worth to the business.")
    value_why: str = Field("", max_length=500)
    weeks: float | None = Field(None, description="That each person on it gives.")
    least: int = Field(1, ge=0, le=10_000, description="By how few people it is done.")
    most: int = Field(1, ge=0, le=10_000)
    skills: dict[Kind, Share] = Field({}, max_length=100, description="A floor by kind of work.")
    mentor: bool = Field(False, description="Who is below a floor may join somebody who is not.")
    must: Names = Field([], description="Who must do it.")
    never: Names = Field([], description="Who never does it.")
    continues: Names = Field([], description="Who goes on with it.")


class NewSuggestionAnswer(Sent):
    """What one says to a suggestion; whoever plans the team sees the answer and its reason."""

    cycle: str = Field(max_length=80, description="The key of a cycle.")
    work: str = Field(max_length=160, description="As `/me/next` names it.")
    said: Literal["accepted", "not_now", "taken_back"]
    reason: str = Field("", max_length=answers.LONGEST, description="Why not now, in a few words.")


class AnswerKept(Told):
    """That an answer is kept, and why no plan meets it, where none does."""

    work: str
    cannot_be: list[str]


class StaffingRule(Sent):
    """A share of all given weeks that an objective gets at least, and what a missing one costs."""

    objective: str = Field(max_length=120, description="Its key.")
    at_least: float
    price: float | None = Field(None, ge=0, le=MOST_PRICE, description="In person-quarters.")


class NewWeights(Sent):
    """What counts how much, and why; the three weights are proportions."""

    business: float = Field(ge=0, le=MOST_WEIGHT)
    interest: float = Field(ge=0, le=MOST_WEIGHT)
    growth: float = Field(ge=0, le=MOST_WEIGHT)
    reason: str = Field("", max_length=500)
    beta: float | None = Field(None, ge=0, le=MOST_SETTING, description="What a liked part is worth.")
    phi: float | None = Field(None, ge=0, le=MOST_SETTING, description="What fairness is worth.")
    continuity: float | None = Field(None, ge=0, le=MOST_SETTING, description="What going on is worth.")
    balance: list[StaffingRule] = Field([], max_length=100)


class WeightsOf(Told):
    """What counts how much in a cycle."""

    cycle: str
    business: Figure
    interest: Figure
    growth: Figure
    beta: Figure
    phi: Figure
    continuity: Figure
    balance: list[dict[str, Anything]]
    reason: str
    author: str
    at: Instant


class PreparedOf(Told):
    """What publishing would write; `seen` is null while the match is worked out, or where it has none."""

    cycle: str
    seen: str | None
    plan: list[dict[str, Anything]]
    work: list[dict[str, Anything]]
    owners: list[dict[str, Anything]]


class Publishing(Sent):
    """The plan that was looked at, and whom it takes off; who is not named stays."""

    seen: str = Field(min_length=1, max_length=64, description="Of the answer that was looked at.")
    leave: Ids = Field([], description="Assignments that end.")
    hand_over: Ids = Field([], description="Key results that go from one owner to another.")
    note: str = Field("", max_length=500)


@router.writes("PATCH", "/work/{work}", scope=WORK, answer=WorkOf)
def describe_work(request: HttpRequest, work: Named, given: NewStaffing) -> Any:
    """Say what a piece of work needs, so that the match can see it. Its owner and managers."""
    item = _item(request, work)
    require_describe(request.user, item)
    before, sent = said_of(work_of(item)), given.model_dump(exclude_unset=True)
    ties = {kind: _people(sent.pop(kind), kind) for kind in TIES if kind in sent}
    if "mentor" in sent:
        sent["has_mentor"] = sent.pop("mentor")
    describe(actor(request), item, replace(before, ties={**before.ties, **ties}, **sent), now=_now())
    [shown] = staffing_documents([staffed_one(request.user, item)])
    return plain(shown)


@router.writes("PUT", "/me/next/answer", scope=OWN, answer=AnswerKept)
def answer_suggestion(request: HttpRequest, given: NewSuggestionAnswer) -> Any:
    """Take a suggestion, say not now and why, or take an answer back. Members, for themselves."""
    own = worker(request.user)
    cycle = cycle_for(own, given.cycle)
    work = asked_of(cycle).works.get(given.work)
    if work is None:
        raise Refused("there is no such work that can be answered to", place="work", code="unknown")
    answers.say(own, cycle, work, said=Answer.Said(given.said), reason=given.reason, now=_now())
    aside = {(each.person, each.work): each.why for each in asked_of(cycle).set_aside}
    return {"work": given.work, "cannot_be": list(aside.get((str(own.pk), given.work), ()))}


@router.writes("PUT", "/cycles/{key}/match/weights", scope=TEAM, answer=WeightsOf)
def state_weights(request: HttpRequest, key: Key, given: NewWeights) -> Any:
    """Say what business value, interest and growth count in a cycle, and why. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    said = given.model_dump(exclude_none=True)
    made = _placed(lambda: weigh(actor(request), cycle, now=_now(), **said))
    names = (
        "business",
        "interest",
        "growth",
        "beta",
        "phi",
        "continuity",
        "balance",
        "reason",
        "author",
        "at",
    )
    return plain({"cycle": cycle.key, **{name: getattr(made, name) for name in names}})


@router.reads("/cycles/{key}/match/publishing", answer=PreparedOf)
def read_publishing(request: HttpRequest, key: Key) -> Any:
    """What publishing who does what would write, and whom it would take off. Managers."""
    asked = asked_of(cycle_for(require_lead(request.user), key))
    found = _current(asked)
    ready = prepared(asked, found) if found is not None else None
    return plain(match_documents.prepared_document(asked.cycle, ready))


@router.writes("POST", "/cycles/{key}/match/publishing", scope=TEAM, answer=PublishedOf, status=201)
def publish_match(request: HttpRequest, key: Key, given: Publishing) -> Any:
    """Publish who does what as it was looked at, and put people on their work. Managers."""
    cycle = cycle_for(require_lead(request.user), key)
    require_unfinished(cycle)
    asked = asked_of(cycle)
    found = _current(asked)
    if found is None:
        raise Refused("there is no plan to publish: ask for the match until it is current", code="working")
    plan = publish(actor(request), asked, found, now=_now(), **given.model_dump())
    return plain(match_documents.published_document(cycle, plan))


def _current(asked: Asked) -> dict[str, Any] | None:
    found = answer_of(asked, now=_now())
    return found.document if found.is_current else None


def _item(request: HttpRequest, name: str) -> Item:
    kind, _, key = name.partition(":")
    found: Item = item_for(request.user, Initiative if kind == "initiative" else KeyResult, key)
    return found


def _people(names: list[str], kind: str) -> list[User]:
    return people_named(names, among=workers(), place=kind)


def _placed(do: Callable[[], Any]) -> Any:
    """A refusal inside of the second rule of the balance is at such as balance/1/price."""
    try:
        return do()
    except Refused as refused:
        found = [Refused(each.message, place=_place(each.place), code=each.code) for each in each_of(refused)]
        raise AllRefused(found) from None


def _place(place: str | None) -> str | None:
    rule = _RULE.fullmatch(place or "")
    return f"balance/{int(rule[2]) - 1}/{rule[1]}" if rule else place


def _now() -> datetime:
    return datetime.now(UTC)
