"""Figures that the curl project published, and those of the design page, out of `evaluate`."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter

import pytest
from tests.measures.records import load_register

from throughline.accounts.access import EVERYTHING
from throughline.engine.definitions import Definition
from throughline.measures.queries import evaluate

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
DATES = {"introduced_at": "introduced_at", "identified_at": "identified_at", "mitigated_at": "mitigated_at"}
SNAPSHOT_DATES = {
    "introduced_at": "introduced_release_at",
    "identified_at": "identified_at",
    "mitigated_at": "announced_at",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def curl(shared_data):
    load_register(shared_data / "curl_vulnerabilities.csv", dates=DATES)
    return {
        each["id"]: each
        for each in json.loads((shared_data / "curl_known_answers_dev.json").read_text())["answers"]
    }


def ask(measure: str, *, where: str = "", at: str | None = None, by: tuple[str, ...] = (), **words):
    definition = Definition(measure=measure, where=where, at=at, by=by)
    return evaluate(definition, scope=EVERYTHING, now=words.pop("now", NOW), **words)


def by_period(result) -> dict[str, float]:
    return {next(iter(row.group.values())): row.value for row in result.rows}


def test_curl_has_as_many_vulnerabilities_as_it_says_even_the_one_without_a_report_date(curl):
    assert ask("count()").value == curl["n_total"]["value"]


def test_severities_are_counted_as_published(curl, shared_data):
    with (shared_data / "curl_vulnerabilities.csv").open(newline="") as file:
        listed = Counter(row["severity"].lower() for row in csv.DictReader(file))
    published = {level: curl[f"severity_{level}"]["value"] for level in ("low", "medium")}
    assert {level: listed[level] for level in published} == published
    grouped = {row.group["severity"]: row.value for row in ask("count()", by=("severity",)).rows}
    assert grouped == dict(listed)
    assert {level: ask("count()", where=f"severity = '{level}'").value for level in listed} == dict(listed)


def test_the_mean_time_to_detection_is_as_computed_by_its_authors(curl):
    result = ask("mean(identified - introduced)")
    assert result.value == pytest.approx(curl["mean_ttd_days"]["value"], abs=0.001)
    assert (result.rows[0].n, result.rows[0].n_missing) == (205, 1)


def test_the_mean_time_from_report_to_announcement_is_as_published(curl):
    result = ask("mean(announced_at - identified)", where="announced_at >= identified")
    assert result.value == pytest.approx(curl["mean_fixtime_days"]["value"], abs=0.05)
    assert result.rows[0].n == 205


def test_the_known_open_average_of_each_year_is_as_computed(curl):
    found = by_period(ask("average_open()", by=("year",)))
    for year, value in curl["avg_known_open_per_year"]["value"].items():
        assert found[year] == pytest.approx(value, abs=0.001)


def test_announcements_are_counted_by_year_and_a_quiet_year_is_zero(curl):
    found = by_period(ask("count()", at="announced_at", by=("year",), since=dt.date(1998, 1, 1)))
    assert found == curl["announced_per_year"]["value"]
    assert (found["1998"], found["1999"], found["2001"]) == (0, 0, 0)


def test_introductions_are_counted_by_year_of_the_first_affected_release(curl):
    found = by_period(ask("count()", at="introduced_release_at", by=("year",)))
    assert found == curl["introduced_per_year"]["value"]


def test_the_mean_time_to_detection_rises_year_by_year_and_warns_that_it_is_truncated(curl):
    result = ask("mean(identified - introduced)", by=("year",))
    years = {year: value / 365.25 for year, value in by_period(result).items() if value is not None}
    assert [round(years[year], 2) for year in ("2024", "2025", "2026")] == [3.96, 5.95, 10.36]
    assert "detection_truncated" in [warning.code for warning in result.warnings]


def test_half_of_curls_reports_are_repaired_within_26_days(curl):
    row = ask("km_median(identified -> mitigated)").rows[0]
    assert (row.value, row.low, row.high) == (
        pytest.approx(26, abs=1),
        pytest.approx(22, abs=1),
        pytest.approx(29, abs=1),
    )
    assert (row.n, row.n_negative, row.n_missing) == (204, 1, 1)


def test_c_mistakes_are_the_published_share(curl):
    result = ask("share(is_c_mistake = 1)")
    assert 100 * result.value == pytest.approx(curl["c_mistake_share_pct"]["value"], abs=0.005)
    assert ask("share(is_c_mistake = true)").value == result.value


def test_ages_at_announcement_are_the_published_mean_and_median(curl):
    years = "(announced_at - introduced_release_at) / 1 year"
    assert ask(f"mean({years})").value == pytest.approx(curl["mean_age_years"]["value"], abs=0.005)
    assert ask(f"median({years})").value == pytest.approx(curl["median_age_years"]["value"], abs=0.005)


def test_the_latent_average_of_2024_is_what_was_known_then_and_what_is_known_now(shared_data):
    load_register(shared_data / "curl_snapshots.csv", dates=SNAPSHOT_DATES, as_of="as_of")
    then = ask("average_latent()", by=("year",), known_at=dt.date(2024, 12, 12))
    today = ask("average_latent()", by=("year",), known_at=dt.date(2026, 6, 26))
    assert by_period(then)["2024"] == pytest.approx(4.65, abs=0.005)
    assert by_period(today)["2024"] == pytest.approx(34.91, abs=0.005)
    year = {"since": dt.date(2024, 1, 1), "until": dt.date(2025, 1, 1)}
    then = ask("average_latent()", known_at=dt.date(2024, 12, 12), **year)
    today = ask("average_latent()", known_at=dt.date(2026, 6, 26), **year)
    assert (then.value, today.value) == (
        pytest.approx(4.65, abs=0.005),
        pytest.approx(34.91, abs=0.005),
    )


def test_what_was_known_at_a_date_is_what_the_register_listed_then(shared_data):
    load_register(shared_data / "curl_snapshots.csv", dates=SNAPSHOT_DATES, as_of="as_of")
    assert ask("count()", known_at=dt.date(2021, 3, 9)).value == 98
    assert ask("count(c_mistake = 1)", known_at=dt.date(2021, 3, 9)).value == 51
    medium = ask("share(severity = 'medium')", known_at=dt.date(2025, 7, 10))
    assert medium.value == pytest.approx(0.473, abs=0.01)
    assert ask("count()").value == 206


def test_before_the_first_snapshot_nothing_was_known(shared_data):
    load_register(shared_data / "curl_snapshots.csv", dates=SNAPSHOT_DATES, as_of="as_of")
    result = ask("count()", known_at=dt.date(2019, 1, 1))
    assert result.rows == []
    assert [warning.code for warning in result.warnings] == ["nothing_known_yet"]
