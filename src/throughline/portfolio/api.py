"""Candidates for programs: what would be done, what it takes and brings, and dropping it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.problems import placed
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor
from throughline.cycles.access import cycle_for
from throughline.portfolio import actions
from throughline.portfolio.access import candidate_for, require_write, visible
from throughline.portfolio.tables import candidate_document

router = Subject("portfolio")
WRITE = "portfolio:write"
Share = Annotated[float, Field(gt=0, le=1)]


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


class NewImpact(Sent):
    """By how much a key result would move, in its unit: nine cases in ten lie between."""

    key_result: str = Field(min_length=1, max_length=120, description="Its key, in the candidate's cycle.")
    low: float | None = None
    high: float | None = None


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
    delay_low: float | None = Field(None, description="What a week's delay costs.")
    delay_high: float | None = None
    delay_profile: Literal["constant", "deadline", "decaying"] = "constant"
    deadline: date | None = Field(None, description="From when a delay costs, where its profile is that.")
    delay_fades: float | None = Field(
        None, gt=0, le=0.99, description="The part by which each week costs less, where it decays."
    )
    reach_low: float | None = Field(None, description="How many are reached.")
    reach_high: float | None = None
    confidence: float | None = Field(None, gt=0, le=1)
    kinds: dict[str, Share] = Field({}, max_length=20, description="Shares of its effort by kind.")
    must: bool = False
    impacts: list[NewImpact] = Field([], max_length=50, description="All of them, where any is said.")


class Dropped(Sent):
    """Whether it is considered no longer, and why."""

    dropped: bool
    reason: str = Field("", max_length=500)


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
    cycle = cycle_for(request.user, key)
    with placed(_places(given)):
        made = actions.add_candidate(actor(request), cycle=cycle, now=_now(), **{"title": "", **_said(given)})
    return candidate_document(made)


@router.writes("PATCH", "/candidates/{int:id}", scope=WRITE, answer=CandidateOf)
def change_candidate(request: HttpRequest, id: Id, given: NewCandidate) -> Any:
    """Say otherwise what it takes and brings. Members."""
    require_write(request.user)
    found = candidate_for(request.user, id)
    with placed(_places(given)):
        actions.change_candidate(actor(request), found, now=_now(), **_said(given))
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


def _said(given: NewCandidate) -> dict[str, Any]:
    """What was sent, as the actions take it."""
    found = given.model_dump(exclude_unset=True)
    if "impacts" in found:
        found["impacts"] = {each.key_result: (each.low, each.high) for each in given.impacts}
    return found


def _places(given: NewCandidate) -> Callable[[str], str]:
    """Where a key result's ends stand in what was sent."""
    keys = [each.key_result for each in given.impacts]

    def place_of(place: str) -> str:
        end, _, key = place.partition("_")
        return f"impacts/{keys.index(key)}/{end}" if key in keys else place

    return place_of


def _now() -> datetime:
    return datetime.now(UTC)
