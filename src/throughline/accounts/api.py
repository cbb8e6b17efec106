"""Oneself, as the API sees it: who the token acts for, and what it may do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from throughline.accounts import tokens
from throughline.api.subject import Instant, Subject, Told, person

router = Subject("oneself")


class OwnToken(Told):
    """The token that asks."""

    id: int
    name: str
    hint: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant


class Oneself(Told):
    """The person that the token acts for."""

    id: int
    name: str
    email: str
    role: str
    teams: list[str]
    sees_all_teams: bool
    token: OwnToken


@router.reads("/me", answer=Oneself)
def me(request: HttpRequest) -> dict[str, Any]:
    """Who the token acts for, what it may do and when it ends."""
    owner = person(request)
    token = tokens.described(request.token, now=datetime.now(UTC))  # type: ignore[attr-defined]
    return {
        "id": owner.pk,
        "name": owner.name,
        "email": owner.email,
        "role": str(owner.role),
        "teams": sorted(owner.teams.values_list("name", flat=True)),
        "sees_all_teams": owner.sees_all_teams,
        "token": token,
    }
