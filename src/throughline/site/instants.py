"""Reading many things as they are at one instant, without holding up whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def at_once(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """All that is read inside is of one instant; it takes no lock that a writer waits for.

    A record that changes between two queries would otherwise be in neither or in both.
    """
    if connection.in_atomic_block:
        yield
        return
    # Django's own transactions take the write lock at once in SQLite.
    level = " ISOLATION LEVEL REPEATABLE READ" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{level}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def apart() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own on which all that is read is of one instant.

    The usual one is free meanwhile, such as to say how far the work is. Within a transaction of the usual
    one it is that one: another could not see what is not committed.
    """
    if connection.in_atomic_block:
        yield connection
        return
    own = connections.create_connection("default")
    try:
        with at_once(own):
            yield own
    finally:
        own.close()
