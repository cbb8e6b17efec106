"""Ranked five: what anybody can add up by hand, the order that clones cannot sway, and where they differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.ballots import Ballot, tally
from throughline.engine.refusals import Refused


def ballots(*orders: str | tuple[int, str]) -> list[Ballot]:
    """`(5, "ACB")` is five voters who rank A, C, B."""
    counted = [each if isinstance(each, tuple) else (1, each) for each in orders]
    return [
        Ballot(f"{number}.{voter}", tuple(order))
        for number, (times, order) in enumerate(counted)
        for voter in range(times)
    ]


def ranks(given: list[Ballot]) -> dict[str, int]:
    return {each.option: each.rank for each in tally(given).standings}


@st.composite
def profiles(draw: st.DrawFn) -> list[Ballot]:
    names = [f"o{place}" for place in range(draw(st.integers(1, 8)))]
    order = st.permutations(names).flatmap(lambda all: st.integers(1, 5).map(lambda n: tuple(all[:n])))
    return [
        Ballot(str(voter), each) for voter, each in enumerate(draw(st.lists(order, min_size=1, max_size=12)))
    ]


def test_five_ranks_are_worth_five_to_one():
    found = tally(ballots("abcde", "abcdf"))
    assert [(each.option, each.points) for each in found.standings[:4]] == [
        ("a", 10),
        ("b", 8),
        ("c", 6),
        ("d", 4),
    ]
    assert found.standings[0].firsts == 2


def test_with_fewer_than_five_options_the_first_is_worth_as_many_as_there_are():
    assert [each.points for each in tally(ballots("ab", "ab")).standings] == [4, 2]


def test_an_option_that_nobody_named_stands_last():
    found = tally(ballots("ab"), options=["c"])
    assert [(each.option, each.points) for each in found.standings] == [("a", 3), ("b", 2), ("c", 0)]
    assert found.schulze == (("a",), ("b",), ("c",))


def test_the_published_example_of_45_voters():
    # Schulze 2011, example 1: E is first although nobody wins against all others.
    found = tally(
        ballots(
            (5, "ACBED"),
            (5, "ADECB"),
            (8, "BEDAC"),
            (3, "CABED"),
            (7, "CAEBD"),
            (2, "CBADE"),
            (7, "DCEBA"),
            (8, "EBADC"),
        )
    )
    assert found.schulze == (("E",), ("A",), ("C",), ("B",), ("D",))
    assert found.pairwise["A"]["B"] == 20
    assert found.pairwise["B"]["A"] == 25


def test_a_cycle_of_equal_strength_is_one_group_and_a_shared_rank():
    found = tally(ballots("abc", "bca", "cab"))
    assert found.schulze == (("a", "b", "c"),)
    assert {each.rank for each in found.standings} == {1}


def test_clones_gain_points_by_teaming_and_nothing_with_schulze():
    # Eleven voters; six put x first. With b, c, d and e beside a, points make a the first.
    alone = tally(ballots((6, "xa"), (5, "ax")))
    teamed = tally(ballots((6, "xabcd"), (5, "abcdx")))
    assert alone.standings[0].option == "x"
    assert teamed.standings[0].option == "a"
    assert teamed.schulze[0] == ("x",)


def test_a_bullet_ballot_gives_five_points_to_one_and_a_warning():
    found = tally(ballots("a", "bacde", "bacde"))
    assert {each.option: each.points for each in found.standings}["a"] == 13
    assert found.pairwise["a"]["e"] == 3
    assert found.warnings == ("1 ballot ranks fewer than 5: what is missing counts as tied below the rest",)


def test_more_first_places_break_a_tie_before_who_beats_whom():
    # Nine points each; a was first once, though b wins against it two to one.
    found = tally(ballots("apqrb", "pbqra", "pba"))
    standing = {each.option: each for each in found.standings}
    assert standing["a"].points == standing["b"].points == 9
    assert found.pairwise["b"]["a"] == 2
    assert standing["a"].rank < standing["b"].rank


def test_who_wins_between_the_tied_breaks_the_next_tie():
    # Nine points each and no first place; two of three put a above b.
    standing = {each.option: each for each in tally(ballots("pabqr", "pabqr", "pqbra")).standings}
    assert standing["a"].points == standing["b"].points == 9
    assert standing["a"].rank + 1 == standing["b"].rank


def test_what_is_in_the_top_five_of_one_method_only_is_contested():
    # Five of nine put y, e, f, g, h above all else; the points of four others bring a and b in.
    found = tally(ballots((4, "abcdx"), (3, "yefgh"), (2, "yhgfe")))
    assert [each.option for each in found.standings[:5]] == ["y", "a", "b", "e", "f"]
    assert found.schulze[:5] == (("y",), ("e",), ("f",), ("g",), ("h",))
    assert found.contested == ("a", "b", "g", "h")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([Ballot("ann", ("a",)), Ballot("ann", ("b",))], "ann voted twice"),
        ([Ballot("ann", ("a", "b", "a"))], "ann ranks 'a' twice"),
        ([Ballot("ann", tuple("abcdef"))], "ann ranks 6: at most 5"),
    ],
)
def test_what_cannot_be_counted_is_refused(given, said):
    with pytest.raises(Refused, match=said):
        tally(given)


@given(profiles())
def test_the_order_of_the_ballots_does_not_matter(given):
    assert tally(given) == tally(given[::-1])


@given(profiles())
def test_who_beats_all_others_is_first_with_schulze(given):
    found = tally(given)
    for option, wins in found.pairwise.items():
        if all(count > found.pairwise[other][option] for other, count in wins.items()):
            assert found.schulze[0] == (option,)


@given(profiles())
def test_every_option_stands_once_in_either_order(given):
    found = tally(given)
    options = sorted(found.pairwise)
    assert sorted(each.option for each in found.standings) == options
    assert sorted(option for group in found.schulze for option in group) == options
    assert [each.rank for each in found.standings] == sorted(each.rank for each in found.standings)
