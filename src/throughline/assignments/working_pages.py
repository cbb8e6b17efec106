"""A match that is being worked out: how far it is, ending it, and beginning anew."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.models import User
from throughline.assignments import matched
from throughline.assignments.models import Matched
from throughline.cycles.access import cycle_for
from throughline.people.access import may_lead, worker


@require_safe
def progress(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """How far it is; once it has ended, the page is told to ask for itself anew."""
    found = _asked_for(worker(request.user), key, id)
    context = {"working": found, "back": _back(request)}
    response = render(request, "assignments/working.html", context)
    if found is None or not matched.is_running(found):
        response["HX-Trigger"] = f"live-{matched.PART}"
    return response


@require_POST
def cancel(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Stop working it out."""
    person = worker(request.user)
    matched.cancel(_matched(person, key, id), actor=person, now=_now())
    return HttpResponseRedirect(_back(request))


@require_POST
def again(request: HttpRequest, key: str, id: int) -> HttpResponse:
    """Work out anew what was cancelled or failed."""
    matched.again(_matched(worker(request.user), key, id), now=_now())
    return HttpResponseRedirect(_back(request))


def _matched(person: User, key: str, id: int) -> Matched:
    found = _asked_for(person, key, id)
    if found is None:
        raise Http404
    return found


def _asked_for(person: User, key: str, id: int) -> Matched | None:
    """What a page of hers waits for: the match itself, and what is tried only for who plans."""
    found = Matched.objects.select_related("job", "cycle").filter(cycle=cycle_for(person, key), pk=id)
    if not may_lead(person):
        found = found.filter(is_stated=True, what=Matched.What.MATCH)
    return found.first()


def _back(request: HttpRequest) -> str:
    """The page that waits, where it is one of ours."""
    said = request.GET.get("back", "")
    is_ours = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if is_ours else reverse("next")


def _now() -> datetime:
    return datetime.now(UTC)
