"""What stretch of time a key result looks at, and the sentence that its fields make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.promises import Promise, sentence
from throughline.engine.refusals import Refused
from throughline.engine.sentences import amount, day_text, subject_of, where_words
from throughline.engine.windows import Span, due_text, judged_at, parse_window

START, DUE = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
windows = st.sampled_from(["period", "all", "30 days", "13 weeks"]).map(parse_window)


@given(window=windows, start=instants, length=st.integers(1, 500), now=instants)
def test_no_window_reaches_past_the_due_instant_nor_ends_before_it_starts(window, start, length, now):
    due = start + timedelta(days=length)
    span = window.span(start, due, now=now)
    assert span.until is None or span.until <= max(due, start)
    if span.since and span.until:
        assert span.since <= span.until


@given(window=windows, start=instants, length=st.integers(1, 500), now=instants)
def test_a_measured_baseline_is_as_long_as_the_whole_window_and_never_in_the_future(
    window, start, length, now
):
    due = start + timedelta(days=length)
    before = window.baseline_span(start, due, now=now)
    assert before.until <= min(start, now)
    if window.kind != "all":
        whole = window.span(start, due, now=due)
        assert before.until - before.since == whole.until - whole.since


def test_the_period_ends_now_while_it_runs_and_at_the_due_instant_afterwards():
    window = parse_window("period")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert window.span(START, DUE, now=now) == Span(START, now)
    assert window.span(START, DUE, now=DUE + timedelta(days=9)) == Span(START, DUE)


def test_everything_has_an_end_only_once_the_key_result_has():
    window = parse_window("all")
    assert window.span(START, DUE, now=START) == Span(None, None)
    assert window.span(START, DUE, now=DUE) == Span(None, DUE)


@pytest.mark.parametrize(
    "text", ["", "90", "days", "-3 days", "0 days", "1e3 days", "40000 days", "3 months"]
)
def test_a_window_that_cannot_be_read_is_refused_with_the_ways_to_say_it(text):
    with pytest.raises(Refused, match="window"):
        parse_window(text)


@given(st.dates(datetime(1970, 1, 1).date(), datetime(2200, 1, 1).date()))
def test_a_due_day_reads_back_as_the_day_that_was_given(due):
    assert due_text(judged_at(due)) == due.isoformat()


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("", ""),
        ("severity >= 'high'", "of high and critical"),
        ("severity = 'high'", "of high"),
        ("severity < 'medium'", "of info and low"),
        ("severity in ('low', 'high', 'critical')", "of low, high and critical"),
        ("service = 'web' and source = 'bug bounty'", "in web from bug bounty"),
        ("team != 'Web'", "where the team is not Web"),
        ("severity >= 'high' and cvss > 7", "of high and critical where the CVSS score is above 7"),
        ("service = 'a' or service = 'b'", "in a or b"),
        ("service not in ('a', 'b')", "where the service is neither a nor b"),
    ],
)
def test_a_slice_is_said_in_words(where, words):
    assert where_words(where) == words


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (
            "km_median(identified -> mitigated)",
            "Median time from identified to mitigated (open ones counted)",
        ),
        (
            "rmst(identified -> mitigated, 90 days)",
            "Time from identified to mitigated (restricted mean, 90 days)",
        ),
        ("p90(mitigated - identified)", "90th percentile of time from identified to mitigated"),
        ("sum(award)", "Sum of bounty paid"),
        ("share(severity = 'high')", "Share of high"),
        ("count()", "Number of vulnerabilities"),
        ("average_open()", "Known and open, on average"),
        ("sla(30 days)", "Repaired within 30 days"),
    ],
)
def test_a_measure_without_a_name_is_said_in_words(measure, words):
    assert subject_of(measure, title="", where="") == words


def test_figures_are_said_with_three_digits():
    said = [amount(value, "count") for value in (0, 0.00123, -2.5, 99.96, 1234567)]
    assert said == ["0", "0.00123", "-2.5", "100", "1,234,567"]
    assert amount(1 / 3, "share") == "33.3 %"


def test_a_due_instant_inside_a_day_names_that_day():
    assert day_text(datetime(2026, 12, 31, 17, tzinfo=UTC)) == "31 Dec 2026"
    assert day_text(DUE) == "31 Dec 2026"


@pytest.mark.parametrize(
    ("acceptance", "said"),
    [
        ("The report is filed by 15 December 2026.", "The report is filed by 15 December 2026"),
        ("The report is filed by 2026-12-15", "The report is filed by 2026-12-15"),
        ("The report is filed", "The report is filed by 15 Dec 2026"),
        ("The report is filed by 1 Dec 2026", "The report is filed by 1 Dec 2026 by 15 Dec 2026"),
    ],
)
def test_the_day_of_an_event_is_said_once(acceptance, said):
    when = {"start": datetime(2026, 10, 1, tzinfo=UTC), "due": datetime(2026, 12, 16, tzinfo=UTC)}
    assert sentence(Promise(kind="binary", acceptance=acceptance, **when)) == said
