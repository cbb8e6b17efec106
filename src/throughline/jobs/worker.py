"""The thread that does background work inside the server."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from datetime import UTC, datetime, timedelta

from django.db import connection

from throughline.engine.refusals import Refused
from throughline.jobs import bell, queue
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job, JobState
from throughline.jobs.registry import Cancelled, Stopping, registered, work_of

log = logging.getLogger(__name__)
IDLE_SECONDS = 1.0
BEAT_SECONDS = 5.0
PROGRESS_SECONDS = 0.25


def _now() -> datetime:
    return datetime.now(UTC)


class RunningJob:
    """The context that a work function is handed."""

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self.job = job
        self._stopping = stopping
        self._told_at = 0.0

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Write progress, at most four times a second, and raise when the work is to end."""
        if self._stopping.is_set():
            raise Stopping
        finished = total > 0 and done >= total
        # In a write transaction nobody could read it, and nobody else can write that we should stop.
        if connection.in_atomic_block or (
            not finished and time.monotonic() - self._told_at < PROGRESS_SECONDS
        ):
            return
        self._told_at = time.monotonic()
        mine = Job.objects.filter(pk=self.job.pk)
        mine.update(done=done, total=total, message=message[:2000], heartbeat_at=_now())
        if mine.filter(cancel_asked=True).exists():
            raise Cancelled


def run(job: Job, stopping: threading.Event) -> None:
    """Do one claimed job and write how it ended; never raises for what the work did."""
    try:
        result = work_of(job.kind)(RunningJob(job, stopping), **job.handed)
    except Cancelled:
        queue.finish(job, JobState.CANCELLED, now=_now(), message="Cancelled; nothing was kept.")
    except Stopping:
        queue.give_back(job)
    except Refused as refused:
        queue.finish(job, JobState.FAILED, now=_now(), message=str(refused), result={"code": refused.code})
    except Exception:
        log.exception("job %s (%s) broke", job.pk, job.kind)
        message = "Something broke on our side; the server's log says more. Nothing was half saved."
        queue.finish(job, JobState.FAILED, now=_now(), message=message)
    else:
        queue.finish(job, JobState.DONE, now=_now(), message=str(result.get("message", "")), result=result)


_WORKERS: weakref.WeakSet[Worker] = weakref.WeakSet()


def is_at_work() -> bool:
    """Whether a thread of this process takes jobs."""
    return any(worker.is_alive() for worker in list(_WORKERS))


class Worker:
    """Takes jobs one after the other, with a heartbeat of its own beside the work."""

    def __init__(self, *, dead_after: timedelta = queue.DEAD_AFTER) -> None:
        self._stopping = threading.Event()
        self._dead_after = dead_after
        self._current: int | None = None
        self._asked_at = float("-inf")
        self._threads = [
            threading.Thread(target=target, name=f"throughline-{name}", daemon=True)
            for name, target in [("worker", self._work), ("heartbeat", self._beat)]
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()
        _WORKERS.add(self)

    def is_alive(self) -> bool:
        """Whether it takes jobs: begun, not stopped, not broken."""
        return not self._stopping.is_set() and all(thread.is_alive() for thread in self._threads)

    def stop(self, seconds: float = 1.0) -> None:
        """End, leaving the running job to be taken up again; waits at most `seconds`."""
        self._stopping.set()
        bell.ring()
        for thread in self._threads:
            thread.join(seconds)

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                if not self._step():
                    bell.wait(IDLE_SECONDS)
        finally:
            connection.close()

    def _step(self) -> bool:
        """Do one job; whether there was one."""
        try:
            self._ask_for_regular_work()
            job = queue.claim(now=_now(), dead_after=self._dead_after)
            if job is None:
                return False
            self._current = job.pk
            run(job, self._stopping)
        except Exception:
            # A database that is away for a moment must not end the worker for good.
            log.exception("the worker could not take a job")
            connection.close()
            return False
        finally:
            self._current = None
        return True

    def _ask_for_regular_work(self) -> None:
        if time.monotonic() - self._asked_at < 60:
            return
        self._asked_at = time.monotonic()
        for kind in registered().values():
            if kind.every is None:
                continue
            if not Job.objects.filter(kind=kind.kind, created_at__gt=_now() - kind.every).exists():
                enqueue(kind.kind, {}, asked_by=None, now=_now())

    def _beat(self) -> None:
        try:
            while not self._stopping.wait(BEAT_SECONDS):
                if (current := self._current) is not None:
                    self._try_beat(current)
        finally:
            connection.close()

    def _try_beat(self, job_id: int) -> None:
        try:
            queue.beat(job_id, now=_now())
        except Exception:
            # The work itself may hold the database longer than we wait for it.
            log.warning("no heartbeat for job %s", job_id)
