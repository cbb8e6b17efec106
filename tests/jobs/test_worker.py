"""The worker as it runs in the server: its own thread, and after a kill -9 another process's work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from tests.homes import ready
from tests.jobs.test_queue import asked

from throughline.jobs.models import Job, JobState
from throughline.jobs.worker import Worker


def wait_until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_asked_for_while_it_runs():
    worker = Worker()
    worker.start()
    try:
        jobs = [asked(most=2), asked("break"), asked(most=3)]
        wait_until(lambda: not Job.objects.filter(finished_at=None).exists())
    finally:
        worker.stop(5)
    assert [Job.objects.get(pk=job.pk).state for job in jobs] == ["done", "failed", "done"]


WORKER = """
import sys, time
from pathlib import Path
from throughline.site.home import open_home
open_home(Path(sys.argv[1]))
from throughline.jobs.registry import job
from throughline.jobs import queue
from throughline.jobs.actions import enqueue
from throughline.jobs.worker import Worker
from throughline.cli.common import now

@job("slow")
def slow(context, *, seconds):
    for step in range(int(seconds * 20)):
        time.sleep(0.05)
        context.progress(step, int(seconds * 20))
    return {"by": sys.argv[2]}

if sys.argv[2] == "first":
    print(enqueue("slow", {"seconds": 60}, asked_by=None, now=now()).pk, flush=True)
import json
from datetime import timedelta
from throughline.jobs.models import Job
worker = Worker(dead_after=timedelta(seconds=float(sys.argv[3])))
worker.start()
if sys.argv[2] == "second":
    Job.objects.filter(kind="slow").update(arguments={"seconds": 0.2})
while True:
    state = Job.objects.values("state", "attempts", "result").get(kind="slow")
    print(json.dumps(state), flush=True)
    if state["state"] == "done":
        break
    time.sleep(0.05)
"""


def worker_process(home, who: str, *, dead_after: float) -> subprocess.Popen:
    command = [sys.executable, "-c", WORKER, str(home), who, str(dead_after)]
    environment = {**os.environ, "THROUGHLINE_HOME": str(home)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_the_job_of_a_killed_server_is_taken_up_by_the_next(tmp_path):
    first = worker_process(ready(tmp_path), "first", dead_after=30)
    first.stdout.readline()
    for line in first.stdout:
        if json.loads(line)["state"] == JobState.RUNNING:
            break
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = worker_process(tmp_path, "second", dead_after=1)
    last = json.loads(second.communicate(timeout=30)[0].splitlines()[-1])
    assert last == {"state": "done", "attempts": 2, "result": {"by": "second"}}


def test_half_a_minute_of_silence_is_death():
    from throughline.jobs import queue

    assert queue.DEAD_AFTER == timedelta(seconds=30)
