"""Key results that people complete, and a first measurement: steps with weights, an event, data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.objectives.kinds import add, check_in, done, event, measured, push, steps
from tests.objectives.register import NOW, arrivals, day, record, stand

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.completions import complete, withdraw
from throughline.objectives.models import Completion, Measurement
from throughline.objectives.terms import Undecidable

pytestmark = pytest.mark.django_db
CLOSED = day("2027-01-15")


# Milestone


def test_a_milestone_is_worth_the_weights_of_the_steps_that_are_done():
    made = steps()
    assert stand(made).sentence == "The pilot runs (40 %), All teams use it (60 %) by 31 Dec 2026"
    assert (stand(made).value, stand(made).status.word) == (0.0, "pending")
    done(made, "the-pilot-runs")
    found = stand(made)
    assert (found.value, found.score, found.status.word) == (0.4, 0.4, "at_risk")
    assert found.measurement.facts["done"] == {"the-pilot-runs": "2026-11-20T00:00:00+00:00"}


def test_a_step_may_be_named_by_its_title_and_is_done_once():
    made = steps()
    done(made, "the PILOT runs")
    with pytest.raises(Refused, match="done already"):
        done(made, "the-pilot-runs")
    with pytest.raises(Refused, match="expected one of its steps, the-pilot-runs, all-teams-use-it"):
        done(made, "The party")


def test_a_step_taken_back_counts_no_more_and_stays_on_record():
    made = steps()
    said = done(made, "the-pilot-runs")
    withdraw(said, "test", now=NOW + timedelta(hours=1))
    assert stand(made, NOW + timedelta(hours=1)).value == 0.0
    assert Completion.objects.get().withdrawn_by == "test"
    assert [each.value for each in Measurement.objects.all()] == [0.0, 0.4, 0.0]
    said = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert [each for each in said if each.startswith("step")] == ["step done", "step taken back"]
    with pytest.raises(Refused, match="taken back already"):
        withdraw(Completion.objects.get(), "test", now=NOW)


def test_a_milestone_that_nobody_speaks_of_goes_stale_and_one_that_is_done_does_not():
    made = steps(start="2026-09-01", now=day("2026-09-02"))
    done(made, "the-pilot-runs", at="2026-09-15", now=day("2026-11-01"))
    assert stand(made).status.word == "stale"
    done(made, "all-teams-use-it", at="2026-11-02", now=day("2026-11-03"))
    assert stand(made).status.word == "on_track"


def test_a_step_that_was_done_after_the_end_does_not_count_and_one_told_late_does():
    made = steps()
    done(made, "the-pilot-runs", at="2026-12-30", now=day("2027-01-05"))
    done(made, "all-teams-use-it", at="2027-01-02", now=day("2027-01-05"))
    assert measured(made, day("2027-01-05")).key_result.grade is None
    found = measured(made, CLOSED)
    assert (found.key_result.grade, found.verdict) == (pytest.approx(0.4), "missed")


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"steps": []}, "steps", "at least one step"),
        ({"steps": ["40: One", "40: Two"]}, "steps", "make 80"),
        ({"steps": ["50: One", "50: one"]}, "steps", "Name them apart"),
        ({"steps": ["0: One", "100: Two"]}, "steps", "above 0"),
        ({"metric": "arrivals"}, "metric", "is decided by its steps"),
    ],
)
def test_steps_that_cannot_be_scored_are_refused(given, field, said):
    with pytest.raises(Undecidable, match=said) as refused:
        steps(**given)
    assert refused.value.field == field


# Binary


def test_an_event_is_nothing_until_it_happened_and_then_everything():
    made = event()
    assert stand(made).sentence == "An auditor signed the report without a finding by 31 Dec 2026"
    assert (stand(made).value, stand(made).status.word) == (0.0, "pending")
    done(made)
    found = stand(made)
    assert (found.value, found.score, found.status.word) == (1.0, 1.0, "on_track")


def test_before_it_happened_an_event_is_as_likely_as_the_last_check_in_says():
    made = event()
    check_in(made, 0.7)
    assert stand(made).status.word == "on_track"
    assert stand(made).status.reason == "It has not happened yet; the last check-in says 70 %."
    check_in(made, 0.2)
    assert stand(made).status.word == "off_track"
    assert stand(made, NOW + timedelta(days=11)).status.word == "stale"


def test_an_event_closes_when_it_happened_and_the_end_came():
    made = event()
    done(made)
    assert stand(made, day("2026-12-31")).verdict == "open"
    found = measured(made, day("2027-01-01"))
    assert (found.key_result.grade, found.verdict) == (1.0, "hit")


def test_an_event_without_a_test_is_refused_and_so_is_a_step_of_it():
    with pytest.raises(Undecidable, match="the test by which anybody sees") as refused:
        event(acceptance=" ")
    assert refused.value.field == "acceptance"
    with pytest.raises(Refused, match="without steps"):
        done(event(), "pilot")


def test_what_is_done_needs_evidence_and_a_day_that_has_been():
    made = event()
    with pytest.raises(Refused, match="by what anybody can see it") as refused:
        complete(made, "test", evidence=" ", now=NOW)
    assert refused.value.place == "evidence"
    with pytest.raises(Refused, match="still to come"):
        done(made, at="2026-12-01")
    assert not Completion.objects.exists()


def test_nobody_says_that_a_metric_is_done():
    arrivals(2)
    made = add("move", metric="arrivals", baseline="40", target="20")
    with pytest.raises(Refused, match="its metric decides"):
        done(made)


# Baseline


def test_a_first_measurement_may_be_of_a_series_that_is_still_to_come():
    made = add("baseline", metric="nps")
    assert stand(made).sentence == "nps, measured for the first time by 31 Dec 2026"
    assert (stand(made).score, stand(made).status.word) == (0.0, "at_risk")
    assert "The metric is not defined yet" in stand(made).status.reason
    push("2026-11-21", 31, name="nps", unit="points", now=NOW)
    found = measured(made, NOW + timedelta(hours=1))
    assert (found.value, found.score, found.status.word) == (31, 1.0, "on_track")
    found = measured(made, day("2027-01-01"))
    assert (found.key_result.grade, found.verdict) == (1.0, "hit")


def test_a_first_measurement_that_comes_too_late_is_missed():
    made = add("baseline", metric="nps")
    push("2027-01-02", 31, name="nps", unit="points")
    found = measured(made, CLOSED)
    assert (found.key_result.grade, found.verdict) == (0.0, "missed")


def test_an_expression_is_measured_for_the_first_time_when_a_record_counts():
    arrivals(2)
    made = add("baseline", metric="median(triaged - identified)")
    assert stand(made).score == 0.0
    assert "has no data yet" in stand(made).status.reason
    record("2026-11-01", triaged_at=day("2026-11-02"))
    assert measured(made, NOW + timedelta(hours=1)).score == 1.0


def test_a_name_that_nothing_has_is_only_for_what_is_still_to_be_measured():
    with pytest.raises(Undecidable, match="there is no metric 'nps'") as refused:
        add("move", metric="nps", baseline="3", target="5")
    assert refused.value.field == "metric"
