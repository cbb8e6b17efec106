"""Slows down whoever tries links that are none, and whoever answers one link again and again."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from threading import Lock

from throughline.accounts import throttle
from throughline.accounts.addresses import place_of
from throughline.accounts.sign_in import audit_refusal
from throughline.engine.refusals import Refused

WHAT = "survey link"
MOST_MISSES = 30
# A whole department may come from one address at the end of a meeting.
MOST_ANSWERS = 60
MOST_REMEMBERED = 10_000

# In memory only: an answer without a name must leave no table of who answered from where, and when.
_lately: dict[tuple[str, int], deque[datetime]] = {}
_lock = Lock()


def require_patience(address: str, *, now: datetime) -> None:
    """Raises Refused while too many links that are none were tried from here."""
    throttle.require_not_blocked(WHAT, address, now=now)


def count_miss(address: str, *, now: datetime) -> None:
    """Count a link that is none; the one too many is written down."""
    if throttle.count_miss(WHAT, address, most=MOST_MISSES, now=now):
        audit_refusal("survey links guessed", now=now, address=address)


def count_answer(address: str, wave: int, *, now: datetime) -> None:
    """Count an answer through a shared link. Raises Refused after too many from one address."""
    place = place_of(address)
    with _lock:
        known = _lately.pop((place, wave), deque())
        while known and known[0] < now - throttle.WINDOW:
            known.popleft()
        _lately[(place, wave)] = known
        if len(_lately) > MOST_REMEMBERED:
            _lately.pop(next(iter(_lately)))
        if len(known) >= MOST_ANSWERS:
            minutes = int(throttle.WINDOW.total_seconds() // 60)
            raise Refused(
                f"Many answers came from your network just now. Wait {minutes} minutes, then try again.",
                code="throttled",
            )
        known.append(now)
