"""Where to go after signing in, and where a request came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, asked: str) -> str:
    """The address asked for where it is of this site, else the home page."""
    return asked if is_ours(asked) else resolve_url(settings.LOGIN_REDIRECT_URL)


def is_ours(asked: str) -> bool:
    """Whether an address that somebody sent along is a path of this site: nothing else is ever followed.

    >>> is_ours("/cycles/"), is_ours("//example.org"), is_ours("https://example.org/")
    (True, False, False)
    """
    # No host is allowed.
    return asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)


def client(request: HttpRequest) -> str:
    """The address that the connection came from; uvicorn has put a trusted proxy's word there."""
    return str(request.META.get("REMOTE_ADDR", ""))
