"""Whether a change of a metric would show: counts, shares and times by their events, all else by history."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from tests.measures.records import day, record

from throughline.accounts.access import EVERYTHING
from throughline.engine import noise
from throughline.engine.refusals import Refused
from throughline.measures.asker import Asker
from throughline.measures.asking import Question
from throughline.measures.power_documents import document, sentence
from throughline.measures.powers import ratio_of, telling
from throughline.measures.ranges import Range

NOW = day("2024-07-01")
ASKER = Asker(EVERYTHING, NOW)
FIRST_HALF = Range("custom", day("2024-01-01"), day("2024-07-01"))
# Days to repair of forty records: the quantiles of an exponential law of mean 20.
DAYS = [-20 * math.log(1 - (n + 0.5) / 40) for n in range(40)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def forty():
    for number, days in enumerate(DAYS):
        mended = day("2024-01-01") + dt.timedelta(days=days)
        service = "web" if number < 30 else "api"
        fields = {"identified_at": "2024-01-01", "severity": "high" if number % 4 else "low"}
        record(str(number), mitigated_at=mended.isoformat()[:19], service=service, **fields)


def ask(metric, ratio=0.5, **words):
    return told_of(metric, ratio, **words).found


def told_of(metric, ratio=0.5, **words):
    return telling(Question(metric=metric, **words), ASKER, ratio=ratio)


def test_a_mean_is_told_by_the_spread_of_its_own_values(forty):
    whole = told_of("mean(mitigated - identified)", range=FIRST_HALF)
    found = whole.found[0]
    cv = np.std(DAYS, ddof=1) / np.mean(DAYS)
    assert found.spread == pytest.approx(cv, abs=1e-3)
    assert found.measured.events_needed == pytest.approx(noise.events_needed(0.5, cv=found.spread))
    assert found.known.events_needed == pytest.approx(found.measured.events_needed / 2)
    assert found.measured.power > 0.8
    assert not found.is_too_weak
    assert (found.events, found.target) == (40, pytest.approx(found.baseline / 2))
    said = sentence(found, whole)
    assert said.startswith("A change from 19.8 to 9.91 days (× 0.5) would be told from chance in 89 %")
    assert "with 40 events in each period" in said
    assert "against a known, fixed baseline." in said


def test_counts_shares_and_other_times_say_it_too_and_each_group_for_itself(forty):
    count = ask("count()", by=("service",))
    assert [(each.group["service"], each.events) for each in count] == [("api", 10), ("web", 30)]
    assert count[1].measured.power == noise.of_counts(baseline=30, target=15).power
    assert count[0].is_too_weak
    share = ask("share(severity = 'low')", ratio=2)[0]
    assert share.measured.power == noise.of_shares(baseline=0.25, target=0.5, before=40, after=40).power
    survival = ask("rmst(identified -> mitigated, 90 days)")[0]
    assert survival.spread == pytest.approx(0.9, abs=0.15)


def test_what_counts_no_events_is_told_by_how_far_it_moved_from_quarter_to_quarter(forty):
    for number, found in enumerate(("2023-01-10", "2023-04-10", "2023-07-10", "2023-10-10")):
        record(f"old-{number}", identified_at=found)
    whole = told_of("average_open()")
    found = whole.found[0]
    assert found.periods == 6
    assert found.measured == found.known
    assert found.measured.events_needed is None
    assert "between its last 6 values" in sentence(found, whole)


def test_without_a_period_the_events_are_all_there_are_and_groups_without_a_figure_are_named(forty):
    record("none", identified_at="2024-01-01", severity="high", service="idle")
    told = document("share", told_of("share(severity = 'low')", by=("service",)))
    assert told["left_out"] == [{"service": "idle"}]
    assert "if each period had as many events as there are in all, 10." in told["rows"][0]["said"]


def test_the_document_is_plain(forty):
    told = document("count()", told_of("count()"))
    assert told["rows"][0]["too_weak"] is False
    assert set(told["rows"][0]["measured"]) == {"power", "smallest", "events_needed"}


@pytest.mark.parametrize("text", ["0", "-1", "1", "1e-9", "1001", "half", "nan", "inf", ""])
def test_a_ratio_that_is_no_change_is_refused(text):
    with pytest.raises(Refused, match=r"expected a ratio from 0\.001 to 1,000 that is not 1"):
        ratio_of(text)


def test_no_events_are_said_and_no_period_and_more_than_everything_refused(forty):
    none = told_of("count()", where="service = 'none'")
    assert none.why_none.startswith("there are no events that a change by 0.5 could be told of")
    assert document("count()", none)["rows"] == []
    with pytest.raises(Refused, match="leave 'quarter' out"):
        ask("count()", by=("quarter",))
    with pytest.raises(Refused, match="a share is at most 100 %"):
        ask("share(severity = 'high')", ratio=2)
