"""What a row of an answer says of itself: the part of its period that it is of, and why it has no figure."""

from __future__ import annotations

import pytest
from tests.api.programs import Program
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.comparing import beside
from throughline.measures.documents import document, header, table
from throughline.measures.ranges import Range
from throughline.measures.shown import answer, show

NOW = day("2024-11-15")
ASKER = Asker(EVERYTHING, NOW)


@pytest.fixture
def years(db):
    """Flaws of every quarter since 2022, found after 40 days, repaired ten later; the last are open."""
    from throughline.measures.readside.columns import forget

    forget()
    for number in range(11):
        year, month = 2022 + number // 4, 1 + 3 * (number % 4)
        for twin in range(3):
            record(
                f"{number}-{twin}",
                introduced_at=f"{year}-{month:02}-05",
                identified_at=f"{year}-{month + 1:02}-14",
                mitigated_at=None if number == 10 else f"{year}-{month + 1:02}-24",
            )
    yield
    forget()


def rows_of(metric, by, **words):
    question = Question(metric=metric, by=by, **words)
    result = answer(question, ASKER)
    compared = beside(question, result, ASKER)
    told = document(result, compared)["rows"]
    text = [header(result), *table(result, compared, metric)]
    assert [row[header(result).index("cut")] for row in text[1:]] == [each["cut"] or "" for each in told]
    assert [row[header(result).index("why_none")] for row in text[1:]] == [
        each["why_none"] or "" for each in told
    ]
    return {"/".join(each["group"].values()): each for each in told}


def test_each_period_that_the_range_cuts_says_which_part_it_is(years):
    span = Range("custom", day("2023-02-01"), day("2023-11-10"))
    found = rows_of("count()", ("quarter",), range=span)
    assert {label: row["cut"] for label, row in found.items()} == {
        "2023-Q1": "from 2023-02-01",
        "2023-Q2": None,
        "2023-Q3": None,
        "2023-Q4": "until before 2023-11-10",
    }
    inside = Range("custom", day("2023-02-01"), day("2023-03-01"))
    assert (
        rows_of("count()", ("quarter",), range=inside)["2023-Q1"]["cut"]
        == "from 2023-02-01 until before 2023-03-01"
    )


def test_what_is_no_period_or_not_cut_says_nothing_of_it(years):
    span = Range("custom", day("2023-02-01"), None)
    assert {row["cut"] for row in rows_of("count()", ("severity",), range=span).values()} == {None}
    assert {row["cut"] for row in rows_of("count()", ("year",)).values()} == {None}


def test_an_open_cohort_says_that_its_window_is_not_over(years):
    found = rows_of("cohort_found_within(90 days, 1 year)", ("introduced.quarter",))
    assert found["2023-Q3"]["why_none"] is None
    assert found["2024-Q1"]["value"] is None
    assert found["2024-Q1"]["why_none"] == "its window of 1 year is not over"


@pytest.mark.parametrize(
    ("metric", "words", "why"),
    [
        ("mean(mitigated - identified)", {"by": ("quarter",)}, "3 still open"),
        ("km_median(identified -> mitigated)", {"by": ("quarter",)}, "fewer than half are mitigated so far"),
        (
            "rmst(identified -> mitigated, 3650 days)",
            {"by": ("quarter",)},
            "too few were followed for so long",
        ),
        ("mean(triaged - identified)", {"by": ("quarter",)}, "3 without the dates it needs"),
    ],
)
def test_every_other_row_without_a_figure_says_why(metric, words, why, years):
    assert rows_of(metric, at="identified", **words)["2024-Q3"]["why_none"] == why


def test_a_period_in_which_nothing_came_says_so(years):
    assert rows_of("mean(identified - introduced)", ("quarter",))["2024-Q4"]["why_none"] == "no record"


def test_the_page_and_the_api_say_it_too(years, organisation, browser_of):
    asked = "?metric=cohort_found_within(90 days, 400 years)&by=introduced.year"
    page = browser_of(organisation.max).get(f"/metrics/{asked}").content.decode()
    told = Program(organisation.max).get(f"/metrics/answer{asked}").json()["rows"]
    assert told[0]["why_none"] == "its window of 400 years is not over"
    assert f"no figure: {told[0]['why_none']}" in page


@pytest.mark.parametrize(
    ("metric", "by", "why"),
    [
        ("time_to_detect", ("quarter",), "each says how old its finds were"),
        ("median(identified - introduced)", ("year",), "each says how old its finds were"),
        ("truncated_median(identified - introduced)", ("year",), "each is of all that was found until then"),
    ],
)
def test_the_chart_of_periods_that_are_not_comparable_says_neither_rose_nor_fell(metric, by, why, years):
    said = show(Question(metric=metric, by=by), ASKER).chart.summary
    assert f"which are not comparable: {why}" in said
    assert not {"rose", "fell", "stays"} & set(said.split())


def test_so_does_each_chart_of_a_group_and_no_other_metric(years):
    found = show(Question(metric="time_to_detect", by=("quarter", "severity")), ASKER)
    assert "which are not comparable" in found.multiples[0].summary
    assert "not comparable" not in show(Question(metric="arrivals", by=("quarter",)), ASKER).chart.summary
