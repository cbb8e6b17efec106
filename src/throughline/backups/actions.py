"""Making a backup, and writing down that it was made."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit.actions import record
from throughline.backups.making import Made, make
from throughline.backups.queries import KIND, under_way
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job
from throughline.site.plain import plain
from throughline.site.progress import Progress


def back_up(actor: str, home: Path, target: Path, *, now: datetime, progress: Progress) -> Made:
    """Back the folder up to a file. Raises Refused."""
    made = make(home, target, now=now, progress=progress)
    record(
        actor,
        "backup made",
        object_type="backup",
        object_id=made.path.name[:80],
        detail=plain(made.document()),
        now=now,
    )
    return made


def ask(person: User, *, now: datetime, back: str) -> Job:
    """Begin a backup in the background; of those that ask at once all follow the same one."""
    with transaction.atomic():
        return under_way() or enqueue(KIND, {"person": person.pk}, asked_by=person, now=now, back=back)


def record_download(person: User, name: str, *, now: datetime) -> None:
    """Write down who took a backup out of the house."""
    record(actor_name(person), "backup downloaded", object_type="backup", object_id=name, now=now)
