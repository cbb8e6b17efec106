"""What is written down of each step: an audit entry, and a word to the browsers that follow the cycle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from throughline.audit import actions as audit
from throughline.live.actions import announce
from throughline.objectives.models import Cycle
from throughline.portfolio.models import Candidate

# The part of a cycle that is new, whatever was done to its candidates or their rules.
PART = "portfolio"


def told(actor: str, action: str, candidate: Candidate, detail: dict[str, Any], *, now: datetime) -> None:
    """Record a step on a candidate inside its transaction, and announce that there is something new."""
    audit.record(actor, action, object_type="candidate", object_id=candidate.pk, detail=detail, now=now)
    announce_portfolio(candidate.cycle_id, now=now)


def told_of_rules(actor: str, cycle: Cycle, detail: dict[str, Any], *, now: datetime) -> None:
    """The same of the rules."""
    audit.record(
        actor, "portfolio rules stated", object_type="cycle", object_id=cycle.pk, detail=detail, now=now
    )
    announce_portfolio(cycle.pk, now=now)


def announce_portfolio(cycle: int, *, now: datetime) -> None:
    """Say to whoever looks at what a cycle chooses that it is new."""
    announce(f"cycle:{cycle}", PART, now=now)
