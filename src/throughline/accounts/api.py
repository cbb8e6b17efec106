"""Oneself, as the API sees it, and everybody else for administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query

from throughline.accounts import queries, tokens
from throughline.accounts.access import require, sees_all_teams
from throughline.accounts.models import Role
from throughline.api.bearer import asking_token
from throughline.api.paging import Asked, Page, page_of_records
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


class PersonOf(Told):
    """Somebody who may sign in; not any more where she is not active."""

    id: int
    name: str
    email: str
    role: str
    teams: list[str]
    sees_all_teams: bool
    is_active: bool
    last_sign_in: Instant | None


@router.reads("/me", answer=Oneself)
def me(request: HttpRequest) -> dict[str, Any]:
    """Who the token acts for, what it may do and when it ends."""
    owner = person(request)
    token = tokens.described(asking_token(request), now=datetime.now(UTC))
    return {
        "id": owner.pk,
        "name": owner.name,
        "email": owner.email,
        "role": str(owner.role),
        "teams": sorted(owner.teams.values_list("name", flat=True)),
        "sees_all_teams": sees_all_teams(owner),
        "token": token,
    }


@router.reads("/people", answer=Page[PersonOf])
def list_people(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Everybody who may sign in, or might, by their number. Administrators."""
    require(request.user, Role.ADMINISTRATOR)
    return page_of_records(request, asked, queries.people(), by="id", show=queries.described)
