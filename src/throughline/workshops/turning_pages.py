"""What a manager makes of clusters: priorities, candidates, scenarios, lessons."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import signed_in
from throughline.engine.refusals import Refused
from throughline.objectives.models import KeyResult
from throughline.risk.models import Scenario
from throughline.site.numbers import whole_number
from throughline.workshops import outcomes, voting
from throughline.workshops.access import cluster_to_turn, judged_board
from throughline.workshops.answering import now_utc, step
from throughline.workshops.models import Board, Cluster, Outcome
from throughline.workshops.queries import key_result_names


@require_POST
def prioritise(request: HttpRequest, id: int) -> HttpResponse:
    """Record the manager's own order beside the vote."""
    person = signed_in(request.user)
    board = judged_board(person, id)
    order = [number for each in request.POST.getlist("order") if (number := whole_number(each)) is not None]
    reason = request.POST.get("reason", "")

    def do(board: Board, now: datetime) -> None:
        voting.set_priority(person, board, order, reason=reason, now=now)

    return step(request, board, do, part="result", done="Your priority stands beside the vote.")


@require_http_methods(["GET", "HEAD", "POST"])
def turn(request: HttpRequest, id: int) -> HttpResponse:
    """Make something of a cluster: `into` is candidate, scenario or lesson."""
    cluster = cluster_to_turn(request.user, id)
    person = signed_in(request.user)
    given = {name: request.POST.get(name, "") for name in _FIELDS} if request.method == "POST" else {}
    refused = None
    if given:
        try:
            return HttpResponseRedirect(_made(request, cluster))
        except Refused as found:
            refused = found
    context = {
        "cluster": cluster,
        "board": cluster.board,
        "given": given,
        "refused": refused.message if refused else "",
        "refused_at": (refused.place or "") if refused else "",
        "kinds": Outcome.Kind.choices,
        "key_results": _askable(),
        "start": cluster.board.cycle.start.isoformat(),
        "person": person,
    }
    return render(request, "workshops/turn.html", context, status=422 if refused else 200)


_FIELDS = ("into", "title", "statement", "criteria", "judge", "start", "key_result", "kind", "text")


def _made(request: HttpRequest, cluster: Cluster) -> str:
    """Make it; the address of where it can be seen."""
    person, now, given = signed_in(request.user), now_utc(), request.POST
    said = {name: given.get(name, "") for name in _FIELDS if name != "key_result"}
    number = whole_number(given.get("key_result", ""))
    made = outcomes.turn(person, cluster, key_result=number, now=now, **said)
    if isinstance(made, Scenario):
        return reverse("scenario", args=[made.key])
    return f"{reverse('board', args=[cluster.board_id])}#cluster-{cluster.pk}"


def _askable() -> dict[int, str]:
    """Every key result that was promised, ended or not, by name."""
    return key_result_names(KeyResult.objects.filter(sketch__isnull=True).values_list("pk", flat=True))
