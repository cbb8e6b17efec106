"""Syncs in the background: those that somebody asked for, those that are due, and tidying up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from throughline.connectors import keeping
from throughline.connectors.actions import GONE_ON_FROM, SYNC, ask
from throughline.connectors.models import Connector, Outcome, Quarantine, Sync
from throughline.connectors.queries import is_due, sentence
from throughline.connectors.sending import due, send
from throughline.connectors.syncing import run
from throughline.connectors.tickets import WRITE_BACK, hear_decisions
from throughline.engine.refusals import Refused
from throughline.jobs.registry import Context, job

REMEMBERED = timedelta(days=90)


@job(SYNC)
def sync(context: Context, sync: int) -> dict[str, Any]:
    """Work on a sync; started again after a crash, it goes on from the pages that are kept."""
    found = Sync.objects.select_related("connector").filter(pk=sync).first()
    if found is None:
        raise Refused("The connector is no longer here.")
    done = run(found, progress=context.progress)
    if done.outcome != Outcome.DONE:
        raise Refused(done.said)
    return {"message": sentence(done), "address": f"/connectors/syncs/{done.pk}/", **done.told}


@job("sync what is due", every=timedelta(minutes=2))
def sync_due(context: Context) -> dict[str, Any]:
    """Ask each tool whose time has come."""
    now = datetime.now(UTC)
    asked = []
    for connector in Connector.objects.filter(is_on=True):
        if is_due(connector, now=now):
            try:
                asked.append(ask(None, connector, now=now).connector.name)
            except Refused:
                # It is being read already.
                continue
    return {"asked": asked}


@job(WRITE_BACK, every=timedelta(minutes=1))
def write_back(context: Context) -> dict[str, Any]:
    """Hear what people decided, and send what waits."""
    for connector in Connector.objects.all():
        hear_decisions(connector, now=datetime.now(UTC))
    waiting = due(now=datetime.now(UTC))
    for number, writing in enumerate(waiting):
        context.progress(number, len(waiting), "writing back")
        send(writing)
    return {"sent": len(waiting)}


@job("forget syncs", every=timedelta(days=1))
def forget_syncs(context: Context) -> dict[str, Any]:
    """Remove what ended long ago, and pages that nothing goes on from."""
    return forget(now=datetime.now(UTC))


def forget(*, now: datetime) -> dict[str, Any]:
    """Remove syncs and samples of long ago, and pages that nothing goes on from; how many of each."""
    old = now - REMEMBERED
    Quarantine.objects.filter(found_at__lt=old).delete()
    gone = Sync.objects.filter(ended_at__lt=old).delete()[0]
    wanted = Q(outcome=Outcome.RUNNING) | Q(began_at__gt=now - GONE_ON_FROM)
    kept = {name for sync in Sync.objects.filter(wanted) for name in keeping.names_of(sync)}
    return {"syncs": gone, "folders": keeping.forget(kept=kept)}
