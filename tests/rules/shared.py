"""People and objects of the access table, made once for all tests of a file.

No such file may have a test with transactions of its own: it would empty the tables under the others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from tests.organisation import Organisation, people
from tests.rules.objects import made, nothing_remembered


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker) -> Iterator[tuple[Organisation, dict[str, int | str]]]:
    """Each test leaves them as it found them, by a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        organisation = people()
        yield organisation, made(organisation)
        transaction.set_rollback(True)


@pytest.fixture
def organisation(house, db) -> Organisation:
    return house[0]


@pytest.fixture
def objects(house, db) -> Iterator[dict[str, int | str]]:
    """What braces in the access table stand for; a test may put others in their place."""
    with nothing_remembered():
        yield dict(house[1])
