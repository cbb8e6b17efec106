"""A mean of many values from their powers is that of the values, listed."""

from __future__ import annotations

import pytest
from tests.measures.test_evaluation import NOW, repaired

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.measures import queries
from throughline.measures.evaluation import moments
from throughline.measures.readside.columns import columns

pytestmark = pytest.mark.django_db

MEASURE = "mean(mitigated - identified)"


@pytest.fixture
def many(monkeypatch) -> None:
    """A register with a base, of which even a few dozen values count as many."""
    for number in range(60):
        day = f"2024-02-{number % 28 + 1:02}T0{number % 9}:17:00Z"
        until = day if number == 7 else f"2024-03-{number % 30 + 1:02}T11:0{number % 7}:00Z"
        team = ("Web", "Core", None)[number % 3]
        repaired(str(number), day, until if number % 5 else None, team=team, award=1e9 + number % 2)
    side = columns()
    side.snapshot()
    side._settled(side.generation)
    monkeypatch.setattr(moments, "MANY_RECORDS", 1)


def asked(measure: str, *by: str, listed: bool, monkeypatch) -> tuple[set[str], list]:
    monkeypatch.setattr(moments, "RESAMPLED_AT_MOST", 1_000_000 if listed else 1)
    found = queries.evaluation(Definition(measure=measure), scope=EVERYTHING, now=NOW, by=by)
    rows = [*found.bare.rows, *found.whole().bare.rows]
    return set(found.aggregates.found), rows


@pytest.mark.parametrize("by", [(), ("team",), ("mitigated.month",)])
def test_the_powers_give_the_mean_and_the_bounds_that_the_values_give(many, monkeypatch, by):
    names, powers = asked(MEASURE, *by, listed=False, monkeypatch=monkeypatch)
    assert "cubes" in names
    # Nothing is resampled on either side.
    monkeypatch.setattr("throughline.measures.evaluation.estimates.RESAMPLED_AT_MOST", 1)
    names, values = asked(MEASURE, *by, listed=True, monkeypatch=monkeypatch)
    assert "values" in names
    for one, other in zip(powers, values, strict=True):
        bounds = [(one.value, other.value), (one.low, other.low), (one.high, other.high)]
        told = [pair for pair in bounds if pair != (None, None)]
        assert [powered for powered, _ in told] == pytest.approx([valued for _, valued in told], rel=1e-9)
        nothing = {"value": None, "low": None, "high": None}
        assert one._replace(**nothing) == other._replace(**nothing)


def test_values_are_listed_where_their_powers_would_lose_digits(many, monkeypatch):
    names, _ = asked("mean(award)", listed=False, monkeypatch=monkeypatch)
    assert "values" in names


def test_values_are_listed_where_so_few_are_resampled(many, monkeypatch):
    names, _ = asked(MEASURE, listed=True, monkeypatch=monkeypatch)
    assert "values" in names


@pytest.mark.parametrize(
    ("n", "total", "squares", "largest", "enough"),
    [
        (9_000, 9_000.0, 18_000.0, 5.0, True),
        (9_000, 9_000.0, 9_000.0, 1.0, True),
        (9_000, 9e6, 9e9 + 9.0, 1e3, False),
        (9_000, 9e203, 1e300, 1e200, False),
        (9_000, float("nan"), float("nan"), float("nan"), False),
        (3, 6.0, 14.0, 3.0, False),
    ],
)
def test_powers_are_enough_of_many_values_that_differ(n, total, squares, largest, enough):
    found = {"n": [n], "total": [total], "squares": [squares], "largest": [largest]}
    assert moments.are_enough(found) is enough
