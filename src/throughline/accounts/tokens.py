"""Tokens of programs: made, shown once, looked up, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, signed_in
from throughline.accounts.models import Role, Token, User
from throughline.accounts.scopes import SCOPES
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused

# What leak scanners look for.
PREFIX = "tl_"
MOST_DAYS = 365
MOST_OF_ONE_PERSON = 50
LONGEST_NAME = 80
# Reads are many and writes wait for each other.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def make(
    actor: str, user: User, *, name: str, scopes: Iterable[str], days: object, now: datetime
) -> tuple[Token, str]:
    """A new token and its value, which nobody can read again. Raises Refused."""
    said, chosen = name.strip(), _scopes(scopes, user)
    if not said or len(said) > LONGEST_NAME:
        raise Refused(f"Say in 1 to {LONGEST_NAME} characters what the token is for.", place="name")
    until = now + timedelta(days=_days(days))
    value = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        if in_force(user.tokens.all(), now=now).count() >= MOST_OF_ONE_PERSON:
            raise Refused(
                f"One person has at most {MOST_OF_ONE_PERSON} tokens: revoke one first.", place="name"
            )
        made = Token.objects.create(
            user=user,
            name=said,
            hint=value[: len(PREFIX) + 4],
            value_hash=_hash(value),
            scopes=chosen,
            created_at=now,
            expires_at=until,
        )
        _record(actor, "token made", made, now=now)
    return made, value


def revoke(actor: str, token: Token, *, now: datetime) -> None:
    """End a token at once; a second time changes nothing."""
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            _record(actor, "token revoked", token, now=now)
    token.refresh_from_db()


def behind(value: str, *, now: datetime) -> Token | None:
    """The token of a value, while it is in force and its owner may sign in."""
    if not value.startswith(PREFIX):
        return None
    found = Token.objects.select_related("user").filter(value_hash=_hash(value))
    return in_force(found, now=now).filter(user__is_active=True).first()


def in_force(tokens: QuerySet[Token], *, now: datetime) -> QuerySet[Token]:
    """Those that were neither revoked nor have expired."""
    return tokens.filter(revoked_at=None, expires_at__gt=now)


def note_use(token: Token, *, now: datetime) -> None:
    """Keep when a token was last used, to the minute."""
    old = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
        Token.objects.filter(old, pk=token.pk).update(last_used_at=now)


def visible(user: User | AnonymousUser) -> QuerySet[Token]:
    """A person's own tokens; everybody's for administrators."""
    owner = signed_in(user)
    found = Token.objects.select_related("user")
    return found if at_least(owner, Role.ADMINISTRATOR) else found.filter(user=owner)


def token_for(user: User | AnonymousUser, id: int) -> Token:
    """The token, or the 404 that strangers get."""
    found = visible(user).filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def may_give(user: User) -> list[str]:
    """The scopes that the person's role has."""
    return [name for name, scope in SCOPES.items() if at_least(user, scope.role)]


def state_of(token: Token, *, now: datetime) -> str:
    """in force, expired or revoked."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else "in force"


def described(token: Token, *, now: datetime) -> dict[str, Any]:
    """A token as data, without its value, which nobody has."""
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "owner": token.user.name,
        "scopes": list(token.scopes),
        "state": state_of(token, now=now),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _scopes(asked: Iterable[str], user: User) -> list[str]:
    chosen = set(asked)
    if unknown := sorted(chosen - set(SCOPES)):
        raise Refused(
            f"There is no scope '{unknown[0][:40]}' (expected {', '.join(SCOPES)}).", place="scopes"
        )
    if not chosen:
        raise Refused("Choose at least one thing that the token may do.", place="scopes")
    if beyond := [name for name in SCOPES if name in chosen and name not in may_give(user)]:
        raise Refused(
            f"{user.name} may not give '{beyond[0]}': that needs the role {SCOPES[beyond[0]].role.value}.",
            place="scopes",
        )
    return [name for name in SCOPES if name in chosen]


def _days(given: object) -> int:
    text = str(given).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= MOST_DAYS:
        raise Refused(f"A token lasts 1 to {MOST_DAYS} days, not '{text[:20]}'.", place="days")
    return int(text)


def _record(actor: str, action: str, token: Token, *, now: datetime) -> None:
    detail = {
        "owner": token.user.email,
        "name": token.name,
        "hint": token.hint,
        "scopes": list(token.scopes),
        "expires_at": f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    audit.record(actor, action, object_type="token", object_id=token.pk, detail=detail, now=now)


def _hash(value: str) -> str:
    # Of 256 random bits nothing is guessed, so a slow hash would guard nothing.
    return hashlib.sha256(value.encode()).hexdigest()
