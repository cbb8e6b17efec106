"""Interests stated and revealed: apart, fading, and joined by a rule that one tap does not decide."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.interests import REFUSED, Stated, Tap, interests, notes, unknown

TODAY = date(2026, 11, 29)
SHARE = st.integers(0, 20).map(lambda k: k / 20)
AGE = st.integers(0, 4000)
STATED = st.none() | st.builds(lambda value, age: Stated(value, ago(age)), SHARE, AGE)
TAPS = st.lists(
    st.builds(lambda age, a, b: Tap("teaching", ago(age), a, b), AGE, SHARE | st.none(), SHARE | st.none()),
    max_size=8,
)


def ago(days):
    return TODAY - timedelta(days=days)


def of(stated=None, taps=(), *, on=TODAY):
    said = {} if stated is None else {"teaching": stated}
    return interests(["teaching"], said, taps, on=on)["teaching"]


def taps(worth, number, *, age=0):
    return [Tap("teaching", ago(age), worth, worth)] * number


# The rule


def test_a_tap_of_a_half_life_ago_counts_half():
    found = of(taps=[*taps(1, 1), *taps(0, 1, age=365)])
    assert found.evidence == pytest.approx(1.5, abs=0.001)
    assert found.revealed == pytest.approx(2 / 3, abs=0.001)


@pytest.mark.parametrize(("number", "used"), [(1, 1 / 3), (4, 2 / 3), (18, 0.9)])
def test_without_a_statement_taps_count_the_more_the_more_there_are(number, used):
    found = of(taps=taps(1, number))
    assert (found.revealed, found.used) == (1, pytest.approx(used))


def test_one_tap_moves_a_fresh_statement_by_a_fifth():
    assert of(Stated(1, TODAY), taps(0, 1)).used == pytest.approx(0.8)


@pytest.mark.parametrize("refusal", [0, 0.1, 0.25])
def test_work_that_was_refused_is_no_nearer_than_work_of_which_nothing_was_said(refusal):
    assert (of(Stated(refusal, TODAY)).used, of().used) == (0, None)
    assert of(Stated(0.3, TODAY)).used == pytest.approx(0.3)


def test_taps_still_speak_for_what_was_refused():
    assert of(Stated(0.25, TODAY), taps(1, 4)).used == pytest.approx(0.5)


def test_fresh_taps_overrule_an_old_statement():
    assert of(Stated(1, ago(3 * 365)), taps(0, 6)).used < 0.1


def test_half_an_answer_is_an_answer_and_none_is_no_tap():
    assert of(taps=[Tap("teaching", TODAY, absorbed=1)]).revealed == 1
    assert of(taps=[Tap("teaching", TODAY)]).used is None


def test_what_is_dated_later_is_left_out():
    before = ago(30)
    assert of(Stated(0.7, TODAY), taps(1, 3), on=before) == of(on=before)


def test_taps_of_one_kind_say_nothing_of_another():
    found = interests(["teaching", "tooling"], {}, taps(1, 3), on=TODAY)
    assert (unknown(found), found["teaching"].taps) == (["tooling"], 3)


# What is said of it


def test_a_statement_is_stale_after_a_year():
    fresh, old = of(Stated(0.7, ago(364))), of(Stated(0.7, ago(365)))
    assert (fresh.is_stale, old.is_stale) == (False, True)
    assert old.stale_on == TODAY
    assert old.used == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("stated", "worth", "number", "wanted"),
    [(0.9, 0.5, 3, True), (0.9, 0.55, 3, False), (0.1, 0.9, 2, True), (0.9, 0, 1, False)],
)
def test_said_and_shown_disagree_when_enough_was_shown(stated, worth, number, wanted):
    assert of(Stated(stated, TODAY), taps(worth, number)).disagrees is wanted


def test_what_is_to_be_asked_is_said_in_sentences():
    said = {"teaching": Stated(0.9, ago(500)), "tooling": Stated(0.5, TODAY)}
    shown = [*taps(0, 3), Tap("red team", TODAY, 1, 1)]
    found = interests(["teaching", "tooling", "red team", "detection"], said, shown, on=TODAY)
    assert notes(found) == [
        f"Interest in teaching was stated on {ago(500).isoformat()}: ask again.",
        "Interest in teaching was stated as 0.90, but after 3 pieces of work it looks like 0.00: "
        "which holds?",
        "Interest in red team was never stated: 0.33 comes from 1 piece of work.",
        "Nothing is known of detection: it counts as 0.",
    ]


# Properties


@given(STATED, TAPS)
def test_what_is_used_lies_between_what_was_said_and_shown(stated, shown):
    found = of(stated, shown)
    said = stated.value if stated and stated.value > REFUSED else 0.0
    known = [each for each in (said, found.revealed) if each is not None]
    if stated is None and found.revealed is None:
        assert found.used is None
    else:
        assert min(known) - 1e-9 <= found.used <= max(known) + 1e-9


@given(STATED, TAPS, AGE)
def test_a_better_tap_never_lowers_and_a_worse_one_never_raises(stated, shown, age):
    before = of(stated, shown).used or 0.0
    better, worse = (of(stated, [*shown, *taps(worth, 1, age=age)]).used for worth in (1, 0))
    assert worse - 1e-9 <= before <= better + 1e-9


@given(STATED.filter(bool), TAPS, SHARE)
def test_one_tap_decides_nothing_against_a_statement_of_the_same_day(stated, shown, worth):
    before = of(stated, shown)
    tap = Tap("teaching", stated.on, worth, worth)
    assert abs(of(stated, [*shown, tap]).used - before.used) <= 0.2 + 1e-9


@given(STATED, TAPS, st.randoms())
def test_the_order_of_taps_decides_nothing(stated, shown, random):
    assert of(stated, random.sample(shown, len(shown))) == of(stated, shown)


@given(TAPS, st.integers(1, 2000))
def test_what_was_shown_fades_to_unknown_and_never_grows(shown, days):
    now, later = of(taps=shown), of(taps=shown, on=TODAY + timedelta(days=days))
    assert later.evidence <= now.evidence
    assert (later.used or 0.0) <= (now.used or 0.0) + 1e-9


@given(STATED.filter(lambda said: said and said.value > REFUSED), AGE)
def test_a_statement_alone_is_used_as_it_was_made(stated, days):
    assert of(stated, on=TODAY + timedelta(days=days)).used == pytest.approx(stated.value)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_interest_is_refused(value):
    with pytest.raises(ValueError, match="0 to 1"):
        of(Stated(value, TODAY))
    with pytest.raises(ValueError, match="0 to 1"):
        of(taps=taps(value, 1))
