"""A match is kept by its question; a large one is worked out by the worker, and the last stands meanwhile."""

from __future__ import annotations

import json
import threading

import pytest
from tests.assignments.quarter import a_work, say, tie
from tests.organisation import NOW

from throughline.assignments import matched
from throughline.assignments.asking import asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Matched
from throughline.assignments.work import work_out
from throughline.engine.matching import Weights
from throughline.engine.refusals import Refused
from throughline.jobs import queue
from throughline.jobs.models import Job, JobState
from throughline.jobs.registry import Cancelled
from throughline.jobs.worker import run
from throughline.live.models import Change
from throughline.people import actions

pytestmark = pytest.mark.django_db
PRIVATE = 0.7317


@pytest.fixture
def large(monkeypatch):
    """Any question is too large to be answered at once."""
    monkeypatch.setattr(matched, "SMALL", dict.fromkeys(Matched.What.values, 0))


@pytest.fixture
def ask(works, quarter):
    return lambda **given: asked_of(quarter, **given)


def work() -> list[str]:
    """Let the worker's own function do every job that waits; how each ended."""
    ended = []
    while found := queue.claim(now=NOW):
        run(found, threading.Event())
        ended.append(Job.objects.get(pk=found.pk).state)
    return ended


def test_a_small_question_is_answered_at_once_and_kept(ask):
    found = answer_of(ask(), now=NOW)
    assert found.is_current
    assert found.document["objective"] > 1
    assert not Job.objects.exists()
    assert Matched.objects.get().answer == found.document


def test_it_is_not_worked_out_twice(ask, monkeypatch):
    first = answer_of(ask(), now=NOW)

    def again(*given):
        raise AssertionError("it was worked out again")

    monkeypatch.setattr(matched, "worked_out", again)
    assert answer_of(ask(), now=NOW) == first


def test_a_large_one_is_asked_for_once_and_the_same_comes_of_it(ask, monkeypatch, large):
    assert answer_of(ask(), now=NOW).document is None
    assert answer_of(ask(), now=NOW).working == Matched.objects.get()
    assert Job.objects.count() == 1
    assert work() == [JobState.DONE]
    found = answer_of(ask(), now=NOW)
    assert found.is_current
    Matched.objects.all().delete()
    monkeypatch.undo()
    assert answer_of(ask(), now=NOW).document == found.document


def test_the_last_answer_stands_until_the_new_one_is_there(ask, organisation, large):
    answer_of(ask(), now=NOW)
    work()
    before = answer_of(ask(), now=NOW).document
    actions.state_interests(organisation.mia, {"coordination": 1.0}, now=NOW)
    found = answer_of(ask(), now=NOW)
    assert (found.is_current, found.document) == (False, before)
    assert work() == [JobState.DONE]
    found = answer_of(ask(), now=NOW)
    assert found.is_current
    assert found.document != before


def test_whoever_looks_is_told_that_it_is_there(ask, quarter, large):
    answer_of(ask(), now=NOW)
    told = Change.objects.filter(topic=f"cycle:{quarter.pk}", what="match")
    assert not told.exists()
    work()
    assert told.exists()


def test_what_changed_before_it_was_begun_is_forgotten_and_not_worked_out(ask, organisation, large):
    answer_of(ask(), now=NOW)
    actions.state_interests(organisation.mia, {"coordination": 1.0}, now=NOW)
    work()
    assert not Matched.objects.exists()


def test_what_is_tried_is_worked_out_as_it_was_tried(ask, organisation, large):
    mia = str(organisation.mia.pk)
    asked = ask(weights=Weights(1, 0, 0), ties=[(mia, "initiative:council", "must")])
    answer_of(asked, now=NOW)
    work()
    found = answer_of(asked, now=NOW).document
    assert found["weights"] == {"business": 1, "interest": 0, "growth": 0}
    assert {"initiative:council"} <= {each["work"] for each in found["plan"] if each["person"] == mia}
    assert answer_of(ask(), now=NOW).document is None


def test_the_triangle_is_a_question_of_its_own(ask, large):
    answer_of(ask(), now=NOW, what=Matched.What.TRIANGLE)
    answer_of(ask(), now=NOW)
    assert work() == [JobState.DONE, JobState.DONE]
    assert len(answer_of(ask(), now=NOW, what=Matched.What.TRIANGLE).document["points"]) == 231
    assert "plan" in answer_of(ask(), now=NOW).document


def test_so_many_are_tried_at_once_and_no_more(ask, large):
    for number in range(matched.MOST_WAITING):
        assert not answer_of(ask(weights=Weights.of(1, number, 1)), now=NOW).is_crowded
    assert answer_of(ask(weights=Weights.of(9, 1, 1)), now=NOW).is_crowded
    assert not answer_of(ask(), now=NOW).is_crowded


def test_it_can_be_cancelled_and_begun_anew(ask, organisation, large):
    found = answer_of(ask(), now=NOW).working
    matched.cancel(found, actor=organisation.mia, now=NOW)
    assert work() == []
    again = answer_of(ask(), now=NOW).working
    assert not matched.is_running(again)
    matched.again(again, now=NOW)
    assert work() == [JobState.DONE]
    with pytest.raises(Refused, match="ended already"):
        matched.cancel(
            answer_of(ask(weights=Weights()), now=NOW).working or found, actor=organisation.mia, now=NOW
        )


def test_it_stops_between_two_people_when_it_is_cancelled(ask, large):
    class Stopped:
        def progress(self, done: int, total: int, message: str = "") -> None:
            if done == 1:
                raise Cancelled

    found = answer_of(ask(), now=NOW).working
    with pytest.raises(Cancelled):
        work_out(Stopped(), matched=found.pk)
    assert Matched.objects.get().answer is None


def test_old_answers_are_forgotten(ask, monkeypatch):
    monkeypatch.setattr(matched, "KEPT", 2)
    for number in range(4):
        answer_of(ask(weights=Weights.of(1, number, 1)), now=NOW)
    assert Matched.objects.count() == 2


def test_what_cannot_be_has_no_answer_and_asks_for_none(ask, works, organisation):
    tie(works["rules"], organisation.mia, "must")
    tie(works["rules"], organisation.mia, "never")
    assert answer_of(ask(), now=NOW).document is None
    assert not Matched.objects.exists()


def test_nobody_and_nothing_has_no_answer(quarter, organisation):
    assert answer_of(asked_of(quarter), now=NOW).document is None


def test_no_number_that_somebody_answered_is_kept_anywhere(ask, works, quarter, organisation, large):
    actions.state_interests(organisation.mia, {"detection": PRIVATE}, now=NOW)
    actions.set_goal(organisation.mia, text="Learn it", kinds=["coordination"], weight=0.9241, now=NOW)
    say(works["rules"], organisation.mia, "accepted", quarter)
    a_work(quarter, "watch", "Watch", {"detection": 1.0})
    answer_of(ask(), now=NOW)
    work()
    kept = json.dumps([[each.answer, each.weights, each.ties] for each in Matched.objects.all()])
    assert "initiative:watch" in kept
    assert "0.7317" not in kept
    assert "0.9241" not in kept
    assert "unknown" not in kept
    assert not any("interest" in one["scores"] for one in json.loads(kept)[0][0]["people"][0]["suggestions"])


def test_what_who_plans_tries_is_no_members_to_see_or_to_end(large, ask, organisation, browser_of, quarter):
    stated = answer_of(ask(), now=NOW).working
    tried = answer_of(ask(weights=Weights(1.0, 0.0, 0.0)), now=NOW).working
    triangle = answer_of(ask(), now=NOW, what=Matched.What.TRIANGLE).working

    def ended(who, asked: Matched) -> int:
        address = f"/cycles/{quarter.key}/match/worked/{asked.pk}/"
        assert ("Being worked out" in who.get(address).content.decode()) == (
            who is manager or asked == stated
        )
        return who.post(f"{address}cancel").status_code

    mia, manager = browser_of(organisation.mia), browser_of(organisation.max)
    assert [ended(mia, each) for each in (stated, tried, triangle)] == [302, 404, 404]
    assert [ended(manager, each) for each in (tried, triangle)] == [302, 302]
