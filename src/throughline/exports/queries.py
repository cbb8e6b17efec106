"""Exports that were made in the page: archives in the data folder, kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from throughline.jobs.actions import UNFINISHED
from throughline.jobs.models import Job, JobState

KIND = "export the record"
KEPT = timedelta(days=1)
LISTED = 20


@dataclass(frozen=True, slots=True)
class Made:
    """An export in the list: its archive while that is kept."""

    job: Job
    path: Path | None
    format: str
    rows: int
    size: int

    @property
    def until(self) -> datetime | None:
        """When the archive goes."""
        return self.job.finished_at + KEPT if self.job.finished_at else None


def folder() -> Path:
    """Where archives are kept, for nobody else on the machine."""
    found = Path(settings.HOME) / "exports"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def archive_of(job: Job) -> Path | None:
    """The archive of an export, while it is kept."""
    name = str(job.result.get("file", ""))
    # A name of ours, never a path.
    found = folder() / Path(name).name
    return found if name and found.is_file() else None


def exports() -> list[Made]:
    """The newest exports that were made or are under way."""
    states = [*UNFINISHED, JobState.DONE]
    jobs = Job.objects.filter(kind=KIND, state__in=states).select_related("asked_by").order_by("-id")
    return [made_by(job) for job in jobs[:LISTED]]


def under_way() -> Job | None:
    """The export that waits or runs."""
    return Job.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("id").first()


def document(made: Made) -> dict[str, Any]:
    """An export for programs."""
    return {
        "id": made.job.pk,
        "state": made.job.state,
        "format": made.format,
        "asked_at": made.job.created_at,
        "rows": made.rows,
        "bytes": made.size,
        "kept_until": made.until,
    }


def made_by(job: Job) -> Made:
    """An export as the list has it."""
    path = archive_of(job)
    size = path.stat().st_size if path else 0
    return Made(job, path, str(job.arguments.get("format", "")), int(job.result.get("rows", 0)), size)
