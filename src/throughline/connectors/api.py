"""Connectors for programs: how they stand, a sync or a dry run now, and what was kept aside. Managers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Anything, Id, Instant, Sent, Subject, Told, actor, person
from throughline.connectors import access, actions, quarantine, queries
from throughline.connectors.doubts import ACCEPTED
from throughline.connectors.models import Connector, Quarantine, Sync
from throughline.site.plain import plain

router = Subject("connectors")
WRITE = "imports:write"


class ConnectorOf(Told):
    """A connected tool; of its secrets nothing."""

    id: int
    name: str
    kind: str
    schedule: str
    on: bool
    settings: dict[str, Anything]
    made_by: str
    made_at: Instant
    succeeded_at: Instant | None


class SyncOf(Told):
    """One time that a tool was asked."""

    id: int
    connector: str
    outcome: str
    said: str
    dry: bool
    whole: bool
    actor: str
    began_at: Instant
    ended_at: Instant | None
    resumed: bool
    fetched: int
    counts: dict[str, int]
    imports: list[int]
    notices: list[str]
    changes: list[dict[str, Anything]]


class AsideOf(Told):
    """What a tool answered that cannot be; `acceptable` where the tool may have meant it."""

    id: int
    found_at: Instant
    place: str
    reason: str
    sample: str
    acceptable: bool
    decided: str


class ConnectorDocument(ConnectorOf):
    """The same with its newest syncs and what waits to be looked at."""

    syncs: list[SyncOf]
    aside: list[AsideOf]


class NewSync(Sent):
    """How a tool is asked."""

    dry: bool = Field(False, description="Say what would change, and store nothing.")
    whole: bool = Field(False, description="Read everything anew, and not only what is new.")


class DecisionOfAside(Sent):
    """What a person says of a sample. Accepting it has the tool read at once."""

    decision: Literal["accepted", "discarded"]


@router.reads("/connectors", answer=Page[ConnectorOf])
def list_connectors(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Every connected tool, in the order in which they were connected."""
    return page_of_records(request, asked, access.connectors_for(request.user), by="id", show=_connector)


@router.reads("/connectors/{int:id}", answer=ConnectorDocument)
def read_connector(request: HttpRequest, id: Id) -> dict[str, Any]:
    """One tool with its newest syncs, and what of it waits to be looked at."""
    found = access.connector_for(request.user, id)
    syncs = found.syncs.select_related("connector")[: queries.MOST_SYNCS]
    aside = queries.waiting(found)[: queries.MOST_SYNCS]
    told = {"syncs": [_sync(each) for each in syncs], "aside": [_aside(each) for each in aside]}
    return {**_connector(found), **told}


@router.reads("/syncs/{int:id}", answer=SyncOf)
def read_sync(request: HttpRequest, id: Id) -> dict[str, Any]:
    """What one sync did, or would have done."""
    return _sync(access.sync_for(request.user, id))


@router.writes("POST", "/connectors/{int:id}/syncs", scope=WRITE, answer=SyncOf, status=202)
def start_sync(request: HttpRequest, id: Id, given: NewSync) -> dict[str, Any]:
    """Have a tool read in the background, or with `dry` only see what would change.

    Ask for the sync until its outcome is no longer `running`. 422 while another sync of the tool runs.
    """
    found = access.connector_for(request.user, id)
    now = datetime.now(UTC)
    return _sync(actions.ask(person(request), found, now=now, dry=given.dry, whole=given.whole))


@router.writes("PUT", "/quarantine/{int:id}/decision", scope=WRITE, answer=AsideOf)
def decide_quarantine(request: HttpRequest, id: Id, given: DecisionOfAside) -> dict[str, Any]:
    """Say of what was kept aside that the tool did mean it, or that it is let go."""
    found, now = access.quarantine_for(request.user, id), datetime.now(UTC)
    with transaction.atomic():
        quarantine.decide(actor(request), found, given.decision, now=now)
        if given.decision == ACCEPTED:
            actions.ask(person(request), found.connector, now=now)
    return _aside(found)


def _connector(found: Connector) -> dict[str, Any]:
    return {"id": found.pk, **plain(queries.document(found))}


def _sync(found: Sync) -> dict[str, Any]:
    return dict(plain(queries.sync_document(found)))


def _aside(found: Quarantine) -> dict[str, Any]:
    return {**plain(queries.aside_document(found)), "decided": found.decided}
