"""Who does what for programs: what work needs, one's own suggestions, the match, and what was published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from throughline.accounts.models import User
from throughline.accounts.scopes import READ_OWN
from throughline.api.bearer import holds
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Key, Subject, Told
from throughline.assignments import match_documents, suggestion_documents
from throughline.assignments.access import published_plans
from throughline.assignments.api_schemas import PublishedOf, WorkOf
from throughline.assignments.asking import asked_of
from throughline.assignments.looking import looked_at
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Matched
from throughline.assignments.seeing import person_for
from throughline.assignments.staffed import staffed
from throughline.assignments.staffing_documents import documents as staffing_documents
from throughline.assignments.trying import strictly
from throughline.cycles.access import cycle_for
from throughline.people.access import require_lead, worker
from throughline.people.queries import cycle_to_plan
from throughline.site.plain import plain

router = Subject("work")


class OfWork(Asked):
    """Which work."""

    incomplete: Literal["", "yes"] = Field("", description="`yes`: only work of which something is missing.")


class OfCycle(Schema):
    """Of which cycle."""

    cycle: str = Field("", max_length=80, description="Its key; the one that is planned if left out.")


class OfMatch(Schema):
    """What is tried instead of what is stated, as the page's address says it."""

    business: str = Field("", max_length=40, description="A weight from 0, such as 0.5; with the two others.")
    interest: str = Field("", max_length=40)
    growth: str = Field("", max_length=40)
    must: list[Annotated[str, Field(max_length=300)]] = Field(
        [], max_length=20, description="PERSON~WORK by their ids, such as 3~initiative:paved-road; several."
    )
    never: list[Annotated[str, Field(max_length=300)]] = Field([], max_length=20)


class OfPlan(Schema):
    """Which plan."""

    plan: int | None = Field(None, ge=1, le=2**63 - 1, description="Its number; the newest if left out.")


class SuggestionsOf(Told):
    """What somebody might do next; what the asker may not see of her is null or in words."""

    cycle: str | None
    current: bool
    weights: dict[str, Figure]
    people: list[dict[str, Anything]]
    plan: list[dict[str, Anything]]
    answers: list[dict[str, Anything]]
    conflicts: list[str]


class MatchOf(Told):
    """The plan of the team; not `current` while it is worked out anew."""

    cycle: str
    current: bool
    conflicts: list[str]
    cost: dict[str, Anything] | None
    answer: dict[str, Anything] | None


class TriangleOf(Told):
    """The plan at each mix of the weights; not `current` while they are worked out."""

    cycle: str
    current: bool
    answer: dict[str, Anything] | None


@router.reads("/cycles/{key}/work", answer=Page[WorkOf])
def list_work(request: HttpRequest, key: Key, asked: Query[OfWork]) -> dict[str, Any]:
    """The work of a cycle with what it needs, and what nobody has said of it yet."""
    every = staffing_documents(staffed(request.user, cycle_for(request.user, key)))
    rows = [each for each in every if each["missing"] or not asked.incomplete]
    return page_of_rows(request, asked, plain(rows), key=lambda row: row["work"], show=lambda row: row)


@router.reads("/me/next", answer=SuggestionsOf, scope=READ_OWN)
def read_own_next(request: HttpRequest, asked: Query[OfCycle]) -> Any:
    """What the person might work on next, with all her scores. Members, of themselves."""
    return _next(request, worker(request.user), asked.cycle)


@router.reads("/people/{int:id}/next", answer=SuggestionsOf)
def read_next_of(request: HttpRequest, id: Id, asked: Query[OfCycle]) -> Any:
    """What somebody of the team might work on next, as her 1:1 shows it. Managers.

    Of oneself it says as much as it would of somebody else, but for a token with the scope `own:read`.
    """
    return _next(request, person_for(request.user, id), asked.cycle)


@router.reads("/cycles/{key}/match", answer=MatchOf)
def read_match(request: HttpRequest, key: Key, asked: Query[OfMatch]) -> Any:
    """Who does what in a cycle by its weights, and what each choice costs to the hundredth. Managers.

    With other weights the plan by those, without costs; with changes what they cost the team. Nothing is
    written. It is worked out in the background where something has changed: ask again until it is current.
    """
    cycle = cycle_for(require_lead(request.user), key)
    return plain(match_documents.looked_document(strictly(request.GET, cycle, now=_now())))


@router.reads("/cycles/{key}/match/triangle", answer=TriangleOf)
def read_triangle(request: HttpRequest, key: Key) -> Any:
    """The plan at each mix of value, interest and growth. Managers."""
    asked = asked_of(cycle_for(require_lead(request.user), key))
    found = answer_of(asked, now=_now(), what=Matched.What.TRIANGLE)
    answer = match_documents.triangle_plain(asked, found.document) if found.document else None
    return plain({"cycle": key, "current": found.is_current, "answer": answer})


@router.reads("/cycles/{key}/match/published", answer=PublishedOf)
def read_published(request: HttpRequest, key: Key, asked: Query[OfPlan]) -> Any:
    """Who does what in a cycle as it was published. Members."""
    cycle = cycle_for(worker(request.user), key)
    plans = published_plans(cycle)
    plan = plans.filter(pk=asked.plan).first() if asked.plan else plans.first()
    if asked.plan and plan is None:
        raise Http404
    return plain(match_documents.published_document(cycle, plan))


def _next(request: HttpRequest, person: User, key: str) -> Any:
    cycle = cycle_for(request.user, key) if key else cycle_to_plan()
    if cycle is None:
        nothing: dict[str, list[Any]] = {name: [] for name in ("people", "plan", "answers", "conflicts")}
        return {"cycle": None, "current": True, "weights": {}, **nothing}
    viewer, sees_own = worker(request.user), holds(request, READ_OWN)
    looked = looked_at(viewer, person, cycle, sees_own=sees_own, now=_now())
    return plain(suggestion_documents.document(looked.asked, looked.found, looked.said))


def _now() -> datetime:
    return datetime.now(UTC)
