"""Suspected re-keys: what went and what came, side by side, to be merged or kept apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import at_least, require, scope_of, signed_in
from throughline.accounts.addresses import safe_next
from throughline.accounts.models import Role
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.sources.models import Rekey
from throughline.sources.scans import joining
from throughline.sources.sightings import HEADER, rekey_rates, rekey_row, rekeys
from throughline.ui.rows import A_PAGE, pages
from throughline.vulnerabilities.access import vulnerability_for
from throughline.vulnerabilities.queries import who


@require_safe
def suspected(request: HttpRequest) -> HttpResponse:
    """Those that wait for a decision, those that were decided, and how often it happens."""
    found = rekeys(request.user)
    waiting = Paginator(found.filter(decided=""), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": waiting.object_list,
        "pages": pages(waiting, request.GET),
        "decided": [(each, who(each.decided_by)) for each in _decided(found)],
        "rates": rekey_rates(scope_of(request.user)),
        "may_decide": at_least(request.user, Role.MEMBER),
    }
    return render(request, "sources/rekeys.html", context)


def _decided(found: QuerySet[Rekey]) -> QuerySet[Rekey]:
    return found.exclude(decided="").order_by("-decided_at")[:A_PAGE]


@require_safe
def suspected_json(request: HttpRequest) -> JsonResponse:
    """The list for programs."""
    return JsonResponse({"rekeys": [plain(rekey_row(each)) for each in rekeys(request.user)]})


@require_safe
def suspected_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list for spreadsheets."""
    found = rekeys(request.user)
    return csv_response("re-keys", HEADER, (list(rekey_row(each).values()) for each in found.iterator()))


@require_POST
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Merge the two, keep them apart, or take such a decision back."""
    person, now = require(request.user, Role.MEMBER), datetime.now(UTC)
    # The Undo of a toast says so in its address.
    decision = request.POST.get("decision") or request.GET.get("decision")
    try:
        if decision == "undo":
            joining.undecide(person, id, now=now)
            messages.success(request, "Taken back.")
        else:
            joining.decide(person, id, same=decision == "same", now=now)
            said = "Merged: it is open since it was first known." if decision == "same" else "Kept apart."
            messages.success(request, said, extra_tags=f"{reverse('rekey', args=[id])}?decision=undo")
    except Refused as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("rekeys"))


@require_POST
def merge(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a vulnerability is the same as another, which keeps its place."""
    person = require(request.user, Role.MEMBER)
    vulnerability_for(person, id)
    other = _number(request.POST.get("other", ""))
    here = HttpResponseRedirect(reverse("vulnerability", args=[id]))
    if other is None:
        messages.error(request, "Name the other vulnerability by its number, such as 17, or by its address.")
        return here
    try:
        joined = joining.merge(person, keep=other, gone=id, why="by hand", now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, str(refused))
        return here
    undo = reverse("finding-split", args=[joined[0].finding_id])
    messages.success(request, "Merged: this one stands for both.", extra_tags=undo)
    return HttpResponseRedirect(reverse("vulnerability", args=[other]))


def _number(said: str) -> int | None:
    """The number of a vulnerability, written alone, with a #, or as the address of its page."""
    found = re.fullmatch(r"#?([0-9]{1,18})|\S*/vulnerabilities/([0-9]{1,18})/?", said.strip())
    return int(found[1] or found[2]) if found else None


@require_POST
def split(request: HttpRequest, id: int) -> HttpResponse:
    """Give a finding a vulnerability of its own, or back the one it came from."""
    person = signed_in(request.user)
    try:
        own = joining.split(person, id, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))
    messages.success(request, "Split: the finding stands for itself.")
    return HttpResponseRedirect(reverse("vulnerability", args=[own]))
