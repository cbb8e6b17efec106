"""The figures of a server: how it runs, never what the company's vulnerabilities are."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min

from throughline import __version__
from throughline.audit.models import Entry
from throughline.jobs.models import Job, JobState
from throughline.jobs.worker import is_at_work
from throughline.live.streams import open_streams
from throughline.monitoring.exposition import Family, Sample, single
from throughline.monitoring.requests import REQUESTS
from throughline.sources.models import Feed, Import

WITHIN = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}


def families(*, now: datetime) -> list[Family]:
    """All of them, in a fixed number of queries."""
    return [*_build(), *REQUESTS.families(), *_jobs(now), *_imports(now), *_storage(now), *_process()]


def _build() -> list[Family]:
    said = {"version": __version__, "python": platform.python_version()}
    return [Family("throughline_build_info", "gauge", "Which version runs.", [Sample(1, said)])]


def _jobs(now: datetime) -> list[Family]:
    states = dict(Job.objects.values_list("state").annotate(Count("id")))
    oldest = Job.objects.filter(state=JobState.WAITING).aggregate(at=Min("created_at"))["at"]
    waited = (now - oldest).total_seconds() if oldest else 0
    return [
        Family(
            "throughline_jobs",
            "gauge",
            "Background jobs by state; ended ones are forgotten after a month.",
            [Sample(states.get(state.value, 0), {"state": state.value}) for state in JobState],
        ),
        single(
            "throughline_job_queue_age_seconds", "gauge", "How long the oldest job waits.", max(waited, 0)
        ),
        single("throughline_worker_up", "gauge", "Whether a thread does background work.", is_at_work()),
        single("throughline_event_streams", "gauge", "Pages that listen for changes.", open_streams()),
    ]


def _imports(now: datetime) -> list[Family]:
    newest = list(Feed.objects.annotate(at=Max("imports__recorded_at")).values_list("at", flat=True))
    ages = [now - at for at in newest if at is not None]
    counts = [Sample(sum(age <= most for age in ages), {"within": name}) for name, most in WITHIN.items()]
    return [
        single("throughline_imports_total", "counter", "Imports that were stored.", Import.objects.count()),
        Family(
            "throughline_sources_fresh",
            "gauge",
            "Sources whose last import is at most so old.",
            [*counts, Sample(len(newest), {"within": "ever"})],
        ),
    ]


def _storage(now: datetime) -> list[Family]:
    database = Path(connection.settings_dict["NAME"])
    size = sum(path.stat().st_size for path in (database, Path(f"{database}-wal")) if path.exists())
    found = [
        single("throughline_database_bytes", "gauge", "The database with what waits beside it.", size),
        single(
            "throughline_disk_free_bytes",
            "gauge",
            "Room on the disk of the data folder.",
            shutil.disk_usage(settings.HOME).free,
        ),
    ]
    made = Entry.objects.filter(action="backup made").order_by("-id").values_list("at", flat=True).first()
    if made is not None:
        age = (now - made).total_seconds()
        found.append(single("throughline_backup_age_seconds", "gauge", "Since the last backup.", age))
    return found


def _process() -> list[Family]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    found = [
        single("process_cpu_seconds_total", "counter", "Processor time.", used.ru_utime + used.ru_stime),
        single("process_threads", "gauge", "Threads of Python.", threading.active_count()),
        single("process_resident_memory_bytes", "gauge", "Memory in use.", _resident(used.ru_maxrss)),
    ]
    descriptors = Path("/proc/self/fd")
    if descriptors.is_dir():
        count = len(os.listdir(descriptors))
        found.append(single("process_open_fds", "gauge", "Open files and connections.", count))
    return found


def _resident(most: int) -> int:
    """Now, where the system tells; else the most that it ever was."""
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * resource.getpagesize()
    # In bytes on macOS, in kilobytes elsewhere.
    return most if sys.platform == "darwin" else most * 1024
