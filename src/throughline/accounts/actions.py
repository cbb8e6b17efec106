"""What is done to people and teams; each action writes its audit entry in the same transaction."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from throughline.accounts.models import Role, Team, User
from throughline.accounts.sign_in import (
    drop_open_links,
    end_sessions,
    make_sign_in_link,
    require_current_password,
)
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused

__all__ = [
    "add_person",
    "add_team",
    "change_own_details",
    "change_person",
    "first_administrator",
    "make_sign_in_link",
]


def add_person(
    actor: str,
    *,
    name: str,
    email: str,
    now: datetime,
    role: str = Role.VIEWER,
    teams: Iterable[str] = (),
    sees_all_teams: bool = False,
) -> User:
    """Add somebody, who signs in by a one-time link; teams that do not exist are made."""
    checked = _new_email(email)
    with transaction.atomic():
        user = User.objects.create_user(
            checked, _own_name(name), role=_role(role), sees_all_teams=sees_all_teams
        )
        user.teams.set([_team(team) for team in teams])
        _record(actor, "person added", user, now=now, detail=_standing(user))
    return user


def change_person(
    actor: str,
    user: User,
    *,
    role: str,
    teams: Iterable[str],
    sees_all_teams: bool,
    is_active: bool,
    now: datetime,
) -> None:
    """Change what somebody may do and see; who may not sign in is out. The last administrator stays one."""
    with transaction.atomic():
        before = _standing(user)
        user.role, user.sees_all_teams, user.is_active = _role(role), sees_all_teams, is_active
        user.save(update_fields=["role", "sees_all_teams", "is_active"])
        user.teams.set([_team(team) for team in teams])
        if not is_active:
            end_sessions(user)
            drop_open_links(user)
        if not User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
            raise Refused("Somebody has to be administrator: name another one first.", code="role")
        changed = {key: [before[key], new] for key, new in _standing(user).items() if before[key] != new}
        if changed:
            _record(actor, "person changed", user, now=now, detail=changed)


def change_own_details(
    user: User, *, actor: str, name: str, email: str, now: datetime, current: str = "", address: str = ""
) -> None:
    """Let somebody mend their own name and, for their current password, their e-mail address."""
    checked = user.email
    if email.strip().lower() != user.email:
        require_current_password(user, current, address=address, now=now)
        checked = _new_email(email)
    with transaction.atomic():
        before = [user.name, user.email]
        user.name, user.email = _own_name(name, of=user), checked
        user.save(update_fields=["name", "email"])
        if before != [user.name, user.email]:
            detail = {"name": [before[0], user.name], "email": [before[1], user.email]}
            _record(actor, "own details changed", user, now=now, detail=detail)


def add_team(actor: str, name: str, *, now: datetime) -> Team:
    """Add a team."""
    if Team.objects.filter(name__iexact=name.strip()).exists():
        raise Refused(f"There is a team named '{name.strip()}' already.", code="name")
    with transaction.atomic():
        team = _team(name)
        audit.record(
            actor, "team added", object_type="team", object_id=team.pk, detail={"name": team.name}, now=now
        )
    return team


def first_administrator(*, now: datetime) -> User | None:
    """The administrator to let in by link while nobody has ever signed in, made when there is none."""
    if User.objects.filter(last_login__isnull=False).exists():
        return None
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
    return found or add_person(
        "server", name="Administrator", email="administrator@localhost", role=Role.ADMINISTRATOR, now=now
    )


def _record(actor: str, action: str, user: User, *, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(actor, action, object_type="person", object_id=user.pk, detail=detail, now=now)


def _standing(user: User) -> dict[str, Any]:
    return {
        "role": str(user.role),
        "teams": sorted(user.teams.values_list("name", flat=True)),
        "sees_all_teams": user.sees_all_teams,
        "is_active": user.is_active,
    }


def _team(name: str) -> Team:
    if not name.strip() or len(name.strip()) > 120:
        raise Refused("A team needs a name of 1 to 120 characters.", code="name")
    return Team.objects.get_or_create(name=name.strip())[0]


def _own_name(name: str, *, of: User | None = None) -> str:
    """The name as it is kept; Refused where it reads like that of somebody else."""
    if not name.strip() or len(name.strip()) > 120:
        raise Refused("A person needs a name of 1 to 120 characters.", code="name")
    # History shows names: nobody may decide under that of another.
    others = User.objects.exclude(pk=of.pk) if of else User.objects.all()
    if any(_as_read(name) == _as_read(other) for other in others.values_list("name", flat=True)):
        raise Refused(
            f"Somebody is named '{name.strip()}' already: add what tells the two apart.", code="name"
        )
    return name.strip()


def _as_read(name: str) -> str:
    """The name without what an eye does not tell apart: case, spaces, invisible characters."""
    shown = (each for each in unicodedata.normalize("NFKC", name) if unicodedata.category(each) != "Cf")
    return " ".join("".join(shown).casefold().split())


def _role(role: str) -> Role:
    if role not in Role.values:
        raise Refused(f"There is no role '{role}' (expected {', '.join(Role.values)}).", code="role")
    return Role(role)


def _new_email(email: str) -> str:
    checked = email.strip().lower()
    try:
        validate_email(checked)
    except ValidationError as error:
        raise Refused(f"'{email}' is no e-mail address (expected name@example.org).", code="email") from error
    if User.objects.filter(email=checked).exists():
        raise Refused(f"Somebody has the e-mail address {checked} already.", code="email")
    return checked
