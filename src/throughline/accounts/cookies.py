"""Who is behind a request of which only the headers are here yet: by its token, or by its session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie

from throughline.accounts.models import User
from throughline.accounts.tokens import behind


def person_behind(headers: Iterable[tuple[bytes, bytes]]) -> User | AnonymousUser:
    """The person whose session or token the headers name; asks the database, so not on the event loop."""
    headers = list(headers)
    return _by_token(headers) or person_of_session(headers)


def person_of_session(headers: Iterable[tuple[bytes, bytes]]) -> User | AnonymousUser:
    """The person whose session the headers name; a token counts for nothing outside the API."""
    cookies = "; ".join(value.decode("latin1") for name, value in headers if name == b"cookie")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return AnonymousUser()
    request = HttpRequest()
    request.session = SessionStore(key)
    found = get_user(request)
    return found if isinstance(found, User) else AnonymousUser()


def _by_token(headers: Iterable[tuple[bytes, bytes]]) -> User | None:
    said = next((value for name, value in headers if name == b"authorization"), b"").decode("latin1")
    kind, _, value = said.partition(" ")
    token = behind(value.strip(), now=datetime.now(UTC)) if kind.lower() == "bearer" else None
    return token.user if token else None
