"""Tickets of a vulnerability, asked for on its page."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from throughline.accounts.access import require
from throughline.accounts.models import Role
from throughline.connectors import tickets
from throughline.engine.refusals import Refused
from throughline.vulnerabilities.access import vulnerability_for


@require_POST
def ticket(request: HttpRequest, id: int) -> HttpResponse:
    """Have a ticket made, or with `what=link` one that is there known as this vulnerability."""
    person = require(request.user, Role.MEMBER)
    found, said, now = vulnerability_for(request.user, id), request.POST, datetime.now(UTC)
    where = said.get("where", "")
    try:
        if said.get("what") == "link":
            tickets.ask_to_link(person, found.pk, where=where, key=said.get("key", ""), now=now)
        else:
            wish = {"type": said.get("type", ""), "title": said.get("title", "")}
            tickets.ask_for_ticket(person, found.pk, where=where, now=now, **wish)
    except Refused as refused:
        toasts.error(request, refused.message)
    else:
        toasts.success(request, "It is sent within a minute; this page says what came of it.")
    return HttpResponseRedirect(reverse("vulnerability", kwargs={"id": found.pk}))
