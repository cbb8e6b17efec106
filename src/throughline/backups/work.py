"""A backup made in the background, into the folder itself: to be downloaded and kept elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.backups.actions import back_up
from throughline.backups.making import name_at, rotate
from throughline.backups.queries import KIND, folder
from throughline.engine.refusals import Refused
from throughline.jobs.registry import Context, job

# Each is as long as all that there is: who wants more of them keeps them elsewhere.
KEPT = 3


@job(KIND)
def make_a_backup(context: Context, person: int) -> dict[str, Any]:
    """Back the folder up into `backups/` beside the database, and keep the three newest there."""
    now = datetime.now(UTC)
    actor = actor_name(User.objects.get(pk=person))
    made = back_up(actor, Path(settings.HOME), folder() / name_at(now), now=now, progress=context.progress)
    if made.failed:
        message = f"Kept as {made.path.name}, but these proofs fail in it: {'; '.join(made.failed)}."
        raise Refused(message, code="unproved")
    rotate(folder(), keep=KEPT)
    return {"message": "It was restored beside, and every proof holds.", "address": reverse("backups")}
