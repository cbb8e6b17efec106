"""Prioritising for programs: candidates, the rules of a cycle, and what is chosen under them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor
from throughline.cycles.access import cycle_for
from throughline.portfolio import actions
from throughline.portfolio.access import candidate_for, require_write, visible
from throughline.portfolio.stored import stored
from throughline.portfolio.tables import answer_document, candidate_document, rules_document
from throughline.portfolio.working import answer_of
from throughline.site.plain import plain

router = Subject("portfolio")
WRITE = "portfolio:write"


class Range(Told):
    """Nine cases in ten lie between."""

    low: Figure
    high: Figure


class ImpactOf(Range):
    """By how much a key result would move, in its own unit."""

    key_result: str


class CandidateOf(Told):
    """Work that might be done: efforts in person-weeks, durations in weeks, shares as fractions."""

    id: int
    key: str
    cycle: str
    title: str
    narrative: str
    objective: str | None
    goal: str | None
    effort: Range | None
    duration: Range | None
    delay: Range | None
    reach: Range | None
    delay_profile: str
    deadline: date | None
    delay_fades: Anything
    confidence: Figure
    kinds: dict[str, Figure]
    must: bool
    impacts: list[ImpactOf]
    initiative: str | None
    dropped_at: Instant | None
    dropped_reason: str


class NewCandidate(Sent):
    """What would be done, what it takes and what it brings; what is left out of a change stays as it is."""

    title: str = Field("", max_length=240)
    narrative: str = Field("", max_length=2000)
    objective: str | None = Field(None, max_length=120)
    goal: str | None = Field(None, max_length=120)
    effort_low: float | None = Field(None, description="In person-weeks.")
    effort_high: float | None = None
    duration_low: float | None = Field(None, description="In weeks.")
    duration_high: float | None = None
    confidence: float | None = Field(None, gt=0, le=1)
    must: bool = False


class Dropped(Sent):
    """Whether it is considered no longer, and why."""

    dropped: bool
    reason: str = Field("", max_length=500)


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


class Lacking(Told):
    """What a candidate lacks, and whether it is out of the choice for that."""

    id: int
    title: str
    out: bool
    why: list[str]


class PortfolioOf(Told):
    """What is chosen (`throughline portfolio --json`); not `current` while it is worked out anew."""

    cycle: str
    current: bool
    answer: dict[str, Anything] | None
    missing: list[Lacking]


@router.reads("/cycles/{key}/candidates", answer=Page[CandidateOf])
def list_candidates(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """The candidates of a cycle in the order in which they were written, dropped ones among them."""
    found = visible(request.user).filter(cycle=cycle_for(request.user, key))
    found = found.select_related("cycle", "objective", "goal", "initiative")
    found = found.prefetch_related("impacts__key_result")
    return page_of_records(request, asked, found, by="id", show=candidate_document)


@router.writes("POST", "/cycles/{key}/candidates", scope=WRITE, answer=CandidateOf, status=201)
def add_candidate(request: HttpRequest, key: Key, given: NewCandidate) -> Any:
    """Write down work that might be done in a cycle. Members."""
    require_write(request.user)
    said = {"title": "", **given.model_dump(exclude_unset=True)}
    cycle = cycle_for(request.user, key)
    return candidate_document(actions.add_candidate(actor(request), cycle=cycle, now=_now(), **said))


@router.writes("PATCH", "/candidates/{int:id}", scope=WRITE, answer=CandidateOf)
def change_candidate(request: HttpRequest, id: Id, given: NewCandidate) -> Any:
    """Say otherwise what it takes and brings. Members."""
    require_write(request.user)
    found = candidate_for(request.user, id)
    actions.change_candidate(actor(request), found, now=_now(), **given.model_dump(exclude_unset=True))
    return candidate_document(candidate_for(request.user, id))


@router.writes("PUT", "/candidates/{int:id}/dropped", scope=WRITE, answer=CandidateOf)
def drop_candidate(request: HttpRequest, id: Id, given: Dropped) -> Any:
    """Consider a candidate no longer, with the reason, or again. Members."""
    require_write(request.user)
    found = candidate_for(request.user, id)
    if given.dropped:
        actions.drop(actor(request), found, reason=given.reason, now=_now())
    else:
        actions.take_back(actor(request), found, now=_now())
    return candidate_document(found)


@router.reads("/candidates/{int:id}", answer=CandidateOf)
def read_candidate(request: HttpRequest, id: Id) -> Any:
    """One candidate with all that it says."""
    return candidate_document(candidate_for(request.user, id))


@router.reads("/cycles/{key}/portfolio", answer=PortfolioOf)
def read_portfolio(request: HttpRequest, key: Key) -> Any:
    """What is chosen in a cycle under its rules, why, and what just missed.

    It is worked out in the background where candidates or rules have changed: ask again until it is current.
    """
    now = _now()
    asked = stored(cycle_for(request.user, key), now=now)
    return plain(answer_document(asked, answer_of(asked, is_stated=True, now=now)))


@router.reads("/cycles/{key}/portfolio/rules", answer=RulesOf)
def read_rules(request: HttpRequest, key: Key) -> Any:
    """The capacity, weights, balance and relations under which is chosen."""
    return plain(rules_document(cycle_for(request.user, key)))


def _now() -> datetime:
    return datetime.now(UTC)
