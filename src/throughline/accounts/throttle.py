"""Slows down guessing: five failures for one person from one address, fifty from one address for anybody."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import F

from throughline.accounts.models import SignInFailures
from throughline.engine.refusals import Refused

WINDOW = timedelta(minutes=15)
MOST_FOR_ONE_PERSON = 5
MOST_FROM_ONE_ADDRESS = 50


def require_patience(email: str, address: str, *, now: datetime) -> None:
    """Raise Refused while too many attempts have failed, whether or not the person exists."""
    if SignInFailures.objects.filter(key__in=_keys(email, address), blocked_until__gt=now).exists():
        minutes = int(WINDOW.total_seconds() // 60)
        raise Refused(
            f"Too many attempts. Wait {minutes} minutes, or ask an administrator for a one-time link.",
            code="throttled",
        )


def count_failure(email: str, address: str, *, now: datetime) -> None:
    """Remember one failure; the caller holds the transaction."""
    for key, most in _keys(email, address).items():
        SignInFailures.objects.get_or_create(key=key, defaults={"since": now})
        mine = SignInFailures.objects.filter(key=key)
        mine.filter(since__lt=now - WINDOW).update(failures=0, since=now, blocked_until=None)
        mine.update(failures=F("failures") + 1)
        mine.filter(failures__gte=most).update(blocked_until=now + WINDOW)


def forget(email: str, address: str) -> None:
    """Signing in worked: the person's own count starts anew, that of the address stays."""
    SignInFailures.objects.filter(key=next(iter(_keys(email, address)))).delete()


def drop_old(*, now: datetime) -> int:
    """Delete counts that no longer matter."""
    return SignInFailures.objects.filter(since__lt=now - 2 * WINDOW).delete()[0]


def _keys(email: str, address: str) -> dict[str, int]:
    # Hashed: the table must not become a list of mistyped passwords' owners.
    person = hashlib.sha256(f"{address}\n{email.strip().lower()}".encode()).hexdigest()
    place = hashlib.sha256(address.encode()).hexdigest()
    return {person: MOST_FOR_ONE_PERSON, place: MOST_FROM_ONE_ADDRESS}
