"""Cuts of the match: they take an optimum that is not whole away, and no plan, whatever was forced."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.matches import random_team, random_weights, worth_of_all
from tests.engine.test_matching_at_once import in_months

from throughline.engine.matching import cuts as cutting
from throughline.engine.matching import mean_matches
from throughline.engine.matching.around import Around
from throughline.engine.matching.cuts import Cuts
from throughline.engine.matching.plans import gaps

CLOSE = 1e-9
WHOLE = 1e-6


def as_columns(question, weights, columns, given):
    """A plan as the model's columns."""
    at, done = np.zeros(columns.count), given.any(axis=0)
    at[columns.x[question.may]] = given[question.may]
    at[columns.y : columns.z] = done
    works = [work for work, _ in question.facets]
    at[columns.z : columns.u] = done[works] & ~(given[:, works] & question.liked).any(axis=0)
    least = (mean_matches(question, weights, given) + question.account)[question.counted]
    at[columns.u] = least.min() if question.counted.any() else 0.0
    at[columns.short :] = gaps(question, given)
    return at


def cut_off(around, pair):
    """The optimum with a pair forced, cut off as often as it can be; how many times."""
    x, y = int(around.columns.x[*pair]), around.columns.y + pair[1]
    for column in (x, y):
        around.tree.solver.changeColBounds(column, 1.0, 1.0)
    made = 0
    while around.tree.runs() and made < 4:
        at = around.tree.at()
        if not around.tree._between(at).size or not around.tree.cuts.add(at, around.tree._between(at)):
            break
        row, least = (
            around.tree.cuts._made[around.tree.cuts.count - 1],
            around.tree.cuts._low[-cutting._MOST :],
        )
        assert row @ at < least[around.tree.cuts.count - 1]
        made += 1
    around.tree.free(((x, 0.0), (y, 0.0)))
    return made


@pytest.mark.parametrize("kind", ["in weeks", "in months"])
def test_a_cut_takes_the_optimum_away_and_no_plan(kind):
    chance = np.random.default_rng(11)
    made = 0
    for _ in range(60):
        question, weights = random_team(chance), random_weights(chance)
        question = in_months(question, chance) if kind == "in months" else question
        plans, worth = worth_of_all(question, weights)
        around = Around(question, weights)
        for pair in np.argwhere(question.may & ~question.forced):
            made += cut_off(around, pair)
        rows = around.tree.cuts._made[: around.tree.cuts.count]
        least = around.tree.cuts._low[-cutting._MOST :][: around.tree.cuts.count]
        for each in plans[np.isfinite(worth)] > 0:
            assert (rows @ as_columns(question, weights, around.columns, each) >= least - CLOSE).all()
    assert made > 50


def test_cuts_that_hold_nothing_are_let_go_of_and_the_rest_stay(monkeypatch):
    monkeypatch.setattr(cutting, "_KEPT", 0)
    chance = np.random.default_rng(12)
    gone = kept = 0
    for _ in range(40):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        around = Around(question, weights)
        if not around.is_possible:
            continue
        for pair in np.argwhere(question.may & ~question.forced)[:6]:
            cut_off(around, pair)
        count = around.tree.cuts.count
        possible = around.tree.runs()
        bound = around.tree.worth()
        around.tree.cuts.forget()
        assert around.tree.solver.getNumRow() == around.tree.cuts.first + around.tree.cuts.count
        assert around.tree.runs() == possible
        assert not possible or around.tree.worth() == pytest.approx(bound, abs=1e-8)
        gone, kept = gone + count - around.tree.cuts.count, kept + around.tree.cuts.count
    assert gone > 10
    assert kept > 0


def test_no_cut_is_made_where_all_is_whole_or_there_is_no_more_room(monkeypatch):
    chance = np.random.default_rng(13)
    for _ in range(40):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        around = Around(question, weights)
        at = around.tree.at() if around.is_possible else np.zeros(0)
        if around.is_possible and not around.tree._between(at).size:
            assert not around.tree.cuts.add(at, around.tree._between(at))
        elif around.is_possible:
            monkeypatch.setattr(cutting, "_MOST", 0)
            assert not Cuts(around.tree.solver, around.model).add(at, around.tree._between(at))
            monkeypatch.undo()


def test_nobody_does_more_of_a_piece_of_work_than_is_done_of_it():
    chance = np.random.default_rng(14)
    made = 0
    for _ in range(60):
        question, weights = random_team(chance, plain=True), random_weights(chance)
        around = Around(question, weights)
        part, whole = around.model.shared
        able = np.flatnonzero((question.least > 1) & question.may.any(axis=0))
        assert np.unique(whole - around.columns.y).tolist() == able.tolist()
        at = around.tree.at() if around.is_possible else np.zeros(around.columns.count)
        wrong = at[part] - at[whole] > cutting._OVER
        before = around.tree.cuts.count
        assert around.tree.cuts._add_plain(at) == wrong.any()
        assert around.tree.cuts.count - before == wrong.sum()
        if wrong.any() and around.tree.runs():
            at = around.tree.at()
            assert (at[part[wrong]] <= at[whole[wrong]] + WHOLE).all()
            made += 1
    assert made > 3
