"""Dated values out of what tools answer: read, left out, and refused where they cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from throughline.connectors.dated import Columns, said
from throughline.connectors.kinds.csv.reading import preview, read
from throughline.connectors.kinds.prometheus import answers
from throughline.connectors.kinds.prometheus.asking import asked
from throughline.engine.refusals import Refused

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC).timestamp()


def matrix(*values: tuple[float, str], metric: dict[str, str] | None = None) -> dict[str, object]:
    return {"metric": metric or {"job": "ci"}, "values": [list(pair) for pair in values]}


def answer(*series: object, kind: str = "matrix") -> dict[str, object]:
    return {"status": "success", "data": {"resultType": kind, "result": list(series)}}


def of_prometheus(said: object, unit: str = "minutes"):
    return answers.read(said, unit=unit, now=NOW)


def test_a_matrix_of_one_series_is_its_values_and_nan_is_a_day_without_one():
    said = answer(matrix((MIDNIGHT - 86400, "12.5"), (MIDNIGHT, "NaN"))) | {"warnings": ["Store 2 is away"]}
    found = of_prometheus(said)
    assert [(row.at, row.value) for row in found.rows] == [(datetime(2026, 11, 19, tzinfo=UTC), 12.5)]
    assert found.notices == (
        "It warns: Store 2 is away",
        "NaN in 1 value of 2: left out, since nothing was measured then.",
    )
    assert not found.doubts


@pytest.mark.parametrize(
    "said",
    [
        answer({"metric": {}, "value": [MIDNIGHT, "4"]}, kind="vector"),
        {"status": "success", "data": {"resultType": "scalar", "result": [MIDNIGHT, "4"]}},
    ],
    ids=["vector", "scalar"],
)
def test_an_instant_answer_is_one_value(said):
    assert [row.value for row in of_prometheus(said).rows] == [4.0]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (answer(), "no data for this query"),
        (
            answer(
                matrix((MIDNIGHT, "1"), metric={"__name__": "build", "branch": "main"}),
                matrix((MIDNIGHT, "2"), metric={"__name__": "build", "branch": "dev"}),
            ),
            r'2 series \(build\{branch="main"\}; build\{branch="dev"\}\).*sum',
        ),
        (answer(matrix((MIDNIGHT, "NaN"))), "every value of the query is NaN"),
        (answer({"metric": {}, "histograms": []}), "histogram_quantile"),
        ({"status": "success", "data": {"resultType": "string", "result": [1, "x"]}}, "gives a string"),
        (
            {"status": "error", "errorType": "bad_data", "error": "1:3: parse error: unexpected end"},
            "cannot read the query: 1:3: parse error",
        ),
        ({"message": "hello"}, "not that of Prometheus"),
        (answer({"metric": {}, "values": [["soon"]]}), "expected an instant and a number"),
        ([], "not that of Prometheus"),
    ],
    ids=["no data", "several", "nan", "histogram", "string", "error", "other", "no pair", "list"],
)
def test_an_answer_that_gives_no_one_series_says_why(said, message):
    with pytest.raises(Refused, match=message):
        of_prometheus(said)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [("+Inf", "minutes", "division by nothing"), ("1.4", "share", "between 0 and 1"), ("x", "count", "'x'")],
)
def test_a_number_that_cannot_be_is_doubted_and_named_by_its_instant(text, unit, reason):
    found = of_prometheus(answer(matrix((MIDNIGHT - 86400, "0.5"), (MIDNIGHT, text))), unit=unit)
    assert [row.value for row in found.rows] == [0.5]
    assert reason in said(found.doubts)
    assert said(found.doubts).startswith("2026-11-20 00:00: ")


def test_asking_again_repeats_the_last_few_steps_at_the_same_instants():
    first = asked("up", step=DAY, history=90 * DAY, newest=None, now=NOW)
    again = asked("up", step=DAY, history=90 * DAY, newest=first.until, now=NOW + DAY)
    assert (again.since, again.until) == (first.until - 3 * DAY, first.until + DAY)
    assert again.target == "/api/v1/query_range?query=up&start=1794873600&end=1795219200&step=86400"
    with pytest.raises(Refused, match="longer step"):
        asked("up", step=timedelta(minutes=1), history=90 * DAY, newest=None, now=NOW)


def table(text: str, unit: str = "minutes", **columns):
    return read(text.encode(), Columns(**columns), name="ci.example", unit=unit, now=NOW)


def test_columns_are_found_by_name_and_months_by_the_whole_column():
    found = table("Build,Day,Value\na,03/11/2026,12\nb,04/11/2026,13\nc,16/11/2026,\nd,21/11/2026,9\n")
    assert [(f"{row.at:%m-%d}", row.value) for row in found.rows] == [("11-03", 12), ("11-04", 13)]
    assert found.notices == (
        "1 row without a value: left out.",
        "1 value of a day that has not begun in UTC: left for the next time.",
    )


def test_a_decimal_comma_is_read_where_the_settings_say_so():
    text = "day;minutes\n2026-11-18;1.012,5\n2026-11-19;13,25\n"
    assert [row.value for row in table(text, decimal=",").rows] == [1012.5, 13.25]
    assert "is the comma its decimal mark?" in said(table(text).doubts)


def test_what_cannot_be_is_named_by_its_line_and_the_rest_is_read():
    text = (
        "at,value\n2026-11-01,12\n2031-01-01,12\nyesterday,12\n2026-11-02,fast\n2026-11-01,13\n03/04/2026,1\n"
    )
    found = table(text)
    assert len(found.rows) == 1
    assert [each.split(":")[0] for each in said(found.doubts).splitlines()] == [
        f"line {number}" for number in (3, 4, 5, 6, 7)
    ]
    assert "line 3: '2031-01-01' lies in the future" in said(found.doubts)
    assert "line 5: expected a number, found 'fast'" in said(found.doubts)
    assert "line 6: line 2 says 12 for the same instant" in said(found.doubts)
    assert "whether day or month comes first" in said(found.doubts)


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("<!doctype html><title>Sign in</title>", {}, "a page and no table"),
        ("a,b,c\n1,2,3\n", {}, "which column holds the day"),
        ("a,b\n1,2\n", {"at": "when"}, "no column 'when': found a, b"),
        ("at,value\n", {}, "no value under the header"),
        ("", {}, "empty"),
    ],
)
def test_what_is_no_table_of_dated_values_is_refused_with_what_was_found(text, columns, message):
    with pytest.raises(Refused, match=message):
        table(text, **columns)


def test_a_preview_shows_the_first_rows_and_which_columns_are_read():
    found = preview(b"day,branch,value\n2026-11-18,main,12\n", Columns(), name="ci.example")
    assert (found.columns, found.rows) == (("day", "branch", "value"), (("2026-11-18", "main", "12"),))
    assert (found.chosen.at, found.chosen.value) == ("day", "value")
