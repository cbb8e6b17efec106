"""Signing in: by a link that works once, or by e-mail and password."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from throughline.accounts import throttle
from throughline.accounts.access import actor_name
from throughline.accounts.models import SignInLink, User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused

# One sentence for every cause: it must not tell who has an account.
WRONG = "The e-mail address or the password is wrong."
SPENT = "This link has been used, has expired or never was. Ask for a new one."


def make_sign_in_link(user: User, *, now: datetime, actor: str = "command line") -> str:
    """The path of a link that signs the person in once; earlier unused links stop working."""
    token = secrets.token_urlsafe(32)
    lifetime = timedelta(hours=settings.THROUGHLINE_LINK_HOURS)
    with transaction.atomic():
        drop_open_links(user)
        SignInLink.objects.create(
            user=user, token_hash=_hash(token), created_at=now, expires_at=now + lifetime
        )
        audit.record(actor, "sign-in link made", object_type="person", object_id=user.pk, now=now)
    # Of its own addresses: reading those of every subject took a command longer than all else it does.
    return reverse("sign-in-link", urlconf="throughline.accounts.urls", kwargs={"token": token})


def link_owner(token: str, *, now: datetime) -> User:
    """Whom the link would sign in; looking does not use it up. Refused when it is spent."""
    link = _open_links(token, now=now).select_related("user").first()
    if link is None:
        raise Refused(SPENT, code="link_spent")
    return link.user


def use_sign_in_link(token: str, *, now: datetime) -> User:
    """Use the link up and return its person; of two who try at once, one is refused."""
    with transaction.atomic():
        link = _open_links(token, now=now).select_related("user").first()
        if link is not None and SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            audit.record(actor_name(link.user), "signed in by link", now=now)
            return link.user
    # Outside the transaction above: a refusal is recorded although it raises.
    audit_refusal("sign-in link refused", now=now)
    raise Refused(SPENT, code="link_spent")


def check_password(email: str, password: str, *, address: str, now: datetime) -> User:
    """The person, or Refused with the same words for an unknown person and a wrong password."""
    try:
        throttle.count_attempt(email, address, now=now)
    except Refused:
        audit_refusal("sign-in refused", now=now, address=address, reason="throttled")
        raise
    user = authenticate(None, username=email.strip().lower(), password=password)
    if not isinstance(user, User):
        audit_refusal("sign-in refused", now=now, address=address, reason="wrong")
        raise Refused(WRONG, code="wrong")
    with transaction.atomic():
        throttle.forget(email, address)
        audit.record(actor_name(user), "signed in by password", detail={"address": address}, now=now)
    return user


def require_current_password(user: User, current: str, *, address: str, now: datetime) -> None:
    """Refused where the person has a password and this is not it; guesses count as those at the door do."""
    if not user.has_usable_password():
        return
    throttle.count_attempt(user.email, address, now=now)
    if not user.check_password(current):
        raise Refused("This is not your current password.", code="current")
    throttle.forget(user.email, address)


def set_password(user: User, *, current: str, new: str, address: str, now: datetime) -> None:
    """Give the person a new password, for the current one where there is one; open links stop working."""
    require_current_password(user, current, address=address, now=now)
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="new") from error
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        drop_open_links(user)
        audit.record(actor_name(user), "password set", object_type="person", object_id=user.pk, now=now)


def drop_open_links(user: User) -> None:
    """Make the person's unused links worth nothing."""
    SignInLink.objects.filter(user=user, used_at=None).delete()


def end_sessions(user: User) -> None:
    """Sign the person out everywhere."""
    # The owner stands inside the signed session, so each is opened.
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()


def end_everybodys() -> dict[str, int]:
    """Sign everybody out and make every unused link worth nothing; how many of each there were."""
    links = SignInLink.objects.filter(used_at=None).delete()[0]
    return {"sessions": Session.objects.all().delete()[0], "links": links}


def record_sign_out(user: User, *, now: datetime) -> None:
    """Write down that somebody left."""
    with transaction.atomic():
        audit.record(actor_name(user), "signed out", now=now)


def audit_refusal(action: str, *, now: datetime, **detail: str) -> None:
    """Write down an attempt that was refused; nobody is named, for nobody proved who they are."""
    with transaction.atomic():
        audit.record("stranger", action, detail=dict(detail), now=now)


def _open_links(token: str, *, now: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        token_hash=_hash(token), used_at=None, expires_at__gt=now, user__is_active=True
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
