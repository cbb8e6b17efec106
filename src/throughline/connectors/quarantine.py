"""Looking at what was kept aside: discarded, or accepted where the tool did mean it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.connectors.doubts import ACCEPTED
from throughline.connectors.models import Quarantine
from throughline.engine.refusals import Refused

DISCARDED = "discarded"
DECISIONS = (ACCEPTED, DISCARDED)


def decide(actor: str, found: Quarantine, decision: str, *, now: datetime) -> None:
    """Write what a person says of a sample. Raises Refused where somebody did before."""
    if decision not in DECISIONS:
        raise Refused(f"expected one of {', '.join(DECISIONS)}, found '{decision}'", place="decision")
    if decision == ACCEPTED and not found.takes:
        raise Refused(
            "It cannot be accepted: there is no value in it that could be stored.", place="decision"
        )
    with transaction.atomic():
        fields = {"decided": decision, "decided_by": actor, "decided_at": now}
        if not Quarantine.objects.filter(pk=found.pk, decided="").update(**fields):
            raise Refused("Somebody has looked at this already.", code="decided")
        detail = {"connector": found.connector.name, "place": found.place, "decision": decision}
        audit.record(
            actor, "quarantine decided", object_type="quarantine", object_id=found.pk, detail=detail, now=now
        )
    found.refresh_from_db()
