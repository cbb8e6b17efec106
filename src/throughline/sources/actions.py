"""Imports: a file is read, compared and stored, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Min

from throughline.audit.actions import record
from throughline.engine.dates import iso
from throughline.messages import events
from throughline.site.progress import Progress, quiet
from throughline.sources import owners
from throughline.sources.doubts import Doubts
from throughline.sources.fields import BY_NAME
from throughline.sources.formats.tables import BadFile
from throughline.sources.matching import Created, Matcher, Outcome, happening
from throughline.sources.models import Feed, Finding, Import
from throughline.sources.queries import COUNTS
from throughline.sources.reading import Reading
from throughline.sources.rows import MOST_LISTED, BadRows, Problem
from throughline.sources.scans.actions import ScanResult, import_scan, nothing_else
from throughline.sources.scans.reading import format_of
from throughline.sources.scans.writing import reconcile
from throughline.sources.stored import checksum, keep_types, what_is_known
from throughline.sources.telling import told_outside
from throughline.sources.wishes import (
    Listing,
    Wish,
    applicable,
    listings,
    read_file,
    refuse_nothing,
    source_of,
)
from throughline.vulnerabilities import bulk, exploitation
from throughline.vulnerabilities.rules import decide_new, rules_in_force

ATTEMPTS = 3
# Of services that learnt their owner, so many are named.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did. `imports` are the ids of its records, one for each as-of instant."""

    name: str
    reading: Reading
    wish: Wish
    counts: dict[str, int]
    as_of: tuple[str, ...]
    imports: tuple[int, ...]
    new_services: tuple[str, ...]
    new_teams: tuple[str, ...]
    notices: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON: the counts first."""
        return {
            **self.counts,
            "refused": [problem.document() for problem in self.problems],
            "source": self.wish.source,
            "scope": self.wish.scope,
            "mapping": self.reading.named_maps,
            "attributes": self.reading.attributes,
            "as_of": list(self.as_of),
            "imports": list(self.imports),
            "new_services": list(self.new_services),
            "new_teams": list(self.new_teams),
            "notices": list(self.notices),
        }


def import_file(
    stream: BinaryIO,
    *,
    name: str,
    wish: Wish,
    actor: str,
    now: datetime,
    progress: Progress = quiet,
    also: Callable[[Result | ScanResult], None] = nothing_else,
) -> Result | ScanResult:
    """Store what a file says in one transaction. Raises Refused, and then nothing is stored.

    `also` is called at the end of that transaction: what it writes is stored with the file or not at all.
    """
    format = format_of(stream, name=name, said=wish.format)
    if format is None:
        return import_table(stream, name=name, wish=wish, actor=actor, now=now, progress=progress, also=also)
    return import_scan(
        stream, name=name, format=format, wish=wish, actor=actor, now=now, progress=progress, also=also
    )


def import_table(
    stream: BinaryIO,
    *,
    name: str,
    wish: Wish,
    actor: str,
    now: datetime,
    progress: Progress = quiet,
    also: Callable[[Result], None] = nothing_else,
) -> Result:
    """Store the rows of a table in one transaction. Raises Refused, and then nothing is stored.

    Reading and comparing hold no lock; where another writer was quicker they are done again, at last under
    the lock.
    """
    wish = _settled(wish, name)
    for attempt in range(1, ATTEMPTS + 1):
        if attempt == ATTEMPTS:
            with transaction.atomic():
                return _Import(stream, name, wish, actor, now, progress, also).whole()
        result = _Import(stream, name, wish, actor, now, progress, also).optimistic()
        if result is not None:
            return result
    raise AssertionError("the last attempt returns")


def _settled(wish: Wish, name: str) -> Wish:
    """The wish with its source named, and with what was said for an earlier file of that source."""
    wish = replace(wish, source=(wish.source or source_of(name))[:120], scope=wish.scope[:240])
    feed = Feed.objects.filter(name=wish.source, scope=wish.scope).first()
    return replace(wish, remembered=feed.mapping if feed else {})


class _Import:
    """One attempt at one file."""

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        wish: Wish,
        actor: str,
        now: datetime,
        progress: Progress,
        also: Callable[[Result], None],
    ) -> None:
        self.also = also
        self.stream, self.name, self.wish, self.actor, self.now = stream, name, wish, actor, now
        self.progress = progress
        self.known = what_is_known()
        self.catalogues = exploitation.loaded()
        self.reading = read_file(stream, name=name, wish=wish, now=now, stored_types=self.known.types)
        self.listings = listings(self.reading, now=now)
        self.notices = [*self._remembered(), *self._widened(), *map(str, self.reading.unread)]
        self.names: list[bulk.Names] = []
        self.problems = [Problem.of(passed) for passed in self.reading.passed_over]
        self.doubts = Doubts(self.reading.options.known_at)
        self.checksum = checksum(stream)
        if wish.full and not self.reading.count:
            message = "the file lists nothing: with --full every record of its source would vanish"
            raise BadFile(message, name=name)
        refuse_nothing(self.reading, named=wish.format != "auto")

    def optimistic(self) -> Result | None:
        """Compare without a lock, then write; None where somebody else wrote in between."""
        if len(self.listings) != 1:
            # Each listing builds on the one before it: they are compared under the lock, after a dry reading.
            self._check_all()
            with transaction.atomic():
                return self.whole()
        feed = Feed.objects.filter(name=self.wish.source, scope=self.wish.scope).first()
        outcome = self._compare(self.listings[0], feed)
        self.progress(self.reading.count, self.reading.count, "writing")
        with transaction.atomic():
            if (what_is_known(), exploitation.loaded()) != (self.known, self.catalogues):
                return None
            return self._result([(self._write(self.listings[0], outcome), outcome)])

    def whole(self) -> Result:
        """Compare and write each listing in turn, inside the caller's transaction."""
        done = []
        for listing in self.listings:
            outcome = self._compare(listing, self._feed())
            done.append((self._write(listing, outcome), outcome))
        return self._result(done)

    def _compare(self, listing: Listing, feed: Feed | None) -> Outcome:
        matcher = Matcher(
            reading=self.reading,
            feed_id=feed.pk if feed else None,
            feed_name=self.wish.source,
            known_at=listing.known_at,
            full=self.wish.full,
            owners=self.known.owners,
            signals=exploitation.Signals(known_at=listing.known_at),
            listed_at=next_listing(feed, after=listing.known_at) if feed else None,
            has_course=self.wish.has_course,
        )
        rows = listing.rows(self.reading)
        outcome = matcher.match(rows, progress=self.progress)
        self.problems += rows.problems
        self.doubts.add(rows.doubts)
        if self.wish.full and not rows.names_all:
            self.notices.append(
                "nothing vanished: a row that cannot be read may be any of those that are not listed"
            )
        return outcome

    def _write(self, listing: Listing, outcome: Outcome) -> Import:
        feed = self._feed()
        imported = Import.objects.create(
            feed=feed,
            file_name=self.name[-240:],
            checksum=self.checksum,
            format=self.reading.table.format,
            mapping=self.reading.maps,
            full=self.wish.full,
            known_at=listing.known_at,
            recorded_at=self.now,
            actor=self.actor,
            read=outcome.read,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            vanished=outcome.vanished,
            skipped=outcome.skipped + len(self.reading.passed_over),
        )
        keep_types(self.reading.attributes)
        names, new = bulk.name_all(outcome.services, outcome.teams)
        self.names.append(new)
        author = bulk.Author(f"import:{imported.pk}", self.now, imported.pk)
        store(outcome, feed_id=feed.pk, known_at=listing.known_at, names=names, author=author)
        # What a scanner saw before the register did stays known since then.
        seen = Finding.objects.filter(vulnerability__feed=feed).values_list("vulnerability", flat=True)
        reconcile(sorted(set(seen)), known_at=listing.known_at, author=author)
        self._audit(imported)
        return imported

    def _audit(self, imported: Import) -> None:
        detail = {name: getattr(imported, name) for name in COUNTS}
        detail |= {"file": imported.file_name, "checksum": imported.checksum, "feed": str(imported.feed)}
        record(self.actor, "import", now=self.now, object_type="import", object_id=imported.pk, detail=detail)
        events.happened(events.IMPORT_FINISHED, lambda origin: told_outside(imported, origin), now=self.now)

    def _result(self, done: list[tuple[Import, Outcome]]) -> Result:
        first = min(listing.known_at for listing in self.listings)
        exploitation.catch_up(known_at=first, now=self.now)
        counts = {name: sum(getattr(outcome, name) for _, outcome in done) for name in COUNTS}
        counts["skipped"] = self._skipped(done)
        self._tell(done)
        result = Result(
            name=self.name,
            reading=self.reading,
            wish=self.wish,
            counts=counts,
            as_of=tuple(iso(listing.known_at) for listing in self.listings),
            imports=tuple(imported.pk for imported, _ in done),
            new_services=tuple(name for names in self.names for name in names.services),
            new_teams=tuple(name for names in self.names for name in names.teams),
            notices=tuple(self.notices),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line or 0)[:MOST_LISTED]),
        )
        self.also(result)
        return result

    def _skipped(self, done: list[tuple[Import, Outcome]]) -> int:
        """How many rows were left out. Raises BadFile where that is all of them."""
        skipped = len(self.reading.passed_over) + sum(outcome.skipped for _, outcome in done)
        if skipped and not any(outcome.read for _, outcome in done):
            message = f"none of its {skipped:,} rows can be read: {self.problems[0].reason}"
            raise BadFile(message, name=self.name)
        return skipped

    def _tell(self, done: list[tuple[Import, Outcome]]) -> None:
        """What a person should know of these rows; a file that brings nothing new has said it before."""
        if any(outcome.created for _, outcome in done):
            self.notices += self.doubts.notices(self.reading.maps, unit=self.reading.table.unit)
        services = {service for _, outcome in done for service in outcome.services}
        if learnt := owners.learn(services, actor=self.actor, now=self.now):
            first = sorted(learnt.items())[:MOST_NAMED]
            said = ", ".join(f"{service} ({team})" for service, team in first)
            more = f" and {len(learnt) - MOST_NAMED:,} more" if len(learnt) > MOST_NAMED else ""
            self.notices.append(
                f"services owned now by the one team that all their records name: {said}{more}"
            )

    def _feed(self) -> Feed:
        feed, _ = Feed.objects.get_or_create(name=self.wish.source, scope=self.wish.scope)
        said = {**self.wish.remembered, **self.wish.maps}
        if feed.mapping != said:
            feed.mapping = said
            feed.save(update_fields=["mapping"])
        return feed

    def _remembered(self) -> Iterator[str]:
        used = applicable(self.wish.remembered, self.reading.table)
        if kept := {target: column for target, column in used.items() if target not in self.wish.maps}:
            said = ", ".join(f"{BY_NAME[target].short}={column}" for target, column in kept.items())
            yield f"mapped as in the last import of this source: {said}"

    def _check_all(self) -> None:
        problems: list[Problem] = []
        done = 0
        for listing in self.listings:
            try:
                for _ in listing.rows(self.reading).findings():
                    done += 1
                    if done % 2000 == 0:
                        self.progress(done, self.reading.count, f"reading {iso(listing.known_at)[:10]}")
            except BadRows as refused:
                problems += refused.problems
        if problems:
            raise BadRows(sorted(problems, key=lambda problem: problem.line or 0)[:20])

    def _widened(self) -> Iterator[str]:
        for name, type in self.reading.attributes.items():
            before = self.known.types.get(name)
            if before not in (None, type):
                yield f"attribute '{name}' was a {before} and is a {type} now: this file says other things"


def store(
    outcome: Outcome, *, feed_id: int, known_at: datetime, names: bulk.Names, author: bulk.Author
) -> None:
    """Write what matching found, in steps; the caller holds the transaction."""
    rules = rules_in_force()
    for changes in outcome.spool:
        created = [(c.key, c.row_hash, c.values) for c in changes if isinstance(c, Created)]
        updated = [c for c in changes if not isinstance(c, Created)]
        if created:
            told = {
                c.key: [happening(event) for event in c.events]
                for c in changes
                if isinstance(c, Created) and c.events
            }
            bulk.insert_records(feed_id, created, known_at=known_at, names=names, author=author, told=told)
            if rules:
                ids = bulk.stored_by_key(feed_id, [key for key, _, _ in created])
                came = {ids[key].id: values for key, _, values in created}
                decide_new(rules, came, known_at=known_at, now=author.now)
            gone = [c for c in changes if isinstance(c, Created) and c.gone_at]
            _vanish_again(gone, feed_id=feed_id, names=names, author=author)
        if updated:
            bulk.update_records([(c.id, c.values, c.row_hash, c.asserted_at) for c in updated], names=names)
            events = ((c.id, happening(event)) for c in updated for event in c.events)
            bulk.insert_events(events, author=author)
    if outcome.said_again:
        bulk.assert_again(feed_id, outcome.said_again, known_at=known_at)


def _vanish_again(created: list[Created], *, feed_id: int, names: bulk.Names, author: bulk.Author) -> None:
    """New records of the past are absent from the later complete listing that did not know them."""
    ids = bulk.stored_by_key(feed_id, [change.key for change in created])
    updates, events = [], []
    for change in created:
        assert change.gone_at is not None
        id, gone = ids[change.key].id, iso(change.gone_at)
        updates.append((id, {**change.values, "vanished_at": gone}, "", change.gone_at))
        events.append((id, bulk.Happening(change.gone_at, "vanished", {"vanished_at": [None, gone]})))
    bulk.update_records(updates, names=names)
    bulk.insert_events(events, author=author)


def next_listing(feed: Feed, *, after: datetime) -> datetime | None:
    """When the feed was next listed completely after an instant, as far as is stored."""
    later = Import.objects.filter(feed=feed, full=True, known_at__gt=after)
    first: datetime | None = later.aggregate(first=Min("known_at"))["first"]
    return first
