"""Looking at what was kept aside: discarded, or accepted where the tool did mean it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.connectors.doubts import ACCEPTED
from throughline.connectors.models import Quarantine, Sync
from throughline.engine.refusals import Refused

DISCARDED = "discarded"
# Nobody looked, and a later sync found nothing strange there any more.
OVER = "over"
DECISIONS = (ACCEPTED, DISCARDED)


def keep(
    sync: Sync, *, place: str, reason: str, sample: str, takes: Sequence[Mapping[str, Any]], now: datetime
) -> Quarantine:
    """Keep a sample aside, in the transaction that ends its sync; the same again waits for the same look.

    It is as old as the first time since the last good sync.
    """
    waiting = Quarantine.objects.filter(connector=sync.connector, decided="", place=place[:300])
    fields: dict[str, Any] = {"reason": reason[:1000], "sample": sample[:4000], "takes": list(takes)}
    for known in waiting.select_related("sync", "connector").order_by("id"):
        if _subjects(known.takes) == _subjects(takes):
            if not _goes_on(known):
                fields |= {"sync": sync, "found_at": now}
            Quarantine.objects.filter(pk=known.pk).update(**fields)
            return known
    return Quarantine.objects.create(
        connector=sync.connector, sync=sync, place=place[:300], found_at=now, **fields
    )


def let_go(sync: Sync, *, now: datetime) -> None:
    """What waits no longer needs a look where a sync came to a good end: it read the same again."""
    waiting = Quarantine.objects.filter(connector=sync.connector, decided="", found_at__lte=sync.began_at)
    waiting.update(decided=OVER, decided_by=sync.actor, decided_at=now)


def _goes_on(known: Quarantine) -> bool:
    """Whether no sync has come to a good end since it was met."""
    succeeded_at = known.connector.succeeded_at
    return succeeded_at is None or known.found_at >= succeeded_at


def _subjects(takes: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Of which series and listings something was held back."""
    return sorted([str(each.get(name, "")) for name in ("series", "source", "scope")] for each in takes)


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
