"""The people that every test about access knows: two teams, five people."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Payments and Search; everybody but Omar belongs to Payments."""

    vera: object  # viewer
    omar: object  # viewer of Search
    mia: object  # member
    max: object  # manager
    ada: object  # administrator


# What adding them wrote, by table, and they themselves: adding them anew was most of what many tests cost.
_WRITTEN: dict[str, list[tuple]] = {}
_KEPT: list[Organisation] = []
_TABLES = ("accounts_team", "accounts_user", "accounts_user_teams", "audit_entry")


@pytest.fixture
def organisation(db) -> Organisation:
    """The five, as the first test of this process added them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if any(_rows(cursor, table) for table in _TABLES):
            return people()
        if not _KEPT:
            _KEPT.append(people())
            _WRITTEN.update((table, _rows(cursor, table)) for table in _TABLES)
        else:
            for table, rows in _WRITTEN.items():
                holes = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({holes})", rows)
    return deepcopy(_KEPT[0])


def _rows(cursor, table: str) -> list[tuple]:
    return cursor.execute(f"SELECT * FROM {table}").fetchall()


def people() -> Organisation:
    """The five, written to the database."""
    from throughline.accounts.actions import add_person

    def person(name: str, role: str, team: str):
        email = f"{name.lower()}@example.org"
        return add_person("test", name=name, email=email, role=role, teams=[team], now=NOW)

    return Organisation(
        vera=person("Vera", "viewer", "Payments"),
        omar=person("Omar", "viewer", "Search"),
        mia=person("Mia", "member", "Payments"),
        max=person("Max", "manager", "Payments"),
        ada=person("Ada", "administrator", "Payments"),
    )


@pytest.fixture
def browser_of(db) -> Callable[..., Client]:
    """A client signed in as somebody; without somebody a stranger's."""

    def browser(user=None, **options) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return browser
