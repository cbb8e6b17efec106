"""Sketches that come into force, as setting a cycle has them do."""

from __future__ import annotations

from datetime import datetime

from throughline.objectives.actions import prepared, put_into_force
from throughline.objectives.models import KeyResult, Version


def into_force(key_result: KeyResult, actor: str, *, now: datetime) -> Version:
    """The first version of a sketch."""
    return put_into_force(prepared(key_result, actor, now=now), actor, now=now)
