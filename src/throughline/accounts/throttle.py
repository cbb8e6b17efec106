"""Slows down guessing: five failures for one person from one address, fifty from one address for anybody."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from throughline.accounts.addresses import place_of
from throughline.accounts.models import SignInFailures
from throughline.engine.refusals import Refused

WINDOW = timedelta(minutes=15)
MOST_FOR_ONE_PERSON = 5
MOST_FROM_ONE_ADDRESS = 50


def count_attempt(email: str, address: str, *, now: datetime) -> None:
    """Count an attempt before it is judged, so that attempts at the same time count each other.

    Raises Refused while too many have failed, whether or not the person exists.
    """
    limits = _keys(email, address)
    with transaction.atomic():
        counts = [_held(key, now=now) for key in limits]
        if any(count.blocked_until and count.blocked_until > now for count in counts):
            raise Refused(_wait(), code="throttled")
        for count, most in zip(counts, limits.values(), strict=True):
            if count.since < now - WINDOW:
                count.failures, count.since = 0, now
            count.failures += 1
            count.blocked_until = now + WINDOW if count.failures >= most else None
            count.save()


def forget(email: str, address: str) -> None:
    """The attempt was good: the person's own count starts anew, that of the address is one less."""
    person, place = _keys(email, address)
    SignInFailures.objects.filter(key=person).delete()
    SignInFailures.objects.filter(key=place, failures__gt=0).update(
        failures=F("failures") - 1, blocked_until=None
    )


def require_not_blocked(what: str, address: str, *, now: datetime) -> None:
    """Raises Refused while too many tries of `what` from this address have failed."""
    held = SignInFailures.objects.filter(key=_key(what, address), blocked_until__gt=now)
    if held.exists():
        raise Refused(f"Too many attempts. Wait {_minutes()} minutes.", code="throttled")


def count_miss(what: str, address: str, *, most: int, now: datetime) -> bool:
    """Count a try of `what` that failed; whether it was the one too many, after which the address waits."""
    with transaction.atomic():
        count = _held(_key(what, address), now=now)
        if count.since < now - WINDOW:
            count.failures, count.since = 0, now
        count.failures += 1
        count.blocked_until = now + WINDOW if count.failures >= most else None
        count.save()
    return count.failures == most


def drop_old(*, now: datetime) -> int:
    """Delete counts that no longer matter."""
    return SignInFailures.objects.filter(since__lt=now - 2 * WINDOW).delete()[0]


def _held(key: str, *, now: datetime) -> SignInFailures:
    SignInFailures.objects.get_or_create(key=key, defaults={"since": now})
    return SignInFailures.objects.select_for_update().get(key=key)


def _wait() -> str:
    return f"Too many attempts. Wait {_minutes()} minutes, or ask an administrator for a one-time link."


def _minutes() -> int:
    return int(WINDOW.total_seconds() // 60)


def _key(what: str, address: str) -> str:
    return hashlib.sha256(f"{what}\n{place_of(address)}".encode()).hexdigest()


def _keys(email: str, address: str) -> dict[str, int]:
    # Hashed: the table must not become a list of mistyped passwords' owners.
    origin = place_of(address)
    person = hashlib.sha256(f"{origin}\n{email.strip().lower()}".encode()).hexdigest()
    place = hashlib.sha256(origin.encode()).hexdigest()
    return {person: MOST_FOR_ONE_PERSON, place: MOST_FROM_ONE_ADDRESS}
