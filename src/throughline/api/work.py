"""What the API asks of the background."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.api import keys
from throughline.jobs.registry import Context, job


@job("forget kept answers", every=timedelta(hours=6))
def forget_kept_answers(context: Context) -> dict[str, Any]:
    """Delete answers to writes that no program will ask for again."""
    return {"forgotten": keys.forget(now=datetime.now(UTC))}
