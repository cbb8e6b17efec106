"""Each figure of a metric beside the period before: row by row, and as a line of its own."""

from __future__ import annotations

import json


def test_a_period_of_a_range_is_held_against_the_one_at_its_place_of_the_range_before(
    register, organisation, browser_of
):
    browser = browser_of(organisation.max)
    asked = {"metric": "arrivals", "by": "month", "from": "2026-04-01", "to": "2026-07-01"}
    rows = browser.get("/metrics.json", asked).json()["rows"]
    assert [(row["group"]["month"], row["value"]) for row in rows] == [
        ("2026-04", 0),
        ("2026-05", 3),
        ("2026-06", 0),
    ]
    assert [(row["before"]["when"], row["before"]["value"]) for row in rows] == [
        ("in 2026-01", 0),
        ("in 2026-02", 1),
        ("in 2026-03", 0),
    ]
    assert (rows[1]["before"]["change"]["value"], rows[1]["before"]["change"]["word"]) == (2, "none")


def test_the_range_before_is_a_line_of_its_own_that_the_address_leaves_out(
    register, organisation, browser_of
):
    browser = browser_of(organisation.max)
    asked = {"metric": "arrivals", "by": "month", "from": "2026-04-01", "to": "2026-07-01"}
    page = browser.get("/metrics/", asked)
    chart = page.context["shown"].chart
    [ghost] = [layer for layer in chart.spec["layer"] if "strokeDash" in layer["encoding"]]
    names = ["the range", "the 3 months before"]
    assert ghost["encoding"]["strokeDash"]["scale"] == {"domain": names, "range": [[1, 0], [5, 4]]}
    assert [row.get("then") for row in chart.spec["data"]["values"]] == [0, 1, 0]
    assert chart.columns[-1] == "The 3 months before"
    assert [row[-1] for row in chart.rows] == ["0 (2026-01)", "1 (2026-02)", "0 (2026-03)"]
    assert "The dashed line is the 3 months before: from 0 in 2026-01 to 0 in 2026-03." in chart.summary
    assert "compare=none" in page.context["switch_address"]
    without = browser.get("/metrics/", asked | {"compare": "none"})
    assert all(
        "strokeDash" not in layer["encoding"] for layer in without.context["shown"].chart.spec["layer"]
    )
    assert "compare" not in without.context["switch_address"]
    refused = browser.get("/metrics/", asked | {"compare": "yesterday"})
    assert (refused.status_code, "expected before or none" in refused.content.decode()) == (400, True)


def test_a_figure_and_the_list_are_held_against_nothing_where_the_address_says_so(
    register, organisation, browser_of
):
    browser = browser_of(organisation.max)
    asked = {"from": "2026-04-01", "to": "2026-07-01"}
    for compare, is_there in (("", True), ("none", False)):
        figure = browser.get("/metrics/", asked | {"metric": "arrivals", "compare": compare})
        listed = browser.get("/vulnerabilities.json", asked | {"compare": compare})
        before = json.loads(b"".join(listed.streaming_content))["before"]
        assert (figure.context["was"] is not None, before["total"] is not None) == (is_there, is_there)
    assert browser.get("/vulnerabilities/", {"compare": "yesterday"}).status_code == 400


def test_without_a_range_a_period_is_held_against_the_one_just_before(register, organisation, browser_of):
    rows = browser_of(organisation.max).get("/metrics.json?metric=arrivals&by=quarter").json()["rows"]
    assert [(row["group"]["quarter"], row["before"] and row["before"]["value"]) for row in rows[:2]] == [
        ("2026-Q1", None),
        ("2026-Q2", 1),
    ]


def test_periods_that_the_range_cuts_are_named(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    for ends, said in (
        ("from=2026-02-01&to=2026-05-01", "2026-Q1 and 2026-Q2 are parts of their quarters only: the range"),
        ("from=2026-01-01&to=2026-05-01", "2026-Q2 is a part of its quarter only: the range ends before"),
        ("from=2026-01-01&to=2026-07-01", ""),
    ):
        page = browser.get(f"/metrics/?metric=arrivals&by=quarter&{ends}")
        assert page.context["cut"].startswith(said)
        assert bool(page.context["cut"]) == bool(said)
        assert page.context["cut"] in page.content.decode()


def test_where_there_is_no_period_before_the_answer_says_why(register, organisation, browser_of):
    browser = browser_of(organisation.max)
    of_a_day = browser.get("/metrics.json?metric=arrivals&by=none&known=2026-06-01").json()
    assert (of_a_day["rows"][0]["before"], "known on a day" in of_a_day["why_no_before"]) == (None, True)
    asked = "metric=time_to_remediate&by=none&from=2026-01-01&to=2026-03-01"
    assert browser.get(f"/metrics.json?{asked}").json()["why_no_before"] == (
        "There was no figure in the 2 months before."
    )
