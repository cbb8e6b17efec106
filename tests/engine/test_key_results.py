"""How a key result stands: one formula in every direction, and no green without fresh data."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from throughline.engine import key_results
from throughline.engine.key_results import Phase, Standing
from throughline.engine.refusals import Refused
from throughline.engine.statuses import Progress

NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
START, DUE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)
PACES = ("on_track", "at_risk", "off_track")


def day(number):
    """The given day of a key result that lasts a hundred."""
    return START + timedelta(days=number)


def standing(value, *, at=50, **changes):
    """From 40 down to 20 in a hundred days, measured just now and looked at by its owner."""
    given_fields = {
        "value": value,
        "baseline": 40,
        "target": 20,
        "start": START,
        "due": DUE,
        "now": day(at),
        "measured_at": day(at),
        "data_as_of": day(at),
        "checked_in_at": day(at),
    }
    return key_results.status(Standing(**(given_fields | changes)))


# Progress and grade


@pytest.mark.parametrize(
    ("value", "baseline", "target", "raw"),
    [
        (15, 10, 20, 0.5),
        (30, 40, 20, 0.5),
        (0, -10, 10, 0.5),
        (-15, -10, -20, 0.5),
        (0.85, 0.8, 0.9, 0.5),
        (10, 40, 20, 1.5),
        (45, 40, 20, -0.25),
        (40, 40, 20, 0),
    ],
    ids=["increase", "decrease", "through zero", "negative", "share", "beyond", "wrong way", "at baseline"],
)
def test_progress_is_the_share_of_the_way_in_every_direction(value, baseline, target, raw):
    found = key_results.progress(value, baseline=baseline, target=target)
    assert found.raw == pytest.approx(raw)
    assert found.shown == pytest.approx(min(max(raw, 0), 1))


def test_no_way_gone_is_said_as_0_in_both_directions():
    found = key_results.progress(40, baseline=40, target=20)
    assert f"{found.raw:.2f} {found.shown:.2f}" == "0.00 0.00"


def test_a_decreasing_key_result_halfway_scores_one_half():
    assert key_results.grade(30, baseline=40, target=20) == 0.5


@pytest.mark.parametrize("decide", [key_results.progress, key_results.grade])
def test_a_baseline_equal_to_the_target_is_refused_with_the_reason(decide):
    with pytest.raises(Refused, match="same as the baseline") as refusal:
        decide(5, baseline=7, target=7)
    assert refusal.value.code == "target_equals_baseline"


@pytest.mark.parametrize("name", ["value", "baseline", "target"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_finite_number_is_refused_by_name(name, bad):
    numbers = {"value": 1.0, "baseline": 2.0, "target": 3.0} | {name: bad}
    with pytest.raises(Refused, match=f"The {name} is not a finite number"):
        key_results.progress(**numbers)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_sign_cancels(value, baseline, target):
    assume(baseline != target)
    up = key_results.progress(value, baseline=baseline, target=target)
    assert key_results.progress(-value, baseline=-baseline, target=-target) == up


@given(NUMBERS, NUMBERS)
def test_the_baseline_is_nought_and_the_target_is_one(baseline, target):
    assume(baseline != target)
    assert key_results.progress(baseline, baseline=baseline, target=target).raw == 0
    assert key_results.progress(target, baseline=baseline, target=target).raw == 1


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_nearer_to_the_target_is_never_less(first, second, baseline, target):
    assume(baseline < target)
    low, high = sorted((first, second))
    raws = [key_results.progress(value, baseline=baseline, target=target).raw for value in (low, high)]
    assert raws == sorted(raws)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_grade_lies_between_nought_and_one(value, baseline, target):
    assume(baseline != target)
    assert 0 <= key_results.grade(value, baseline=baseline, target=target) <= 1


def test_what_was_never_measured_has_no_grade():
    assert key_results.grade(None, baseline=40, target=20) is None


# Verdict


def verdict(value, *, at, baseline=40, target=20):
    return key_results.verdict(value, baseline=baseline, target=target, due=DUE, now=day(at))


def test_a_verdict_is_open_until_the_due_date_even_when_the_target_is_passed():
    assert verdict(10, at=99.99) == "open"


@pytest.mark.parametrize(("value", "word"), [(19.9, "hit"), (20, "hit"), (20.1, "missed"), (None, "missed")])
def test_after_the_due_date_the_target_itself_is_a_hit(value, word):
    assert verdict(value, at=100) == word


def test_an_increasing_key_result_is_hit_from_below():
    assert verdict(19.9, at=100, baseline=10) == "missed"
    assert verdict(20.1, at=100, baseline=10) == "hit"


def test_binary_rounding_does_not_miss_a_target():
    assert verdict(0.3, at=100, baseline=0.1, target=0.1 + 0.2) == "hit"


def test_no_verdict_without_a_way_to_go():
    with pytest.raises(Refused, match="same as the baseline"):
        verdict(20, at=100, baseline=20)


# The straight line


def expected(at, *, phases=()):
    return key_results.expected_progress(
        start=START, due=DUE, now=day(at), phases=phases, baseline=40, target=20
    )


@pytest.mark.parametrize(("at", "share"), [(-5, 0), (0, 0), (25, 0.25), (100, 1), (200, 1)])
def test_without_phases_as_much_is_expected_as_time_has_gone(at, share):
    assert expected(at) == pytest.approx(share)


@pytest.mark.parametrize(("at", "share"), [(25, 0.1), (50, 0.2), (75, 0.6), (100, 1)])
def test_the_line_goes_through_its_phases(at, share):
    assert expected(at, phases=[Phase(due=day(50), target=36)]) == pytest.approx(share)


def test_phases_may_come_in_any_order():
    phases = [Phase(due=day(80), target=22), Phase(due=day(20), target=38)]
    assert expected(20, phases=phases) == pytest.approx(0.1)
    assert expected(80, phases=phases) == pytest.approx(0.9)


@pytest.mark.parametrize("at", [-1, 0, 100, 150])
def test_a_phase_outside_the_time_is_refused(at):
    with pytest.raises(Refused, match="not between the start 2026-01-01 and the due date 2026-04-11"):
        expected(50, phases=[Phase(due=day(at), target=30)])


def test_a_due_date_before_the_start_is_refused():
    with pytest.raises(Refused, match="not after the start"):
        key_results.expected_progress(start=DUE, due=START, now=DUE)


# Status


@pytest.mark.parametrize(
    ("value", "word"),
    [(30, "on_track"), (25, "on_track"), (32.9, "at_risk"), (33.1, "off_track"), (40, "off_track")],
)
def test_halfway_through_seven_tenths_of_the_line_is_at_risk_and_less_is_off_track(value, word):
    assert standing(value).word == word


def test_early_on_a_twentieth_below_the_line_is_only_at_risk():
    assert standing(40, at=4).word == "at_risk"
    assert standing(40, at=6).word == "off_track"


def test_a_reason_names_the_way_and_the_time():
    assert standing(32.4, at=52).reason == "38 % of the way with 52 % of the time gone."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (28.174, "59.1 % of the way with 59.2 % of the time gone."),
        (28.1548, "59.22 % of the way with 59.23 % of the time gone."),
        (28.1538, "Just below 59.23 % of the way with 59.23 % of the time gone."),
    ],
)
def test_a_reason_tells_apart_what_is_missing_however_little_it_is(value, said):
    found = standing(value, at=59.235)
    assert (found.word, found.reason) == ("at_risk", said)


def test_a_reason_names_what_the_phases_ask_for():
    found = standing(36, phases=(Phase(due=day(50), target=30),))
    assert found.reason == "20 % of the way with 50 % of the time gone, where the phases ask for 50 %."


def test_the_wrong_way_is_off_track_from_the_first_day():
    found = standing(41, at=0)
    assert found.word == "off_track"
    assert found.reason.startswith("It went the wrong way: ")
    assert found.progress == Progress(raw=-0.05, shown=0.0)


@pytest.mark.parametrize("at", [1, 50, 99, 120])
def test_a_target_already_reached_is_on_track(at):
    assert standing(20, at=at).word == "on_track"


def test_after_the_due_date_nearly_there_is_off_track():
    found = standing(20.1, at=101)
    assert (found.word, found.reason) == (
        "off_track",
        "The due date has passed: 99 % of the way with 100 % of the time gone.",
    )


@pytest.mark.parametrize("name", ["measured_at", "data_as_of"])
def test_data_older_than_the_cadence_and_three_days_are_stale(name):
    assert standing(20, cadence_days=7, **{name: day(40)}).word == "on_track"
    found = standing(20, cadence_days=7, **{name: day(39)})
    assert found.word == "stale"
    assert found.reason == "The newest data is 11 days old, with an update due every 7 days."


@pytest.mark.parametrize("measured_at", [None, day(49)])
def test_a_value_of_unknown_age_is_stale(measured_at):
    found = standing(20, measured_at=measured_at, data_as_of=None)
    assert (found.word, found.reason) == ("stale", "Nothing says how old the data is.")


def test_nothing_measured_is_pending():
    found = standing(None, measured_at=None, data_as_of=None)
    assert (found.word, found.reason, found.progress) == ("pending", "Nothing has been measured yet.", None)


def test_stale_comes_before_pending():
    assert standing(None, measured_at=None, data_as_of=day(1)).word == "stale"


def test_closed_comes_before_stale():
    found = standing(30, closed=True, data_as_of=day(1))
    assert (found.word, found.reason) == ("closed", "Closed at 50 % of the way.")


def test_a_manual_key_result_that_no_one_checked_in_is_pending():
    assert standing(20, manual=True, checked_in_at=None).word == "pending"
    assert standing(20, manual=True).word == "on_track"


def test_a_measured_key_result_that_no_one_checked_in_shows_its_pace_as_unreviewed():
    found = standing(20, checked_in_at=None)
    assert (found.word, found.unreviewed) == ("on_track", True)
    assert not standing(20).unreviewed


def test_before_its_start_a_key_result_is_pending():
    found = standing(40, at=-3)
    assert (found.word, found.reason) == ("pending", "It starts on 2026-01-01.")


@given(
    st.none() | st.floats(-100, 100),
    st.integers(-20, 150),
    st.none() | st.integers(-50, 150),
    st.none() | st.integers(-50, 150),
)
def test_silence_is_never_green(value, at, measured, known):
    instants = {
        "measured_at": None if measured is None else day(min(measured, at)),
        "data_as_of": None if known is None else day(min(known, at)),
    }
    found = standing(value, at=at, cadence_days=7, **instants)
    ages = [day(at) - instant for instant in instants.values() if instant is not None]
    if value is None or not ages or max(ages) > timedelta(days=10):
        assert found.word not in PACES
    assert found.reason.endswith(".")


# Targets as people write them


@pytest.mark.parametrize(
    ("text", "baseline", "better", "target", "kind"),
    [
        ("12", 40, "lower", 12, "absolute"),
        (" 12.5 ", 40, "lower", 12.5, "absolute"),
        ("-5", 40, "lower", -5, "absolute"),
        ("-30%", 70, "lower", 49, "relative"),
        ("−30 %", 70, "lower", 49, "relative"),
        ("+20%", 40, "lower", 48, "relative"),
        ("50%", 40, "lower", 20, "relative"),
        ("50%", 40, "higher", 60, "relative"),
        ("-50%", -10, "higher", -15, "relative"),
        ("50%", -10, "higher", -5, "relative"),
    ],
)
def test_a_target_is_a_number_or_a_change_of_the_baseline(text, baseline, better, target, kind):
    assert key_results.target_from(text, baseline, unit="days", better=better) == (target, kind)


@pytest.mark.parametrize(("text", "target"), [("90%", 0.9), ("0.9", 0.9), ("100%", 1.0)])
def test_a_percentage_of_a_share_is_the_share_itself(text, target):
    assert key_results.target_from(text, 0.5, unit="share", better="higher") == (target, "absolute")


@pytest.mark.parametrize(
    ("text", "unit", "baseline", "code"),
    [
        (">= 0.9", "days", 40, "unreadable_target"),
        ("12,5", "days", 40, "unreadable_target"),
        ("10~12", "days", 40, "unreadable_target"),
        ("X%", "days", 40, "unreadable_target"),
        ("nan", "days", 40, "unreadable_target"),
        ("", "days", 40, "unreadable_target"),
        ("9" * 400, "days", 40, "not_finite"),
        ("-30%", "days", 0, "relative_to_zero"),
        ("-30%", "days", None, "no_baseline"),
        ("+12", "days", 40, "ambiguous_target"),
        ("+5%", "share", 0.8, "ambiguous_target"),
        ("-5%", "share", 0.8, "ambiguous_target"),
        ("120%", "share", 0.8, "share_out_of_range"),
        ("90", "share", 0.8, "share_out_of_range"),
        ("40", "days", 40, "target_equals_baseline"),
        ("0%", "days", 40, "target_equals_baseline"),
        ("80%", "share", 0.8, "target_equals_baseline"),
    ],
)
def test_a_target_with_another_reading_is_refused(text, unit, baseline, code):
    with pytest.raises(Refused) as refusal:
        key_results.target_from(text, baseline, unit=unit, better="lower")
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_an_unsigned_change_needs_to_know_which_way_is_better():
    with pytest.raises(Refused, match="can mean up or down"):
        key_results.target_from("50%", 40, unit="days", better=None)


@given(st.floats(0.001, 1e6), st.integers(1, 99))
def test_a_change_for_the_better_lowers_what_should_be_low(baseline, percent):
    down, _ = key_results.target_from(f"{percent}%", baseline, unit="days", better="lower")
    up, _ = key_results.target_from(f"{percent}%", baseline, unit="days", better="higher")
    assert down < baseline < up
    assert baseline - down == pytest.approx(up - baseline)


@given(data=st.integers(-40, 40), waited=st.integers(-5, 40))
def test_an_end_is_judged_by_data_that_reaches_it_or_once_nothing_newer_came_in_time(data, waited):
    due = datetime(2027, 1, 1, tzinfo=UTC)
    known, now = due + timedelta(days=data), due + timedelta(days=waited)
    found = key_results.may_be_graded(known, due=due, now=now, cadence_days=7)
    assert found == (waited >= 0 and (data >= 0 or (waited >= 10 and data >= -10)))
    assert not key_results.may_be_graded(None, due=due, now=now, cadence_days=7)


@given(*[st.floats(-1e40, 1e40, allow_nan=False)] * 3)
def test_no_progress_is_so_large_that_it_cannot_be_said(value, baseline, target):
    assume(baseline != target)
    found = key_results.progress(value, baseline=baseline, target=target)
    assert abs(found.raw) <= 1e12
    assert 0 <= found.shown <= 1
    standing(value, baseline=baseline, target=target)
