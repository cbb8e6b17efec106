"""Who is behind a request of which only the headers are here yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie

from throughline.accounts.models import User


def person_behind(headers: Iterable[tuple[bytes, bytes]]) -> User | AnonymousUser:
    """The person whose session the cookies name; asks the database, so not on the event loop."""
    cookies = "; ".join(value.decode("latin1") for name, value in headers if name == b"cookie")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return AnonymousUser()
    request = HttpRequest()
    request.session = SessionStore(key)
    found = get_user(request)
    return found if isinstance(found, User) else AnonymousUser()
