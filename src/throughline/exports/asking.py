"""Asking for the whole record, which is written and packed in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.exports import queries
from throughline.exports.actions import Format
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job


def ask(person: User, format: Format, *, now: datetime) -> Job:
    """The export that is under way, whoever asked for it, or else a new one."""
    arguments = {"format": format.value, "person": person.pk}
    return queries.under_way() or enqueue(
        queries.KIND, arguments, asked_by=person, now=now, back=reverse("exports")
    )


def record_fetched(actor: str, job: Job, *, now: datetime) -> None:
    """Write down that somebody takes an export out."""
    with transaction.atomic():
        audit.record(actor, "export fetched", object_type="job", object_id=job.pk, now=now)


def file_name(job: Job) -> str:
    """What the archive is called."""
    return f"throughline-{job.created_at:%Y-%m-%d}-{job.arguments.get('format', '')}.zip"
