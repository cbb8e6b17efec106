"""A job as JSON, the same for the page's .json and the API."""

from __future__ import annotations

from typing import Any

from throughline.api.subject import Told
from throughline.jobs.models import Job


class JobOf(Told):
    """A piece of background work: waiting, running, done, failed or cancelled."""

    id: int
    kind: str
    state: str
    done: int
    total: int
    message: str
    result: dict[str, Any]


def document(job: Job) -> dict[str, Any]:
    """What it is, how far it is, and what came of it."""
    names = ("kind", "state", "done", "total", "message", "result")
    return {"id": job.pk, **{name: getattr(job, name) for name in names}}
