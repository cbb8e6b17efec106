"""Repaired before reported: no time lies between such dates, so they are counted apart, and it is said."""

from __future__ import annotations

import pytest
from tests.measures.records import attribute, day, record
from tests.measures.test_evaluation import ask, codes, repaired

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_forward_and_one_backwards():
    repaired("quick", "2024-01-01", "2024-01-11")
    repaired("slow", "2024-01-01", "2024-03-01")
    repaired("open", "2024-01-01", None)
    repaired("backwards", "2024-01-29", "2024-01-01")


@pytest.mark.parametrize(
    ("measure", "value", "n"),
    [
        ("mean(mitigated - identified)", 35, 2),
        ("median(mitigated - identified)", 35, 2),
        ("p90(mitigated - identified)", 55, 2),
        ("sum(mitigated - identified)", 70, 2),
        ("mean((mitigated - identified) / 1 days)", 35, 2),
        ("mean(mitigated - identified - 30 days)", 5, 2),
        ("count(mitigated - identified <= 30 days)", 1, 1),
        ("share(mitigated - identified <= 30 days)", 0.5, 2),
        ("sla(30 days)", 1 / 3, 3),
        ("rmst(identified -> mitigated, 30 days)", 70 / 3, 3),
        ("km_median(identified -> mitigated)", 60, 3),
    ],
)
def test_a_time_that_runs_backwards_is_in_no_figure_and_is_said(measure, value, n):
    result = ask(measure)
    row = result.rows[0]
    assert (row.value, row.n, row.n_negative) == (pytest.approx(value), n, 1)
    warning = next(each for each in result.warnings if each.code == "runs_backwards")
    assert warning.message.startswith("1 record was mitigated before it was identified")


def test_a_record_is_said_once_however_many_windows_it_could_be_in():
    result = ask("average_open()", by=("month",))
    warning = next(each for each in result.warnings if each.code == "runs_backwards")
    assert warning.message.startswith("1 record ")


def test_such_records_are_neither_missing_nor_open():
    row = ask("mean(mitigated - identified)").rows[0]
    assert (row.n_missing, row.n_open) == (0, 1)
    share = ask("share(mitigated - identified <= 30 days)").rows[0]
    assert (share.n_missing, share.n_open) == (1, 1)


@pytest.mark.parametrize(
    ("measure", "value"),
    [("count(mitigated < identified)", 1), ("count()", 4), ("share(mitigated < identified)", 1 / 3)],
)
def test_whoever_asks_for_the_dates_themselves_gets_every_record(measure, value):
    result = ask(measure)
    assert result.value == pytest.approx(value)
    assert "runs_backwards" not in codes(result)


def test_a_time_between_dates_without_an_order_of_their_own_may_be_below_nothing():
    attribute("deadline", "date")
    record(
        "late",
        identified_at="2024-01-01",
        mitigated_at="2024-01-11",
        attributes={"deadline": "2024-01-01T00:00:00Z"},
    )
    result = ask("mean(deadline - mitigated)")
    assert (result.value, result.rows[0].n, result.rows[0].n_negative) == (-10, 1, 1)
    assert "runs_backwards" not in codes(result)


def test_the_open_ones_beside_a_mean_are_counted_as_before():
    result = ask("mean(mitigated - identified)", since=day("2024-01-01"), until=day("2024-02-01"))
    assert (result.rows[0].n, result.rows[0].n_open) == (1, 2)
