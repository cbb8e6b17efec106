"""A key result beside how it stood a month before, and beside the same measure of the quarter before."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.objectives.register import record, terms

from throughline.engine.calendar import quarter_of
from throughline.objectives import actions
from throughline.objectives.models import KeyResult, Measurement
from throughline.ui.words import day

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
RUNS = {"window": "30 days", "baseline": "10", "target": "0"}


def added(start: datetime, due: datetime) -> KeyResult:
    return actions.add_key_result(
        "test", now=NOW, **terms(start=f"{start:%Y-%m-%d}", due=f"{due:%Y-%m-%d}", **RUNS)
    )


def measured(key_result: KeyResult, at: datetime, value: float) -> None:
    """What was found on another day, as the nightly job leaves it."""
    newest = Measurement.objects.filter(version__key_result=key_result).latest("id")
    newest.pk, newest.at, newest.value = None, at, value
    newest.since, newest.until, newest.outlook = at - timedelta(days=30), at, {}
    newest.low, newest.high = value - 1, value + 1
    newest.save()


def test_a_value_and_its_score_stand_beside_those_of_a_month_before(organisation, browser_of):
    record(f"{NOW - timedelta(days=2):%Y-%m-%d}", known_at=NOW)
    made = added(NOW - timedelta(days=50), NOW + timedelta(days=50))
    measured(made, NOW - timedelta(days=40), 8)
    measured(made, NOW - timedelta(days=10), 7)
    answer = browser_of(organisation.vera).get(reverse("key-result", args=[made.pk]))
    earlier, seen = answer.context["earlier"], answer.content.decode()
    assert (earlier.value.value, earlier.value.change.value) == (8, -7)
    assert earlier.score == pytest.approx(0.2)
    assert earlier.expected == pytest.approx(0.1, abs=0.01)
    assert earlier.value.said in seen
    assert "was 20 % on" in seen
    told = browser_of(organisation.vera).get(reverse("key-result-json", args=[made.pk])).json()["before"]
    assert (told["value"]["value"], told["score"]) == (8, pytest.approx(0.2))


def test_one_that_runs_for_less_than_a_month_has_nothing_before(organisation, browser_of):
    record(f"{NOW - timedelta(days=2):%Y-%m-%d}", known_at=NOW)
    made = added(NOW - timedelta(days=20), NOW + timedelta(days=50))
    measured(made, NOW - timedelta(days=40), 8)
    assert browser_of(organisation.vera).get(reverse("key-result", args=[made.pk])).context["earlier"] is None


def test_the_same_measure_in_the_quarter_before_is_a_dashed_line_that_the_address_leaves_out(
    organisation, browser_of
):
    record(f"{NOW - timedelta(days=2):%Y-%m-%d}", known_at=NOW)
    start = quarter_of(NOW).start
    before = quarter_of(start - timedelta(days=1)).start
    last, made = added(before, start), added(start, quarter_of(NOW).end)
    Measurement.objects.filter(version__key_result=last).update(at=before + timedelta(days=3), value=9)
    measured(last, before + timedelta(days=20), 6)
    address, browser = reverse("key-result", args=[made.pk]), browser_of(organisation.vera)
    chart = browser.get(address).context["chart"]
    [ghost] = [layer for layer in chart.spec["layer"] if "strokeDash" in layer["encoding"]]
    days = [row["at"][:10] for row in ghost["data"]["values"]]
    assert days == [f"{start + timedelta(days=each):%Y-%m-%d}" for each in (3, 20)]
    assert [row["value"] for row in ghost["data"]["values"]] == [9, 6]
    assert "The dash-dotted line is the quarter before, day by day: from 9 to 6." in chart.summary
    # Drawn on the days of this quarter, and named by their own.
    of_then = [row[0] for row in chart.rows if "the quarter before" in row[0]]
    assert of_then == [f"{day(before + timedelta(days=each))}, the quarter before" for each in (3, 20)]
    assert [row["day"] for row in ghost["data"]["values"]] == [
        day(before + timedelta(days=each)) for each in (3, 20)
    ]
    without = browser.get(address, {"compare": "none"}).context["chart"]
    assert "dash-dotted" not in without.summary


def test_its_file_has_the_month_before_of_each_measurement_and_the_quarter_before(organisation, browser_of):
    record(f"{NOW - timedelta(days=2):%Y-%m-%d}", known_at=NOW)
    start = quarter_of(NOW).start
    before = quarter_of(start - timedelta(days=1)).start
    last, made = added(before, start), added(start, quarter_of(NOW).end)
    Measurement.objects.filter(version__key_result=last).update(at=before + timedelta(days=3), value=9)
    Measurement.objects.filter(version__key_result=made).update(at=start + timedelta(days=33), value=6)
    measured(made, start + timedelta(days=2), 8)
    address, browser = reverse("key-result-csv", args=[made.pk]), browser_of(organisation.vera)
    rows = rows_of(browser.get(address))
    assert [row["of"] for row in rows] == ["this key result", "this key result", "the quarter before"]
    assert [(row["before"], row["change"]) for row in rows] == [("", ""), ("8.0", "-2.0"), ("", "")]
    assert rows[2]["at"].startswith(f"{before + timedelta(days=3):%Y-%m-%d}")
    assert rows[2]["drawn_at"].startswith(f"{start + timedelta(days=3):%Y-%m-%d}")
    alone = rows_of(browser.get(address, {"compare": "none"}))
    assert [(row["of"], row["before"]) for row in alone] == [("this key result", "")] * 2


def rows_of(answer) -> list[dict[str, str]]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
