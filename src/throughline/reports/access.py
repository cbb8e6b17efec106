"""Who reaches a report: everyone who is signed in reads it, managers write its three texts.

A report says what a viewer without a team may see, whoever asks: it leaves the house as a file.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.objectives.models import Cycle


def may_write(user: User | AnonymousUser) -> bool:
    """Whether the person writes the texts of a report."""
    return at_least(user, Role.MANAGER)


def require_write(user: User | AnonymousUser) -> User:
    """The person, if she may write the texts; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def current_cycle(user: User | AnonymousUser, *, today: date) -> Cycle | None:
    """The cycle whose report the person means who names none."""
    return told_first(today) if at_least(user, Role.VIEWER) else None


def told_first(today: date) -> Cycle | None:
    """The cycle that runs, else the last that ran: what is asked about on a Friday."""
    told = Cycle.objects.filter(state__in=(Cycle.State.SET, Cycle.State.CLOSED), start__lte=today)
    return told.order_by("-state", "-end", "-id").first()
