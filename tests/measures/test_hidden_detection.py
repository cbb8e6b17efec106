"""Detection with the hidden reckoned with, out of `evaluate`: windows, cohorts, and what is told."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.measures.records import load_register, record
from tests.measures.test_kept_while_the_clock_runs import nothing_kept

from throughline.accounts.access import EVERYTHING
from throughline.engine import noise, sightings_by_hour
from throughline.engine.intervals import share as share_of
from throughline.engine.metrics import define
from throughline.engine.refusals import Refused
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.comparing import beside, compared
from throughline.measures.powers import telling
from throughline.measures.queries import evaluate, metric_of
from throughline.measures.shown import answer, show

NOW = dt.datetime(2026, 6, 26, tzinfo=dt.UTC)
SPAN = "identified - introduced"
DATES = {"introduced_at": "introduced_at", "identified_at": "identified_at", "mitigated_at": "mitigated_at"}

pytestmark = pytest.mark.django_db


def ask(measure, **words):
    return evaluate(measure, scope=EVERYTHING, now=words.pop("now", NOW), **words)


def codes(result):
    return [warning.code for warning in result.warnings]


@pytest.fixture
def found():
    """Each January of five years four flaws are made, found after 10, 100, 300 and 730 days."""
    for year in range(2020, 2025):
        for number, days in enumerate((10, 100, 300, 730)):
            start = dt.date(year, 1, 1)
            record(
                f"{year}-{number}",
                introduced_at=start.isoformat(),
                identified_at=(start + dt.timedelta(days=days)).isoformat(),
                introduced_basis="reported",
            )
    record("backwards", introduced_at="2022-05-01", identified_at="2022-04-01")
    record("undated", identified_at="2022-04-01")


def test_curl_is_given_what_was_found_within_its_window(shared_data):
    load_register(shared_data / "curl_vulnerabilities.csv", dates=DATES)
    mean = ask("truncated_mean(identified - introduced)").rows[0]
    assert [round(x / 365.25, 1) for x in (mean.value, mean.low, mean.high)] == [16.0, 14.3, 17.8]
    result = ask("found_within(1 year)")
    row = result.rows[0]
    assert row.value == pytest.approx(0.035, abs=0.0005)
    assert (row.low, row.high) == pytest.approx((0.020, 0.053), abs=0.0015)
    assert (row.n, row.n_missing, result.unit) == (205, 1, "share")
    assert "given found within 25.2 years" in result.warnings[0].message
    years = ask("found_within(1 year)", by=("year",)).rows
    assert years[-1].group == {"year": "2026"}
    assert years[-1].value == row.value


def test_every_record_that_could_be_seen_alike_is_the_plain_median(found):
    result = ask("truncated_median(identified - introduced)")
    assert result.rows[0].value == 100
    assert (result.rows[0].n, result.rows[0].n_missing, result.rows[0].n_negative) == (20, 1, 1)
    assert codes(result)[0] == "given_found"
    assert ask("found_within(99 days)").value == pytest.approx(0.25)


def test_a_period_says_what_could_be_said_at_its_end(found):
    rows = ask("truncated_mean(identified - introduced, 1 year)", by=("year",)).rows
    by_year = {row.group["year"]: (row.value, row.n) for row in rows}
    assert by_year["2020"] == (None, 3)
    assert by_year["2024"][0] == pytest.approx((10 + 100 + 300) / 3)
    until = ask("truncated_mean(identified - introduced, 1 year)", until=dt.date(2025, 1, 1))
    assert until.rows[0].value == by_year["2024"][0]


@pytest.mark.parametrize(
    "measure", [f"truncated_median({SPAN})", f"truncated_mean({SPAN}, 1 year)", "found_within(99 days)"]
)
@pytest.mark.parametrize("by", [(), ("month",), ("team", "year")])
def test_counted_by_the_hour_days_say_the_same(found, measure, by, monkeypatch):
    listed = ask(measure, by=by)
    for name, few in (("MANY", 3), ("_HOURS_EACH", 1e6)):
        monkeypatch.setattr(sightings_by_hour, name, few)
    asked: list[int] = []
    looks = sightings_by_hour.looks
    monkeypatch.setattr(
        sightings_by_hour, "looks", lambda *of, **words: asked.append(1) or looks(*of, **words)
    )
    nothing_kept()
    # The intervals of a share that is listed are those of a bootstrap.
    assert [told(each) for each in ask(measure, by=by).rows] == [told(each) for each in listed.rows]
    assert asked


def told(row):
    return row.group, row.value and round(row.value, 9), row.n


def test_a_window_longer_than_was_looked_for_has_no_figure_and_says_so(found):
    result = ask("found_within(1 year, 20 years)")
    assert result.value is None
    assert "fewer than five records that were introduced 20 years before" in result.warnings[0].message
    assert "horizon_beyond_data" in codes(ask("found_within(10 years)"))


def test_a_cohort_counts_once_its_window_is_over_and_the_rest_is_counted(found):
    result = ask(
        "cohort_found_within(90 days, 1 year)",
        by=("introduced.year",),
        now=dt.datetime(2024, 6, 1, tzinfo=dt.UTC),
    )
    rows = {row.group["introduced.year"]: (row.value, row.n) for row in result.rows}
    assert rows["2022"] == (pytest.approx(1 / 3), 3)
    assert rows["2024"] == (None, 0)
    assert codes(result).count("window_running") == 1
    assert "cohort_grows" in codes(ask("cohort_found_within(90 days)"))
    assert ask("cohort_found_within(90 days)").value == pytest.approx(0.25)


def test_cohorts_begin_with_the_first_that_has_a_figure(found):
    record("old", introduced_at="1995-01-01", identified_at="2020-03-01")
    by = ("introduced.year",)
    rows = ask("cohort_found_within(90 days, 1 year)", by=by).rows
    assert [(row.group["introduced.year"], row.n) for row in rows][:2] == [("2020", 3), ("2021", 3)]
    assert ask("cohort_found_within(90 days)", by=by).rows[0].group == {"introduced.year": "1995"}


def test_what_the_world_knows_is_waited_for_since_it_was_there_and_known(db):
    record("old", introduced_at="2024-01-01", kev_added="2024-03-01", identified_at="2024-03-11")
    record("new", introduced_at="2024-05-01", kev_added="2024-03-01", identified_at="2024-05-31")
    record("unlisted", introduced_at="2024-05-01", identified_at="2024-05-02")
    result = ask("mean(identified - latest(introduced, kev_added))")
    assert (result.value, result.rows[0].n, result.rows[0].n_missing) == (20, 2, 1)
    assert "detection_truncated" not in codes(result)
    written = "mean(identified - latest(introduced, kev_added, identified))"
    assert metric_of(define(written.upper().lower())).measure_text == written
    assert ask(written).value == 0


def test_where_a_date_lacks_every_date_that_is_asked_for_is_named(found):
    result = ask("median(identified - latest(introduced, kev_added))")
    assert result.value is None
    assert result.warnings[-1].message == (
        "None of the 22 records says together when it was introduced, when it was identified and a date for "
        "'kev_added', so there is no figure."
    )


def test_only_what_is_in_the_figure_counts_as_from_before_the_register(db):
    for number, days in enumerate((10, 20, 30, 40, 50, 60, 3000, 3100, 3200)):
        at = dt.date(2024, 1, 1) + dt.timedelta(days=70 if days > 100 else days)
        dates = {"introduced_at": at - dt.timedelta(days=days), "identified_at": at}
        record(
            str(number), service="web" if days > 20 else "api", **{k: v.isoformat() for k, v in dates.items()}
        )
    late = {"introduced_at": "2024-03-01", "identified_at": "2024-03-11"}
    for number in range(6):
        record(f"late-{number}", service="web", **late)

    def share(measure, by=()):
        return next(each.message for each in ask(measure, by=by).warnings if each.code == "register_begins")

    # Of twelve that were found within the year, six were made before 11 January 2024.
    assert share("cohort_found_within(90 days, 1 year)").startswith("50% of this")
    assert share("cohort_found_within(90 days, 1 year)", ("service",)).startswith("50% of this")
    assert share("found_within(90 days, 1 year)").startswith("50% of this")
    assert share("found_within(90 days, 1 year)", ("service",)).startswith("40% of this")


def test_ready_made_metrics_leave_out_what_is_older_than_the_register_and_say_so(found):
    for number in range(9):
        at = dt.date(2020, 1, 20 + number)
        record(
            f"old-{number}", introduced_at=f"2018-06-1{number}", identified_at=at.isoformat(), service="old"
        )
    expression = ask("found_within(1 year)")
    ready = ask("found_within_a_year")
    assert expression.value == pytest.approx(15 / 29)
    assert ready.value == pytest.approx(0.75)
    assert (ready.rows[0].n, expression.rows[0].n) == (16, 29)
    told = [each.message for each in ready.warnings if each.code == "register_begins"]
    assert len(told) == 1
    assert told[0].startswith("This is of what was introduced since the first report, of 2020-01-11:")
    assert "introduced >= '2020-01-11'" in ready.definition["where"]
    shown = show(Question(metric="cohort_found_within_90_days"), Asker(EVERYTHING, NOW))
    assert "2020-01-11" in shown.main.address
    assert shown.main.row.n == 12


def test_figures_that_hold_each_other_are_not_compared_and_say_so(found):
    asker = Asker(EVERYTHING, NOW)
    for by in ((), ("year",)):
        question = Question(metric="found_within(99 days, 2 years)", by=by)
        result = answer(question, asker)
        assert any(row.value is not None for row in result.rows)
        against = beside(question, result, asker)
        assert not any(against.rows)
        assert against.why_none.startswith("Not comparable: each figure is of all that was found until then")
        assert compared(question, result, asker) is None
        assert ("one_in_another" in codes(result)) == bool(by)


def test_a_change_of_such_a_share_is_told_by_its_own_interval(found):
    for number in range(60):
        record(f"young-{number}", introduced_at="2026-05-01", identified_at="2026-05-03")
    question, asker = Question(metric="found_within(99 days, 2 years)"), Asker(EVERYTHING, NOW)
    result = answer(question, asker)
    [row], [power] = result.rows, telling(question, asker, ratio=0.5).found
    counted = share_of(round(row.value * row.n), row.n)
    wider = ((row.high - row.low) / (counted.high - counted.low)) ** 2
    assert wider > 1.5
    assert power.measured.events_needed == pytest.approx(wider * noise.cases_needed(row.value, 0.5))
    assert (
        power.measured.power
        < noise.of_shares(baseline=row.value, target=row.value / 2, before=row.n, after=row.n).power
    )


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("mean(identified - latest(introduced))", "expected ','"),
        ("mean(identified - latest(introduced, cvss))", "the latest of a date and a number"),
        ("truncated_median(mitigated - introduced)", "expected the time up to the report"),
        ("truncated_median()", "takes a time, and may take a window"),
        ("found_within(30)", "expected a duration with its unit"),
        ("found_within(1 year, 90 days)", "expected a window above 365.25 days"),
        ("cohort_found_within()", "takes a duration, and may take a longer one"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(measure, said):
    with pytest.raises(Refused, match=said) as refused:
        metric_of(define(measure))
    assert refused.value.place == "measure"
