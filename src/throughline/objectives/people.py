"""Who is meant by a name."""

from __future__ import annotations

from django.db.models import Q

from throughline.accounts.models import User


def person_named(name: str) -> User | None:
    """The person whom a name or an e-mail address names, where exactly one does."""
    if not name:
        return None
    named = User.objects.filter(Q(name__iexact=name) | Q(email__iexact=name), is_active=True)[:2]
    return named[0] if len(named) == 1 else None
