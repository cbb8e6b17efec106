"""Dashboards for programs: all that one sees, and one with its figures as they are for whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Anything, Figure, Key, Subject, Told, person
from throughline.dashboards import queries
from throughline.dashboards.access import dashboard_for, visible
from throughline.dashboards.ready import looking_at
from throughline.site.plain import plain

router = Subject("dashboards")


class OfTeam(Schema):
    """Whose slice the team's ready-made dashboard shows."""

    team: str = Field("", max_length=120, description="A name; one's own team if left out.")


class DashboardRow(Told):
    """A dashboard; one that comes with the product has no owner."""

    slug: str
    name: str
    owner: str | None
    ready: bool


class TileOf(Told):
    """A figure; `state` says why there is none."""

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
