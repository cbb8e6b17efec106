"""The read side follows the truth, whatever happened to it, and can be thrown away."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.measures.records import attribute, day, learn, record

from throughline.accounts.access import EVERYTHING
from throughline.measures.queries import evaluate
from throughline.measures.readside import columns as read_side
from throughline.measures.readside import loading, proof
from throughline.vulnerabilities.models import Attribute, Event

NOW = day("2024-07-01")

pytestmark = pytest.mark.django_db


def count(where: str = "") -> float | None:
    from throughline.engine.definitions import Definition

    return evaluate(Definition(measure="count()", where=where), scope=EVERYTHING, now=NOW).value


@pytest.fixture
def small_delta(monkeypatch):
    """Bases are written after a handful of changes rather than thousands."""
    monkeypatch.setattr(read_side, "DELTA_AT_MOST", 3)


def bases() -> list:
    return sorted((settings.HOME / "columns").glob("*.duckdb"))


def test_a_change_is_seen_by_the_next_question():
    row = record("a", severity="low")
    assert count("severity = 'low'") == 1
    learn(row, day("2024-01-01"), severity="high")
    assert (count("severity = 'low'"), count("severity = 'high'")) == (0, 1)


def test_a_record_keeps_its_id_however_long_its_history_is():
    learn(record("a", severity="low"), day("2024-01-01"), severity="high")
    record("b")
    assert (count("id = 'a'"), count("id = 'b'"), count("id is null")) == (1, 1, 0)


def test_nothing_new_costs_one_question_to_the_truth(django_assert_num_queries):
    record("a")
    read_side.columns().snapshot()
    with django_assert_num_queries(1):
        read_side.columns().snapshot()


def test_what_is_newer_is_found_by_its_number_and_not_among_all_events():
    with CaptureQueriesContext(connection) as asked:
        loading.changed_since(7)
    with connection.cursor() as cursor:
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}").fetchall()
    assert "PRIMARY KEY (rowid>?)" in plan[0][-1]


def test_a_metric_costs_one_question_to_the_truth(django_assert_num_queries):
    record("a")
    count()
    with django_assert_num_queries(1):
        assert count() == 1


def test_an_attribute_is_known_from_the_moment_it_is_there():
    record("a")
    assert count() == 1
    attribute("region", "text")
    assert count("region is null") == 1


def test_many_changes_make_a_base_on_disk_and_the_next_few_lie_on_top(small_delta):
    rows = [record(str(number), severity="low") for number in range(6)]
    assert count() == 6
    assert len(bases()) == 1
    learn(rows[0], day("2024-01-01"), severity="high")
    record("new")
    assert (count(), count("severity = 'high'"), count("severity = 'low'")) == (7, 1, 5)
    assert len(bases()) == 1


def test_a_new_base_replaces_the_old_one(small_delta):
    for number in range(6):
        record(str(number))
    count()
    first = bases()
    for number in range(6, 12):
        record(str(number))
    assert count() == 12
    assert len(bases()) == 1
    assert bases() != first


def test_another_process_starts_from_the_base_and_reads_no_record_again(small_delta, monkeypatch):
    for number in range(6):
        record(str(number))
    count()
    monkeypatch.setattr(loading, "_write", lambda *_: pytest.fail("derived again"))
    other = read_side.Columns(settings.HOME / "columns")
    found = other.snapshot()
    assert found.cursor.execute(f"SELECT COUNT(*) FROM {found.relation}").fetchone() == (6,)


def test_a_deleted_read_side_is_derived_anew(small_delta):
    for number in range(6):
        record(str(number))
    count()
    read_side.forget()
    assert bases() == []
    assert count() == 6


def test_a_damaged_base_is_made_anew(small_delta):
    for number in range(6):
        record(str(number))
    count()
    path = bases()[0]
    read_side._open.clear()
    path.write_bytes(b"not a database" * 100)
    assert count() == 6


def test_a_truth_that_went_back_is_followed_back(small_delta):
    for number in range(6):
        record(str(number))
    assert count() == 6
    # As after restoring a backup: events with the same numbers that tell another story.
    last = Event.objects.order_by("-id").first()
    assert loading.newest().sequence == last.id
    read_side.columns().seen = loading.Newest(last.id, "written at another time")
    for path in bases():
        path.unlink()
    assert count() == 6


def test_a_new_attribute_is_known_to_records_of_before_as_unknown(small_delta):
    for number in range(6):
        record(str(number))
    count()
    attribute("region", "text")
    record("new", attributes={"region": "eu"})
    assert (count("region = 'eu'"), count("region is null")) == (1, 6)


def test_an_attribute_whose_type_widens_keeps_its_values(small_delta):
    attribute("build", "number")
    for number in range(6):
        record(str(number), attributes={"build": number})
    assert count("build >= 3") == 3
    Attribute.objects.filter(name="build").update(type="text")
    record("new", attributes={"build": "7-beta"})
    assert (count("build = '7-beta'"), count("build = '3'")) == (1, 1)


def test_an_attribute_may_have_any_name():
    for name in ("a/b~c", 'say "hi"', "it's", "größe", "select"):
        attribute(name, "text")
        record(name, attributes={name: "x"})
        assert count(f"`{name}` = 'x'") == 1


def test_texts_of_every_kind_arrive_as_they_are():
    texts = [
        "quote \" comma , apostrophe '",
        "line\nbreak\r\nand tab\t",
        "ünïcödé 🦀",
        "  spaces  ",
        "NULL",
        "\\N",
    ]
    for number, text in enumerate(texts):
        row = record(str(number), title=text, component=text, tags=[text])
        if number % 2:
            learn(row, day("2024-01-01"), severity="high")
    found = read_side.columns().snapshot()
    rows = found.cursor.execute(
        f"SELECT title, component, tags FROM {found.relation} WHERE known_to = 'inf' ORDER BY vid"
    )
    assert rows.fetchall() == [(text, text, [text]) for text in texts]


def test_texts_of_several_lines_are_no_rows_of_their_own():
    for key in "abc":
        record(key, title='said "so"\nin two lines')
    assert count() == 3


def test_instants_are_exact_to_the_microsecond():
    row = record("a", identified_at="2024-01-01")
    instant = dt.datetime(2024, 3, 1, 12, 34, 56, 789012, tzinfo=dt.UTC)
    learn(row, instant, severity="high")
    found = read_side.columns().snapshot()
    known = found.cursor.execute(f"SELECT max(known_from) FROM {found.relation}").fetchone()[0]
    assert dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=known) == instant


def test_versions_cover_time_without_gap_or_overlap():
    row = record("a", severity="low", known=day("2024-01-01"))
    learn(row, day("2024-02-01"), severity="high")
    learn(row, day("2024-03-01"), severity="critical")
    found = read_side.columns().snapshot()
    rows = found.cursor.execute(
        f"SELECT known_from, known_to, severity FROM {found.relation} ORDER BY known_from"
    ).fetchall()
    assert [row[2] for row in rows] == [1, 3, 4]
    assert [row[1] for row in rows[:-1]] == [row[0] for row in rows[1:]]
    assert rows[-1][1] == float("inf")


def count_of(found: read_side.Snapshot) -> int:
    return found.cursor.execute(f"SELECT COUNT(DISTINCT vid) FROM {found.relation}").fetchone()[0]


def test_threads_that_hold_a_snapshot_ask_on_while_the_base_is_replaced_again_and_again(small_delta):
    for number in range(6):
        record(str(number))
    held = read_side.columns()
    before, stop = held.snapshot(), threading.Event()

    def ask() -> set[int]:
        mine, found = read_side.Snapshot(held.memory.cursor(), before.generation, 0), set()
        while not stop.is_set():
            found.add(count_of(mine))
        return found | {count_of(mine)}

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask) for _ in range(3)]
        for step in (6, 12, 18):
            for number in range(step, step + 6):
                record(str(number))
            assert count_of(held.snapshot()) == step + 6
        stop.set()
        assert [each.result() for each in asked] == [{6}] * 3


def test_the_tables_of_a_snapshot_go_once_nobody_holds_it(small_delta):
    for number in range(6):
        record(str(number))
    held = read_side.columns()
    before = held.snapshot()
    for number in range(6, 12):
        record(str(number))
    held.snapshot()
    assert count_of(before) == 6
    gone = before.relation
    del before
    held.snapshot()
    views = held.memory.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert [name for (name,) in views] == [held.generation.relation]
    assert gone != held.generation.relation


def test_what_was_slow_to_derive_is_written_down_however_little_it_is(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(read_side, "LOAD_AT_MOST", -1)
    record("a", severity="low")
    assert count() == 1
    assert len(bases()) == 1
    with django_assert_num_queries(1):
        read_side.columns().snapshot()
    monkeypatch.setattr(loading, "_write", lambda *_: pytest.fail("derived again"))
    other = read_side.Columns(settings.HOME / "columns").snapshot()
    assert other.cursor.execute(f"SELECT COUNT(*) FROM {other.relation}").fetchone() == (1,)
    assert count("severity = 'low'") == 1


def test_a_stored_record_of_any_size_is_derived():
    attribute("long", "text")
    record("a", attributes={"long": "x" * 20_000_000})
    record("b")
    assert count() == 2


def test_a_record_that_does_not_fit_is_named_without_what_it_holds(monkeypatch):
    attribute("long", "text")
    record("a", attributes={"long": "secret" * 1_000_000})
    monkeypatch.setattr(loading.Measured, "write", lambda self, row: self.file.write(row))
    with pytest.raises(loading.Underivable) as refused:
        count()
    assert "secret" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hosts')",
        "SELECT * FROM read_csv('{columns}/../outside.csv')",
        "COPY (SELECT 1) TO '{columns}/../outside.csv'",
        "ATTACH '{columns}/../outside.duckdb' AS outside",
        "LOAD httpfs",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
    ],
)
def test_a_statement_reaches_nothing_outside_the_folder_of_the_read_side(statement):
    (settings.HOME / "outside.csv").write_text("a\n1\n")
    cursor = read_side.columns().snapshot().cursor
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        cursor.execute(statement.format(columns=settings.HOME / "columns")).fetchall()
    assert not (settings.HOME / "outside.duckdb").exists()


EVERYTHING_SAID = {
    "severity": "high", "kind": "code", "cwe": "CWE-79", "cvss_version": "3.1", "cvss_score": 7.5,
    "rule": "B101", "fixed_version": "1.3",
    "component": "libfoo", "component_version": "1.2", "file": "a/b.c", "line": 12, "endpoint": "/login",
    "environment": "prod", "service": "web", "team": "Payments", "source": "scanner", "award": 250.5,
    "award_currency": "USD", "tags": ["x", "y"], "vulnerability_ids": ["CVE-2024-1"],
    "introduced_at": "2023-01-01", "introduced_earliest": "2022-12-01", "introduced_latest": "2023-02-01",
    "introduced_basis": "reported", "introduced_method": "blame", "identified_at": "2024-01-01",
    "identified_basis": "reported", "triaged_at": "2024-01-02", "triaged_basis": "manual",
    "accepted_at": "2024-01-03", "accepted_until": "2025-01-03", "mitigated_at": "2024-01-04",
    "mitigated_basis": "inferred", "kev": True, "kev_added": "2024-01-05", "epss": 0.25,
    "attributes": {"region": "eu", "score": 2.5, "due": "2024-05-01T00:00:00Z"},
}  # fmt: skip


def newest_version(vid: int) -> dict[str, object]:
    found = read_side.columns().snapshot()
    rows = found.cursor.execute(f"SELECT * EXCLUDE (known_from) FROM {found.relation} WHERE known_to = 'inf'")
    names = [column[0] for column in rows.description]
    return next(
        version for row in rows.fetchall() if (version := dict(zip(names, row, strict=True)))["vid"] == vid
    )


def test_every_column_says_the_same_from_the_row_as_from_the_history():
    for name, kind in (("region", "text"), ("score", "number"), ("due", "date")):
        attribute(name, kind)
    row = record("a", **EVERYTHING_SAID)
    single = newest_version(row.pk)
    assert [name for name, value in single.items() if value is None] == ["scope"]
    learn(row, day("2024-01-01"), title="other")
    learn(row, day("2024-02-01"), title="a")
    assert newest_version(row.pk) == single


def test_the_proof_finds_what_deriving_anew_would_get_wrong_again(monkeypatch):
    learn(record("a", component="libfoo"), day("2024-01-01"), severity="high")
    right = loading.staged_row

    def without_component(vid, known, values, texts):
        return right(vid, known, {**values, "component": ""}, texts)

    assert list(proof.differences()) == []
    monkeypatch.setattr(loading, "staged_row", without_component)
    read_side.forget()
    assert ["differs on the read side" in each for each in proof.differences()] == [True]


def test_swapped_types_of_attributes_are_seen():
    for name, kind in (("first", "text"), ("second", "date")):
        attribute(name, kind)
    record("a", attributes={"first": "2024-01-01T00:00:00Z", "second": "2024-01-01T00:00:00Z"})
    assert count("first = '2024-01-01T00:00:00Z' and second > '2023-01-01'") == 1
    before = loading.newest()
    Attribute.objects.filter(name="first").update(type="date")
    Attribute.objects.filter(name="second").update(type="text")
    assert loading.newest() != before
    assert count("second = '2024-01-01T00:00:00Z' and first > '2023-01-01'") == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_that_changes_while_the_columns_are_derived_counts_once(monkeypatch):
    row = record("a", severity="low")
    folded = loading._folded

    def change_first(ids):
        def change():
            try:
                learn(row, day("2024-01-01"), severity="high")
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(change).result()
        return folded(ids)

    monkeypatch.setattr(loading, "_folded", change_first)
    found = read_side.columns().snapshot()
    rows = found.cursor.execute(f"SELECT severity FROM {found.relation} WHERE known_to = 'inf'").fetchall()
    assert rows == [(1,)]
    monkeypatch.setattr(loading, "_folded", folded)
    assert count("severity = 'high'") == 1
