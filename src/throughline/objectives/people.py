"""Who is meant by a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from throughline.accounts.models import User
from throughline.engine.refusals import AllRefused, Refused


def person_named(name: str) -> User | None:
    """The person whom a name or an e-mail address names, where exactly one does."""
    if not name:
        return None
    named = User.objects.filter(Q(name__iexact=name) | Q(email__iexact=name), is_active=True)[:2]
    return named[0] if len(named) == 1 else None


def people_named(names: Iterable[str], *, among: QuerySet[User], place: str) -> list[User]:
    """The people whom names or e-mail addresses name. Raises Refused with each place that names none."""
    found, refusals = [], []
    for number, name in enumerate(names):
        person = person_named(name)
        if person is not None and among.filter(pk=person.pk).exists():
            found.append(person)
            continue
        message = f"nobody who can be asked is called '{name[:80]}': write a name or an e-mail address"
        refusals.append(Refused(message, place=f"{place}/{number}", code="unknown"))
    if refusals:
        raise AllRefused(refusals)
    return found
