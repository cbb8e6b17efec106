"""Records written many at once read back as they were said, whichever of their columns are empty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from throughline.sources.models import Feed
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
BARE = {"title": "Bare", "state": "potential"}
FULL = BARE | {
    "description": "It's 100 % wrong; see ''; {}",
    "severity": 0,
    "cvss_score": 0.0,
    "kev": False,
    "line": 7,
    "identified_at": "2026-11-01T08:00:00Z",
    "tags": ["a"],
    "attributes": {"effort": 3},
    "service": "shop",
}


def written(*records):
    feed = Feed.objects.create(name="scanner")
    names, _ = bulk.name_all(["shop"], [])
    keyed = [(f"key-{number}", "", values) for number, values in enumerate(records)]
    ids = bulk.insert_records(feed.pk, keyed, known_at=NOW, names=names, author=bulk.Author("tests", NOW))
    present = bulk.values_by_id(list(ids.values()))
    return [present[ids[key]][0] for key, _, _ in keyed]


@pytest.mark.parametrize("records", [(BARE,), (FULL,), (BARE, FULL), (FULL, BARE, BARE)])
def test_records_read_back_as_they_were_said(records):
    assert written(*records) == list(records)
    assert list(bulk.unlike_their_history()) == []


def test_every_record_has_the_event_that_made_it():
    written(BARE, FULL)
    made = Event.objects.values_list("vulnerability__key", "action", "changes__title")
    assert sorted(made) == [("key-0", "created", [None, "Bare"]), ("key-1", "created", [None, "Bare"])]


def test_no_records_are_nothing_to_write():
    assert written() == []
