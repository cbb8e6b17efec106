"""A proxy that is not believed shows by nothing else until one person's wrong passwords stop everybody."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
# Whoever reaches the server itself may send the header: the log is not theirs to fill.
MOST_NAMED = 3


class UnknownProxy:
    """Names in the log, once each, from where a proxy's word comes that THROUGHLINE_PROXIES does not list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SECURE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.named: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Of a proxy that is listed the server has taken the scheme over.
        if request.headers.get("X-Forwarded-Proto") == "https" and not request.is_secure():
            self._name(str(request.META.get("REMOTE_ADDR", "")))
        return self.get_response(request)

    def _name(self, address: str) -> None:
        if address in self.named or len(self.named) >= MOST_NAMED:
            return
        self.named.add(address)
        log.warning(
            "A request over TLS was handed on by %s, which THROUGHLINE_PROXIES does not list, "
            "so what it says of client and scheme is not believed. List it if it is your proxy.",
            address,
        )
