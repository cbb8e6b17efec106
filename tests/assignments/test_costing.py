"""What the choices of many people cost, worked out by processes side by side: as one alone gives it."""

from __future__ import annotations

import multiprocessing

import numpy as np
import pytest
from tests.engine.matches import in_months, random_team

from throughline.assignments import costing
from throughline.assignments.costing import ask
from throughline.engine.matching import Weights, advice, matching, search, suited
from throughline.engine.matching.advice import OverQuarters
from throughline.engine.matching.around import Learned


@pytest.fixture(scope="module", params=[OverQuarters, Learned, type(None)])
def question(request):
    """A team by what is learned of it: over quarters, over pairs that are told to be many, or nothing."""
    learned, chance = request.param, np.random.default_rng(7)
    with pytest.MonkeyPatch.context() as patch:
        if learned is Learned:
            patch.setattr(advice, "_MANY_PAIRS", 1)
        if learned is type(None):
            patch.setattr(search, "_MANY_SETS", 0)
            patch.setattr(search, "_UNLIKE", 1.1)
        while True:
            team = random_team(chance, 8, 10 if learned is type(None) else 12, plain=True)
            team = in_months(team, chance) if learned is Learned else team
            found = matching(team, Weights())
            if found is not None and found.begun is not None and isinstance(found.begun.learned, learned):
                yield team
                return


class Told(list):
    def __call__(self, done, total):
        self.append((done, total))


def asked(question, *, cores, told=lambda done, total: None):
    found = matching(question, Weights())
    ask(found, range(len(question.people)), told=told, cores=cores)
    return found


def costs(found):
    return [
        [found.cost(person, work) for work in suited(found, person)]
        for person in range(len(found.question.people))
    ]


def test_costs_are_the_same_on_one_core_and_on_many(question):
    alone, told = asked(question, cores=1), Told()
    many = asked(question, cores=3, told=told)
    assert costs(many) == costs(alone)
    slow = matching(question, Weights())
    for mine, theirs in zip(costs(slow), costs(many), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-7)
    people = len(question.people)
    assert told[0] == (0, people)
    assert {total for _, total in told} == {people}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] >= people - 3


def test_nothing_is_searched_again_once_it_was_asked(question, monkeypatch):
    found = asked(question, cores=2)
    monkeypatch.setattr(type(found), "_with", None)
    assert costs(found)


def test_whoever_no_longer_waits_ends_the_work_and_its_processes(question):
    class Cancelled(Exception):
        pass

    def told(done, total):
        if done > 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        asked(question, cores=2, told=told)
    assert multiprocessing.active_children() == []


def test_what_a_process_that_was_ended_was_asked_is_answered_all_the_same(question):
    right = costs(asked(question, cores=1))

    def told(done, total):
        for process in multiprocessing.active_children()[:1]:
            process.kill()

    assert costs(asked(question, cores=2, told=told)) == right


def test_where_no_process_may_be_begun_one_goes_on_alone(question, monkeypatch):
    def refuse(self):
        raise OSError("too many processes")

    right = costs(asked(question, cores=1))
    monkeypatch.setattr(costing.SpawnProcess, "start", refuse)
    assert costs(asked(question, cores=2)) == right
