"""The explorer tells a newcomer, by her own figures, why a mean can rise while detection gets better."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from tests.measures.records import record

from throughline.accounts.access import EVERYTHING, Scope
from throughline.measures.asker import Asker
from throughline.measures.asking import question_of
from throughline.measures.detection import explained

NOW = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)


def add(key: str, identified: dt.date, days: int, **words: str) -> None:
    start = identified - dt.timedelta(days=days)
    record(key, introduced_at=start.isoformat(), identified_at=identified.isoformat(), **words)


@pytest.fixture
def digging(db):
    """New flaws are found ever sooner, and in the second quarter of 2026 somebody digs out five old ones."""
    for quarter in range(8):
        start = dt.date(2024, 7, 1) + dt.timedelta(days=91 * quarter)
        for number in range(6):
            add(
                f"{quarter}-{number}",
                start + dt.timedelta(days=120 + number - 14 * quarter),
                120 - 14 * quarter,
            )
    for number in range(5):
        add(f"old-{number}", dt.date(2026, 6, 1), 900 + number)


def told(text: str, scope: Scope = EVERYTHING):
    return explained(question_of(QueryDict(text), now=NOW), Asker(scope, NOW))


def test_old_finds_lift_the_mean_while_new_flaws_are_found_sooner(digging):
    found = told("metric=time_to_detect")
    before, last = found.lines[-2:]
    assert last.period == "2026-Q2"
    assert last.figure.value > 5 * before.figure.value
    assert (last.n_old, before.n_old) == (5, 0)
    assert last.others.value < before.others.value
    shares = [each.row.value for each in found.cohorts]
    assert (shares[0], shares[-1]) == (0, 1)
    assert "So more of what was found was old, and that lifts the mean" in " ".join(found.said)
    assert "5 of the " in found.said[1]
    assert "clearly" in found.said[3] or "of 2025-Q" in found.said[3]
    assert "half are found within" in found.said[-1]
    assert len(found.charts) == 2


def test_nobody_is_told_of_records_of_other_teams(digging):
    found = told("metric=time_to_detect", Scope(everything=False, teams=frozenset({"web"})))
    assert all(line.figure.n == 0 for line in found.lines)
    assert found.cohorts == ()
    assert "no two such periods yet" in found.said[0]


def test_where_there_is_nothing_to_explain_nothing_is(digging):
    for metric in ("time_to_remediate", "count()", "truncated_median(identified - introduced)"):
        assert told(f"metric={metric}") is None
    assert told("metric=time_to_detect&at=introduced") is None
    assert told("metric=p90(identified - introduced)") is not None


def test_the_metric_brings_the_explanation_and_it_has_a_page_of_its_own(digging, organisation, browser_of):
    browser = browser_of(organisation.max)
    page = browser.get("/metrics/", {"metric": "time_to_detect"}).content.decode()
    assert 'hx-get="/metrics/detection/?metric=time_to_detect&amp;by=quarter"' in page
    assert "/metrics/detection/" not in browser.get("/metrics/", {"metric": "count()"}).content.decode()
    asked = {"metric": "time_to_detect"}
    part = browser.get("/metrics/detection/", asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "cohort_found_within%2890+days%2C+1+year%29" in part
    assert "<html" in browser.get("/metrics/detection/", asked).content.decode()
    document = browser.get("/metrics/detection.json", asked).json()
    assert document["found"][-1]["old"]["n"] == document["found"][-1]["figure"]["n"]
    refused = browser.get("/metrics/detection.json", {"metric": "count()"})
    assert refused.status_code == 400
    assert "there is nothing to explain of another" in refused.json()["detail"]
    assert browser.get("/metrics/detection/").status_code == 404


def test_a_time_to_detect_that_clearly_moved_is_called_neither_better_nor_worse(
    digging, organisation, browser_of
):
    browser = browser_of(organisation.max)

    def words(metric: str) -> list[str]:
        rows = browser.get("/metrics.json", {"metric": metric, "by": "quarter"}).json()["rows"]
        return [row["before"]["change"]["word"] for row in rows if row["before"]]

    assert set(words("time_to_detect")) == {"up", "down"}
    assert "better" in words("cohort_found_within_90_days")
