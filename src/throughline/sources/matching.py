"""What an import changes: its findings against what is stored, without writing anything."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from throughline.engine.cvss import rating
from throughline.engine.dates import iso
from throughline.engine.vulnerabilities import Change, Values, diff, fold, insertion
from throughline.site.progress import Progress
from throughline.sources.courses import Event, accepted_at, past, since
from throughline.sources.reading import Reading
from throughline.sources.rows import Draft, Finding, Rows, fallback_title
from throughline.sources.spool import Spool
from throughline.vulnerabilities import bulk, introducing
from throughline.vulnerabilities.bulk import Happening
from throughline.vulnerabilities.columns import moment
from throughline.vulnerabilities.exploitation import Signals

STEP = 2000


class Created(msgspec.Struct, array_like=True, tag="c"):
    """A record that is new; `gone_at` is the later complete listing that did not know it.

    `events` lead to its values where more is known of its past than that it is there now.
    """

    key: str
    row_hash: str
    values: dict[str, Any]
    gone_at: datetime | None = None
    events: list[Event] = []


class Updated(msgspec.Struct, array_like=True, tag="u"):
    """A known record: its values afterwards, and the events [known_at, action, changes] that lead there."""

    id: int
    row_hash: str
    asserted_at: datetime
    values: dict[str, Any]
    events: list[Event]


@dataclass(slots=True)
class Outcome:
    """What an import of one listing does: counts, and the changes to write."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    vanished: int = 0
    skipped: int = 0
    spool: Spool[list[Created | Updated]] = field(default_factory=lambda: Spool(list[Created | Updated]))
    services: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    said_again: array[int] = field(default_factory=lambda: array("q"))


@dataclass(frozen=True, slots=True)
class Matcher:
    """Findings of one listing against one feed, as known at an instant.

    `owners` gives the team of a service; `feed_id` is None for a feed that is not there yet; `listed_at` is
    the next complete listing of the feed after `known_at` that is already stored. `signals` are those of the
    catalogues that were loaded by `known_at`.
    """

    reading: Reading
    feed_id: int | None
    feed_name: str
    known_at: datetime
    full: bool
    owners: dict[str, str]
    signals: Signals
    listed_at: datetime | None = None
    has_course: bool = False

    def match(self, rows: Rows, *, progress: Progress) -> Outcome:
        """Read all rows and say what they change. Raises BadRows where any cannot be read."""
        outcome = Outcome()
        seen: set[int] = set()
        for step in bulk.steps(rows.drafts(), STEP):
            self._step(rows, step, outcome, seen)
            outcome.read += len(step)
            progress(outcome.read, self.reading.count, "comparing")
        rows.finish()
        outcome.read -= rows.misread
        outcome.skipped = rows.left_out
        # A row whose id cannot be read may be any of those that are not listed.
        if self.full and self.feed_id is not None and rows.names_all:
            self._missing(seen, outcome)
        return outcome

    def _step(self, rows: Rows, drafts: list[Draft], outcome: Outcome, seen: set[int]) -> None:
        stored = self._stored([draft.key for draft in drafts])
        if self.full:
            seen.update(record.id for record in stored.values())
        new: list[Finding] = []
        changed: list[tuple[Finding, bulk.Stored]] = []
        for draft in drafts:
            record = stored.get(draft.key)
            if record is not None and self._is_known(record, draft):
                self._say_again(record, outcome)
                continue
            # A row that says what it said before needs no reading: it was read then, in the same way.
            finding = rows.finding(draft)
            if finding is None:
                continue
            if record is None:
                new.append(finding)
            else:
                changed.append((finding, record))
        self.signals.learn(id for finding in new for id in finding.values.get("vulnerability_ids", ()))
        changes: list[Created | Updated] = [self._created(finding) for finding in new]
        outcome.created += len(changes)
        changes += self._updates(changed, outcome)
        self._keep(changes, outcome)

    def _created(self, finding: Finding) -> Created:
        values = self._merged({}, finding, ())
        told = past(values, until=self.known_at) if self.has_course and self.listed_at is None else []
        return Created(finding.key, finding.row_hash, values, self.listed_at, told)

    def _stored(self, keys: list[str]) -> dict[str, bulk.Stored]:
        return {} if self.feed_id is None else bulk.stored_by_key(self.feed_id, keys)

    def _is_known(self, record: bulk.Stored, draft: Draft) -> bool:
        same = record.row_hash == draft.row_hash and not record.vanished
        return same and record.asserted_at <= self.known_at

    def _late(self, records: list[bulk.Stored]) -> list[int]:
        """The records of which more is known already than this import knew, from whomever."""
        if self.listed_at is not None:
            return [record.id for record in records]
        last = bulk.last_known([record.id for record in records])
        return [
            record.id
            for record in records
            if max(record.asserted_at, last.get(record.id, record.asserted_at)) > self.known_at
        ]

    def _say_again(self, record: bulk.Stored, outcome: Outcome) -> None:
        outcome.unchanged += 1
        if record.asserted_at < self.known_at:
            outcome.said_again.append(record.id)

    def _updates(self, changed: list[tuple[Finding, bulk.Stored]], outcome: Outcome) -> Iterator[Updated]:
        present = bulk.values_by_id([record.id for _, record in changed])
        histories = bulk.histories(self._late([record for _, record in changed]))
        last = bulk.last_known([record.id for _, record in changed]) if self.has_course else {}
        self.signals.learn(id for finding, _ in changed for id in finding.values.get("vulnerability_ids", ()))
        self.signals.learn(id for old, _ in present.values() for id in old.get("vulnerability_ids", ()))
        for finding, record in changed:
            old, pinned = present[record.id]
            events = histories.get(record.id)
            before = old if events is None else fold(events, known_at=self.known_at)
            new = self._merged(before, finding, pinned, late=events is not None)
            update = self._update(record, finding.row_hash, old, new, events)
            if events is None and record.id in last:
                update.events = since(old, new, pinned, after=last[record.id], until=self.known_at)
            if update.events:
                outcome.updated += 1
                yield update
            elif events is None:
                outcome.unchanged += 1
                yield update
            else:
                self._say_again(record, outcome)

    def _update(
        self, record: bulk.Stored, row_hash: str, old: Values, new: Values, events: list[Change] | None
    ) -> Updated:
        if events is None:
            changes = diff(old, new)
            happened = [(self.known_at, _named(changes), changes)] if changes else []
            return Updated(record.id, row_hash, self.known_at, new, happened)
        added = insertion(
            events,
            new,
            known_at=self.known_at,
            asserted_at=record.asserted_at,
            listed_at=self.listed_at,
        )
        happened = [(at, _named(said), said) for at, said in added]
        last = max((event.sequence for event in events), default=0)
        inserted = [Change(at, last + n, said) for n, (at, _, said) in enumerate(happened, start=1)]
        # The source has spoken again since: what it said last stays what it said last.
        asserted_at = max([record.asserted_at, self.known_at, *(at for at, _, _ in happened)])
        spoken = record.row_hash if record.asserted_at > self.known_at else ""
        return Updated(record.id, spoken, asserted_at, fold([*events, *inserted]), happened)

    def _merged(self, old: Values, finding: Finding, pinned: Iterable[str], *, late: bool = False) -> Values:
        asserted = self.reading.asserted
        new = {name: value for name, value in old.items() if name not in asserted} | finding.values
        self._add_attributes(new, old, finding)
        if "severity" not in asserted and _is_given(old):
            new["severity"] = old["severity"]
        service = finding.values.get("service", "")
        # Who owned the service in the past is what was known of the record then.
        owner = old.get("team") if late and old.get("service") == service else self.owners.get(service)
        if owner and "team" not in finding.values and service:
            new["team"] = owner
        if "state" not in new:
            new["state"] = old.get("state") or self.reading.options.state
        self._date_acceptance(new, old)
        if "introduced_at" not in new and introducing.is_found(old):
            # An empty cell says nothing against what a clone told.
            new |= {name: old[name] for name in introducing.FIELDS if name in old}
        if "title" not in new:
            new["title"] = fallback_title(new, finding.key if self.reading.has_keys else None)
        if "source" not in new:
            new["source"] = self.feed_name
        if not late:
            self.signals.put(new)
        for name in pinned:
            new.pop(name, None)
            if name in old:
                new[name] = old[name]
        return new

    def _add_attributes(self, new: Values, old: Values, finding: Finding) -> None:
        before = old.get("attributes")
        if before:
            kept = {name: value for name, value in before.items() if name not in self.reading.kept}
            if together := kept | finding.values.get("attributes", {}):
                new["attributes"] = together
            else:
                new.pop("attributes", None)

    def _date_acceptance(self, new: Values, old: Values) -> None:
        told = accepted_at(new) if self.has_course else None
        if new["state"] != "accepted":
            new.pop("accepted_at", None)
        elif told is not None and told <= self.known_at:
            new["accepted_at"] = iso(told)
        elif "accepted_at" not in new:
            new["accepted_at"] = old.get("accepted_at") or iso(self.known_at)

    def _missing(self, seen: set[int], outcome: Outcome) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, row_hash, asserted_at, vanished_at FROM vulnerabilities_vulnerability "
                "WHERE feed_id = %s",
                [self.feed_id],
            )
            unseen = [
                bulk.Stored(id, row_hash, moment(asserted_at), vanished_at is not None)
                for id, row_hash, asserted_at, vanished_at in cursor.fetchall()
                if id not in seen
            ]
        for step in bulk.steps(unseen):
            self._keep(list(self._vanish(step, outcome)), outcome)

    def _vanish(self, records: list[bulk.Stored], outcome: Outcome) -> Iterator[Updated]:
        present = bulk.values_by_id([record.id for record in records])
        past = bulk.histories(self._late(records))
        for record in records:
            events = past.get(record.id)
            old = present[record.id][0]
            before = old if events is None else fold(events, known_at=self.known_at)
            if not before or "vanished_at" in before:
                continue
            gone = before | {"vanished_at": iso(self.known_at)}
            outcome.vanished += 1
            yield self._update(record, "", old, gone, events)

    def _keep(self, changes: list[Created | Updated], outcome: Outcome) -> None:
        if not changes:
            return
        outcome.spool.add(changes)
        for change in changes:
            if service := change.values.get("service"):
                outcome.services.add(service)
            if team := change.values.get("team"):
                outcome.teams.add(team)


def _is_given(values: Values) -> bool:
    """Whether somebody said the severity, and it is not just what the score was rated."""
    score = values.get("cvss_score")
    given = values.get("severity")
    return given is not None and (score is None or rating(score, values.get("cvss_version", "")) != given)


def _named(changes: dict[str, list[Any]]) -> str:
    old, new = changes.get("vanished_at", (None, None))
    if new:
        return "vanished"
    if old:
        return "returned"
    return "created" if changes.get("state", (True,))[0] is None else "changed"


def happening(event: tuple[datetime, str, dict[str, list[Any]]]) -> Happening:
    """A spooled event as the record writes it."""
    return Happening(*event)
