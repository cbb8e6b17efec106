"""Dashboards for programs: all that one sees, one with its figures for whoever asks, and one of one's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Key, Sent, Subject, Told, person
from throughline.dashboards import actions, queries
from throughline.dashboards.access import dashboard_for, own_dashboard, visible
from throughline.dashboards.actions import LONGEST
from throughline.dashboards.api_schemas import DashboardRow
from throughline.dashboards.ready import looking_at
from throughline.site.plain import plain

router = Subject("dashboards")
WRITE = "dashboards:write"
Audience = Literal["everybody", "owner"]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST["name"])]


class OfTeam(Schema):
    """Whose slice the team's ready-made dashboard shows."""

    team: str = Field("", max_length=120, description="A name; one's own team if left out.")


class NewDashboard(Sent):
    """A dashboard without tiles, of its maker."""

    name: Name
    audience: Audience = Field("everybody", description="Who sees it: everybody who signs in, or its owner.")


class OtherDashboard(Sent):
    """What is left out stays as it is."""

    name: Name | None = None
    audience: Audience | None = None


class TileOf(Told):
    """A figure; `state` says why there is none. `number` names the tile, and `width` is of three columns."""

    number: int
    width: int
    position: int
    title: str
    kind: str
    address: str
    value: Figure
    low: Figure
    high: Figure
    unit: str
    n: int | None
    n_open: int | None
    before: Figure
    before_low: Figure
    before_high: Figure
    change: Figure = Field(description="Now less then, where the figure's page says it.")
    change_low: Figure
    change_high: Figure
    before_said: str
    clearly: Anything
    target: Anything
    status: str
    owner: str
    sentence: str
    as_of: Anything
    state: str
    annotation: str


class DashboardOf(Told):
    """A dashboard with its figures, worked out with the rights of the person who asks."""

    slug: str
    name: str
    owner: str | None
    audience: str
    ready: bool
    tiles: list[TileOf]


@router.reads("/dashboards", answer=Page[DashboardRow])
def list_dashboards(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The dashboards that the person sees, those that come with the product among them."""
    rows = queries.listed(visible(request.user))
    return page_of_rows(request, asked, rows, key=lambda row: row["slug"], show=lambda row: row)


@router.reads("/dashboards/{key}", answer=DashboardOf)
def read_dashboard(request: HttpRequest, key: Key, asked: Query[OfTeam]) -> Any:
    """One dashboard with what each tile says to the person."""
    board = dashboard_for(request.user, key)
    looking = looking_at(board, person(request), team=asked.team, now=datetime.now(UTC))
    return plain(queries.document(board, queries.shown_of(board, looking)))


@router.writes("POST", "/dashboards", scope=WRITE, answer=DashboardRow, status=201)
def make_dashboard(request: HttpRequest, given: NewDashboard) -> Any:
    """Make a dashboard without tiles."""
    return queries.line(actions.make(person(request), **given.model_dump(), now=datetime.now(UTC)))


@router.writes("PATCH", "/dashboards/{key}", scope=WRITE, answer=DashboardRow)
def change_dashboard(request: HttpRequest, key: Key, given: OtherDashboard) -> Any:
    """Give one's own dashboard another name, or show it to others; its address stays."""
    found = own_dashboard(request.user, key)
    said = {"name": found.name, "audience": found.audience, **given.model_dump(exclude_none=True)}
    actions.change(person(request), found, **said, now=datetime.now(UTC))
    found.refresh_from_db()
    return queries.line(found)
