"""Addresses for what watches the server."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.accounts.gate import public
from throughline.monitoring import exposition
from throughline.monitoring.access import is_let_in
from throughline.monitoring.figures import families
from throughline.monitoring.readiness import missing
from throughline.site.refusals import problem


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where work can be sent here; else 503 and what is missing."""
    if lacking := list(missing()):
        return problem(" ".join(lacking), status=503, code="not_ready")
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """The figures for whoever brings the token; a person who types the address is led to the metrics."""
    authorization = request.headers.get("Authorization", "")
    if not authorization and "text/html" in request.headers.get("Accept", ""):
        return HttpResponseRedirect(reverse("metrics"))
    token = settings.THROUGHLINE_METRICS_TOKEN
    if not token:
        raise Http404
    if not is_let_in(authorization, token=token):
        refused = problem("Send the token: Authorization: Bearer TOKEN.", status=401, code="token")
        refused["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    text = exposition.written(families(now=datetime.now(UTC)))
    return HttpResponse(text, content_type=exposition.CONTENT_TYPE)
