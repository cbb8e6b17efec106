"""The tickets of a vulnerability as JSON, the same for the page's .json and the API."""

from __future__ import annotations

from typing import Any

from throughline.api.subject import Instant, Told
from throughline.connectors import tickets
from throughline.connectors.models import Ticket, Writing
from throughline.vulnerabilities.models import Vulnerability


class TicketOf(Told):
    """A ticket in a connected tool that is known as the vulnerability."""

    connector: str
    key: str
    url: str
    status: str


class AskedOfTool(Told):
    """What was asked of a tool: to make a ticket, to link one, or to move it; and what came of it."""

    connector: str
    step: str
    state: str
    said: str
    actor: str
    made_at: Instant
    ended_at: Instant | None


def ticket_documents(found: Vulnerability) -> list[dict[str, Any]]:
    """Its tickets."""
    return [_ticket(each) for each in tickets.tickets_of(found)]


def document(found: Vulnerability, told: dict[str, Any]) -> dict[str, Any]:
    """Its tickets, and the newest that was asked of tools, of what is told of it."""
    return {
        "vulnerability": found.pk,
        "tickets": [_ticket(each) for each in told["tickets"]],
        "asked": [_asked(each) for each in told["writings"]],
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    names = ("key", "url", "status")
    return {"connector": ticket.connector.name, **{name: getattr(ticket, name) for name in names}}


def _asked(writing: Writing) -> dict[str, Any]:
    names = ("step", "state", "said", "actor", "made_at", "ended_at")
    return {"connector": writing.connector.name, **{name: getattr(writing, name) for name in names}}
