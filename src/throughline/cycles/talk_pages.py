"""What people say about a published cycle, and what another team answers."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.addresses import is_ours
from throughline.cycles import actions, published_pages, queries
from throughline.cycles.access import comment_for, cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives import efforts
from throughline.objectives.access import counterpart_for, may_answer


@require_POST
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """Say something about the cycle or a part of it."""
    person = signed_in(request.user)
    found = cycle_for(person, key)
    of = request.POST.get("of", "")
    try:
        actions.comment(person, found, of=of, text=request.POST.get("text", ""), now=_now())
    except Refused as refused:
        if refused.place != "text" or not found.snapshots.exists():
            raise
        return published_pages.page(request, key, refused=refused.message, at=of)
    messages.success(request, "Your comment is there for everybody who reads this.")
    return _back(request, f"/cycles/{key}/published/", anchor=_anchor(of))


@require_POST
def resolve(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a comment is dealt with."""
    found = comment_for(request.user, id)
    actions.resolve(signed_in(request.user), found, now=_now())
    return _back(request, f"/cycles/{found.cycle.key}/published/", anchor=_anchor(found.of))


@require_POST
def answer(request: HttpRequest, id: int) -> HttpResponse:
    """The team that was asked confirms its half, or declines it with a reason."""
    person = signed_in(request.user)
    half = counterpart_for(person, id)
    if not may_answer(person, half):
        raise Http404
    confirmed = request.POST.get("answer") == "confirm"
    given = {name: request.POST.get(name, "") for name in ("text", "seen")}
    cycle = queries.cycle_of_half(half)
    try:
        efforts.answer(actor_name(person), half, confirmed=confirmed, now=_now(), **given)
    except Refused as refused:
        if refused.place != "text" or cycle is None or not cycle.snapshots.exists():
            raise
        return published_pages.page(request, cycle.key, refused=refused.message, at=f"half-{half.pk}")
    messages.success(request, "Confirmed." if confirmed else "Declined, with your reason.")
    return _back(request, f"/cycles/{cycle.key}/" if cycle else "/cycles/", anchor=f"half-{half.pk}")


def _anchor(of: str) -> str:
    return f"talk-{of.replace(':', '-')}" if of else "talk"


def _back(request: HttpRequest, usual: str, *, anchor: str) -> HttpResponseRedirect:
    """Where the person came from, if that is a page of ours."""
    asked = request.POST.get("back", "")
    return HttpResponseRedirect(f"{asked if is_ours(asked) else usual}#{anchor}")


def _now() -> datetime:
    return datetime.now(UTC)
