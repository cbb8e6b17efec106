"""The audit record: sealed, append-only, and read by administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.organisation import NOW

from throughline.audit import actions, queries
from throughline.audit.models import Entry
from throughline.site.checks import all_checks


@pytest.fixture
def entries(db):
    return [
        actions.record("Ada", f"deed {n}", detail={"n": n}, now=NOW + timedelta(days=n)) for n in range(3)
    ]


def test_entries_form_an_unbroken_chain(entries):
    assert entries[1].previous_hash == entries[0].hash
    assert queries.first_broken_entry() is None


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET actor = 'Eve'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_changes(entries, verb):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)
    assert Entry.objects.filter(actor="Ada").count() == 3


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit_entry SET actor = 'Eve' WHERE id = %s",
        "UPDATE audit_entry SET detail = '{\"n\": 7}' WHERE id = %s",
        "DELETE FROM audit_entry WHERE id = %s",
    ],
)
def test_whoever_gets_around_the_database_is_found_out(entries, forgery):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_no_update")
        cursor.execute("DROP TRIGGER audit_entry_no_delete")
        cursor.execute(forgery, [entries[1].pk])
    assert queries.first_broken_entry() in {entries[1].pk, entries[2].pk}
    failed = [check.name for check in all_checks() if not check.ok]
    assert failed == ["the audit record is unbroken"]


def test_an_entry_read_back_seals_the_same(entries):
    from throughline.audit.chain import chained_hash

    assert all(chained_hash(entry) == entry.hash for entry in Entry.objects.all())


@pytest.mark.parametrize(
    ("asked", "deeds"),
    [
        ({"q": "deed 1"}, ["deed 1"]),
        ({"q": "ada"}, ["deed 2", "deed 1", "deed 0"]),
        ({"from": "2026-11-22"}, ["deed 2", "deed 1"]),
        ({"to": "2026-11-22"}, ["deed 1", "deed 0"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_entries_are_found_by_text_and_day_newest_first(entries, asked, deeds):
    assert [entry.action for entry in queries.found(asked)] == deeds


def test_a_date_that_is_none_is_said_on_the_page(organisation, browser_of):
    answer = browser_of(organisation.ada).get("/audit/?from=yesterday")
    assert answer.status_code == 400
    assert b"is no date" in answer.content


def test_long_records_are_read_a_page_at_a_time(organisation, browser_of):
    for number in range(40):
        actions.record("Ada", f"deed {number}", now=NOW)
    browser = browser_of(organisation.ada)
    first = browser.get("/audit/?q=deed").context
    assert len(first["entries"]) == 25
    second = browser.get(f"/audit/?q=deed&before={first['older']}").context
    assert [entry.action for entry in second["entries"]] == [f"deed {number}" for number in range(14, -1, -1)]


def test_the_record_is_also_csv_and_json(entries, organisation, browser_of):
    browser = browser_of(organisation.ada)
    lines = b"".join(browser.get("/audit.csv?q=deed").streaming_content).decode().splitlines()
    assert lines[0] == "id,at,actor,action,object_type,object_id,detail"
    assert len(lines) == 4
    answer = browser.get("/audit.json?q=deed")
    import json

    told = json.loads(b"".join(answer.streaming_content))
    assert [entry["detail"] for entry in told["entries"]] == [{"n": 2}, {"n": 1}, {"n": 0}]
