"""The sample's finished work: enough of it is graded to learn from, and each person has one piece waiting."""

from __future__ import annotations

from throughline.sample.finished import FINISHED, KINDS
from throughline.sample.plan import WORK


def test_every_finished_piece_says_of_which_kinds_it_was():
    assert set(KINDS) == {each.title for each in (*FINISHED, *WORK) if each.status == "done"}
