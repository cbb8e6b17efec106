"""What was made of long lists is kept while the record stays as it is, and says what a first look would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.measures.test_evaluation import NOW, repaired

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.evaluation import areas, cohorts
from throughline.measures.evaluation.population import Population, _in_order_of
from throughline.measures.readside import bulk
from throughline.measures.readside.bulk import Bulk
from throughline.measures.readside.columns import columns, one_state
from throughline.measures.shown import answer

pytestmark = pytest.mark.django_db

MEASURES = (
    "count()",
    "share(severity >= 'high')",
    "average_open()",
    "open_at_end()",
    "open_age()",
    "period_rmst(identified -> mitigated, 20 days)",
    "mean(mitigated - identified)",
    "median(mitigated - identified)",
    "p90(mitigated - identified)",
    "truncated_median(identified - introduced)",
    "found_within(20 days)",
)


@pytest.fixture
def records(monkeypatch) -> None:
    """Sixty records, which count as many."""
    monkeypatch.setattr(areas, "MANY_SPELLS", 1)
    monkeypatch.setattr(cohorts, "MANY_LIVES", 1)
    for number in range(60):
        day, until = f"2024-02-{number % 28 + 1:02}", f"2024-03-{number % 30 + 1:02}"
        since, team = f"2024-01-{number % 31 + 1:02}", ("Web", "Core")[number % 2]
        repaired(str(number), day, until if number % 5 else None, team=team, introduced_at=since)


def rows(measure: str, by: tuple[str, ...], now: datetime, *, since: datetime | None = None) -> list:
    with one_state():
        asked = Definition(measure=measure)
        found = queries.evaluation(asked, scope=EVERYTHING, now=now, by=by, since=since)
        every = [*found.bare.rows, *found.whole().bare.rows]
    return [
        (each.group, *map(rounded, (each.value, each.low, each.high)), each.n, each.n_open) for each in every
    ]


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)


def nothing_kept() -> None:
    for held in columns().kept.values():
        if hasattr(held, "clear"):
            held.clear()


@pytest.mark.parametrize("since", [None, datetime(2024, 3, 10, tzinfo=UTC)])
@pytest.mark.parametrize("by", [(), ("month",), ("team",), ("team", "month")])
@pytest.mark.parametrize("measure", MEASURES)
def test_a_later_look_says_what_a_first_one_would(records, measure, by, since):
    rows(measure, by, NOW, since=since)
    for hours in (0, 5, 30):
        later = NOW + timedelta(hours=hours)
        kept = rows(measure, by, later, since=since)
        nothing_kept()
        assert kept == rows(measure, by, later, since=since)
        nothing_kept()
        rows(measure, by, NOW, since=since)


@pytest.mark.parametrize("measure", ["average_open()", MEASURES[5], MEASURES[7]])
def test_a_later_look_asks_for_no_list(records, measure, monkeypatch):
    rows(measure, ("month",), NOW + timedelta(days=9))
    asked: list[str] = []
    read = Population._arrays
    monkeypatch.setattr(
        Population, "_arrays", lambda self, statement: asked.append(statement) or read(self, statement)
    )
    rows(measure, ("month",), NOW + timedelta(days=9, hours=1))
    # In a month that had not begun at the first look.
    rows(measure, ("month",), NOW + timedelta(days=40))
    assert asked == []


@pytest.mark.parametrize("by", [("month",), ("team",), ("team", "week")])
def test_counts_that_vary_are_told_as_at_a_first_look(records, by):
    # They come in batches of nine, every third month.
    for number in range(90):
        years, months = divmod(number // 9 * 3, 12)
        repaired(f"more {number}", f"{2021 + years}-{months + 1:02}-11", None, team="Web")

    def told(now: datetime):
        with one_state():
            return answer(Question(metric="count()", by=by), Asker(EVERYTHING, now))

    told(NOW)
    for days in (0, 3, 40):
        later = NOW + timedelta(days=days)
        kept = told(later)
        nothing_kept()
        assert kept == told(later)
        assert kept.dispersion > 1
        assert kept.rows[0].wide_high is not None


def test_a_record_that_changes_is_seen_at_once(records):
    before = rows("average_open()", (), NOW)
    repaired("another", "2024-02-10", None)
    after = rows("average_open()", (), NOW)
    assert after[0][1] > before[0][1]


def test_lists_read_again_stand_with_the_groups_that_they_stood_with():
    short = {"g0": ["Web", None, "Core"], "g1": [1, 2, 1], "n": [5, 6, 7]}
    lists = np.array([[1.0], [2.0, 3.0], None], dtype=object)
    teams = np.ma.masked_array(np.array(["Core", "Web", "x"], dtype=object), [False, False, True])
    again = {"g0": teams, "g1": np.array([1, 1, 2]), "starts": lists}
    found = _in_order_of(short, again)
    assert found["starts"].tolist() == [[2.0, 3.0], None, [1.0]]
    assert found["g1"].tolist() == short["g1"]
    assert _in_order_of({"n": [3]}, {"starts": lists[:1]})["starts"].tolist() == [[1.0]]


def test_of_too_much_all_goes_and_is_made_anew(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_BYTES", 100)
    room, one, other = Bulk(), {}, {}
    room.keep(one, "a", "kept", size=60)
    room.keep(other, "b", "kept", size=40)
    assert (one, other) == ({"a": "kept"}, {"b": "kept"})
    room.keep(one, "c", "new", size=1)
    assert (one, other) == ({"c": "new"}, {})
    room.keep(one, "d", "too large", size=101)
    assert one == {"c": "new"}


@pytest.mark.parametrize("measure", MEASURES[2:6])
def test_where_there_is_no_room_every_look_reads_the_lists(records, measure, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_BYTES", 0)
    rows(measure, ("month",), NOW)
    later = NOW + timedelta(hours=2)
    kept = rows(measure, ("month",), later)
    nothing_kept()
    assert kept == rows(measure, ("month",), later)
