"""What a restored folder must not carry on: whoever was signed in, what was under way or waited to go out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.accounts.sign_in import end_everybodys
from throughline.audit.actions import record
from throughline.backups.manifest import Manifest
from throughline.backups.queries import KIND
from throughline.jobs.models import Job, JobState
from throughline.messages.outbox import hold

_HELD = "It waited when the backup was made, and may have gone out since: send it if it is still to be said."
_CANCELLED = "The backup that this folder was restored from is the one that it made."


def revive(said: Manifest, *, now: datetime) -> dict[str, int]:
    """End sessions and unused sign-in links, hold what waits to be sent, say so in the audit record.

    How many there were of each.
    """
    with transaction.atomic():
        ended = {**end_everybodys(), "messages": hold(_HELD, now=now)}
        under_way = Job.objects.filter(kind=KIND, state__in=[JobState.WAITING, JobState.RUNNING])
        under_way.update(state=JobState.CANCELLED, finished_at=now, message=_CANCELLED)
        detail = {"made_at": said.made_at.isoformat(), "version": said.version, **ended}
        record("command line", "restored from a backup", object_type="backup", detail=detail, now=now)
    return ended
