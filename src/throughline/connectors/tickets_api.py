"""Tickets of a vulnerability for programs: where they are, where one can be made, and asking for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role
from throughline.api.subject import Id, Sent, Subject, Told
from throughline.connectors import tickets
from throughline.connectors.ticket_documents import AskedOfTool, TicketOf, document
from throughline.site.plain import plain
from throughline.vulnerabilities.access import vulnerability_for

router = Subject("connectors")
WRITE = "vulnerabilities:write"
WHERE = "One of `places`, such as `3:SEC`."


class TicketPlace(Told):
    """Where a ticket can be made; `where` names it."""

    where: str
    label: str
    types: list[str]


class TicketsOf(Told):
    """Its tickets, the newest five things that were asked of tools, and where a ticket can be made now."""

    vulnerability: int
    tickets: list[TicketOf]
    asked: list[AskedOfTool]
    places: list[TicketPlace]


class NewTicket(Sent):
    """A ticket that is to be made."""

    where: str = Field(min_length=1, max_length=260, description=WHERE)
    type: str = Field("", max_length=120, description="The first of the place if left out.")
    title: str = Field(
        "", max_length=tickets.LONGEST_TITLE, description="That of the vulnerability if empty."
    )


class LinkedTicket(Sent):
    """A ticket that is there."""

    where: str = Field(min_length=1, max_length=260, description=WHERE)
    key: str = Field(min_length=1, max_length=240, description="Such as SEC-7.")


@router.reads("/vulnerabilities/{int:id}/tickets", answer=TicketsOf)
def read_tickets(request: HttpRequest, id: Id) -> dict[str, Any]:
    """The tickets of a vulnerability, and what came of asking for some."""
    return _told(request, id)


@router.writes("POST", "/vulnerabilities/{int:id}/tickets", scope=WRITE, answer=TicketsOf, status=202)
def make_ticket(request: HttpRequest, id: Id, given: NewTicket) -> dict[str, Any]:
    """Have a ticket made of a vulnerability, within a minute. Members, of their teams' records.

    Read the tickets until what was asked is no longer `waiting`.
    """
    person = require(request.user, Role.MEMBER)
    tickets.ask_for_ticket(person, id, now=_now(), **given.model_dump())
    return _told(request, id)


@router.writes("POST", "/vulnerabilities/{int:id}/tickets/links", scope=WRITE, answer=TicketsOf, status=202)
def link_ticket(request: HttpRequest, id: Id, given: LinkedTicket) -> dict[str, Any]:
    """Have a ticket that is there known as a vulnerability, within a minute. Members, likewise."""
    person = require(request.user, Role.MEMBER)
    tickets.ask_to_link(person, id, now=_now(), **given.model_dump())
    return _told(request, id)


def _told(request: HttpRequest, id: int) -> dict[str, Any]:
    found = vulnerability_for(request.user, id)
    known = tickets.told(found)
    offers = tickets.offered(found, known) if at_least(request.user, Role.MEMBER) else []
    places = [{"where": each.value, "label": each.label, "types": each.types} for each in offers]
    return {**plain(document(found, known)), "places": places}


def _now() -> datetime:
    return datetime.now(UTC)
