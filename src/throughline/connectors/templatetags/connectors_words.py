"""What connectors say on pages of something else: the tickets of a vulnerability."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.connectors import tickets as known
from throughline.vulnerabilities.models import Vulnerability

register = template.Library()


@register.inclusion_tag("connectors/tickets.html", takes_context=True)
def tickets(context: dict[str, Any], record: Vulnerability, may_triage: bool) -> dict[str, Any]:
    """Its tickets, what was sent, and where one can be made."""
    told = known.told(record)
    offers = known.offered(record, told) if may_triage else []
    return {**told, "record": record, "offers": offers, "csrf_token": context.get("csrf_token")}
