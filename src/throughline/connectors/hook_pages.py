"""Where tools say that something is new, and where their secret is made."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from throughline.accounts.access import actor_name
from throughline.accounts.gate import public
from throughline.connectors import access, hooks
from throughline.engine.refusals import Refused


@public
@csrf_exempt
@require_POST
def hook(request: HttpRequest, id: int) -> HttpResponse:
    """204 to who knows the secret; to everybody else one 404, whether there is such a connector or not."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not hooks.hear(id, headers, request.body, now=datetime.now(UTC)):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    return HttpResponse(status=204)


@require_POST
def hook_secret(request: HttpRequest, id: int) -> HttpResponse:
    """Make a secret, and show it this once."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    try:
        value = hooks.new_secret(actor_name(person), found, now=datetime.now(UTC))
    except Refused as refused:
        toasts.error(request, refused.message)
        return HttpResponseRedirect(reverse("connector", kwargs={"id": id}))
    address = request.build_absolute_uri(reverse("connector-hook", kwargs={"id": id}))
    context = {"connector": found, "secret": value, "address": address, "how": hooks.takes_hooks(found)}
    response = render(request, "connectors/hook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
