"""The findings of a source as they are stored, held in little memory for matching."""

# Statements are put together from constant names and %s marks only.
# ruff: noqa: S608

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from throughline.engine.identity import Gathered, Sight
from throughline.sources.models import Feed, Finding
from throughline.sources.scans.same import HASH, SAID, UNKNOWN, Told
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.bulk import steps
from throughline.vulnerabilities.columns import told_instant

TABLE = "sources_finding"
# With a plus, as SQLite would else go through all that are live instead of the few that are asked for.
LIVE = "+became_id IS NULL"


class Row(NamedTuple):
    """One stored finding, as much of it as a change needs."""

    id: int
    feed: int
    vulnerability: int
    identified: str
    mitigated: str | None
    basis: str
    missed: str | None
    misses: int
    is_live: bool = True

    @property
    def sight(self) -> Sight:
        return Sight(self.identified, self.mitigated, self.basis)


@dataclass(slots=True)
class Known:
    """Every finding of a source's feeds, by place; `own` is 1 for those of the scope asked for or within.

    `unnamed` is 1 for those that came in before any scope was named, where this one is.
    `said` has SAID bytes a finding. Keys and lines are asked for (`gathered`) where bytes do not settle it.
    """

    ids: array[int] = field(default_factory=lambda: array("q"))
    own: array[int] = field(default_factory=lambda: array("b"))
    unnamed: array[int] = field(default_factory=lambda: array("b"))
    misses: array[int] = field(default_factory=lambda: array("h"))
    covered: array[int] = field(default_factory=lambda: array("b"))
    said: bytearray = field(default_factory=bytearray)

    def words(self, at: int) -> bytes:
        """The hash of what the finding said last."""
        return bytes(self.said[at * SAID : at * SAID + HASH])

    def record(self, at: int) -> bytes:
        """The hash of the record that said it."""
        return bytes(self.said[at * SAID + HASH : (at + 1) * SAID])

    def told(self) -> Told:
        """Those that the last scan saw, by their records."""
        seen = (at for at in reversed(range(len(self.ids))) if not self.misses[at])
        records = ((self.record(at), at) for at in seen)
        return Told((record, at) for record, at in records if record != UNKNOWN)

    def is_as(self, other: Known) -> bool:
        """Whether the source says what it said then."""
        return (self.ids, self.said, self.misses) == (other.ids, other.said, other.misses)


def nested(feed_name: str, scope: str) -> list[Feed]:
    """The feeds of a source whose scope holds this one or lies in it, this one first."""
    feeds = [feed for feed in Feed.objects.filter(name=feed_name) if _nests(feed.scope, scope)]
    return sorted(feeds, key=lambda feed: (feed.scope != scope, feed.pk))


def _nests(one: str, other: str) -> bool:
    short, long = sorted((one.strip("/"), other.strip("/")), key=len)
    return short == "" or long == short or long.startswith(f"{short}/")


def scanned() -> frozenset[int]:
    """The feeds that any report came in for: what is seen dates their records, whoever sees it by now."""
    seen = Finding.objects.filter(feed=OuterRef("pk"))
    return frozenset(Feed.objects.filter(Exists(seen)).values_list("pk", flat=True))


def _holds(whole: str, part: str) -> bool:
    """Whether a scan of the one covers the other; what is not named is no whole."""
    return part == whole or (whole != "" and part.startswith(f"{whole.strip('/')}/"))


def known(feeds: Sequence[Feed], *, scope: str, tool: str, rules: frozenset[str] | None) -> Known:
    """The findings of these feeds that no later one replaced; `rules` are those that the new scan ran."""
    found = Known()
    ran = set(tool.split(" + "))
    covers = cache(
        lambda by, rule: set(by.split(" + ")) <= ran and (rules is None or not rule or rule in rules)
    )
    with connection.cursor() as cursor:
        for feed in feeds:
            cursor.execute(
                f"SELECT id, misses, said, tool, rule FROM {TABLE} WHERE feed_id = %s AND {LIVE} ORDER BY id",
                [feed.pk],
            )
            while rows := cursor.fetchmany(2_000):
                ids, misses, said, tools, checks = zip(*rows, strict=True)
                found.ids.extend(ids)
                found.own.extend([_holds(scope, feed.scope)] * len(ids))
                found.unnamed.extend([bool(scope) and not feed.scope] * len(ids))
                found.misses.extend(misses)
                found.covered.extend(map(covers, tools, checks))
                found.said += b"".join(bytes(each).ljust(SAID, b"\0") for each in said)
    return found


def gathered(ids: Sequence[int]) -> Gathered:
    """Keys and lines of stored findings, in the order of these ids."""
    found = Gathered()
    with connection.cursor() as cursor:
        for step in steps(ids):
            cursor.execute(f"SELECT id, keys, line FROM {TABLE} WHERE id IN ({marks(step)})", step)
            by_id = {id: (bytes(keys), line) for id, keys, line in cursor.fetchall()}
            for id in step:
                found.add(*by_id[id])
    return found


def registered(rows: Iterable[Row]) -> frozenset[int]:
    """The vulnerabilities of some findings that no source of findings gave, but a register."""
    feeds = {row.vulnerability: row.feed for row in rows}
    others = [id for id, feed in bulk.feeds_by_id(list(feeds)).items() if feed != feeds[id]]
    owned = bulk.feeds_by_id(others)
    return frozenset(id for id, seen in sights(others).items() if owned[id] not in {row.feed for row in seen})


def shared(vulnerabilities: Sequence[int]) -> frozenset[int]:
    """Those of some vulnerabilities that several findings speak of."""
    found: list[int] = []
    with connection.cursor() as cursor:
        for step in steps(vulnerabilities):
            cursor.execute(
                f"SELECT vulnerability_id FROM {TABLE} WHERE vulnerability_id IN ({marks(step)}) "
                f"AND {LIVE} GROUP BY vulnerability_id HAVING COUNT(*) > 1",
                step,
            )
            found += [id for (id,) in cursor.fetchall()]
    return frozenset(found)


_ROW = (
    "id, feed_id, vulnerability_id, identified_at, mitigated_at, mitigated_basis, missed_at, misses, "
    "became_id"
)


def rows(ids: Sequence[int]) -> dict[int, Row]:
    """Stored findings by id."""
    return {row.id: row for row in _rows("id", ids)}


def sights(vulnerabilities: Sequence[int]) -> dict[int, list[Row]]:
    """The findings that speak or once spoke of each vulnerability, the first one first."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in _rows("vulnerability_id", vulnerabilities):
        found[row.vulnerability].append(row)
    return found


def _rows(column: str, values: Sequence[int]) -> Iterable[Row]:
    with connection.cursor() as cursor:
        for step in steps(values):
            cursor.execute(f"SELECT {_ROW} FROM {TABLE} WHERE {column} IN ({marks(step)}) ORDER BY id", step)
            for (
                id,
                feed,
                vulnerability,
                identified,
                mitigated,
                basis,
                missed,
                misses,
                became,
            ) in cursor.fetchall():
                yield Row(
                    id,
                    feed,
                    vulnerability,
                    told_instant(identified),
                    told_instant(mitigated) if mitigated else None,
                    basis,
                    told_instant(missed) if missed else None,
                    misses,
                    became is None,
                )


def marks(items: Sequence[object]) -> str:
    """A mark of SQL for each item."""
    return ", ".join(["%s"] * len(items))
