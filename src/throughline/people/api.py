"""People at work for programs: all that is held of oneself, and of others what who plans the team may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.scopes import READ_OWN
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, person
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.people import access, actions, documents, queries
from throughline.site.plain import plain

router = Subject("people")
OWN, TEAM = "own:write", "team:write"
Share = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(max_length=40)]


class OwnKind(Told):
    """What the person said of a kind of work."""

    kind: str
    title: str
    interest: Figure
    stated_at: Instant | None
    skill: Figure
    taps: int
    absorbed: int
    again: int


class OwnGoal(Told):
    """What the person wants to grow in."""

    id: int
    text: str
    kinds: list[str]
    rung: str | None
    weight: Figure
    at: Instant
    stale_on: date | None
    ended_at: Instant | None
    ended_note: str


class WeeksOf(Told):
    """The weeks of the person in a cycle, and what is left of them for work."""

    cycle: str
    weeks: Figure
    on_call: Figure
    leave: Figure
    upkeep: Figure
    left: Figure


class OwnWork(Told):
    """All that is held of the person who asks."""

    person: str
    kinds: list[OwnKind]
    goals: list[OwnGoal]
    visibility: Anything
    shares: dict[str, bool]
    capacities: list[WeeksOf]
    history: list[dict[str, Anything]]


class MemberOf(Told):
    """Somebody of the team: her weeks, and what there is to ask her, never what she answered."""

    person: str
    weeks: Figure
    on_call: Figure
    leave: Figure
    upkeep: Figure
    left: Figure
    answered: bool
    kinds_unstated: int | None
    kinds_stale: int | None
    goal: str | None


class RungOf(Told):
    """A rung of a ladder."""

    ladder: str
    track: str
    level: int
    key: str
    title: str
    text: str
    kinds: list[str]


class Sharing(Sent):
    """What managers may see as one said it; what is left out stays as it is."""

    interests: bool | None = None
    goals: bool | None = None


class OwnAnswers(Sent):
    """What one says of oneself; what is left out stays as it is.

    Numbers go from 0 (drains me, not yet) over 0.5 (fine, on my own) to 1 (absorbs me, I teach it).
    """

    interests: dict[Word, Share | None] = Field(
        {}, max_length=100, description="By kind of work; null takes back."
    )
    skills: dict[Word, Share] = Field({}, max_length=100, description="By kind of work.")
    visibility: list[Word] | None = Field(
        None, max_length=10, description="Some of talk, paper, mentoring, management."
    )
    shares: Sharing | None = None


class NewOwnGoal(Sent):
    """What one wants to grow in, in one's own words."""

    text: str = Field("", max_length=300)
    kinds: list[Word] = Field([], max_length=100, description="Kinds of work in which it grows.")
    rung: str = Field("", max_length=120, description="The key of a rung of the ladder.")
    weight: Share = 1.0


class GoalStep(Sent):
    """Whether a goal is over, with a note, or holds still."""

    ended: bool
    note: str = Field("", max_length=300)


class OwnTap(Sent):
    """Whether a kind of work absorbed one, and whether one would do it again; both null takes it back."""

    absorbed: bool | None = None
    again: bool | None = None


class OwnTaps(Sent):
    """What one felt of a piece of work, by kind of work."""

    taps: dict[Word, OwnTap] = Field(max_length=100)


class NewWeeks(Sent):
    """Weeks in a cycle, and what comes off them."""

    weeks: float
    on_call: float = 0
    leave: float = 0
    upkeep: float = 0


class KeptAnswers(Told):
    """That it is kept, and of what: what was said stands in `/me/work` alone."""

    kept: str


class KeptGoal(Told):
    """That a goal is kept."""

    id: int


@router.reads("/me/work", answer=OwnWork, scope=READ_OWN)
def read_own_work(request: HttpRequest) -> Any:
    """What the person said of kinds of work, wants to grow in, can give, and shares. Members."""
    return plain(documents.document(queries.held(access.worker(request.user))))


@router.reads("/team", answer=Page[MemberOf])
def list_team(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Everybody who can be given work in the cycle that is planned. Managers."""
    members = queries.team(access.require_lead(request.user), queries.cycle_to_plan(), on=_now().date())
    rows = zip(members, documents.team_rows(members), strict=True)
    shown = [(each.person, dict(zip(documents.TEAM_COLUMNS, row, strict=True))) for each, row in rows]
    return page_of_rows(
        request, asked, shown, key=lambda row: [row[0].name, row[0].pk], show=lambda row: row[1]
    )


@router.reads("/ladder", answer=Page[RungOf])
def list_rungs(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The rungs of the ladders in use. Members."""
    access.worker(request.user)
    rows = [(each.pk, documents.rung_document(each)) for each in access.rungs_in_use()]
    return page_of_rows(request, asked, rows, key=lambda row: row[0], show=lambda row: row[1])


@router.writes("PATCH", "/me/work", scope=OWN, answer=KeptAnswers)
def answer_for_oneself(request: HttpRequest, given: OwnAnswers) -> dict[str, str]:
    """Say what one likes and can do, where one wants to be seen, and what managers may see. Members."""
    own, now = access.worker(request.user), _now()
    with transaction.atomic():
        _placed("interests", lambda: actions.state_interests(own, given.interests, now=now))
        _placed("skills", lambda: actions.state_skills(own, given.skills, now=now))
        if given.visibility is not None:
            actions.wish(own, given.visibility, now=now)
        if given.shares is not None:
            profile, said = access.own_profile(own), given.shares.model_dump(exclude_none=True)
            stands = {"interests": bool(profile and profile.shares_interests)}
            stands |= {"goals": bool(profile and profile.shares_goals)}
            actions.share(own, **{**stands, **said}, now=now)
    return {"kept": own.name}


@router.writes("POST", "/me/work/goals", scope=OWN, answer=KeptGoal, status=201)
def set_own_goal(request: HttpRequest, given: NewOwnGoal) -> dict[str, int]:
    """Say in what one wants to grow. Members."""
    own, said = access.worker(request.user), given.model_dump()
    said["rung"] = access.rung_named(given.rung) if given.rung else None
    if given.rung and said["rung"] is None:
        raise Refused("there is no such rung in use: /api/v1/ladder lists them", place="rung", code="unknown")
    return {"id": actions.set_goal(own, now=_now(), **said).pk}


@router.writes("PUT", "/me/work/goals/{int:id}", scope=OWN, answer=KeptGoal)
def keep_own_goal(request: HttpRequest, id: Id, given: GoalStep) -> dict[str, int]:
    """Say that a goal of one's own holds still, or is over."""
    found = access.own_goal(request.user, id)
    if given.ended:
        actions.end_goal(found.person, found, note=given.note, now=_now())
    else:
        actions.keep_going(found.person, found, now=_now())
    return {"id": id}


@router.writes("PUT", "/initiatives/{key}/taps", scope=OWN, answer=KeptAnswers)
def look_back(request: HttpRequest, key: Key, given: OwnTaps) -> dict[str, str]:
    """Say what one felt of a piece of work that one is on. Whoever is."""
    found = access.own_work(request.user, key)
    said = {kind: (each.absorbed, each.again) for kind, each in given.taps.items()}
    _placed("taps", lambda: actions.felt(person(request), found, said, now=_now()))
    return {"kept": found.key}


@router.writes("PUT", "/me/work/weeks/{key}", scope=OWN, answer=WeeksOf)
def say_own_weeks(request: HttpRequest, key: Key, given: NewWeeks) -> Any:
    """Say how many weeks one has in a cycle. Members."""
    own = access.worker(request.user)
    kept = actions.set_capacity(own, own, cycle_for(own, key), now=_now(), **given.model_dump())
    return documents.weeks_document(kept)


@router.writes("PUT", "/people/{int:id}/weeks/{key}", scope=TEAM, answer=WeeksOf)
def say_weeks_of(request: HttpRequest, id: Id, key: Key, given: NewWeeks) -> Any:
    """Say how many weeks somebody of the team has in a cycle. Managers."""
    lead = access.require_lead(request.user)
    who, cycle = access.worker_for(lead, id), cycle_for(lead, key)
    kept = actions.set_capacity(lead, who, cycle, now=_now(), **given.model_dump())
    return documents.weeks_document(kept)


def _placed(name: str, do: Callable[[], object]) -> None:
    """A refusal inside is of one entry of the member `name`."""
    try:
        do()
    except Refused as refused:
        # A strange key with a stroke would point at another place.
        inside = "" if "/" in (refused.place or "") else refused.place
        within = f"{name}/{inside}" if inside else name
        raise Refused(refused.message, place=within, code=refused.code) from None


def _now() -> datetime:
    return datetime.now(UTC)
