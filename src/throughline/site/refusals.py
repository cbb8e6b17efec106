"""Saying no over HTTP: a page for people, a problem document (RFC 9457) for programs, a fragment for htmx."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from throughline.engine.refusals import Refused

log = logging.getLogger(__name__)


class RefusalPages:
    """Turns a `Refused` that a view raised into an answer 400 in the form that was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return refusal(request, str(exception), status=400, code=exception.code)


def refusal(request: HttpRequest, message: str, *, status: int, code: str = "") -> HttpResponse:
    """The answer that says no: problem document, htmx fragment or page."""
    if wants_data(request):
        return problem(message, status=status, code=code)
    context = {"message": message, "status": status, "title": _title(status)}
    if "HX-Request" in request.headers:
        return _fragment(render_to_string("site/refused_part.html", context), status=status)
    if not hasattr(request, "user"):
        # Refused before anybody was looked up (a forged host): the page's frame cannot be drawn.
        return HttpResponse(render_to_string("site/frameless.html", context), status=status)
    return HttpResponse(render_to_string("site/refused.html", context, request), status=status)


def wants_data(request: HttpRequest) -> bool:
    """Whether a program asks: by the address, or by Accept."""
    if request.path_info.startswith("/api/") or request.path.endswith((".json", ".csv")):
        return True
    return request.headers.get("Accept", "").split(",")[0].split(";")[0].strip().endswith("json")


def problem(message: str, *, status: int, code: str = "") -> HttpResponse:
    """RFC 9457: type, title, status, detail; and our stable word as `code`."""
    document = {"type": "about:blank", "title": _title(status), "status": status, "detail": message}
    if code:
        document["code"] = code
    return JsonResponse(document, status=status, content_type="application/problem+json")


def _fragment(html: str, *, status: int) -> HttpResponse:
    response = HttpResponse(html, status=status)
    # Where the asking element has a better place for it, the view catches Refused itself.
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "innerHTML"
    return response


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return refusal(request, "The request cannot be read.", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: the same for what is absent and for what is not yours."""
    return refusal(request, "There is nothing at this address, or it is not yours to see.", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return refusal(request, "This is not allowed.", status=403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    message = "The form is too old or came from elsewhere. Go back, reload the page and send it again."
    return refusal(request, message, status=403, code="csrf")


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: says nothing of the inside; the log has it."""
    message = "Something broke on our side. Nothing was half saved; the server's log says more."
    if wants_data(request):
        return problem(message, status=500)
    # No context processor here: whatever broke may be in them.
    context = {"message": message, "status": 500, "title": _title(500)}
    return HttpResponse(render_to_string("site/frameless.html", context), status=500)
