"""Mix versus rate: the terms add up to the change, and each says what it claims."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.mix import Part, added, split

SIZES = st.integers(0, 200)
VALUES = st.floats(0, 500)
PARTS = st.lists(st.tuples(SIZES, VALUES, SIZES, VALUES), min_size=1, max_size=12)


def whole(pairs):
    pairs = list(pairs)
    n = sum(size for size, _ in pairs)
    return sum(size * value for size, value in pairs) / n if n else None


def parts_of(rows):
    return [
        Part(str(number), n0, then if n0 else None, n1, now if n1 else None)
        for number, (n0, then, n1, now) in enumerate(rows)
    ]


@given(PARTS)
def test_rate_and_mix_add_up_to_the_change_without_a_rest(rows):
    then, now = whole((n, v) for n, v, _, _ in rows), whole((n, v) for _, _, n, v in rows)
    if then is None or now is None:
        return
    found = split(parts_of(rows), then=then, now=now)
    assert found.rate + found.mix == pytest.approx(now - then, abs=1e-8)
    assert found.rest == pytest.approx(0, abs=1e-8)
    assert sum(term.total for term in found.terms) == pytest.approx(found.change, abs=1e-8)


def test_the_same_figures_in_another_mix_are_all_mix_and_the_reverse_all_rate():
    mixed = split([Part("a", 10, 5.0, 30, 5.0), Part("b", 30, 25.0, 10, 25.0)], then=20, now=10)
    assert (mixed.rate, mixed.mix) == (0, pytest.approx(-10))
    # Both groups pull the same way: more of the quick, fewer of the slow.
    assert all(term.mix < 0 for term in mixed.terms)
    rated = split([Part("a", 10, 5.0, 20, 4.0), Part("b", 30, 25.0, 60, 22.0)], then=20, now=17.5)
    assert (rated.mix, rated.rate) == (0, pytest.approx(-2.5))


def test_every_group_may_get_better_while_the_whole_gets_worse():
    # Simpson's: both are quicker, and far more of the slow ones came.
    found = split([Part("web", 90, 10.0, 20, 8.0), Part("legacy", 10, 60.0, 80, 50.0)], then=15, now=41.6)
    assert found.change > 0 > found.rate
    assert found.mix == pytest.approx(found.change - found.rate)


def test_a_group_that_came_or_went_is_mix_alone():
    found = split([Part("a", 10, 5.0, 10, 5.0), Part("new", 0, None, 10, 45.0)], then=5, now=25)
    assert found.rate == 0
    assert found.mix == pytest.approx(20)
    assert found.terms[0].name == "new"


def test_what_is_no_mean_of_its_groups_leaves_a_rest():
    found = split([Part("a", 10, 5.0, 10, 6.0)], then=5, now=8)
    assert (found.rate, found.mix, found.rest) == (1, 0, pytest.approx(2))
    unknown = split([Part("a", 10, 5.0, 10, 6.0), Part("b", 10, None, 10, 9.0)], then=5, now=8)
    assert [term.name for term in unknown.terms] == ["a"]
    assert [part.name for part in unknown.left_out] == ["b"]
    assert split([Part("b", 10, None, 10, 9.0)], then=5, now=8).rest == 3
    assert split([], then=5, now=8).terms == ()


def test_a_share_is_one_of_all_records_also_of_groups_without_a_figure():
    known = [Part("low", 75, 49.5, 88, 60.5), Part("medium", 98, 37.4, 111, 38.0)]
    found = split(
        [*known, Part("high", 61, 9.0, 68, None), Part("info", 0, None, 0, None)], then=33.7, now=38.2
    )
    low = next(term for term in found.terms if term.name == "low")
    assert (low.share_then, low.share_now) == (pytest.approx(75 / 234), pytest.approx(88 / 267))
    assert low.rate == pytest.approx((75 / 234 + 88 / 267) / 2 * 11)
    # What the one without a figure did is in the rest, and one without records hides nothing.
    assert [part.name for part in found.left_out] == ["high"]
    assert found.rate + found.mix + found.rest == pytest.approx(4.5)


def test_of_a_sum_each_group_adds_its_own_change():
    found = added([Part("a", 4, 4, 9, 9), Part("b", 3, 3, 0, None)], then=7, now=9)
    assert [(term.name, term.rate, term.mix) for term in found.terms] == [("a", 5, 0), ("b", -3, 0)]
    assert (found.rate, found.rest) == (2, 0)
    assert found.terms[0].share_now == 1
