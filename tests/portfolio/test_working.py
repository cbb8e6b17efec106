"""A large choice is worked out by the worker, kept by its question, and the last answer stands meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate

from throughline.jobs import queue
from throughline.jobs.models import Job, JobState
from throughline.jobs.registry import Cancelled
from throughline.jobs.worker import run
from throughline.live.models import Change
from throughline.portfolio import answers, working
from throughline.portfolio.actions import drop
from throughline.portfolio.models import Worked
from throughline.portfolio.ruling import state_rules
from throughline.portfolio.work import work_out

pytestmark = pytest.mark.django_db
PAGE = "/cycles/2027-q1/portfolio/"
COUNT = working.SMALL + 2


@pytest.fixture
def cycle():
    return a_quarter()


@pytest.fixture
def many(cycle):
    """More than are worked out at once."""
    found = [candidate(cycle, f"Work {number}", number % 5 + 1, number % 4 + 1) for number in range(COUNT)]
    state_rules(ACTOR, cycle, capacity=9, now=NOW)
    return found


@pytest.fixture
def member(organisation, browser_of):
    return browser_of(organisation.mia)


def work() -> list[str]:
    """Let the worker's own function do every job that waits; how each ended."""
    ended = []
    while found := queue.claim(now=NOW):
        run(found, threading.Event())
        ended.append(Job.objects.get(pk=found.pk).state)
    return ended


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_small_choice_is_there_at_once_and_asks_for_no_work(cycle, member):
    candidate(cycle, "Owners")
    state_rules(ACTOR, cycle, capacity=9, now=NOW)
    assert "1 of 1 candidate" in text_of(member.get(PAGE))
    assert not Job.objects.exists()


def test_a_large_one_is_worked_out_in_the_background_and_then_stands(many, member):
    said = text_of(member.get(PAGE))
    assert f"{COUNT} candidates: what fits is being worked out." in said
    assert "waiting for its turn" in said
    member.get(PAGE)
    assert Job.objects.count() == 1
    assert work() == [JobState.DONE]
    said = text_of(member.get(PAGE))
    assert f"of {COUNT} candidates fit in 9 of 9 person-weeks" in said
    assert 'id="working"' not in said


def test_the_kept_answer_is_what_would_be_answered_at_once(many, member, cycle):
    from throughline.portfolio.stored import stored

    member.get(PAGE)
    work()
    _, said = answers.answered(stored(cycle, now=NOW))
    assert member.get("/cycles/2027-q1/portfolio.json").json()["answer"] == said


def test_a_page_view_of_a_kept_answer_chooses_nothing_and_asks_once_for_it(many, member, monkeypatch):
    member.get(PAGE)
    work()

    def chosen(*given):
        raise AssertionError("it was worked out again")

    monkeypatch.setattr(answers, "answer", chosen)
    with CaptureQueriesContext(connection) as captured:
        assert member.get(PAGE).status_code == 200
    assert sum("portfolio_worked" in each["sql"] for each in captured) == 1
    assert not Job.objects.filter(state=JobState.WAITING).exists()


def test_while_it_is_worked_out_anew_the_last_answer_stands_and_says_so(many, member):
    member.get(PAGE)
    work()
    drop(ACTOR, many[0], reason="Bought", now=NOW)
    said = text_of(member.get(PAGE))
    assert "Being worked out anew" in said
    assert "Below is the last answer" in said
    assert "Work 3" in said
    told = member.get("/cycles/2027-q1/portfolio.json")
    assert (told.status_code, told.json()["current"]) == (202, False)
    assert member.get("/cycles/2027-q1/portfolio.csv").status_code == 400
    assert work() == [JobState.DONE]
    assert "the last answer" not in text_of(member.get(PAGE))


def test_whoever_looks_is_told_that_it_is_there(many, member, cycle):
    member.get(PAGE)
    before = Change.objects.filter(topic=f"cycle:{cycle.pk}").count()
    work()
    assert Change.objects.filter(topic=f"cycle:{cycle.pk}").count() == before + 1


def test_initiatives_are_not_made_of_an_answer_that_is_gone(many, organisation, browser_of):
    manager = browser_of(organisation.max)
    answer = manager.get("/cycles/2027-q1/portfolio/make")
    assert "being worked out anew" in text_of(answer)
    work()
    assert len(manager.get("/cycles/2027-q1/portfolio/make").context["planned"]) > 1


def test_a_question_that_nobody_asks_any_more_is_forgotten_unanswered(many, member):
    member.get(PAGE)
    drop(ACTOR, many[0], reason="Bought", now=NOW)
    member.get(PAGE)
    assert work() == [JobState.DONE, JobState.DONE]
    assert Worked.objects.count() == 1


def test_its_progress_is_shown_and_its_end_tells_the_page_to_ask_again(many, member):
    member.get(PAGE)
    address = f"{PAGE}worked/{Worked.objects.get().pk}/"
    Job.objects.update(state=JobState.RUNNING, done=40, total=100, message="Trying other capacities")
    answer = member.get(address)
    assert 'value="40" max="100"' in text_of(answer)
    assert "HX-Trigger" not in answer
    Job.objects.update(state=JobState.WAITING)
    work()
    assert member.get(address)["HX-Trigger"] == "live-portfolio"


def test_it_can_be_cancelled_and_is_not_begun_again_until_somebody_asks(many, member):
    member.get(PAGE)
    address = f"{PAGE}worked/{Worked.objects.get().pk}"
    assert member.post(f"{address}/cancel?view=rice")["Location"] == f"{PAGE}?view=rice"
    assert "Working it out was cancelled." in text_of(member.get(PAGE))
    assert work() == []
    member.post(f"{address}/again")
    assert work() == [JobState.DONE]
    assert "fit in 9 of 9" in text_of(member.get(PAGE))


def test_a_running_one_ends_at_its_next_step_and_keeps_nothing(many, member):
    member.get(PAGE)

    class Stopped:
        def progress(self, done: int, total: int, message: str = "") -> None:
            if done > 30:
                raise Cancelled

    with pytest.raises(Cancelled):
        work_out(Stopped(), Worked.objects.get().pk)
    assert Worked.objects.get().answer is None


def test_a_viewer_may_not_cancel(many, organisation, browser_of):
    viewer = browser_of(organisation.vera)
    viewer.get(PAGE)
    address = f"{PAGE}worked/{Worked.objects.get().pk}/cancel"
    assert viewer.post(address).status_code == 404
    assert 'type="submit">Cancel' not in text_of(viewer.get(PAGE))


def test_only_so_many_what_ifs_of_a_cycle_wait_at_once(many, member):
    for weeks in range(working.MOST_WAITING + 3):
        said = text_of(member.get(f"{PAGE}?capacity={10 + weeks}"))
    assert "try this one again in a moment" in said
    assert Job.objects.count() == working.MOST_WAITING
    # What the cycle's own rules ask is always asked for.
    member.get(PAGE)
    assert Job.objects.count() == working.MOST_WAITING + 1


def test_the_oldest_answers_are_forgotten(many, member, monkeypatch):
    monkeypatch.setattr(working, "KEPT", 2)
    for weeks in (10, 11, 12):
        member.get(f"{PAGE}?capacity={weeks}")
        work()
    assert Worked.objects.count() == 2
