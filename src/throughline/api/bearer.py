"""Who asks the API: the person behind a bearer token, and never the one behind a cookie."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from throughline.accounts import tokens
from throughline.accounts.models import Token
from throughline.api.problems import as_problem, is_api
from throughline.api.request import ApiRequest


class BearerOnly:
    """Middleware. A session does not count under /api/, so no page of elsewhere can use it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: ApiRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        token = token_of(request)
        request.token = token
        request.user = token.user if token else AnonymousUser()
        if request.method == "HEAD":
            # Answered as a GET; the server sends no body.
            request.method = "GET"
        request.asked_as = secrets.token_hex(8)
        response = as_problem(self.get_response(request))
        response["X-Request-Id"] = request.asked_as
        return response


def holds(request: HttpRequest, scope: str) -> bool:
    """Whether the token that asks was given a scope."""
    return scope in asking_token(request).scopes


def asking_token(request: HttpRequest) -> Token:
    """The token that asks: no operation is run without one."""
    token = cast(ApiRequest, request).token
    assert token is not None
    return token


def token_of(request: HttpRequest) -> Token | None:
    """The token in force that a request carries."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    return tokens.behind(value.strip(), now=datetime.now(UTC))
