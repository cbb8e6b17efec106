"""Reading people and teams."""

from __future__ import annotations

from django.db.models import QuerySet

from throughline.accounts.models import Team, User
from throughline.engine.refusals import Refused


def people() -> QuerySet[User]:
    """Everybody, active ones first, with their teams."""
    return User.objects.order_by("-is_active", "name").prefetch_related("teams")


def teams() -> QuerySet[Team]:
    """All teams by name."""
    return Team.objects.order_by("name")


def person_by_email(email: str) -> User:
    """The active person with this address; Refused where there is none."""
    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise Refused(f"Nobody active has the e-mail address {email} (`throughline user list` shows all).")
    return found


def described(user: User) -> dict[str, object]:
    """A person as data, for .json, .csv and the command line."""
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "role": str(user.role),
        "teams": [team.name for team in user.teams.all()],
        "sees_all_teams": user.sees_all_teams,
        "is_active": user.is_active,
        "last_sign_in": user.last_login,
    }
