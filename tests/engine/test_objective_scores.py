"""Scores of objectives, the colours and words that follow from a score or a chance."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine import key_results, scoring, statuses
from throughline.engine.key_results import Standing
from throughline.engine.refusals import Refused
from throughline.engine.scoring import Part
from throughline.engine.statuses import Chances, Colours

START, DUE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)
SHARES = st.floats(0, 1)


def day(number):
    """The given day of a key result that lasts a hundred."""
    return START + timedelta(days=number)


# Objectives


def part(name, grade, *, commitment="committed", word="on_track", **more):
    return Part(name=name, grade=grade, commitment=commitment, word=word, **more)


def test_committed_and_aspirational_are_never_averaged_with_each_other():
    found = scoring.objective_score(
        [part("A", 1.0), part("B", 0.5), part("C", 0.2, commitment="aspirational")]
    )
    assert (found.committed.value, found.aspirational.value) == (0.75, 0.2)
    assert (found.committed.n, found.aspirational.n) == (2, 1)


def test_a_breached_guardrail_stands_beside_the_score_and_is_never_averaged_away():
    good = [part(name, 1.0) for name in "ABCD"]
    guardrail = part("Uptime", 0.0, guardrail=True, breached=True, word="off_track", weight=50)
    found = scoring.objective_score([*good, guardrail])
    assert found.committed.value == 1.0
    assert (found.breached, found.status) == (("Uptime",), "off_track")


def test_a_guardrail_that_holds_lifts_no_score():
    found = scoring.objective_score([part("A", 0.2), part("Uptime", 1.0, guardrail=True)])
    assert (found.committed.value, found.breached) == (0.2, ())


def test_an_objective_is_as_weak_as_its_weakest_key_result():
    order = ["closed", "on_track", "pending", "at_risk", "stale", "off_track"]
    for place, word in enumerate(order):
        parts = [part(other, 1.0, word=other) for other in order[: place + 1]]
        assert scoring.objective_score(parts).status == word


def test_an_objective_without_key_results_has_no_score_and_is_pending():
    found = scoring.objective_score([])
    assert (found.committed.value, found.aspirational.value, found.status) == (None, None, "pending")


def test_a_missing_grade_is_counted_and_keeps_the_score_from_being_green():
    found = scoring.objective_score([part("A", 1.0), part("B", None)]).committed
    assert (found.value, found.n, found.missing) == (1.0, 1, 1)
    assert found.colour() == "amber"
    assert scoring.objective_score([part("A", 1.0)]).committed.colour() == "green"
    assert scoring.objective_score([part("B", None)]).committed.colour() is None


def test_key_results_without_weight_make_no_score():
    assert scoring.objective_score([part("A", 1.0, weight=0)]).committed.value is None


@pytest.mark.parametrize("weight", [-1, math.nan, math.inf])
def test_a_weight_that_weighs_nothing_sensible_is_refused(weight):
    with pytest.raises(Refused, match="The weight of 'A'"):
        scoring.objective_score([part("A", 1.0, weight=weight)])


GRADES = st.lists(st.tuples(SHARES, st.floats(0.01, 100)), min_size=1, max_size=8)


@given(GRADES, st.floats(0.01, 100))
def test_a_score_lies_between_its_grades_whatever_the_unit_of_the_weights(grades, factor):
    def score(times):
        parts = [part(str(n), grade, weight=weight * times) for n, (grade, weight) in enumerate(grades)]
        return scoring.objective_score(parts).committed.value

    found = score(1)
    values = [grade for grade, _ in grades]
    assert min(values) - 1e-9 <= found <= max(values) + 1e-9
    assert score(factor) == pytest.approx(found)


# Bands


@pytest.mark.parametrize(
    ("score", "colour"),
    [(0, "red"), (0.399, "red"), (0.4, "amber"), (0.699, "amber"), (0.7, "green"), (1, "green")],
)
def test_a_band_begins_at_its_bound(score, colour):
    assert Colours().colour(score) == colour


def test_bands_are_settings():
    assert Colours(amber=0.2, green=0.9).colour(0.8) == "amber"
    assert Chances(on_track=0.8, at_risk=0.5).word(0.7) == "at_risk"


@pytest.mark.parametrize("bands", [(0.7, 0.4), (0.5, 0.5), (0, 0.5), (0.5, 1.1)])
def test_bands_out_of_order_are_refused(bands):
    low, high = bands
    for made in (lambda: Colours(amber=low, green=high), lambda: Chances(at_risk=low, on_track=high)):
        with pytest.raises(Refused) as refusal:
            made()
        assert refusal.value.code == "bands_out_of_order"


# The chance as pace


def move(value, *, at=50, chance=None, **changes):
    times = {"measured_at": day(at), "data_as_of": day(at), "checked_in_at": day(at)} | changes
    standing = Standing(value=value, baseline=40, target=20, start=START, due=DUE, now=day(at), **times)
    return key_results.status(standing, chance=chance)


@pytest.mark.parametrize(
    ("probability", "word"), [(0.6, "on_track"), (0.599, "at_risk"), (0.3, "at_risk"), (0.1, "off_track")]
)
def test_a_chance_decides_the_pace_where_there_is_one(probability, word):
    found = move(30, chance=statuses.by_chance(probability, end="to end at 20 days or below"))
    assert (found.word, found.basis) == (word, "chance")


def test_without_a_chance_the_line_decides_and_is_labelled_so():
    assert (move(30).word, move(30).basis) == ("on_track", "line")


def test_a_chance_gives_no_green_to_silence_and_none_after_the_end():
    likely = statuses.by_chance(0.99, end="to end at 20 days or below")
    assert move(30, chance=likely, data_as_of=day(30)).word == "stale"
    assert move(None, chance=likely, measured_at=None, data_as_of=None).word == "pending"
    assert move(30, chance=likely, closed=True).basis == "none"
    assert move(21, at=101, chance=likely).word == "off_track"


def test_a_probability_lies_between_nought_and_one():
    with pytest.raises(ValueError, match="between 0 and 1"):
        statuses.by_chance(1.2, end="to end well")
