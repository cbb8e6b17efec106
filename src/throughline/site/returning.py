"""Where somebody is led who opens an address that only takes what a form sends: to the page of the form."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve

from throughline.site.refusals import wants_data

SAFE = ("GET", "HEAD")
# Forms on pages of another address than their own, by the first part of theirs.
ELSEWHERE = {
    "base-rates": "/base-rates/",
    "claims": "/cycles/",
    "comments": "/cycles/",
    "counterparts": "/cycles/",
    "deliveries": "/webhooks/",
    "effects": "/initiatives/",
    "findings": "/vulnerabilities/",
    "readings": "/cycles/",
    "teams": "/people/",
    "treatments": "/risk/",
}


class FormPages:
    """Leads a person from an address that takes only POST to the page above; programs get their 405."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code != 405 or request.method not in SAFE or answer.get("Allow") != "POST":
            return answer
        if "HX-Request" in request.headers or wants_data(request):
            return answer
        return HttpResponseRedirect(page_above(request.path_info))


def page_above(path: str) -> str:
    """The nearest address above one that there is, such as /series/mttr/ above /series/mttr/enter/."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:count])}/"
        if _is_there(above):
            return above
    return ELSEWHERE.get(parts[0], "/")


def _is_there(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
