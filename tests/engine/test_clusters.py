"""Suggested clusters: short texts that say the same, whatever else is on the board."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.clusters import MOST_TEXTS, likenesses, suggest

FEARS = [
    "Rotate the keys of the payment service",
    "Backups were never tested",
    "Keys are not rotated for years",
    "Test the backups every month",
    "Too many alerts at night",
    "Alert fatigue: pages at night",
    "Phishing of the finance team",
    "A supplier is breached",
    "Suppliers have access to production",
    "Ransomware through a laptop",
    "Code reviews found the bugs early",
    "Reviews of code went well",
]


def test_notes_about_the_same_are_grouped_and_the_others_left_alone():
    groups = {tuple(group) for group in suggest(FEARS)}
    assert groups == {(0, 2), (1, 3), (4, 5), (7, 8), (10, 11)}


def test_words_that_join_others_make_nothing_alike():
    assert (
        suggest(["We should do more about it", "We should not do that", "They would like to have it"]) == []
    )


def test_accents_capitals_and_endings_do_not_part_what_is_the_same():
    assert suggest(["Clés à renouveler", "RENOUVELER LES CLES", "Former l'équipe"]) == [[0, 1]]


def test_the_largest_group_comes_first():
    texts = ["patch servers", "train staff", "patch all servers", "staff training", "servers to patch"]
    assert suggest(texts) == [[0, 2, 4], [1, 3]]


@pytest.mark.parametrize("texts", [[], ["one"], ["", ""], ["!!!", "???"]])
def test_nothing_to_compare_is_no_group(texts):
    assert suggest(texts) == []


def test_the_same_text_twice_is_wholly_alike():
    assert likenesses(["rotate keys", "rotate keys", "other"])[0, 1] == pytest.approx(1.0)


def test_a_large_board_is_compared_as_far_as_it_is_bounded():
    groups = suggest([f"{FEARS[n % 12]} {n}" for n in range(MOST_TEXTS + 50)])
    assert max(place for group in groups for place in group) < MOST_TEXTS


WORDS = st.lists(
    st.sampled_from(["key", "backup", "alert", "laptop", "review", "test", "train", "patch"]), max_size=5
)


@given(st.lists(WORDS.map(" ".join), max_size=12))
def test_groups_are_apart_and_the_same_each_time(texts):
    groups = suggest(texts)
    flat = [place for group in groups for place in group]
    assert len(flat) == len(set(flat))
    assert all(len(group) > 1 for group in groups)
    assert suggest(texts) == groups
    likeness = likenesses(texts)
    assert np.allclose(likeness, likeness.T)
    assert ((likeness >= 0) & (likeness <= 1 + 1e-9)).all()
