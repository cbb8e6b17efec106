"""Links that show a dashboard without an account: made, opened, revoked; they end by themselves."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from throughline.accounts import throttle
from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.accounts.sign_in import audit_refusal
from throughline.audit import actions as audit
from throughline.dashboards.access import hash_of, link_behind, may_share
from throughline.dashboards.looking import Looking
from throughline.dashboards.models import Dashboard, SharedLink
from throughline.dashboards.ready import require_team, team_named
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable

DAYS, MOST_DAYS = 14, 90
MOST_LINKS = 20
LONGEST_NOTE = 120
# One answer for every cause: it must not tell whether there ever was such a link.
SPENT = "This link has ended, was taken back or never was. Ask whoever sent it for a new one."
GUESSED, OPENED = "shared link", "shared link opened"
# A meeting may open one from a single address; a program that asks again and again may not.
MOST_MISSES, MOST_OPENED = 30, 150


def share(
    person: User, board: Dashboard, *, days: int = DAYS, note: str = "", team: str = "", now: datetime
) -> tuple[SharedLink, str]:
    """A new link and the path that opens it, which is told this once. Raises Refused with the field.

    `team` says whose slice the team's dashboard shows; left out, the one that its maker is shown first.
    """
    if not may_share(person, board):
        raise Refused(
            "only managers share, and only a dashboard of their own or a ready-made one: copy it first"
        )
    said = " ".join(note.split())
    require_readable(said, place="note")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"expected 1 to {MOST_DAYS} days, found {days}", place="days")
    if len(said) > LONGEST_NOTE:
        raise Refused(f"expected at most {LONGEST_NOTE} characters, found {len(said)}", place="note")
    whose = slice_shared(person, board, team, now=now)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        stored = _stored(board, now=now)
        if live_links(stored, now=now) >= MOST_LINKS:
            raise Refused(f"{MOST_LINKS} links to it are open: revoke one first", place="days")
        made = SharedLink.objects.create(
            dashboard=stored,
            token_hash=hash_of(token),
            made_by=person,
            note=said,
            team=whose,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        _told(actor_name(person), "dashboard shared by link", made, now=now, days=days, team=whose)
    return made, f"/shared/{token}/"


def slice_shared(person: User, board: Dashboard, team: str, *, now: datetime) -> str:
    """The team that a link made now is of; empty where the dashboard is no team's. Raises Refused."""
    if board.ready != "team":
        return ""
    looking = Looking(person, now, team=team)
    require_team(looking)
    return team_named(board, looking)


def revoke(actor: str, link: SharedLink, *, now: datetime) -> None:
    """End a link at once; saying it twice changes nothing."""
    with transaction.atomic():
        if SharedLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
            _told(actor, "shared link revoked", link, now=now)


def open_link(token: str, *, address: str, now: datetime) -> SharedLink:
    """The live link, its opening counted. Raises Refused, with the same words whatever is wrong with it."""
    for what in (GUESSED, OPENED):
        throttle.require_not_blocked(what, address, now=now)
    link = link_behind(token, now=now)
    if link is None:
        if throttle.count_miss(GUESSED, address, most=MOST_MISSES, now=now):
            audit_refusal("shared links guessed", now=now, address=address)
        raise Refused(SPENT, code="link_spent")
    throttle.count_miss(OPENED, address, most=MOST_OPENED, now=now)
    SharedLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=now)
    return link


def state_of(link: SharedLink, *, now: datetime) -> str:
    """Whether a link opens something, in a word."""
    if link.revoked_at:
        return "revoked"
    return "ended" if link.expires_at <= now else "open"


def live_links(board: Dashboard, *, now: datetime) -> int:
    """How many links to it open something."""
    return SharedLink.objects.filter(dashboard=board.pk, revoked_at=None, expires_at__gt=now).count()


def _stored(board: Dashboard, *, now: datetime) -> Dashboard:
    """The row of a dashboard; a ready-made one has none until it is shared."""
    if not board.ready:
        return board
    given = {"name": board.name, "slug": board.slug, "created_at": now}
    return Dashboard.objects.get_or_create(ready=board.ready, defaults=given)[0]


def _told(actor: str, action: str, link: SharedLink, *, now: datetime, **detail: object) -> None:
    detail = {"link": link.pk, "name": link.dashboard.name, "expires": link.expires_at.isoformat(), **detail}
    audit.record(actor, action, object_type="dashboard", object_id=link.dashboard_id, detail=detail, now=now)
