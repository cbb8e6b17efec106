"""The findings of a source as they are stored, held in little memory for matching."""

# Statements are put together from constant names and %s marks only.
# ruff: noqa: S608

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from throughline.engine.identity import Sides, Sight
from throughline.sources.models import Feed
from throughline.vulnerabilities.bulk import steps
from throughline.vulnerabilities.columns import told_instant

TABLE = "sources_finding"
HASH = 16


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
    """Every finding of a source's feeds, by index; `own` is 1 for those of the very feed that is matched."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    vulnerabilities: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    own: array[int] = field(default_factory=lambda: array("b"))
    misses: array[int] = field(default_factory=lambda: array("h"))
    covered: array[int] = field(default_factory=lambda: array("b"))
    keys: list[bytes] = field(default_factory=list)
    said: bytearray = field(default_factory=bytearray)
    shared: frozenset[int] = frozenset()

    @property
    def sides(self) -> Sides:
        """As matching takes them."""
        return Sides.of(self.keys, self.lines)

    def says(self, at: int) -> bytes:
        """The hash of what the finding said last."""
        return bytes(self.said[at * HASH : (at + 1) * HASH])


def nested(feed_name: str, scope: str) -> list[Feed]:
    """The feeds of a source whose scope holds this one or lies in it, this one first."""
    feeds = [feed for feed in Feed.objects.filter(name=feed_name) if _nests(feed.scope, scope)]
    return sorted(feeds, key=lambda feed: (feed.scope != scope, feed.pk))


def _nests(one: str, other: str) -> bool:
    short, long = sorted((one.strip("/"), other.strip("/")), key=len)
    return short == "" or long == short or long.startswith(f"{short}/")


def known(feeds: Sequence[Feed], *, scope: str, tool: str, rules: frozenset[str] | None) -> Known:
    """The findings of these feeds that no later one replaced; `rules` are those that the new scan ran."""
    found = Known()
    own = {feed.pk for feed in feeds if feed.scope == scope}
    with connection.cursor() as cursor:
        for feed in feeds:
            cursor.execute(
                f"SELECT id, vulnerability_id, line, misses, keys, said, tool, rule FROM {TABLE} "
                "WHERE feed_id = %s AND became_id IS NULL ORDER BY id",
                [feed.pk],
            )
            while rows := cursor.fetchmany(2_000):
                for id, vulnerability, line, misses, keys, said, by, rule in rows:
                    found.ids.append(id)
                    found.vulnerabilities.append(vulnerability)
                    found.lines.append(line)
                    found.own.append(feed.pk in own)
                    found.misses.append(misses)
                    found.covered.append(by == tool and (rules is None or not rule or rule in rules))
                    found.keys.append(bytes(keys))
                    found.said += bytes(said)
    found.shared = _shared()
    return found


def _shared() -> frozenset[int]:
    """The vulnerabilities that several findings speak of."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT vulnerability_id FROM {TABLE} WHERE became_id IS NULL "
            "GROUP BY vulnerability_id HAVING COUNT(*) > 1"
        )
        return frozenset(id for (id,) in cursor.fetchall())


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
            marks = ", ".join(["%s"] * len(step))
            cursor.execute(f"SELECT {_ROW} FROM {TABLE} WHERE {column} IN ({marks}) ORDER BY id", step)
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


def linked(links: Sequence[int], *, feed: int | None) -> dict[int, list[int]]:
    """The vulnerabilities that only other feeds know, under each link, oldest first."""
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        for step in steps([link for link in links if link]):
            marks = ", ".join(["%s"] * len(step))
            cursor.execute(
                f"SELECT DISTINCT f.link, f.vulnerability_id FROM {TABLE} f WHERE f.link IN ({marks}) "
                "AND f.became_id IS NULL AND f.feed_id <> %s AND NOT EXISTS (SELECT 1 FROM "
                f"{TABLE} o WHERE o.vulnerability_id = f.vulnerability_id AND o.feed_id = %s) "
                "ORDER BY f.vulnerability_id",
                [*step, feed or 0, feed or 0],
            )
            for link, vulnerability in cursor.fetchall():
                found[link].append(vulnerability)
    return found
