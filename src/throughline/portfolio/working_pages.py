"""An answer that is being worked out: how far it is, ending it, and beginning anew."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.cycles.access import cycle_for
from throughline.portfolio import working
from throughline.portfolio.access import may_write, require_write, worked_for
from throughline.portfolio.models import Worked


@require_safe
def progress(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """How far it is; once it has ended, the page is told to ask for itself anew."""
    cycle = cycle_for(request.user, key)
    found = Worked.objects.select_related("job").filter(cycle=cycle, pk=id).first()
    context = {
        "cycle": cycle,
        "working": found,
        "may_write": may_write(request.user),
        "query": request.GET.urlencode(),
    }
    response = render(request, "portfolio/working.html", context)
    if found is None or not working.is_running(found):
        response["HX-Trigger"] = "live-portfolio"
    return response


@require_POST
def cancel(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Stop working it out."""
    person = require_write(request.user)
    working.cancel(worked_for(person, key, id), actor=person, now=_now())
    return _back(request, key)


@require_POST
def again(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Work out anew what was cancelled or failed."""
    person = require_write(request.user)
    working.again(worked_for(person, key, id), now=_now())
    return _back(request, key)


def _back(request: HttpRequest, key: str) -> HttpResponseRedirect:
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("portfolio", args=[key]) + (f"?{query}" if query else ""))


def _now() -> datetime:
    return datetime.now(UTC)
