"""What happens around every operation: who asks, may the token, how often, in which form; tags and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja.operation import Operation

from throughline.accounts import tokens
from throughline.accounts.access import at_least
from throughline.accounts.models import Token
from throughline.accounts.scopes import SCOPES
from throughline.api import keys, reading, tags
from throughline.api.problems import No
from throughline.api.rates import RATES, Allowance
from throughline.api.request import ApiRequest
from throughline.api.subject import TOLD_ONCE

Run = Callable[..., HttpResponse]
CHALLENGE = 'Bearer realm="Throughline"'


def guarded(run: Run) -> Run:
    """Wrap `Operation.run`. An operation without a scope fails here, before anything is served."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    scope = scope_of(operation)
    takes = _media_type(operation)
    is_kept = not (operation.openapi_extra or {}).get(TOLD_ONCE)
    parameters = _parameters(operation)

    @wraps(run)
    def answered(request: ApiRequest, **path: Any) -> HttpResponse:
        now = datetime.now(UTC)
        said: dict[str, str] = {}
        try:
            token = _token(request)
            allowance = _allowance(token)
            said = allowance.headers()
            _require_scope(token, scope)
            _require_known(request, parameters)
            tokens.note_use(token, now=now)
            response = _run(
                request, token, lambda: run(request, **path), takes=takes, is_kept=is_kept, now=now
            )
        except Exception as error:
            response = operation.api.on_exception(request, error)
        for name, value in said.items():
            response[name] = value
        return response

    return answered


def scope_of(operation: Operation) -> str:
    """The scope that an operation says it needs."""
    (security,) = (operation.openapi_extra or {})["security"]
    (scope,) = security["token"]
    return str(scope)


def _run(
    request: ApiRequest,
    token: Token,
    run: Callable[[], HttpResponse],
    *,
    takes: str,
    is_kept: bool,
    now: datetime,
) -> HttpResponse:
    if request.method == "GET":
        response = run()
        # What is streamed is known in whole to nobody.
        is_whole = response.status_code == 200 and not response.streaming
        return tags.tagged(request, response) if is_whole else response
    if takes:
        reading.require_media_type(request, takes)
    if takes == reading.FILE:
        reading.receive_file(request)
    elif takes:
        reading.receive_json(request)
    if not is_kept:
        keys.require_none(request)
        return run()
    return keys.done_once(request, token, run, now=now)


def _token(request: ApiRequest) -> Token:
    if request.token is not None:
        return request.token
    if "Authorization" not in request.headers:
        raise No(
            401,
            "Send a token: `Authorization: Bearer tl_…`. Make one under Account, Tokens.",
            code="token_required",
            headers={"WWW-Authenticate": CHALLENGE},
        )
    raise No(
        401,
        "This token is not known here, has expired or was revoked: make another one under Account, Tokens.",
        code="token_invalid",
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'},
    )


def _allowance(token: Token) -> Allowance:
    allowance = RATES.count(token.pk, most=settings.THROUGHLINE_API_PER_MINUTE)
    if allowance.is_over:
        raise No(
            429,
            f"A token asks {allowance.most} times a minute at most: go on in {allowance.seconds} seconds.",
            code="too_many",
            headers=allowance.headers(),
        )
    return allowance


def _require_scope(token: Token, scope: str) -> None:
    """Raises 403 where a token was not given a scope, 404 where its owner has lost the role that gave it."""
    if scope not in token.scopes:
        raise No(
            403,
            f"This token may not do that: it needs the scope '{scope}'.",
            code="scope",
            headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'},
        )
    # Whoever lost the role that gave the scope has lost the scope.
    if not at_least(token.user, SCOPES[scope].role):
        raise Http404


def _require_known(request: HttpRequest, parameters: frozenset[str]) -> None:
    reading.require_text(request)
    if unknown := sorted(set(request.GET) - parameters):
        known = ", ".join(sorted(parameters)) or "none"
        raise No(
            400,
            f"There is no parameter '{unknown[0][:60]}' here (known: {known}).",
            code="unknown_parameter",
            errors=[{"parameter": name[:60], "detail": "not known here"} for name in unknown[:20]],
        )


def _parameters(operation: Operation) -> frozenset[str]:
    maps = [m.__ninja_flatten_map__ for m in operation.models if m.__ninja_param_source__ == "query"]
    return frozenset(name for names in maps for name in names)


def _media_type(operation: Operation) -> str:
    if any(model.__ninja_param_source__ == "body" for model in operation.models):
        return reading.JSON
    return reading.FILE if "requestBody" in (operation.openapi_extra or {}) else ""
