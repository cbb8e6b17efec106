"""How good panels were, for everybody signed in; and in one room what its members let its facilitator see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import signed_in
from throughline.accounts.addresses import is_ours
from throughline.forecasts import score_charts, sharing
from throughline.forecasts.learning import learnt
from throughline.forecasts.score_documents import COLUMNS, document, rows
from throughline.forecasts.score_sentences import sentences
from throughline.forecasts.scores import ENOUGH, team_scores
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """Every way to pool, by quarter and over all, and round one beside round two."""
    signed_in(request.user)
    found, known = team_scores(), learnt()
    context: dict[str, Any] = {
        "found": found,
        "learnt": known,
        "enough": ENOUGH,
        "sentences": sentences(found, known),
    }
    if found.overall is not None:
        context |= {"by_quarter": score_charts.by_quarter(found), "curve": score_charts.curve(found)}
        context["rows"] = [*found.quarters, found.overall]
    return render(request, "forecasts/scores.html", context)


@require_safe
def scores_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    signed_in(request.user)
    return JsonResponse(plain(document(team_scores(), learnt())))


@require_safe
def scores_csv(request: HttpRequest) -> HttpResponseBase:
    """Each method by quarter, as a table."""
    signed_in(request.user)
    return csv_response("forecast-scores", COLUMNS, rows(team_scores()))


@require_safe
def shared(request: HttpRequest, id: int) -> HttpResponse:
    """What members of the panel let the facilitator see of their scores in this room."""
    room = sharing.led_by(request.user, id)
    return render(request, "forecasts/shared.html", {"room": room, "shared": sharing.shared_in(room)})


@require_POST
def share(request: HttpRequest, id: int) -> HttpResponse:
    """Let the facilitator see one's own score of this room, or no longer."""
    seat, shares = sharing.seat_for(request.user, id), request.POST.get("shares") == "yes"
    sharing.share(signed_in(request.user), seat, shares=shares, now=datetime.now(UTC))
    told = "sees your score of this room" if shares else "no longer sees your score of this room"
    messages.success(request, f"{seat.room.facilitator.name} {told}.")
    asked = request.POST.get("next", "")
    return HttpResponseRedirect(asked if is_ours(asked) else f"{reverse('calibration')}#shared")
