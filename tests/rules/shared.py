"""People and objects of the access table, made once for all tests of a file.

No such file may have a test with transactions of its own: it would empty the tables under the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from tests.organisation import Organisation, people
from tests.rules.objects import made


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker) -> Iterator[tuple[Organisation, dict[str, int | str]]]:
    """Each test leaves them as it found them, by a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        organisation = people()
        yield organisation, made(organisation)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sessions(house, django_db_blocker) -> dict[int, str]:
    """One a person: signing in for each address and person was a fifth of what the table costs."""
    with django_db_blocker.unblock():
        return {person.pk: _signed_in(person) for person in _people(house[0])}


def _signed_in(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _people(organisation: Organisation) -> list:
    return [getattr(organisation, field.name) for field in fields(organisation)]


@pytest.fixture
def browser_of(sessions, db) -> Callable[..., Client]:
    """A client signed in as one of the five; without somebody a stranger's."""

    def browser(user=None, **options) -> Client:
        client = Client(**options)
        if user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[user.pk]
        return client

    return browser


@pytest.fixture
def organisation(house, db) -> Organisation:
    return house[0]


@pytest.fixture
def objects(house, db) -> dict[str, int | str]:
    """What braces in the access table stand for; a test may put others in their place."""
    return dict(house[1])
