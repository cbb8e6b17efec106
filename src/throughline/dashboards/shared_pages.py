"""What somebody sees who has a link and no account: the figures of a dashboard, and no way on from there."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.accounts.addresses import client
from throughline.accounts.gate import public
from throughline.accounts.throttle import WINDOW
from throughline.dashboards import queries, sharing
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import SharedLink
from throughline.dashboards.presenting import NAMELESS, presented
from throughline.dashboards.ready import team_named
from throughline.engine.refusals import Refused


@public
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The dashboard behind a link, as its maker may see it now."""
    now = datetime.now(UTC)
    try:
        link = sharing.open_link(token, address=client(request), now=now)
    except Refused as refused:
        return _nothing(request, refused)
    looking = _looking(link, now)
    context = {
        "board": link.dashboard,
        "team": team_named(link.dashboard, looking),
        "tiles": queries.small(queries.shown_of(link.dashboard, looking)),
        "present": reverse("shared-present", args=[token]),
        "expires": link.expires_at,
        "as_of": looking.as_of,
        **NAMELESS,
    }
    return _closed(render(request, "dashboards/shared.html", context))


@public
@require_safe
def shared_present(request: HttpRequest, token: str) -> HttpResponse:
    """The same on a whole screen."""
    now = datetime.now(UTC)
    try:
        link = sharing.open_link(token, address=client(request), now=now)
    except Refused as refused:
        return _nothing(request, refused)
    back = reverse("shared-dashboard", args=[token])
    return _closed(presented(request, link.dashboard, _looking(link, now), back=back))


def _looking(link: SharedLink, now: datetime) -> Looking:
    return Looking(link.made_by, now, is_shared=True, team=link.team)


def _nothing(request: HttpRequest, refused: Refused) -> HttpResponse:
    status = 429 if refused.code == "throttled" else 410
    response = render(
        request, "dashboards/no_link.html", {"said": refused.message, **NAMELESS}, status=status
    )
    if status == 429:
        response["Retry-After"] = str(int(WINDOW.total_seconds()))
    return _closed(response)


def _closed(response: HttpResponse) -> HttpResponse:
    """Kept by nobody and found by nobody: the address shows the figures to whoever has it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
