"""What a manager makes of clusters: priorities, candidates, scenarios, lessons."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import require, signed_in
from throughline.accounts.models import Role
from throughline.engine.refusals import Refused
from throughline.objectives.models import KeyResult
from throughline.site.numbers import whole_number
from throughline.workshops import outcomes, voting
from throughline.workshops.access import cluster_for, judged_board
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
    person = require(request.user, Role.MANAGER)
    cluster = cluster_for(person, id)
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
    back = f"{reverse('board', args=[cluster.board_id])}#cluster-{cluster.pk}"
    match given.get("into", ""):
        case "candidate":
            outcomes.make_candidate(person, cluster, title=given.get("title", ""), now=now)
        case "scenario":
            fields = {name: given.get(name, "") for name in ("statement", "criteria", "judge", "start")}
            made = outcomes.make_scenario(person, cluster, now=now, **fields)
            return reverse("scenario", args=[made.key])
        case "lesson":
            found = KeyResult.objects.filter(pk=whole_number(given.get("key_result", "")) or 0).first()
            if found is None:
                raise Refused("choose the key result that it is a lesson of", place="key_result")
            kind, text = given.get("kind", ""), given.get("text", "")
            outcomes.keep_lesson(person, cluster, key_result=found, kind=kind, text=text, now=now)
        case other:
            raise Refused(f"expected candidate, scenario or lesson; found '{other[:20]}'", place="into")
    return back


def _askable() -> dict[int, str]:
    """Every key result that was promised, ended or not, by name."""
    return key_result_names(KeyResult.objects.filter(sketch__isnull=True).values_list("pk", flat=True))
