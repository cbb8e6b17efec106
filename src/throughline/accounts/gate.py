"""Deny by default: every view needs somebody signed in, unless it says that it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from throughline.site.refusals import problem, wants_data

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that a stranger may see."""
    view.public = True  # type: ignore[attr-defined]
    return view


class SignInRequired:
    """Sends strangers to the sign-in page, and programs an answer 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "public", False) or request.user.is_authenticated:
            return None
        if wants_data(request):
            return problem("Sign in first.", status=401, code="sign_in_required")
        if "HX-Request" in request.headers:
            # htmx would swap the sign-in page into a corner of the page.
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("sign-in")})
        asked = request.get_full_path() if request.method == "GET" else "/"
        query = urlencode({"next": asked}) if asked != "/" else ""
        return HttpResponseRedirect(reverse("sign-in") + (f"?{query}" if query else ""))
