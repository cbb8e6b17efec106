"""The sample organisation, loaded in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from throughline.jobs.registry import Context, job


@job("load the sample")
def load_sample(context: Context) -> dict[str, Any]:
    """Make the sample organisation in this home, then go to its home page."""
    from throughline import sample

    def told(step: str) -> None:
        context.progress(0, 0, f"Making {step}")

    sample.load(settings.HOME, now=datetime.now(UTC), told=told)
    return {"address": "/"}
