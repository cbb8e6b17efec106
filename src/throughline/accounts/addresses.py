"""Where to go after signing in, and where a request came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, asked: str) -> str:
    """The address asked for where it is of this site, else the home page."""
    # No host is allowed: only a path of our own is ever followed.
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def client(request: HttpRequest) -> str:
    """The address that the connection came from; uvicorn has put a trusted proxy's word there."""
    return str(request.META.get("REMOTE_ADDR", ""))
