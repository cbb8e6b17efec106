"""`period_rmst`: what each quarter says of the time to repair, by what was open inside of it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING
from throughline.engine.refusals import Refused
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.links import address_of_rows
from throughline.measures.queries import evaluate, metric_of, schema
from throughline.measures.ranges import Range
from throughline.measures.shown import show

NOW = day("2024-07-01")
MEASURE = "period_rmst(identified -> mitigated, 60 days)"

pytestmark = pytest.mark.django_db


def ask(measure=MEASURE, **words):
    return evaluate(measure, scope=EVERYTHING, now=NOW, **words)


def found_on(found: str, ages: list[int | None], **fields):
    """One record for each age in days at which it is repaired."""
    for number, age in enumerate(ages):
        mended = (day(found) + dt.timedelta(days=age)).date().isoformat() if age is not None else None
        record(f"{found}-{number}-{fields}", identified_at=found, mitigated_at=mended, **fields)


def test_a_quarter_in_which_the_old_are_repaired_shows_it_at_once():
    # Ten of 1 March stay open through March; in the second quarter half of them go, and so of ten new ones.
    found_on("2024-03-01", [45] * 5 + [None] * 5)
    found_on("2024-04-01", [10] * 5 + [None] * 5)
    first, second = ask(by=("quarter",), since=day("2024-01-01")).rows
    # At 31 days of age nobody is looked at any longer.
    assert (first.group["quarter"], first.value, first.n, first.n_open) == ("2024-Q1", None, 10, 10)
    # From day 10 on half are left; at 45 days five of the five and ten at risk go.
    left = 10 + 0.5 * 35 + 0.5 * (10 / 15) * 15
    assert (second.value, second.n, second.n_open) == (pytest.approx(left), 20, 10)


def test_over_everything_it_is_the_restricted_mean():
    found_on("2024-01-10", [3, 20, 50, None, None, 90])
    found_on("2024-02-10", [7, 9, 30, None], state="accepted", accepted_at="2024-03-01")
    whole, plain = ask().rows[0], ask("rmst(identified -> mitigated, 60 days)").rows[0]
    assert [whole.value, whole.low, whole.high, whole.n] == pytest.approx(
        [plain.value, plain.low, plain.high, plain.n]
    )


def test_accepting_a_risk_repairs_nothing():
    found_on("2024-04-01", [10] * 5)
    found_on("2024-04-01", [None] * 5, state="accepted", accepted_at="2024-04-05")
    # Half are accepted on day 4; of the other half all are repaired on day 10.
    assert ask(since=day("2024-04-01"), until=day("2024-07-01")).value == pytest.approx(30 + 0.5 * 10)


def test_a_curve_that_starts_later_and_one_that_never_starts_say_so():
    found_on("2024-02-01", [80, 85, None, None, None])
    found_on("2024-04-20", [2, 3])
    told = ask("period_rmst(identified -> mitigated, 100 days)", since=day("2024-04-01"))
    assert [each.code for each in told.warnings] == ["starts_later"]
    assert "starts at day 60" in told.warnings[0].message
    assert told.value == pytest.approx(80 + 5 * 4 / 5 + 15 * 3 / 5)
    few = ask(since=day("2024-04-01"))
    assert (few.value, [each.code for each in few.warnings]) == (None, ["few_in_period"])
    by_quarter = ask(by=("quarter",), since=day("2024-01-01"))
    assert "In 1 of the figures fewer than five" in by_quarter.warnings[-1].message


def test_as_many_records_stand_behind_a_quarter_as_were_at_risk_in_it():
    found_on("2024-01-10", [3, 20, 50, None, None, 82])
    found_on("2024-02-10", [7, None, None, None, None], state="accepted", accepted_at="2024-03-01")
    question = Question(metric=MEASURE, by=("quarter",))
    metric = metric_of(MEASURE, by=("quarter",))
    from tests.measures.test_rows_behind import _rows

    for row in ask(by=("quarter",)).rows:
        assert row.n == _rows(address_of_rows(metric, row.group, question=question, now=NOW), schema())


def test_the_page_draws_the_newest_period_beside_the_one_before():
    found_on("2024-01-10", [3, 20, 50, None, None, 82])
    found_on("2024-04-10", [7, 9, 40, None, None, 60])
    by_quarter = show(Question(metric=MEASURE, by=("quarter",)), Asker(EVERYTHING, NOW)).curve
    assert by_quarter is not None
    assert {row[0] for row in by_quarter.rows} == {"2024-Q1", "2024-Q2"}
    assert "The dashed line is 2024-Q1: half are over by day 50" in by_quarter.summary
    span = Range("custom", day("2024-04-01"), day("2024-07-01"))
    of_a_range = show(Question(metric=MEASURE, range=span), Asker(EVERYTHING, NOW)).curve
    assert of_a_range is not None
    assert {row[0] for row in of_a_range.rows} == {"the range", "the stretch before it"}
    assert show(Question(metric=MEASURE, by=("service",)), Asker(EVERYTHING, NOW)).curve is None


def test_as_known_on_a_day_before_everything_there_is_no_curve():
    found_on("2024-04-10", [7, 9, 40, None, None, 60])
    shown = show(Question(metric=MEASURE, known_at=day("2023-01-01")), Asker(EVERYTHING, NOW))
    assert (shown.curve, shown.result.value) == (None, None)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("period_rmst()", "period_rmst takes a passage and a horizon"),
        ("period_rmst(identified -> mitigated, 0 days)", "a duration above 0"),
        ("period_rmst(identified, mitigated)", "expected a duration|expected a passage"),
        ("period_rmst(identified -> severity)", "severity"),
    ],
)
def test_what_makes_no_sense_is_refused_with_an_example(measure, said):
    with pytest.raises(Refused, match=said):
        ask(measure)


def test_no_date_puts_a_record_in_a_window():
    with pytest.raises(Refused, match="looks at windows of time"):
        metric_of(metric_of(MEASURE).definition.__class__(measure=MEASURE, at="identified"))
