"""A dashboard on a whole screen: pages of tiles, turned by keys or by the clock; no navigation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.dashboards import queries
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import Dashboard
from throughline.dashboards.ready import team_named

# Seconds: shorter cannot be read, longer is a page that stands still.
LEAST, MOST = 5, 600
CHOICES = (10, 20, 30, 60)
# The frame of somebody who has not signed in: nothing on the page leads elsewhere.
NAMELESS = {"person": None}


def presented(request: HttpRequest, board: Dashboard, looking: Looking, *, back: str) -> HttpResponse:
    """The page; `page` and `every` of the address say which tiles are shown and when they turn."""
    pages = queries.pages_of(queries.shown_of(board, looking))
    number = min(max(_whole(request.GET.get("page", ""), 1), 1), max(len(pages), 1))
    every = _whole(request.GET.get("every", ""), 0)
    context = {
        "board": board,
        "pages": list(enumerate(pages, 1)),
        "total": len(pages),
        "number": number,
        "every": min(max(every, LEAST), MOST) if every else 0,
        "choices": CHOICES,
        "team": team_named(board, looking),
        # A link holds its team itself.
        "asked": "" if looking.is_shared else looking.team,
        "as_of": looking.as_of,
        "is_shared": looking.is_shared,
        "back": back,
        **NAMELESS,
    }
    return render(request, "dashboards/present.html", context)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
