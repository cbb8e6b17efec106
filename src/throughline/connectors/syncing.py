"""One sync, from the first question to the transaction that stores all it came to.

What was read and where the next sync begins are written together: a process killed at any moment leaves the
old or the new state, and pages from which the next one goes on.
"""

from __future__ import annotations

import logging
import secrets as chance
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from throughline.audit import actions as audit
from throughline.connectors.actions import fingerprint, secrets_of
from throughline.connectors.asking import Asking, Clock, Nonsense, understood
from throughline.connectors.doubts import Doubtful, require_plausible
from throughline.connectors.keeping import Kept, TakenOver, discard, held, write_down
from throughline.connectors.kinds.registry import kind_named
from throughline.connectors.masking import CIRCLE, circled
from throughline.connectors.models import CHANGED, Connector, Outcome, Sync
from throughline.connectors.quarantine import keep, let_go
from throughline.connectors.shape import Pulled
from throughline.connectors.storing import store_all
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.jobs.registry import Cancelled, Stopping
from throughline.site.progress import Progress, quiet
from throughline.sources.models import Feed

log = logging.getLogger(__name__)
BEAT_SECONDS = 2.0
KEPT_ON = "what was fetched is kept, and the next sync goes on from it"
DRY = "this was a dry run."
# Shorter words of a header are "Bearer" and the like.
SHORTEST_SENT = 12


@contextmanager
def asking_of(
    connector: Connector, secrets: Mapping[str, str], *, clock: Clock | None = None
) -> Iterator[Asking]:
    """The tool of a connector, signed in. Raises Refused, also where an answer has another shape."""
    kind = kind_named(connector.kind)
    settings = connector.settings
    found = Asking(kind.base(settings), kind.headers(settings, secrets), clock=clock, secrets=secrets)
    with found as asking, understood(asking.host):
        yield asking


def run(sync: Sync, *, progress: Progress = quiet, clock: Clock | None = None) -> Sync:
    """Work on a sync until it ended. Raises Cancelled and Stopping, and what broke on our side."""
    clock = clock or Clock()
    _hold(sync, now=clock.now())
    work = _Work(sync, progress, clock)
    try:
        with held(sync):
            work.done()
    except Stopping:
        # The job goes back to the queue, and takes this sync up again.
        raise
    except Cancelled:
        work.end(Outcome.CANCELLED, f"Cancelled; {KEPT_ON}.")
        raise
    except TakenOver:
        log.warning("sync %s was taken over by another process", sync.pk)
    except Nonsense as nonsense:
        work.quarantine(nonsense)
    except Refused as refused:
        work.end(Outcome.FAILED, str(refused))
    except Exception:
        work.end(
            Outcome.FAILED, "Something broke on our side; the server's log says more. Nothing was stored."
        )
        raise
    sync.refresh_from_db()
    return sync


def _hold(sync: Sync, *, now: datetime) -> None:
    """Make this process the one that works on a sync. Raises Refused where it ended already."""
    before = sync.holder
    sync.holder = chance.token_hex(16)
    mine = Sync.objects.filter(pk=sync.pk, holder=before, outcome=Outcome.RUNNING)
    if not mine.update(holder=sync.holder, beat_at=now):
        raise Refused("This sync has ended already, or another process goes on with it.", code="ended")
    if sync.cursor and sync.resumed_from_id is None:
        Sync.objects.filter(pk=sync.pk).update(resumptions=F("resumptions") + 1)


@dataclass(slots=True)
class _Work:
    """One run of one sync."""

    sync: Sync
    told: Progress
    clock: Clock
    secrets: dict[str, str] | None = None
    beaten: float = 0.0

    def done(self) -> None:
        connector = self.sync.connector
        kind = kind_named(connector.kind)
        self.secrets = secrets_of(connector)
        kept = Kept(self.sync)
        clock = replace(self.clock, sleep=self.waited(self.clock.sleep))
        with asking_of(connector, self.secrets, clock=clock) as asking:
            state = {} if self.sync.is_whole else dict(connector.state)
            pulled = kind.pull(asking, connector.settings, state, kept, self.progress)
        self.count(pulled)
        require_plausible(connector, pulled, kept)
        pulled = replace(pulled, notices=[self.masked(notice) for notice in pulled.notices])
        if self.sync.is_dry:
            self.tried(pulled, kept)
        else:
            store_all(
                self.sync, pulled, kept, now=self.clock.now(), progress=self.progress, also=self.finished
            )
            if any(self.sync.counts.get(name) for name in CHANGED):
                enqueue("measure key results", {}, asked_by=None, now=self.clock.now())
        discard(self.sync)

    def count(self, pulled: Pulled) -> None:
        """Count the values of series as fetched: they are read whole, and no page of them is kept."""
        if values := sum(len(each.values) for each in pulled.series):
            write_down(self.sync, fetched=F("fetched") + values)

    def tried(self, pulled: Pulled, kept: Kept) -> None:
        """Store everything, see what that changed, and take it back."""
        store_all(self.sync, pulled, kept, now=self.clock.now(), progress=self.progress, dry=True)
        self.sync.imports = []
        notices = [*pulled.notices, *self.sync.notices]
        self.end(Outcome.DONE, f"Nothing was stored: {DRY}", notices=notices)

    def finished(self, pulled: Pulled) -> None:
        """Say that all is stored, in the transaction that stored the last of it."""
        now, connector = self.clock.now(), self.sync.connector
        # With an incremental one a listing that had nothing new this time is fed by it all the same.
        feeds = {(each.source, each.scope) for each in pulled.documents} | set(map(tuple, connector.feeds))
        for name, scope in feeds:
            Feed.objects.filter(name=name, scope=scope).update(looked_at=now)
        series = {each.name for each in pulled.series} | set(connector.series)
        Connector.objects.filter(pk=connector.pk).update(
            state=self._state(pulled),
            succeeded_at=now,
            feeds=sorted(map(list, feeds)),
            series=sorted(series),
        )
        # What the tool said after this began is not in what was read.
        said = Connector.objects.filter(pk=connector.pk, hurried_at__lte=self.sync.began_at)
        said.update(hurried_at=None)
        let_go(self.sync, now=now)
        self.end(Outcome.DONE, "", notices=[*pulled.notices, *self.sync.notices])
        if any(self.sync.counts.get(name) for name in CHANGED):
            detail = {"name": connector.name, "sync": self.sync.pk, **self.sync.counts}
            audit.record(
                self.sync.actor, "connector synced", object_type="connector", object_id=connector.pk,
                detail=detail, now=now,
            )  # fmt: skip

    def _state(self, pulled: Pulled) -> dict[str, Any]:
        """Where the next sync begins: not here, where other settings were kept while this one was read."""
        fresh = Connector.objects.get(pk=self.sync.connector_id)
        asked = fingerprint(fresh, dry=self.sync.is_dry, whole=self.sync.is_whole)
        return dict(pulled.state) if asked == self.sync.asked_with else dict(fresh.state)

    def end(self, outcome: str, said: str, **fields: Any) -> None:
        """Write how the sync ended. Raises TakenOver where that is no longer for this process to say."""
        fields |= {name: getattr(self.sync, name) for name in ("counts", "imports", "changes", "stored")}
        fields |= {"outcome": outcome, "said": self.masked(said)[:2000], "ended_at": self.clock.now()}
        if outcome == Outcome.DONE:
            fields |= {"cursor": {}, "kept": {}}
        write_down(self.sync, **fields)

    def quarantine(self, nonsense: Nonsense) -> None:
        """Keep a sample of what was answered, and store nothing of it."""
        takes = nonsense.takes if isinstance(nonsense, Doubtful) else []
        with transaction.atomic():
            reason, sample = self.masked(nonsense.message), circled(self.masked(nonsense.sample))
            now = self.clock.now()
            if not self.sync.is_dry:
                place = nonsense.place or ""
                keep(self.sync, place=place, reason=reason, sample=sample, takes=takes, now=now)
            if takes:
                # What was fetched is what is doubted: the next sync fetches anew.
                self.sync.cursor, self.sync.kept = {}, {}
                Sync.objects.filter(pk=self.sync.pk).update(cursor={}, kept={})
                discard(self.sync)
            kept = "; a sample is kept aside." if not self.sync.is_dry else f": {DRY}"
            self.end(Outcome.FAILED, f"{nonsense.sentence} Nothing was stored{kept}")

    def progress(self, done: int, total: int, message: str) -> None:
        """Tell how far it is, and that this process lives."""
        self.told(done, total, message)
        if time.monotonic() - self.beaten < BEAT_SECONDS or connection.in_atomic_block:
            return
        self.beaten = time.monotonic()
        write_down(self.sync, beat_at=self.clock.now())

    def waited(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        """A sleep that says so, and ends when somebody cancels."""

        def resting(seconds: float) -> None:
            sleep(seconds)
            self.progress(self.sync.fetched, 0, "waiting, since the tool asked for it")

        return resting

    def masked(self, text: str) -> str:
        """A text without any secret of the connector."""
        return masked(self.sync.connector, self.secrets or {}, text)


def masked(connector: Connector, secrets: Mapping[str, str], text: str) -> str:
    """A text without any of the secrets, nor what was sent of them."""
    for value in (*secrets.values(), *_sent(connector, secrets)):
        if len(value) >= 4:
            text = text.replace(value, CIRCLE)
    return text


def _sent(connector: Connector, secrets: Mapping[str, str]) -> list[str]:
    """Secrets as they were sent: a tool that echoes its question shows user and password in base64."""
    if not secrets:
        return []
    headers = kind_named(connector.kind).headers(connector.settings, secrets)
    return [part for value in headers.values() for part in value.split() if len(part) >= SHORTEST_SENT]
