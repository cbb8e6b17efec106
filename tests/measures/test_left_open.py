"""How many were open when each period ended is the same from counts by day as from a list of all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.measures.test_evaluation import NOW, ask, repaired, values

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.measures import queries
from throughline.measures.evaluation import left_open, population
from throughline.measures.readside.columns import columns

pytestmark = pytest.mark.django_db

PERIODS = (
    {},
    {"known_at": date(2024, 3, 12)},
    {"known_at": datetime(2024, 3, 12, 9, 30, tzinfo=UTC)},
    {"since": date(2024, 2, 10), "until": date(2024, 3, 20)},
    {"until": datetime(2024, 3, 12, 9, 30, tzinfo=UTC)},
    {"since": date(2024, 3, 1)},
)


@pytest.fixture
def records(monkeypatch) -> None:
    """Repairs at midnight and at noon, dates that lack, that run backwards, and that lie ahead."""
    for number in range(40):
        day, hour = f"2024-02-{number % 28 + 1:02}", ("", "T12:00:00Z", "T09:30:00Z")[number % 3]
        until = f"2024-0{number % 3 + 3}-{number % 12 + 1:02}{('', 'T08:15:00Z')[number % 2]}"
        repaired(str(number), day + hour, until if number % 5 else None, introduced_at="2024-01-05")
    repaired("at once", "2024-03-01", "2024-03-01")
    repaired("backwards", "2024-03-20", "2024-03-02")
    repaired("undated", None, "2024-03-04")
    repaired("ahead", "2030-01-01", None)
    repaired("repaired ahead", "2024-03-02", "2030-01-01")
    side = columns()
    side.snapshot()
    side._settled(side.generation)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("by", [("month",), ("week",), ("team", "month"), ()])
@pytest.mark.parametrize(
    "measure", ["mean(mitigated - identified)", "p90(mitigated - introduced)", "sum(mitigated - identified)"]
)
def test_counts_by_day_tell_what_a_list_of_all_tells(records, monkeypatch, measure, by, period):
    asked = {"scope": EVERYTHING, "now": NOW, "by": by, **period}
    listed = queries.evaluate(Definition(measure=measure), **asked)
    assert by == () or sum(row.n_open for row in listed.rows) > 0
    monkeypatch.setattr(population, "MANY_RECORDS", 1)
    assert queries.evaluate(Definition(measure=measure), **asked) == listed


def test_nothing_is_counted_of_an_instant_inside_of_a_day(records, monkeypatch):
    monkeypatch.setattr(population, "MANY_RECORDS", 1)
    metric = queries.metric_of("mean(mitigated - identified)")
    asked = queries.population_of(metric, scope=EVERYTHING, moment=queries.moment_of(now=NOW))
    started, midnight = metric.measure.value.right, 19_800.0
    assert left_open.open_at(asked, started, [midnight]) is not None
    assert left_open.open_at(asked, started, [midnight, midnight + 0.5]) is None


def test_a_repair_that_is_planned_is_in_no_period_no_range_and_no_slice_of_the_repaired():
    repaired("a", "2024-01-01", "2024-02-01")
    repaired("b", "2024-01-01", "2024-08-01")
    took = "median(mitigated - identified)"
    by_quarter = values(ask(took, by=("quarter",)))
    assert {key: value for key, value in by_quarter.items() if value is not None} == {("2024-Q1",): 31}
    assert values(ask(took, since=date(2024, 1, 1), until=date(2025, 1, 1))) == {(): 31}
    assert values(ask("count()", where="mitigated is not null")) == {(): 1}
    assert values(ask("count()", where="mitigated is not null and status = 'open'")) == {(): 0}
