"""Links to a dashboard as their maker sees them: made, listed with when they were last opened, revoked."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, at_least, signed_in
from throughline.accounts.models import Role
from throughline.dashboards import access, sharing
from throughline.dashboards.forms import ShareForm
from throughline.dashboards.models import Dashboard
from throughline.engine.refusals import Refused

MOST_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """The links of a dashboard; POST makes one and shows it this once. `team` says whose slice it shows."""
    board = access.shareable(request.user, slug)
    form = ShareForm(request.POST or None)
    team, made = request.GET.get("team", ""), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, path = sharing.share(
                signed_in(request.user), board, **form.cleaned_data, team=team, now=_now()
            )
            made, form = request.build_absolute_uri(path), ShareForm()
        except Refused as refused:
            form.refuse(refused)
    now = _now()
    links = [(each, sharing.state_of(each, now=now)) for each in access.links_of(request.user, board)]
    context = {"board": board, "form": form, "links": links, "made": made, **_slice(request, board, team)}
    return render(request, "dashboards/share.html", context, status=422 if form.errors else 200)


@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """The links that one made to any dashboard; an administrator sees everybody's, and ends them."""
    person = access.sharer(request.user)
    now = _now()
    found = [(each, sharing.state_of(each, now=now)) for each in access.links(person)[:MOST_LISTED]]
    return render(
        request, "dashboards/links.html", {"links": found, "of_all": at_least(person, Role.ADMINISTRATOR)}
    )


@require_POST
def revoke(request: HttpRequest, slug: str, id: int) -> HttpResponse:
    """End a link at once."""
    person = signed_in(request.user)
    link = access.link_to_revoke(person, id)
    if link.dashboard.slug != slug:
        raise Http404
    sharing.revoke(actor_name(person), link, now=_now())
    messages.success(request, "The link shows nothing any more.")
    is_listed = request.POST.get("from") == "links" or not access.may_share(person, link.dashboard)
    back = reverse("dashboard-links") if is_listed else reverse("dashboard-share", args=[slug])
    return HttpResponseRedirect(back)


def _slice(request: HttpRequest, board: Dashboard, team: str) -> dict[str, str]:
    try:
        return {"team": sharing.slice_shared(signed_in(request.user), board, team, now=_now())}
    except Refused as refused:
        return {"problem": f"{refused.message[:1].upper()}{refused.message[1:]}."}


def _now() -> datetime:
    return datetime.now(UTC)
