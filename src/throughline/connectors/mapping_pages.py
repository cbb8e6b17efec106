"""The page on which fields and statuses of a Jira are given their meaning, with real issues beside."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.accounts.access import actor_name
from throughline.connectors import access, actions, choosing
from throughline.connectors.kinds.registry import is_known, kind_named
from throughline.engine.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, id: int) -> HttpResponse:
    """Choose, look at what that makes of real issues, and keep it."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    if not is_known(found.kind) or not getattr(kind_named(found.kind), "maps", False):
        raise Http404
    given = request.POST.dict() if request.method == "POST" else None
    context = {"connector": found, "meanings": choosing.meanings(), "levels": choosing.levels()}
    try:
        seen = choosing.seen(found, given)
    except Refused as refused:
        status = 200 if given is None else 422
        return render(request, "connectors/mapping.html", {**context, "refusal": str(refused)}, status=status)
    if given is not None and "keep" in given:
        actions.keep_mapping(actor_name(person), found, seen.mapping.document(), now=datetime.now(UTC))
        toasts.success(request, "Kept. The next sync reads everything by it.")
        return HttpResponseRedirect(reverse("connector", kwargs={"id": id}))
    return render(request, "connectors/mapping.html", {**context, "seen": seen})
