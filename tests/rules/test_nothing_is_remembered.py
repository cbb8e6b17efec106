"""Tests whose records have the ids and the hours of another test's read their own."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from tests.conftest import KEEPING
from tests.organisation import NOW

SOURCES = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.django_db
@pytest.mark.parametrize("severity", ["low", "high"])
def test_a_test_reads_its_own_records_though_the_one_before_had_as_many_at_the_same_hour(severity):
    from throughline.accounts.access import EVERYTHING
    from throughline.engine.definitions import Definition
    from throughline.measures.queries import evaluate
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.bulk import Author, Names, insert_records

    level = {"low": 1, "high": 3}[severity]
    values = {"state": "confirmed", "severity": level, "identified_at": "2026-10-01T00:00:00Z"}
    feed = Feed.objects.create(name="scanner", scope="")
    author = Author("test", NOW)
    insert_records(feed.pk, [("V-1", "", values)], known_at=NOW, names=Names({}, {}), author=author)
    asked = Definition(measure="count()", where=f"severity = '{severity}'")
    assert evaluate(asked, scope=EVERYTHING, now=NOW).value == 1


def test_every_module_that_keeps_what_it_read_forgets_it_after_each_test():
    found = {
        ".".join(path.relative_to(SOURCES).with_suffix("").parts)
        for path in SOURCES.rglob("*.py")
        if "\ndef forget() -> None:" in path.read_text()
    }
    assert found == set(KEEPING)
    assert all(callable(importlib.import_module(name).forget) for name in KEEPING)
