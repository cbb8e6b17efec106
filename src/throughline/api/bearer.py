"""Who asks the API: the person behind a bearer token, and never the one behind a cookie."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from throughline.accounts import tokens
from throughline.accounts.models import Token
from throughline.api.problems import as_problem, is_api


class BearerOnly:
    """Middleware. A session does not count under /api/, so no page of elsewhere can use it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        token = token_of(request)
        request.token = token  # type: ignore[attr-defined]
        request.user = token.user if token else AnonymousUser()
        if request.method == "HEAD":
            # Answered as a GET; the server sends no body.
            request.method = "GET"
        request.asked_as = secrets.token_hex(8)  # type: ignore[attr-defined]
        response = as_problem(self.get_response(request))
        response["X-Request-Id"] = request.asked_as  # type: ignore[attr-defined]
        return response


def holds(request: HttpRequest, scope: str) -> bool:
    """Whether the token that asks was given a scope."""
    token: Token = request.token  # type: ignore[attr-defined]
    return scope in token.scopes


def token_of(request: HttpRequest) -> Token | None:
    """The token in force that a request carries."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    return tokens.behind(value.strip(), now=datetime.now(UTC))
