"""Links to a dashboard as their maker sees them: made, listed with when they were last opened, revoked."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import actor_name, signed_in
from throughline.dashboards import access, sharing
from throughline.dashboards.forms import ShareForm
from throughline.dashboards.models import Dashboard, SharedLink
from throughline.engine.refusals import Refused


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
    links = [(each, _state(each, now)) for each in access.links_of(request.user, board)]
    context = {"board": board, "form": form, "links": links, "made": made, **_slice(request, board, team)}
    return render(request, "dashboards/share.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, slug: str, id: int) -> HttpResponse:
    """End a link at once."""
    link = access.link_to_revoke(request.user, slug, id)
    sharing.revoke(actor_name(signed_in(request.user)), link, now=_now())
    messages.success(request, "The link shows nothing any more.")
    return HttpResponseRedirect(reverse("dashboard-share", args=[slug]))


def _slice(request: HttpRequest, board: Dashboard, team: str) -> dict[str, str]:
    try:
        return {"team": sharing.slice_shared(signed_in(request.user), board, team, now=_now())}
    except Refused as refused:
        return {"problem": f"{refused.message[:1].upper()}{refused.message[1:]}."}


def _state(link: SharedLink, now: datetime) -> str:
    if link.revoked_at:
        return "revoked"
    return "ended" if link.expires_at <= now else "open"


def _now() -> datetime:
    return datetime.now(UTC)
