"""Counts that come in batches get a wider interval beside the Poisson one; two counts an exact ratio."""

from __future__ import annotations

import pytest
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING
from throughline.engine import counts
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.comparing import beside
from throughline.measures.documents import document, header, table
from throughline.measures.ranges import Range
from throughline.measures.shown import answer, show
from throughline.ui.words import interval

NOW = day("2024-07-15")
ASKER = Asker(EVERYTHING, NOW)
HALF_YEAR = Range("custom", day("2024-01-01"), day("2024-07-01"))

pytestmark = pytest.mark.django_db


def found_in(month: str, number: int, **fields):
    for each in range(number):
        record(f"{month}-{each}-{fields}", identified_at=f"{month}-{each % 28 + 1:02}", **fields)


@pytest.fixture
def batches():
    for month, number in zip(range(1, 7), (1, 14, 0, 2, 16, 1), strict=True):
        found_in(f"2024-0{month}", number)
    found_in("2024-07", 1)


def ask(by=(), span=HALF_YEAR, metric="count()"):
    return answer(Question(metric=metric, by=by, range=span), ASKER)


def test_batches_widen_the_interval_and_say_so(batches):
    found = counts.dispersion([[1, 14, 0, 2, 16, 1]], [[31, 29, 31, 30, 31, 30]])
    for by in ((), ("month",)):
        told = ask(by)
        assert [each.code for each in told.warnings] == ["overdispersed"]
        assert f"{interval(found.low, found.high)}; 6 periods" in told.warnings[0].message
        low, high = counts.wider_bounds([row.value for row in told.rows], index=found.index)
        assert [row.wide_low for row in told.rows] == pytest.approx(low.tolist())
        assert [row.wide_high for row in told.rows] == pytest.approx(high.tolist())
        assert all(row.wide_high > row.high for row in told.rows)
    page = show(Question(metric="count()", by=("month",), range=HALF_YEAR), ASKER)
    assert page.main.row.wide_high > page.main.row.high
    assert [each.code for each in page.warnings] == ["overdispersed"]


def test_single_events_and_what_is_no_count_stay_as_they_are(batches):
    for metric, span in (("average_open()", HALF_YEAR), ("count()", Range("custom", day("2024-06-01"), NOW))):
        told = ask(span=span, metric=metric)
        assert told.rows[0].wide_low is None
        assert "overdispersed" not in [each.code for each in told.warnings]


def test_a_count_beside_another_has_its_exact_ratio(batches):
    question = Question(metric="arrivals", range=Range("custom", day("2024-04-01"), day("2024-07-01")))
    result = answer(question, ASKER)
    compared = beside(question, result, ASKER)
    was = compared.rows[0]
    assert was.ratio == counts.ratio(19, 15)
    assert was.change_said == "+4 (× 1.27, 0.61 to 2.68)"
    assert was.word == "no clear change"
    told = document(result, compared)["rows"][0]["before"]
    assert told["ratio"]["value"] == pytest.approx(19 / 15)
    row = dict(zip(header(result), next(iter(table(result, compared, "arrivals"))), strict=True))
    assert row["ratio_low"] == was.ratio.low


def test_ten_times_as_many_is_clearly_worse_by_its_ratio():
    found_in("2024-05", 2)
    found_in("2024-06", 20)
    question = Question(metric="arrivals", range=Range("custom", day("2024-06-01"), day("2024-07-01")))
    was = beside(question, answer(question, ASKER), ASKER).rows[0]
    assert (was.badge, was.ratio.is_told_from_one) == ("worse", True)
    sum_of = Question(metric="average_open()", range=question.range)
    assert beside(sum_of, answer(sum_of, ASKER), ASKER).rows[0].ratio is None
