"""Scores of every kind of key result, in every direction; and what other tools got wrong."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from throughline.engine import key_results, scoring
from throughline.engine.key_results import Phase, Standing
from throughline.engine.refusals import Refused
from throughline.engine.scoring import FirstMeasure, Step
from throughline.engine.statuses import Watch

START, DUE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)
NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
SHARES = st.floats(0, 1)


def day(number):
    """The given day of a key result that lasts a hundred."""
    return START + timedelta(days=number)


def watch(at=50, **changes):
    times = {"measured_at": day(at), "data_as_of": day(at), "checked_in_at": day(at)} | changes
    return Watch(start=START, due=DUE, now=day(at), **times)


# Published bugs of other tools


def test_a_decreasing_key_result_with_checkpoints_is_not_scored_upside_down():
    phases = [Phase(day(25), 75), Phase(day(50), 50), Phase(day(75), 25)]
    for value, score in [(100, 0), (75, 0.25), (50, 0.5), (25, 0.75), (0, 1)]:
        assert key_results.grade(value, baseline=100, target=0) == score
    line = [
        key_results.expected_progress(
            start=START, due=DUE, now=day(at), phases=phases, baseline=100, target=0
        )
        for at in (0, 25, 50, 75, 100)
    ]
    assert line == [0, 0.25, 0.5, 0.75, 1]
    ahead, behind = (
        key_results.status(
            Standing(
                **{
                    name: getattr(watch(), name)
                    for name in ("start", "due", "now", "measured_at", "data_as_of")
                },
                value=value,
                baseline=100,
                target=0,
                phases=tuple(phases),
            )
        ).word
        for value in (40, 80)
    )
    assert (ahead, behind) == ("on_track", "off_track")


@pytest.mark.parametrize("value", [6, 7, 8])
def test_a_start_equal_to_its_target_is_refused_and_never_scored_one_half(value):
    with pytest.raises(Refused) as refusal:
        key_results.grade(value, baseline=7, target=7)
    assert refusal.value.code == "target_equals_baseline"


def test_no_progress_on_a_decreasing_key_result_scores_nought_and_not_one():
    assert key_results.grade(40, baseline=40, target=20) == 0


def test_beyond_a_target_of_nought_is_the_whole_way_and_no_division_by_nought():
    assert key_results.progress(0, baseline=5, target=0).raw == 1


# A move, in every direction


@given(NUMBERS, NUMBERS, st.floats(0, 1))
def test_the_same_share_of_the_way_scores_the_same_in_every_direction(baseline, target, share):
    assume(abs(target - baseline) > 0.01)
    value = baseline + share * (target - baseline)
    assert key_results.grade(value, baseline=baseline, target=target) == pytest.approx(share, abs=1e-6)


@given(NUMBERS, NUMBERS, st.floats(0.01, 100))
def test_beyond_the_target_is_raw_above_one_and_shown_as_one(baseline, target, more):
    assume(abs(target - baseline) > 0.01)
    found = key_results.progress(target + more * (target - baseline), baseline=baseline, target=target)
    assert found.raw > 1
    assert found.shown == 1


@given(NUMBERS, NUMBERS, st.floats(0.01, 100))
def test_below_the_baseline_is_raw_under_nought_and_shown_as_nought(baseline, target, back):
    assume(abs(target - baseline) > 0.01)
    found = key_results.progress(baseline - back * (target - baseline), baseline=baseline, target=target)
    assert found.raw < 0
    assert found.shown == 0


@given(st.floats(0.5, 1e6), st.floats(0.5, 1e6), st.floats(0, 1))
def test_through_nought_scores_like_any_way(below, above, share):
    for baseline, target in [(-below, above), (above, -below)]:
        value = baseline + share * (target - baseline)
        assert key_results.grade(value, baseline=baseline, target=target) == pytest.approx(share, abs=1e-6)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.floats(0.01, 1000))
def test_the_unit_and_its_zero_do_not_matter(value, baseline, target, shift, factor):
    assume(abs(target - baseline) > 0.01)
    plain = key_results.progress(value, baseline=baseline, target=target).raw
    moved = [factor * number + shift for number in (value, baseline, target)]
    assume(moved[1] != moved[2])
    found = key_results.progress(moved[0], baseline=moved[1], target=moved[2]).raw
    assert found == pytest.approx(plain, rel=1e-3, abs=1e-3)


@given(st.integers(1, 98), st.integers(1, 99), st.integers(0, 100))
def test_percentages_and_their_shares_score_the_same(baseline, target, value):
    assume(baseline != target)
    points = key_results.grade(value, baseline=baseline, target=target)
    shares = key_results.grade(value / 100, baseline=baseline / 100, target=target / 100)
    assert shares == pytest.approx(points)


@given(st.integers(10, 80), st.integers(1, 90))
def test_per_cent_of_a_baseline_are_not_percentage_points(baseline, change):
    # Of a rate in per cent, "-30%" is a third less; of a share it could be points, and is refused.
    target, kind = key_results.target_from(f"-{change}%", baseline, unit="percent", better="lower")
    assert (target, kind) == (pytest.approx(baseline * (1 - change / 100)), "relative")
    with pytest.raises(Refused) as refusal:
        key_results.target_from(f"-{change}%", baseline / 100, unit="share", better="lower")
    assert refusal.value.code == "ambiguous_target"


# Milestones

BUILT, SHOWN, USED = (
    Step(title="Built", weight=50, due=day(30), done_at=day(20)),
    Step(title="Shown", weight=30, due=day(60), done_at=day(70)),
    Step(title="Used", weight=20),
)
STEPS = (BUILT, SHOWN, USED)


@pytest.mark.parametrize(("at", "score"), [(10, 0), (20, 0.5), (69, 0.5), (70, 0.8), (100, 0.8)])
def test_milestones_score_the_weights_done(at, score):
    assert scoring.milestones(STEPS, at=day(at), due=DUE) == pytest.approx(score)


def test_a_step_done_after_the_last_day_does_not_count():
    late = Step(title="Used", weight=20, done_at=DUE)
    assert scoring.milestones((BUILT, SHOWN, late), at=day(120), due=DUE) == pytest.approx(0.8)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_all_steps_done_score_exactly_one(parts):
    steps = [
        Step(title=f"Step {number}", weight=100 * part / sum(parts), done_at=day(1))
        for number, part in enumerate(parts)
    ]
    assert scoring.milestones(steps, at=day(2), due=DUE) == 1
    assert scoring.verdict(scoring.milestones(steps, at=DUE, due=DUE), due=DUE, now=DUE) == "hit"


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([], "no_steps"),
        ([Step(title=" ", weight=100)], "step_unnamed"),
        ([Step(title="A", weight=50), Step(title=" a ", weight=50)], "step_twice"),
        ([Step(title="A", weight=0), Step(title="B", weight=100)], "bad_weight"),
        ([Step(title="A", weight=math.nan)], "bad_weight"),
        ([Step(title="A", weight=50), Step(title="B", weight=49)], "weights_off"),
    ],
)
def test_steps_that_cannot_be_scored_are_refused(steps, code):
    with pytest.raises(Refused) as refusal:
        scoring.check_steps(steps)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_thirds_of_a_hundred_make_a_hundred():
    scoring.check_steps([Step(title=name, weight=100 / 3) for name in "ABC"])


def test_planned_steps_are_the_line_that_milestones_are_held_against():
    assert scoring.milestone_phases(STEPS, start=START, due=DUE) == (
        Phase(day(30), 0.5),
        Phase(day(60), 0.8),
    )
    assert scoring.milestone_status(STEPS, watch(30, manual=True)).word == "on_track"
    late = scoring.milestone_status(STEPS, watch(60, manual=True))
    assert (late.word, late.basis) == ("off_track", "line")
    assert late.reason == "50 % of the way with 60 % of the time gone, where the phases ask for 80 %."


def test_steps_planned_for_one_day_are_one_phase():
    steps = [Step(title="A", weight=40, due=day(30)), Step(title="B", weight=60, due=day(30))]
    assert scoring.milestone_phases(steps, start=START, due=DUE) == (Phase(day(30), 1.0),)


def test_a_step_planned_after_the_end_is_refused():
    with pytest.raises(Refused, match="not between"):
        scoring.milestone_phases([Step(title="A", weight=100, due=day(101))], start=START, due=DUE)


# An event, a first measurement


@pytest.mark.parametrize(
    ("done", "at", "score"), [(None, 100, 0), (30, 29, 0), (30, 30, 1), (99.99, 100, 1), (100, 120, 0)]
)
def test_an_event_scores_one_once_it_passed_its_test_in_time(done, at, score):
    found = scoring.happened(None if done is None else day(done), at=day(at), due=DUE)
    assert found == score
    assert scoring.verdict(found, due=DUE, now=day(at)) == (
        "open" if at < 100 else "hit" if score else "missed"
    )


@pytest.mark.parametrize(
    ("defined", "data", "runs", "score", "said"),
    [
        (10, 20, True, 1, ""),
        (None, None, False, 0, "The metric is not defined yet."),
        (10, None, False, 0, "The metric is defined and cannot be computed."),
        (10, None, True, 0, "The metric runs and has no data yet."),
        (10, 20, False, 0, "The metric is defined and cannot be computed."),
    ],
)
def test_a_first_measurement_needs_a_metric_that_runs_and_has_data(defined, data, runs, score, said):
    instants = [None if number is None else day(number) for number in (defined, data)]
    found = FirstMeasure(defined_at=instants[0], data_at=instants[1], runs=runs)
    assert scoring.first_measure(found, at=day(50), due=DUE) == score
    assert scoring.lacking(found) == said


def test_data_after_the_last_day_came_too_late():
    found = FirstMeasure(defined_at=day(10), data_at=DUE, runs=True)
    assert scoring.first_measure(found, at=day(120), due=DUE) == 0


@pytest.mark.parametrize(
    ("confidence", "word"), [(0.6, "on_track"), (0.59, "at_risk"), (0.3, "at_risk"), (0.29, "off_track")]
)
def test_an_event_to_come_stands_as_its_owner_is_confident(confidence, word):
    found = scoring.event_status(0.0, watch(manual=True), confidence=confidence)
    assert (found.word, found.basis, found.expected) == (word, "facts", 0.5)


def test_an_event_that_no_one_is_confident_of_is_not_green():
    found = scoring.event_status(0.0, watch(manual=True))
    assert (found.word, found.reason) == (
        "at_risk",
        "It has not happened yet, and no one has said how likely it is.",
    )


def test_an_event_stands_by_what_happened():
    assert scoring.event_status(1.0, watch(manual=True)).reason == "It is done, in time."
    late = scoring.event_status(0.0, watch(100, manual=True), confidence=0.9)
    assert (late.word, late.reason) == ("off_track", "It has not happened yet, and the due date has passed.")
    assert scoring.event_status(0.0, watch(manual=True, checked_in_at=None)).word == "pending"
    assert scoring.event_status(0.0, watch(manual=True, measured_at=day(39))).word == "stale"
    assert scoring.event_status(1.0, watch(100, manual=True, closed=True)).word == "closed"


# Forecasts


def test_a_forecast_on_log_odds_counts_each_halving_of_small_odds_alike():
    scale = {"baseline": 0.08, "target": 0.01, "scale": "log_odds"}
    found = scoring.forecast_progress(math.sqrt(0.08 * 0.01), **scale)
    assert found.raw == pytest.approx(0.5, abs=0.02)
    assert scoring.forecast_progress(0.045, **(scale | {"scale": "probability"})).raw == pytest.approx(0.5)


@given(*[st.floats(0.001, 0.999)] * 3)
def test_a_forecast_that_its_event_will_not_happen_scores_as_that_it_will(value, baseline, target):
    assume(abs(baseline - target) > 1e-3)
    for scale in ("probability", "log_odds"):
        found = scoring.forecast_progress(value, baseline=baseline, target=target, scale=scale).raw
        mirrored = scoring.forecast_progress(
            1 - value, baseline=1 - baseline, target=1 - target, scale=scale
        ).raw
        assert mirrored == pytest.approx(found, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "scale"),
    [
        (1.1, "probability"),
        (-0.1, "probability"),
        (0, "log_odds"),
        (1, "log_odds"),
        (-1, "loss"),
        (math.nan, "loss"),
    ],
)
def test_a_number_that_is_not_on_its_scale_is_refused(value, scale):
    with pytest.raises(Refused) as refusal:
        scoring.on_scale(value, scale)
    assert refusal.value.code == "off_scale"


def test_an_expected_loss_moves_in_its_own_unit():
    found = scoring.forecast_progress(300_000, baseline=400_000, target=200_000, scale="loss")
    assert found.raw == 0.5
