"""Arranging dashboards by program: copied, removed, tiles put on and moved, links that show one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Id, Instant, Key, Sent, Subject, Told, actor, person
from throughline.dashboards import access, actions, queries, sharing
from throughline.dashboards.actions import LONGEST, Said
from throughline.dashboards.api_schemas import DashboardRow
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import SharedLink, Tile
from throughline.dashboards.ready import looking_at
from throughline.dashboards.tiles import LONGEST as LONGEST_ADDRESS
from throughline.dashboards.tiles import require_there

router = Subject("dashboards")
WRITE, SHARE = "dashboards:write", "dashboards:share"
Address = Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]
Title = Annotated[str, Field(max_length=LONGEST["title"])]
Annotation = Annotated[str, Field(max_length=LONGEST["annotation"])]
Width = Annotated[int, Field(ge=1, le=actions.WIDEST, description="Columns of three.")]


class Copying(Sent):
    """Whose slice is copied, of the team's ready-made dashboard."""

    team: str = Field("", max_length=120, description="A name; one's own team if left out.")


class Removal(Sent):
    """Whether it is taken away; it can be brought back for a week."""

    removed: bool


class NewTile(Sent):
    """The address of a page, and how its figure stands on the dashboard."""

    address: Address = Field(description="Such as /metrics/?metric=arrivals&by=quarter.")
    title: Title = ""
    annotation: Annotation = ""
    width: Width = 1


class OtherTile(Sent):
    """What is left out stays as it is."""

    address: Address | None = None
    title: Title | None = None
    annotation: Annotation | None = None
    width: Width | None = None


class Place(Sent):
    """Where a tile goes: a place up or down, before another (or last), or wider or narrower."""

    what: Literal["up", "down", "before", "wider", "narrower"]
    before: int | None = Field(None, ge=1, description="The number of the tile that it goes before.")


class NewLink(Sent):
    """For how long a link works, and for whom it is."""

    days: int = Field(sharing.DAYS, ge=1, le=sharing.MOST_DAYS)
    note: str = Field("", max_length=sharing.LONGEST_NOTE, description="Whom it is for; in the list only.")
    team: str = Field("", max_length=120, description="Whose slice, of the team's dashboard.")


class OfLinks(Asked):
    """Which links."""

    dashboard: str = Field("", max_length=120, description="The slug of a dashboard.")


class TileSaid(Told):
    """A tile as it was described; its figure is read with the dashboard."""

    number: int
    dashboard: str
    position: int
    address: str
    title: str
    annotation: str
    width: int
    removed_at: Instant | None


class LinkOf(Told):
    """A link that shows a dashboard without an account: open, ended or revoked."""

    id: int
    dashboard: str
    team: str
    note: str
    made_by: str
    made_at: Instant
    expires_at: Instant
    revoked_at: Instant | None
    opened_at: Instant | None
    opened: int
    state: str


class LinkMade(LinkOf):
    """A new link; `address` is told this once and kept nowhere."""

    address: str


@router.writes("POST", "/dashboards/{key}/copy", scope=WRITE, answer=DashboardRow, status=201)
def copy_dashboard(request: HttpRequest, key: Key, given: Copying) -> Any:
    """Make a dashboard of one's own with the same tiles, seen by oneself until one says otherwise."""
    found = access.dashboard_for(request.user, key)
    looking = looking_at(found, person(request), team=given.team, now=_now())
    tiles = queries.tiles_of(found, looking)
    return queries.line(actions.copy(person(request), found, tiles, now=looking.now))


@router.writes("PUT", "/dashboards/{key}/removed", scope=WRITE, answer=DashboardRow)
def remove_dashboard(request: HttpRequest, key: Key, given: Removal) -> Any:
    """Take one's own dashboard away, and its links with it; or bring it back, without them."""
    if given.removed:
        found, step = access.own_dashboard(request.user, key), actions.remove
    else:
        found, step = access.removed_dashboard(request.user, key), actions.restore
    step(person(request), found, now=_now())
    return queries.line(found)


@router.writes("POST", "/dashboards/{key}/tiles", scope=WRITE, answer=TileSaid, status=201)
def add_tile(request: HttpRequest, key: Key, given: NewTile) -> Any:
    """Put the figure of an address at the end of one's own dashboard."""
    found, now = access.own_dashboard(request.user, key), _now()
    require_there(given.address, Looking(person(request), now))
    return _tile(actions.add_tile(person(request), found, Said(**given.model_dump()), now=now))


@router.writes("PATCH", "/dashboards/{key}/tiles/{int:number}", scope=WRITE, answer=TileSaid)
def change_tile(request: HttpRequest, key: Key, number: Id, given: OtherTile) -> Any:
    """Give a tile another address, title, width or annotation."""
    found, now = access.own_tile(request.user, key, number), _now()
    was = {name: getattr(found, name) for name in ("address", "title", "annotation", "width")}
    said = Said(**{**was, **given.model_dump(exclude_none=True)})
    # A tile that has lost what it showed can still be given another title.
    if said.address != found.address:
        require_there(said.address, Looking(person(request), now))
    actions.change_tile(person(request), found, said, now=now)
    found.refresh_from_db()
    return _tile(found)


@router.writes("PUT", "/dashboards/{key}/tiles/{int:number}/place", scope=WRITE, answer=TileSaid)
def place_tile(request: HttpRequest, key: Key, number: Id, given: Place) -> Any:
    """Move a tile among the others, or make it wider or narrower."""
    found = access.own_tile(request.user, key, number)
    actions.arrange(person(request), found, given.what, before=given.before, now=_now())
    found.refresh_from_db()
    return _tile(found)


@router.writes("PUT", "/dashboards/{key}/tiles/{int:number}/removed", scope=WRITE, answer=TileSaid)
def remove_tile(request: HttpRequest, key: Key, number: Id, given: Removal) -> Any:
    """Take a tile away, or bring it back where it was."""
    found = access.own_tile(request.user, key, number, removed=not given.removed)
    step = actions.remove_tile if given.removed else actions.restore_tile
    step(person(request), found, now=_now())
    found.refresh_from_db()
    return _tile(found)


@router.reads("/links", answer=Page[LinkOf])
def list_links(request: HttpRequest, asked: Query[OfLinks]) -> dict[str, Any]:
    """The links that the person made, an administrator everybody's, in the order of making. Managers."""
    access.sharer(request.user)
    found = access.links(request.user)
    if asked.dashboard:
        found = found.filter(dashboard__slug=asked.dashboard)
    now = _now()
    return page_of_records(request, asked, found, by="id", show=lambda each: _link(each, now=now))


@router.writes("POST", "/dashboards/{key}/links", scope=SHARE, answer=LinkMade, status=201, told_once=True)
def share_dashboard(request: HttpRequest, key: Key, given: NewLink) -> Any:
    """Make a link that shows a dashboard without an account until it ends: one's own, or a ready-made one.

    Its address is told this once. It shows what its maker may see whenever it is opened. Managers.
    """
    found, now = access.shareable(request.user, key), _now()
    made, path = sharing.share(person(request), found, **given.model_dump(), now=now)
    return {**_link(made, now=now), "address": request.build_absolute_uri(path)}


@router.writes("POST", "/links/{int:id}/revoke", scope=SHARE, answer=LinkOf)
def revoke_link(request: HttpRequest, id: Id) -> Any:
    """End a link at once: one's own, or as an administrator anybody's."""
    found = access.link_to_revoke(request.user, id)
    sharing.revoke(actor(request), found, now=_now())
    found.refresh_from_db()
    return _link(found, now=_now())


def _tile(each: Tile) -> dict[str, Any]:
    names = ("position", "address", "title", "annotation", "width", "removed_at")
    told = {name: getattr(each, name) for name in names}
    return {"number": each.pk, "dashboard": each.dashboard.slug, **told}


def _link(each: SharedLink, *, now: datetime) -> dict[str, Any]:
    names = ("team", "note", "made_at", "expires_at", "revoked_at", "opened_at", "opened")
    told = {name: getattr(each, name) for name in names}
    who = {"made_by": each.made_by.name, "state": sharing.state_of(each, now=now)}
    return {"id": each.pk, "dashboard": each.dashboard.slug, **told, **who}


def _now() -> datetime:
    return datetime.now(UTC)
