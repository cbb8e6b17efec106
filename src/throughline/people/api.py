"""People at work for programs: all that is held of oneself, and of others what who plans the team may see."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query

from throughline.accounts.scopes import READ_OWN
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Instant, Subject, Told
from throughline.people import access, documents, queries
from throughline.site.plain import plain

router = Subject("people")


class OwnKind(Told):
    """What the person said of a kind of work."""

    kind: str
    title: str
    interest: Figure
    stated_at: Instant | None
    skill: int | None
    taps: int
    absorbed: int
    again: int


class OwnGoal(Told):
    """What the person wants to grow in."""

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


def _now() -> datetime:
    return datetime.now(UTC)
