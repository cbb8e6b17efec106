"""Importing a report: read once, compared without a lock, written in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max

from throughline.audit.actions import record
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused
from throughline.messages import events
from throughline.site.progress import Progress
from throughline.sources.formats.findings import Report
from throughline.sources.formats.names import branch as _plain
from throughline.sources.formats.registry import Format
from throughline.sources.models import Feed, Finding, Import, Rekey
from throughline.sources.scans import stored
from throughline.sources.scans.branches import branch_for, may_share, own_branch
from throughline.sources.scans.changes import Outcome
from throughline.sources.scans.linking import Links
from throughline.sources.scans.matching import ScanMatcher
from throughline.sources.scans.reading import Scan, doubts, header_of, read_scan
from throughline.sources.scans.writing import record_key, write
from throughline.sources.stored import Known, checksum, keep_types, what_is_known
from throughline.sources.telling import told_outside
from throughline.sources.wishes import Wish, known_at_of, source_of
from throughline.vulnerabilities import bulk, exploitation

ATTEMPTS = 3
# The same bytes so much later are another scan that found the same, not the same file put in again.
ANOTHER_SCAN = timedelta(hours=12)
COUNTS = ("read", "created", "updated", "unchanged", "vanished", "linked", "missed", "skipped")


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What the import of a report did."""

    scan: Scan
    wish: Wish
    counts: dict[str, int]
    imports: tuple[int, ...]
    known_at: datetime
    new_services: tuple[str, ...]
    new_teams: tuple[str, ...]
    rekeys: int
    notices: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As JSON: the counts first."""
        refused = [{"line": problem.line, "message": problem.message} for problem in self.scan.problems]
        return {
            **self.counts,
            "refused": refused,
            "format": self.scan.format.name,
            "source": self.wish.source,
            "scope": self.wish.scope,
            "service": self.wish.service,
            "branch": self.wish.default_branch or None,
            "scanned_at": self.scan.report.scanned_at or None,
            "suspected_rekeys": self.rekeys,
            "as_of": [iso(self.known_at)],
            "imports": list(self.imports),
            "new_services": list(self.new_services),
            "notices": list(self.notices),
        }


def nothing_else(result: object) -> None:
    """What an import does besides, where nobody asks for more."""


def import_scan(
    stream: BinaryIO,
    *,
    name: str,
    format: Format,
    wish: Wish,
    actor: str,
    now: datetime,
    progress: Progress,
    also: Callable[[ScanResult], None] = nothing_else,
) -> ScanResult:
    """Store what a report says. Raises Refused, and then nothing is stored.

    Reading and comparing hold no lock; where another writer was quicker they are done again (reading only
    where the source itself says something else by then), at last under the lock.
    """
    report = header_of(stream, name=name, format=format)
    wish = settled(report, name=name, format=format, wish=wish)
    reader = _Reader(stream, name, format, report, skip_invalid=wish.skip_invalid, progress=progress)
    attempt = _Import(reader, wish, actor=actor, now=now, checksum=checksum(stream), progress=progress)
    for _ in range(ATTEMPTS - 1):
        known = what_is_known()
        outcome = attempt.compared(known)
        progress(attempt.scan.count, attempt.scan.count, "writing")
        with transaction.atomic():
            if what_is_known() == known:
                return _with(also, attempt.written(outcome))
    with transaction.atomic():
        return _with(also, attempt.written(attempt.compared(what_is_known())))


def _with(also: Callable[[ScanResult], None], result: ScanResult) -> ScanResult:
    also(result)
    return result


def settled(report: Report, *, name: str, format: Format, wish: Wish) -> Wish:
    """The wish with source and scope as the report itself says, and the service as said for its feed."""
    if wish.maps or wish.as_of_column:
        message = (
            f"a report of {format.title} names its own fields: leave out --map and --as-of-column, or say "
            "--format csv, json or jsonl to read it as a table"
        )
        raise Refused(message, place=name, code="mapping")
    scope = (wish.scope or report.scope)[:240]
    source = (wish.source or _known_tool(report.tool, scope) or source_of(name))[:120]
    feed = Feed.objects.filter(name=source, scope=scope).first()
    service = wish.service or (feed.service if feed else "")
    if feed and feed.service and not scope and service != feed.service:
        message = (
            f"reports of {source} that do not say what they looked at are about '{feed.service}' so far, and "
            f"would be taken for one thing: name what this one looked at as its scope, such as '{service}'"
        )
        raise Refused(message, place="--service", code="scope")
    branch = branch_for(
        report, feed=feed, source=source, scope=scope, default=_plain(wish.default_branch), name=name
    )
    return replace(wish, source=source, scope=scope, service=service[:160], default_branch=branch)


def scanned_at(imported: Import) -> datetime:
    """When the scan of an import was made, as far as that is known."""
    return imported.scanned_at or imported.known_at


class _Reader:
    """A report that is read beside what its source said before, and again where that changed meanwhile."""

    def __init__(
        self,
        stream: BinaryIO,
        name: str,
        format: Format,
        report: Report,
        *,
        skip_invalid: bool,
        progress: Progress,
    ) -> None:
        self.stream, self.name, self.format, self.report = stream, name, format, report
        self.skip_invalid, self.progress = skip_invalid, progress
        self.beside: stored.Known | None = None
        self.scan: Scan | None = None

    def read(self, known: stored.Known) -> Scan:
        if self.scan is not None and self.beside is not None and known.is_as(self.beside):
            return self.scan
        report = self.report
        if self.scan is not None:
            report = header_of(self.stream, name=self.name, format=self.format)
        self.beside = known
        self.scan = read_scan(
            report,
            name=self.name,
            format=self.format,
            skip_invalid=self.skip_invalid,
            progress=self.progress,
            told=known.told(),
        )
        self.report = self.scan.report
        return self.scan


def _known_tool(tool: str, scope: str) -> str:
    """The source of a report: its tool; of several the one that is a source of the scope already."""
    named = tool.split(" + ")
    known = Feed.objects.filter(name__in=[tool, *named], scope=scope).order_by("pk").first()
    return known.name if known else tool


class _Import:
    """One report on its way in."""

    def __init__(
        self, reader: _Reader, wish: Wish, *, actor: str, now: datetime, checksum: str, progress: Progress
    ) -> None:
        self.reader, self.wish, self.actor, self.now = reader, wish, actor, now
        self.checksum, self.progress = checksum, progress
        self.known_at = known_at_of(wish, now)
        said = reader.report.scanned_at
        scanned = datetime.fromisoformat(said) if said else self.known_at
        # A clock that runs ahead of ours dates nothing into the future.
        self.scan_at = min(scanned, self.known_at)

    def compared(self, known: Known) -> Outcome:
        feed = Feed.objects.filter(name=self.wish.source, scope=self.wish.scope).first()
        self.was_of = feed.branch if feed else ""
        self._check_order(feed)
        report = self.reader.report
        feeds = self._beside()
        before = stored.known(feeds, scope=self.wish.scope, tool=report.tool, rules=report.rules)
        self.scan = self.reader.read(before)
        # Told after writing too, when this import would be the last complete one itself.
        self.deaf = self._deaf(feed)
        self.links = Links(self.wish.source)
        matcher = ScanMatcher(
            scan=self.scan,
            known=before,
            source=self.wish.source,
            scope=self.wish.scope,
            service=self.wish.service,
            state=self.wish.state or "potential",
            known_at=self.known_at,
            scan_at=iso(self.scan_at),
            silence_counts=self.wish.full and not self.deaf,
            owners=known.owners,
            signals=exploitation.Signals(known_at=self.known_at),
            links=self.links,
            changes_only=self.wish.changes_only,
        )
        return matcher.match(progress=self.progress)

    def _beside(self) -> list[Feed]:
        """The feeds that may know what this scan sees."""
        branch = self.reader.report.branch or own_branch(self.wish.scope)
        feeds = [
            feed
            for feed in stored.nested(self.wish.source, self.wish.scope)
            if may_share(feed, scope=self.wish.scope, branch=branch)
        ]
        if self.wish.scope and self.wish.scope == self.reader.report.scope:
            # Folders nest, as people name them; the names of images only look as if they did.
            return [feed for feed in feeds if feed.scope == self.wish.scope]
        return [feed for feed in feeds if (feed.scope and self.wish.scope) or self._may_serve(feed)]

    def _may_serve(self, feed: Feed) -> bool:
        return not feed.service or not self.wish.service or feed.service == self.wish.service

    def _check_order(self, feed: Feed | None) -> None:
        last = Import.objects.filter(feed=feed).aggregate(last=Max("known_at"))["last"] if feed else None
        if last and last > self.known_at:
            message = (
                f"a later report of {feed} is in already (known {iso(last)[:16].replace('T', ' ')}): bring "
                "reports in in the order of their dates, each with its --as-of"
            )
            raise Refused(message, place="--as-of", code="as_of")
        complete = self._last_complete(feed)
        if self.wish.full and complete is not None and self.scan_at < scanned_at(complete):
            when = iso(scanned_at(complete))[:16].replace("T", " ")
            message = (
                f"this scan of {feed} was made before the last complete one that is in (of {when}), which "
                "knows better: bring reports in in the order of their dates"
            )
            raise Refused(message, place=self.reader.name, code="as_of")

    def _deaf(self, feed: Feed | None) -> str:
        """Why the silence of this scan proves nothing; empty where it does."""
        if not self.scan.report.succeeded:
            return "the scan broke off"
        if self.scan.skipped:
            return "they may be among the records that were left out"
        if self.was_of not in ("", self.wish.default_branch):
            return "it is the first scan of another branch"
        return "" if self._is_newer(feed) else "the scan is no later than the last complete one"

    def _is_newer(self, feed: Feed | None) -> bool:
        """Whether this scan was made after the last complete one: the same silence counts once."""
        before = self._last_complete(feed)
        if before is None:
            return True
        if before.checksum == self.checksum:
            # A report without a date is the same in every byte while nothing changes.
            later = self.scan_at - scanned_at(before) >= ANOTHER_SCAN
            return later and not self.scan.report.scanned_at
        return scanned_at(before) < self.scan_at

    def _last_complete(self, feed: Feed | None) -> Import | None:
        return Import.objects.filter(feed=feed, full=True).order_by("-id").first() if feed else None

    def written(self, outcome: Outcome) -> ScanResult:
        feed = self._feed()
        imported = self._imported(feed, outcome)
        keep_types(outcome.attributes)
        names, new = bulk.name_all(outcome.services, outcome.teams)
        author = bulk.Author(f"import:{imported.pk}", self.now, imported.pk)
        write(outcome, imported=imported, tool=self.scan.report.tool, names=names, author=author)
        self._suspect(outcome, imported)
        exploitation.catch_up(known_at=self.known_at, now=self.now)
        detail: dict[str, Any] = {name: outcome.counts[name] for name in COUNTS}
        detail |= {"file": imported.file_name, "checksum": imported.checksum, "feed": str(feed)}
        record(self.actor, "import", now=self.now, object_type="import", object_id=imported.pk, detail=detail)
        events.happened(events.IMPORT_FINISHED, lambda origin: told_outside(imported, origin), now=self.now)
        return ScanResult(
            scan=self.scan,
            wish=self.wish,
            counts={name: outcome.counts[name] for name in COUNTS},
            imports=(imported.pk,),
            known_at=self.known_at,
            new_services=tuple(new.services),
            new_teams=tuple(new.teams),
            rekeys=len(outcome.rekeyed),
            notices=tuple(self._notices(outcome)),
        )

    def _notices(self, outcome: Outcome) -> Iterator[str]:
        yield from doubts(self.scan.report, self.scan.early, known_at=self.known_at)
        if self.wish.full and outcome.unheard:
            yield f"{outcome.unheard:,} known findings are not in it, which does not count: {self.deaf}"
        if self.was_of not in ("", self.wish.default_branch):
            now = self.wish.default_branch
            yield f"scans of it were of '{self.was_of}', and are of '{now}' from now on"
        if outcome.older:
            yield (
                f"{outcome.older:,} of its findings are older news: a later scan did not see them, or they "
                "were repaired since. It tells of them only since when they were known"
            )
        if self.links.otherwise:
            yield (
                f"{self.links.otherwise:,} of what it names is known from another source too, and was "
                "decided otherwise there: merge these by hand, or leave them apart"
            )

    def _feed(self) -> Feed:
        feed, _ = Feed.objects.get_or_create(name=self.wish.source, scope=self.wish.scope)
        if (feed.service, feed.branch) != (self.wish.service, self.wish.default_branch):
            feed.service, feed.branch = self.wish.service, self.wish.default_branch
            feed.save(update_fields=["service", "branch"])
        return feed

    def _imported(self, feed: Feed, outcome: Outcome) -> Import:
        return Import.objects.create(
            feed=feed,
            file_name=self.scan.name[-240:],
            checksum=self.checksum,
            format=self.scan.format.name[:20],
            full=self.wish.full,
            tool=self.scan.report.tool[:120],
            scanned_at=self.scan_at,
            known_at=self.known_at,
            recorded_at=self.now,
            actor=self.actor,
            **{name: outcome.counts[name] for name in COUNTS},
        )

    def _suspect(self, outcome: Outcome, imported: Import) -> None:
        keys = {record_key(imported, pair.after): pair for pair in outcome.rekeyed}
        for step in bulk.steps(keys, 500):
            after = Finding.objects.filter(vulnerability__feed=imported.feed, vulnerability__key__in=step)
            Rekey.objects.bulk_create(
                Rekey(before_id=keys[key].before, after_id=id, imported=imported, why=keys[key].why)
                for id, key in after.values_list("id", "vulnerability__key")
            )
