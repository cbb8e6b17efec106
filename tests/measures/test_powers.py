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
from throughline.measures.asking import Question
from throughline.measures.powers import document, powers, ratio_of, sentence, without
from throughline.measures.shown import Asker, answer

NOW = day("2024-07-01")
ASKER = Asker(EVERYTHING, NOW)
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
    question = Question(metric=metric, **words)
    return powers(question, answer(question, ASKER), ASKER, ratio=ratio)


def test_a_mean_is_told_by_the_spread_of_its_own_values(forty):
    found = ask("mean(mitigated - identified)")[0]
    cv = np.std(DAYS, ddof=1) / np.mean(DAYS)
    assert found.spread == pytest.approx(cv, abs=1e-3)
    assert found.measured.events_needed == pytest.approx(noise.events_needed(0.5, cv=found.spread))
    assert found.known.events_needed == pytest.approx(found.measured.events_needed / 2)
    assert found.measured.power > 0.8
    assert not found.is_too_weak
    assert (found.events, found.target) == (40, pytest.approx(found.baseline / 2))
    said = sentence(found, ratio=0.5, unit="days")
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
    found = ask("average_open()")[0]
    assert found.periods == 6
    assert found.measured == found.known
    assert found.measured.events_needed is None
    assert "between its last 6 values" in sentence(found, ratio=0.5, unit="count")


def test_without_a_period_the_events_are_all_there_are_and_groups_without_a_figure_are_named(forty):
    question = Question(metric="share(severity = 'low')", by=("service",))
    record("none", identified_at="2024-01-01", severity="high", service="idle")
    result = answer(question, ASKER)
    found = powers(question, result, ASKER, ratio=0.5)
    left_out = without(result, found)
    assert left_out == [{"service": "idle"}]
    told = document("share", found, ratio=0.5, unit="share", is_all=True, left_out=left_out)
    assert told["left_out"] == left_out
    assert "if each period had as many events as there are in all, 10." in told["rows"][0]["said"]


def test_the_document_is_plain(forty):
    told = document("count()", ask("count()"), ratio=0.5, unit="count")
    assert told["rows"][0]["too_weak"] is False
    assert set(told["rows"][0]["measured"]) == {"power", "smallest", "events_needed"}


@pytest.mark.parametrize("text", ["0", "-1", "1", "half", "nan", "inf", ""])
def test_a_ratio_that_is_no_change_is_refused(text):
    with pytest.raises(Refused, match="expected a ratio above 0 that is not 1, such as"):
        ratio_of(text)


def test_no_events_no_period_and_more_than_everything_are_refused(forty):
    with pytest.raises(Refused, match="there are no events that a change by"):
        ask("count()", where="service = 'none'")
    with pytest.raises(Refused, match="leave 'quarter' out"):
        ask("count()", by=("quarter",))
    with pytest.raises(Refused, match="a share is at most 100 %"):
        ask("share(severity = 'high')", ratio=2)
