"""Of many records it is added up where they lie how many were open, to what their lists say."""

from __future__ import annotations

import pytest
from tests.measures.records import record
from tests.measures.test_evaluation import NOW

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.measures import queries
from throughline.measures.evaluation import moments
from throughline.measures.readside.columns import columns

pytestmark = pytest.mark.django_db

DAYS = (
    # begun, found, repaired
    ("2024-01-02T05:17:00Z", "2024-02-01", "2024-03-01T11:00:00Z"),
    ("2024-01-02T05:17:00Z", "2024-01-02T05:17:00Z", "2024-01-02T05:17:00Z"),
    (None, "2024-03-05", None),
    ("2023-05-01", "2024-02-11", "2024-02-01"),
    ("2024-02-11", "2024-02-11", "2025-02-11"),
    ("2025-01-01", "2025-02-01", None),
    ("2024-06-30", "2024-07-01", "2024-07-01"),
    ("2024-06-01", "2024-06-02", "2024-06-20"),
)


@pytest.fixture
def held() -> None:
    """A register with a base."""
    for number, (begun, found, repaired) in enumerate(DAYS):
        team = ("Web", "Core", None)[number % 3]
        record(str(number), introduced_at=begun, identified_at=found, mitigated_at=repaired, team=team)
    record("none", team="Nobody")
    side = columns()
    side.snapshot()
    side._settled(side.generation)


def told(measure: str, *by: str, many: int, monkeypatch, **asked) -> list:
    monkeypatch.setattr(moments, "MANY_RECORDS", many)
    found = queries.evaluation(Definition(measure=measure), scope=EVERYTHING, now=NOW, by=by, **asked)
    assert ("first" in found.aggregates.found) is (many == 1)
    return [*found.bare.rows, *found.whole().bare.rows]


@pytest.mark.parametrize("asked", [{}, {"known_at": NOW.date().replace(month=2)}])
@pytest.mark.parametrize("by", [(), ("team",), ("team", "severity")])
@pytest.mark.parametrize("measure", ["average_open()", "average_latent()", "open_at_end()", "open_age()"])
def test_sums_say_what_lists_say(held, monkeypatch, measure, by, asked):
    sums = told(measure, *by, many=1, monkeypatch=monkeypatch, **asked)
    lists = told(measure, *by, many=1_000, monkeypatch=monkeypatch, **asked)
    assert len(sums) == len(lists) > 0
    for one, other in zip(sums, lists, strict=True):
        assert one.value == (None if other.value is None else pytest.approx(other.value, rel=1e-12))
        assert one._replace(value=None) == other._replace(value=None)


@pytest.mark.parametrize("asked", [{"by": ("month",)}, {"since": NOW.date().replace(month=2)}])
def test_windows_that_begin_later_are_told_by_lists(held, monkeypatch, asked):
    monkeypatch.setattr(moments, "MANY_RECORDS", 1)
    found = queries.evaluation(Definition(measure="average_open()"), scope=EVERYTHING, now=NOW, **asked)
    assert "first" not in found.aggregates.found
