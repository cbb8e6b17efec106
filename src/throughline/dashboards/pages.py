"""Dashboards as pages: all of them, one with its tiles, and the same presented on a whole screen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import signed_in
from throughline.dashboards import actions, queries
from throughline.dashboards.access import dashboard_for, may_change, may_share, shares, visible
from throughline.dashboards.figures import BEFORE_COLUMNS
from throughline.dashboards.forms import DashboardForm
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import READY, Dashboard
from throughline.dashboards.presenting import presented
from throughline.dashboards.ready import DESCRIBED, looking_at, team_shown, teams_to_choose
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.site.plain import plain

# What a tile's buttons do: the step, its name, its drawing.
TOOLS = (
    ("up", "Move before", "up"),
    ("down", "Move after", "down"),
    ("wider", "Wider", "wider"),
    ("narrower", "Narrower", "narrower"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def dashboards(request: HttpRequest) -> HttpResponse:
    """Every dashboard that the person sees; POST makes one."""
    person = signed_in(request.user)
    form = DashboardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(person, **form.cleaned_data, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "It is there. Open any figure and choose “Add to a dashboard”.")
            return HttpResponseRedirect(reverse("dashboard", args=[made.slug]))
    found = list(visible(person))
    context = {
        "ready": [(key, name, DESCRIBED[key]) for key, name in READY.items()],
        "own": [each for each in found if each.owner_id == person.pk],
        "others": [each for each in found if each.owner_id != person.pk],
        "form": form,
        "may_share": shares(person),
    }
    return render(request, "dashboards/all.html", context, status=422 if form.errors else 200)


@require_safe
def dashboards_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse({"dashboards": queries.listed(visible(request.user))})


@require_safe
def dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    """One dashboard; `?arrange=1` shows the buttons that move its tiles."""
    board, looking = _board(request, slug)
    is_own = may_change(request.user, board)
    context = {
        "board": board,
        "tiles": queries.small(queries.shown_of(board, looking)),
        "query": _query(looking),
        "may_change": is_own,
        "may_share": may_share(request.user, board),
        "arranging": is_own and request.GET.get("arrange") == "1",
        "tools": TOOLS,
        "did": (request.GET.get("tile", ""), request.GET.get("did", "")),
        "as_of": looking.as_of,
        "described": DESCRIBED.get(board.ready, ""),
        **_teams(board, looking),
    }
    return render(request, "dashboards/one.html", context)


@require_safe
def dashboard_json(request: HttpRequest, slug: str) -> JsonResponse:
    """Its figures for programs."""
    board, looking = _board(request, slug)
    return JsonResponse(plain(queries.document(board, queries.shown_of(board, looking))))


@require_safe
def dashboard_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Its figures as a table."""
    board, looking = _board(request, slug)
    rows = queries.table(queries.shown_of(board, looking))
    return csv_response(board.slug, queries.TABLE, ([row[name] for name in queries.TABLE] for row in rows))


@require_safe
def tile_csv(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """What one tile draws, as a table."""
    board, looking = _board(request, slug)
    tile = next((each for each in queries.tiles_of(board, looking) if each.number == number), None)
    shown = queries.show(tile, looking) if tile else None
    if shown is None or shown.figure is None:
        raise Http404
    columns, rows = shown.figure.table
    if columns[-1:] == BEFORE_COLUMNS[-1:]:
        # A spreadsheet takes a plus for a formula; a rise says itself by having no minus.
        rows = tuple((*row[:-1], row[-1].removeprefix("+")) for row in rows)
    return csv_response(f"{board.slug}-{number}", columns, rows)


@require_safe
def present(request: HttpRequest, slug: str) -> HttpResponse:
    """The dashboard on a whole screen, page by page."""
    board, looking = _board(request, slug)
    back = f"{reverse('dashboard', args=[slug])}{_query(looking)}"
    return presented(request, board, looking, back=back)


def _board(request: HttpRequest, slug: str) -> tuple[Dashboard, Looking]:
    board = dashboard_for(request.user, slug)
    team = request.GET.get("team", "")
    return board, looking_at(board, signed_in(request.user), team=team, now=_now())


def _teams(board: Dashboard, looking: Looking) -> dict[str, Any]:
    if board.ready != "team":
        return {}
    return {"teams": teams_to_choose(looking), "team": team_shown(looking)}


def _query(looking: Looking) -> str:
    return f"?{urlencode({'team': looking.team})}" if looking.team else ""


def _now() -> datetime:
    return datetime.now(UTC)
