"""Catalogues that are brought in the background: with progress, until cancelled, and over a restart."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.inspiration.access import may_arrange
from throughline.inspiration.bringing import Brought, bring_file, brought_before, format_of
from throughline.jobs import files
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job
from throughline.jobs.registry import Context, Stopping, job

KIND = "bring in a catalogue"


def bring_later(person: User, content: bytes, *, name: str, back: str, now: datetime) -> Job:
    """Keep a file and ask for it to be brought in. Raises Refused where its ending is of no kind we read."""
    format_of(name)
    kept = files.keep(content)
    return enqueue(KIND, {"kept": kept, "name": name, "by": person.pk}, asked_by=person, now=now, back=back)


@job(KIND)
def bring_in_a_catalogue(context: Context, kept: str, name: str, by: int) -> dict[str, Any]:
    """Bring in a file that waits; begun anew after a restart, it is brought in once."""
    try:
        brought = brought_before(kept) or _brought(context, kept, name, by)
    except Stopping:
        # It is taken up again.
        raise
    except BaseException:
        files.discard(kept)
        raise
    files.discard(kept)
    return {"message": f"{brought}.", **asdict(brought)}


def _brought(context: Context, kept: str, name: str, by: int) -> Brought:
    with files.opened_file(kept) as stream:
        content = stream.read()
    person = User.objects.get(pk=by)
    if not may_arrange(person):
        raise Refused(f"{person.name} may bring nothing in any more: a manager may.", code="forbidden")
    return bring_file(
        actor_name(person),
        content,
        name=name,
        now=datetime.now(UTC),
        progress=context.progress,
        waited_as=kept,
    )
