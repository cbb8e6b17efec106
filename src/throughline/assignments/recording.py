"""What is written down of each step, and a word to the browsers that follow the cycle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from throughline.assignments.matched import announce_match
from throughline.audit import actions as audit
from throughline.objectives.models import Cycle


def told_of_cycle(actor: str, action: str, cycle: Cycle, detail: dict[str, Any], *, now: datetime) -> None:
    """Record a step on the match of a cycle inside its transaction, and announce it."""
    audit.record(actor, action, object_type="cycle", object_id=cycle.pk, detail=detail, now=now)
    announce_match(cycle.pk, now=now)
