"""Many who write at once: nobody is turned away, and the audit record stays one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.organisation import NOW

from throughline.accounts.actions import add_person
from throughline.accounts.models import User
from throughline.audit.queries import first_broken_entry

WRITERS, EACH = 20, 5


def write(writer: int) -> None:
    try:
        for number in range(EACH):
            name = f"Person {writer}-{number}"
            add_person("test", name=name, email=f"p{writer}-{number}@example.org", teams=["All"], now=NOW)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_back_to_back_meet_no_lock_error():
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert User.objects.count() == WRITERS * EACH
    assert first_broken_entry() is None
