"""What the pulls of lists share: each record once, one document a repository, and when all is read again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from throughline.connectors.asking import MOST_PAGES, Asking
from throughline.connectors.shape import Document, Field, Keep, Progress, Pulled, Settings
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused

# A list of what changed is asked for from so long before the last one: tools write down late what happened.
OVERLAP = timedelta(minutes=15)
# So often everything is read, since what a tool forgets is in no list of changes.
WHOLE_EVERY = timedelta(days=7)
SERVICE = Field(
    "service",
    "Service",
    "The service that all of it belongs to. {name} stands for the last part of the repository, project, "
    "product or program that a finding is of. Leave it empty where that says nothing.",
    is_required=False,
)


# How tools say that they no longer know a page by its cursor.
_EXPIRED = ("answered_400", "answered_404", "answered_410", "answered_422", "graphql")


def gone_on(keep: Keep, pull: Callable[[], Pulled]) -> Pulled:
    """What a pull gives, from the beginning where the cursor of its kept pages has expired."""
    stands, count = keep.cursor, keep.count
    try:
        return pull()
    except Refused as refused:
        if not stands or keep.count != count or refused.code not in _EXPIRED:
            raise
        keep.begin_again()
        return pull()


class Record(NamedTuple):
    """One record: the document that it is of, its id there, and its JSON."""

    document: str
    id: str
    content: bytes


def encoded(said: Any) -> bytes:
    """A record as it is kept: JSON without a line break."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


class Span(NamedTuple):
    """What of one list a pull asks for: all of it, or what changed since an instant."""

    since: datetime | None

    @property
    def is_whole(self) -> bool:
        return self.since is None

    def within(self, records: Sequence[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
        """The records of a page that changed in it, by the first of these members that has an instant.

        Of a list that begins with what changed last, the next page is worth asking for where that is all.
        """
        if self.since is None:
            return list(records)
        return [each for each in records if (at := _changed(each, names)) is None or at >= self.since]


def _changed(record: Mapping[str, Any], names: Iterable[str]) -> datetime | None:
    for name in names:
        with suppress(TypeError, ValueError):
            found = datetime.fromisoformat(record.get(name) or "")
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


class Listing:
    """The lists of one pull, on their way into what is kept.

    `began_at` is when the pull began, also where it goes on from kept pages. What came on the last page is
    known by its ids: a list that moved meanwhile says it again.
    """

    def __init__(self, asking: Asking, keep: Keep, progress: Progress, state: Mapping[str, Any]) -> None:
        self.asking, self.keep, self.progress, self.state = asking, keep, progress, state
        cursor = keep.cursor
        now = asking.clock.now()
        self.began_at = datetime.fromisoformat(cursor["began"]) if "began" in cursor else now
        self.documents: list[str] = list(cursor.get("documents", ()))
        self.last: list[str] = list(cursor.get("last", ()))
        self.seen: set[str] = set(self.last)
        self.pages = 0

    def span(self, name: str, *, whole_every: timedelta = WHOLE_EVERY, overlap: timedelta = OVERLAP) -> Span:
        """What to ask of the list of a name."""
        before = self.state.get(name)
        if before is None or self.began_at - datetime.fromisoformat(before["whole"]) >= whole_every:
            return Span(None)
        return Span(datetime.fromisoformat(before["since"]) - overlap)

    def after(self, name: str, span: Span) -> dict[str, str]:
        """Where the next pull begins with the list of a name, once this one is stored."""
        began = iso(self.began_at)
        # What changed is found by the clock of the tool.
        since = iso(self.began_at - self.asking.ahead)
        return {"since": since, "whole": began if span.is_whole else self.state[name]["whole"]}

    def put(self, records: Iterable[Record], **cursor: Any) -> None:
        """Keep a page, and where the pull goes on after it."""
        fresh: dict[str, list[bytes]] = defaultdict(list)
        last = []
        for record in records:
            known_by = f"{record.document}#{record.id}"
            last.append(known_by)
            if known_by not in self.seen:
                self.seen.add(known_by)
                fresh[record.document].append(record.content)
        self._require_way_on(last)
        self.last = last
        self.documents += [name for name in fresh if name not in self.documents]
        stands = {"began": iso(self.began_at), "documents": self.documents, "last": last}
        self.keep.pages(fresh, cursor={**cursor, **stands})
        self.progress(self.keep.count, 0, f"{self.keep.count:,} fetched")

    def _require_way_on(self, last: list[str]) -> None:
        """Raises Refused where a page is the one before it again, or there are too many."""
        self.pages += 1
        host = self.asking.host
        if len(last) > 1 and last == self.last:
            message = f"{host} gave the same page twice: its listing goes in a circle, and is not read"
            raise Refused(f"{message}. Sync again later.", code="repeated_page")
        if self.pages > MOST_PAGES:
            raise Refused(f"{host} lists more than {MOST_PAGES:,} pages.", code="too_many_pages")


def document(name: str, settings: Settings, *, format: str, source: str, scope: str, whole: bool) -> Document:
    """A kept document as a report of its source: all there is in its scope, or what changed there."""
    service = str(settings.get("service") or "").replace("{name}", scope.rpartition("/")[2])
    return Document(
        name=name,
        format=format,
        source=source,
        scope=scope,
        service=service,
        full=whole,
        changes_only=not whole,
    )
