"""Whether a sync is being worked on."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.connectors.keeping import is_held
from throughline.connectors.models import Sync
from throughline.jobs.actions import UNFINISHED

# A sync of another machine whose process said nothing for so long is taken for dead.
DEAD_AFTER = timedelta(seconds=60)


def is_alive(sync: Sync, *, now: datetime) -> bool:
    """Whether somebody works on a running sync, or will: a job of ours, or a process that holds it."""
    if sync.job is not None:
        return sync.job.state in UNFINISHED
    holds = is_held(sync)
    return now - sync.beat_at < DEAD_AFTER if holds is None else holds
