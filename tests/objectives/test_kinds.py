"""Every kind of key result from its terms to its grade: what decides it, how it stands, what it scores."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.objectives import kinds
from tests.objectives.kinds import add, check_in, done, event, keep, measured, push, steps
from tests.objectives.register import NOW, arrivals, day, record, stand

from throughline.objectives import actions, history, queries
from throughline.objectives.models import KeyResult, Measurement
from throughline.objectives.terms import Undecidable

pytestmark = pytest.mark.django_db
CLOSED = day("2027-01-15")


# Move, on a series


def test_a_series_moves_a_key_result_from_its_value_at_the_start():
    push("2026-09-28", 20)
    push("2026-11-20", 15)
    found = stand(add("move", metric="build_minutes", target="10"))
    assert (found.version.baseline, found.value, found.status.progress.raw) == (20, 15, 0.5)
    assert found.sentence == "build_minutes, from 20 to 10 minutes by 31 Dec 2026"
    assert found.status.word == "at_risk"


def test_a_correction_of_a_reading_counts_from_when_it_was_recorded():
    push("2026-11-20", 15)
    made = add("move", metric="build_minutes", baseline="20", target="10")
    push("2026-11-20", 12, now=NOW + timedelta(hours=1))
    assert measured(made, NOW + timedelta(hours=2)).value == 12
    assert [each.value for each in Measurement.objects.all()] == [15, 12]


def test_a_series_goes_stale_by_its_own_cadence_and_never_green():
    push("2026-11-10", 5)
    made = add("move", metric="build_minutes", baseline="20", target="10")
    assert stand(made).status.progress.raw > 1
    assert stand(made).status.word == "stale"
    kept_longer = add("move", metric="build_minutes", baseline="20", target="10", cadence_days=30)
    assert stand(kept_longer).status.word == "on_track"


def test_a_series_without_a_value_before_the_start_has_no_baseline_to_measure():
    push("2026-11-10", 5)
    with pytest.raises(Undecidable, match="build_minutes has no value of 2026-10-01 or before") as refused:
        add("move", metric="build_minutes", target="10")
    assert refused.value.field == "baseline"


@pytest.mark.parametrize("field", ["where", "at"])
def test_a_series_has_no_slice_and_no_date(field):
    push("2026-09-10", 5)
    with pytest.raises(Undecidable, match="is a series") as refused:
        add("move", metric="build_minutes", target="10", **{field: "severity"})
    assert refused.value.field == field


def test_a_value_that_a_person_entered_before_the_start_is_pending_until_somebody_looks():
    from throughline.series import actions as series

    series.push("test", "nps", 30, at="2026-09-30", origin="manual", now=day("2026-09-30"))
    made = add("move", metric="nps", target="40", cadence_days=90)
    assert stand(made).status.word == "pending"
    check_in(made, 0.8)
    assert stand(made).status.word == "off_track"


def test_targets_on_the_way_bend_the_line_that_the_pace_is_judged_by():
    push("2026-09-28", 20)
    push("2026-11-20", 18)
    late = add("move", metric="build_minutes", target="10", phases="2026-12-15: 17.5")
    assert stand(late).status.word == "on_track"
    assert "where the phases ask for" in stand(late).status.reason
    assert stand(add("move", metric="build_minutes", target="10")).status.word == "off_track"
    assert stand(late).sentence.endswith("by 31 Dec 2026 (17.5 by 15 Dec 2026 on the way)")


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ("2027-01-15: 17", "not between the start"),
        ("2026-12-31: 17", "not between the start"),
        ("2026-11-15: soon", "A target is a number"),
        ("2026-11-15: 17\n2026-11-15: 16", "of the same day"),
    ],
)
def test_a_target_on_the_way_that_cannot_be_is_refused(phases, said):
    push("2026-09-28", 20)
    with pytest.raises(Undecidable, match=said) as refused:
        add("move", metric="build_minutes", target="10", phases=phases)
    assert refused.value.field == "phases"


# Keep


def test_inside_its_bound_from_the_start_it_is_on_track_and_the_bound_itself_is_inside():
    for week in range(8):
        push(f"{day('2026-09-29') + timedelta(days=7 * week):%Y-%m-%d}", 12)
    found = stand(keep())
    assert (found.score, found.verdict) == (1.0, "open")
    assert found.sentence == "build_minutes, at most 12 minutes from 1 Oct to 31 Dec 2026"
    far = stand(keep(bound_high="20"))
    assert (far.status.word, far.status.basis) == ("on_track", "chance")
    assert far.status.reason.endswith("likely to stay at most 20 to the end.")


def test_a_day_outside_is_off_track_unless_it_is_allowed():
    for at, value in (("2026-09-29", 10), ("2026-10-08", 13), ("2026-10-09", 10)):
        push(at, value)
    for week in range(1, 7):
        push(f"{day('2026-10-09') + timedelta(days=7 * week):%Y-%m-%d}", 10)
    strict, lenient = stand(keep()), stand(keep(allowed_outside="1"))
    assert (strict.status.word, lenient.status.word) == ("off_track", "on_track")
    assert strict.status.reason == "It was not at most 12 for 1 day."
    assert lenient.sentence.endswith("31 Dec 2026, but for 1 day")


def test_a_silence_longer_than_the_cadence_and_its_grace_counts_as_outside():
    push("2026-10-01", 10)
    push("2026-10-21", 10)
    push("2026-11-20", 10)
    found = stand(keep(start="2026-10-01"))
    # 20 days of which 10 are spoken for, then 30 of which 10 are; silent for 30 of them.
    assert found.status.word == "off_track"
    assert "30 days no value says" in found.status.reason


def test_a_metric_of_the_records_is_kept_by_what_it_said_on_every_day_also_before_it_was_promised():
    for number in range(4):
        record(f"2026-10-{10 + number}", "2026-10-20")
    found = stand(add("keep", metric="open_at_end()", bound_high="3"))
    # Four were open at the ends of 13 to 19 October.
    assert found.status.reason == "It was not at most 3 for 7 days."
    assert found.score == pytest.approx(1 - 7 / 51.5, abs=1e-3)


def test_what_is_kept_is_graded_by_the_share_of_the_time_and_judged_by_the_days_allowed():
    push("2026-09-30", 10)
    for week in range(14):
        push(f"{day('2026-10-01') + timedelta(days=7 * week):%Y-%m-%d}", 13 if week == 3 else 10)
    lenient = keep(allowed_outside="7", now=CLOSED)
    strict = keep(allowed_outside="6", now=CLOSED)
    found = [stand(each, CLOSED) for each in (lenient, strict)]
    assert [each.key_result.grade for each in found] == [pytest.approx(1 - 7 / 92)] * 2
    assert [each.verdict for each in found] == ["hit", "missed"]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"bound_high": ""}, "bound_high", "Say what to stay inside of"),
        ({"bound_low": "20"}, "bound_high", "above the upper bound"),
        ({"bound_high": "few"}, "bound_high", "expected a number, found"),
        ({"allowed_outside": "92"}, "allowed_outside", "allow fewer"),
        ({"target": "10"}, "target", "is decided by its bounds"),
        ({"metric": ""}, "metric", "say what is measured"),
    ],
)
def test_what_is_no_bound_is_refused_beside_its_field(given, field, said):
    push("2026-09-28", 10)
    with pytest.raises(Undecidable, match=said) as refused:
        keep(**given)
    assert refused.value.field == field


# Forecast


def risk(at: str, value: float) -> None:
    push(at, value, name="breach_within_a_year", unit="share")


def test_a_forecast_starts_from_its_first_panel_and_moves_on_its_scale():
    risk("2026-10-05", 0.5)
    risk("2026-11-20", 0.1)
    plain = stand(add("forecast", metric="breach_within_a_year", target="5%"))
    odds = stand(add("forecast", metric="breach_within_a_year", target="5%", scale="log-odds"))
    assert (plain.version.baseline, plain.status.progress.raw) == (0.5, pytest.approx(0.889, abs=1e-3))
    assert odds.status.progress.raw == pytest.approx(0.746, abs=1e-3)
    assert odds.sentence.endswith("from 50 % to 5 % in log-odds by 31 Dec 2026")


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"metric": "count()"}, "metric", "name a series"),
        ({"target": "0", "scale": "log_odds"}, "target", "has no log-odds"),
        ({"scale": "dollars"}, "scale", "expected probability or log_odds"),
    ],
)
def test_what_is_no_forecast_is_refused(given, field, said):
    risk("2026-10-01", 0.5)
    arrivals(1)
    with pytest.raises(Undecidable, match=said) as refused:
        add("forecast", **{"metric": "breach_within_a_year", "baseline": "0.5", "target": "0.05", **given})
    assert refused.value.field == field


# All of them


def every_kind() -> list[KeyResult]:
    push("2026-09-28", 10)
    risk("2026-09-28", 0.5)
    return [
        add("move", metric="build_minutes", target="5"),
        keep(),
        steps(),
        event(),
        add("baseline", metric="build_minutes"),
        add("forecast", metric="breach_within_a_year", target="0.2"),
    ]


def test_every_kind_gives_dated_measurements_with_the_definition_that_they_came_from():
    for made in every_kind():
        kept = queries.measurements_of(made).get()
        assert (kept.at, bool(kept.definition)) == (NOW, True)


def test_nothing_of_any_kind_is_green_in_silence():
    for made in every_kind():
        found = stand(made, NOW + timedelta(days=25))
        assert found.status.word != "on_track" or found.score == 1.0


def test_every_kind_is_measured_once_for_the_same_data_on_a_day():
    for made in every_kind():
        actions.measure(made, NOW + timedelta(minutes=1))
    assert Measurement.objects.count() == 6
    assert not queries.behind(NOW + timedelta(minutes=1))
    push("2026-11-21", 9, now=NOW)
    assert queries.behind(NOW + timedelta(minutes=2))


def test_a_change_of_kind_drops_what_decided_the_old_one_and_is_told_field_by_field():
    push("2026-09-28", 20)
    made = add("move", metric="build_minutes", target="10", phases="2026-11-15: 15")
    fresh = {"kind": "keep", "bound_high": "12", "weight": "2", "why": "Slow builds"}
    version = actions.change_key_result(
        made, "test", reason="wrong measure", text="Two left.", now=NOW, **fresh
    )
    assert (version.kind, version.baseline, version.target, version.bound_high) == ("keep", None, None, 12)
    told = {each.field: (each.old, each.new) for each in history.steps(made)[0].changes}
    assert told["kind"] == ("move a figure", "keep a figure inside a bound")
    assert told["on the way"] == ("15 by 2026-11-15", "nothing")
    assert told["at most"] == ("open", "12 minutes")
    assert (told["weight"], told["why"]) == (("1", "2"), ("nothing said", "Slow builds"))


def test_the_grade_of_the_first_version_stands_beside_that_of_the_last_whatever_its_kind():
    made = steps()
    done(made, "the-pilot-runs")
    actions.change_key_result(
        made,
        "test",
        reason="scope changed",
        text="Two left.",
        steps=["100: The pilot runs"],
        now=NOW + timedelta(hours=1),
    )
    found = measured(made, CLOSED)
    assert (found.key_result.original_grade, found.key_result.grade) == (pytest.approx(0.4), 1.0)


def test_commitment_and_weight_are_kept_with_every_version():
    made = event(commitment="aspirational", weight="2.5", judge="The auditor", why_target="It is the law")
    version = actions.change_key_result(
        made, "test", reason="scope changed", text="Two left.", owner="Mia", now=NOW
    )
    assert (version.commitment, version.weight, version.judge) == ("aspirational", 2.5, "The auditor")
    assert version.why_target == "It is the law"


def test_the_texts_of_every_kind_read_back_as_they_were():
    for made in every_kind():
        with pytest.raises(Undecidable, match="nothing would change"):
            actions.change_key_result(made, "test", reason="scope changed", text="Two left.", now=NOW)


def test_kinds_are_named_in_full(db):
    with pytest.raises(Undecidable, match="one of move, keep, milestone, binary, baseline, forecast"):
        kinds.add("dream")
