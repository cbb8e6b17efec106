"""Background work: one worker a job, progress, cancelling, and work that a dead server left behind."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.jobs import queue
from throughline.jobs.actions import cancel, enqueue
from throughline.jobs.models import Job, JobState
from throughline.jobs.registry import job as registered_as
from throughline.jobs.worker import RunningJob, run


@registered_as("count to")
def count_to(context, *, most: int) -> dict[str, int]:
    for number in range(most):
        context.progress(number, most, f"at {number}")
    return {"counted": most}


@registered_as("refuse")
def refuse(context) -> dict[str, int]:
    raise Refused("line 7: no date.", code="bad_date")


@registered_as("break")
def break_(context) -> dict[str, int]:
    raise ZeroDivisionError("secret detail")


def asked(kind: str = "count to", **arguments) -> Job:
    return enqueue(kind, arguments, asked_by=None, now=NOW)


def done(job: Job) -> Job:
    run(job, threading.Event())
    job.refresh_from_db()
    return job


def test_the_oldest_waiting_job_is_taken_first_and_only_once(db):
    first, second = asked(most=1), asked(most=1)
    assert queue.claim(now=NOW) == first
    assert queue.claim(now=NOW) == second
    assert queue.claim(now=NOW) is None


def test_a_job_that_another_worker_took_meanwhile_is_not_taken(db):
    mine = asked(most=1)
    assert queue.claim(now=NOW) == mine
    mine.state, mine.heartbeat_at = JobState.WAITING, None
    assert queue._take(mine, now=NOW) is False


def test_a_finished_job_keeps_its_result(db):
    job = done(asked(most=3))
    assert (job.state, job.result) == (JobState.DONE, {"counted": 3})


def test_a_refusal_is_the_message_of_the_job(db):
    job = done(asked("refuse"))
    assert (job.state, job.message, job.result) == (JobState.FAILED, "line 7: no date.", {"code": "bad_date"})


def test_a_break_down_says_nothing_of_the_inside(db):
    job = done(asked("break"))
    assert job.state == JobState.FAILED
    assert "secret" not in job.message


def test_unknown_work_is_refused_when_it_is_asked_for(db):
    with pytest.raises(Refused, match="No work of the kind 'dance'"):
        asked("dance")


def test_a_silent_worker_loses_its_job_after_half_a_minute(db):
    job = asked(most=1)
    queue.claim(now=NOW)
    assert queue.claim(now=NOW + timedelta(seconds=29)) is None
    assert queue.claim(now=NOW + timedelta(seconds=31)) == job


def test_a_beating_worker_keeps_its_job(db):
    job = asked(most=1)
    queue.claim(now=NOW)
    queue.beat(job.pk, now=NOW + timedelta(seconds=20))
    assert queue.claim(now=NOW + timedelta(seconds=40)) is None


def test_a_job_that_took_three_servers_with_it_is_given_up(db):
    job = asked(most=1)
    for attempt in range(4):
        queue.claim(now=NOW + timedelta(minutes=attempt))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "3 times" in job.message


def test_a_server_that_stops_gives_its_job_back(db):
    job = asked(most=5)
    queue.claim(now=NOW)
    job.refresh_from_db()
    stopping = threading.Event()
    stopping.set()
    run(job, stopping)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_cancelling_stops_a_waiting_job_at_once_and_is_written_down(organisation):
    job = asked(most=1)
    cancel(job, actor=organisation.ada, now=NOW)
    assert job.state == JobState.CANCELLED
    assert queue.claim(now=NOW) is None
    assert Entry.objects.filter(action="job cancelled", object_id=str(job.pk)).exists()


@pytest.mark.django_db(transaction=True)
def test_cancelling_stops_a_running_job_at_its_next_step(organisation):
    job = asked(most=1000)
    queue.claim(now=NOW)
    cancel(job, actor=organisation.ada, now=NOW)
    assert done(job).state == JobState.CANCELLED


def test_an_ended_job_cannot_be_cancelled(organisation):
    job = done(asked(most=1))
    with pytest.raises(Refused, match="ended already"):
        cancel(job, actor=organisation.ada, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_progress_costs_a_few_writes_a_second_and_always_tells_the_end(django_assert_max_num_queries):
    context = RunningJob(asked(most=1), threading.Event())
    with django_assert_max_num_queries(8):
        for number in range(10_001):
            context.progress(number, 10_000, f"row {number}")
    context.job.refresh_from_db()
    assert (context.job.done, context.job.message) == (10_000, "row 10000")


def test_progress_is_silent_inside_a_transaction(organisation, django_assert_num_queries):
    context = RunningJob(asked(most=1), threading.Event())
    with transaction.atomic(), django_assert_num_queries(0):
        context.progress(1, 1)


@pytest.mark.parametrize(
    ("who", "seen", "cancelled"),
    [("max", 200, 302), ("ada", 200, 302), ("mia", 404, 404), ("omar", 404, 404)],
)
def test_only_the_asker_and_administrators_see_and_stop_a_job(organisation, browser_of, who, seen, cancelled):
    job = enqueue("count to", {"most": 1}, asked_by=organisation.max, now=NOW)
    browser = browser_of(getattr(organisation, who))
    assert browser.get(f"/jobs/{job.pk}.json").status_code == seen
    assert browser.get(f"/jobs/{job.pk}/").status_code == seen
    assert browser.post(f"/jobs/{job.pk}/cancel/").status_code == cancelled


def test_a_fragment_asks_again_only_while_the_job_runs(organisation, browser_of):
    job = enqueue("count to", {"most": 1}, asked_by=organisation.max, now=NOW)
    browser = browser_of(organisation.max, headers={"HX-Request": "true"})
    assert b'hx-trigger="every 500ms"' in browser.get(f"/jobs/{job.pk}/").content
    queue.finish(job, JobState.DONE, now=NOW)
    assert b"hx-trigger" not in browser.get(f"/jobs/{job.pk}/").content


def test_a_result_only_ever_leads_to_a_path_of_this_site(organisation, browser_of):
    browser = browser_of(organisation.max)
    for address, code in [("/imports/7/", 302), ("//evil.example", 200), ("https://evil.example", 200)]:
        job = enqueue("count to", {"most": 1}, asked_by=organisation.max, now=NOW)
        queue.finish(job, JobState.DONE, now=NOW, result={"address": address})
        assert browser.get(f"/jobs/{job.pk}/").status_code == code
