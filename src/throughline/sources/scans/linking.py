"""Which vulnerabilities that other sources know are the ones that a report names: by each of their ids."""

# Statements are put together from constant names and %s marks only.
# ruff: noqa: S608

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from throughline.sources.models import Joining
from throughline.sources.scans.stored import LIVE, TABLE, marks
from throughline.vulnerabilities.bulk import steps
from throughline.vulnerabilities.models import State

ALIASES = "sources_alias"
_ELSEWHERE = (
    f"{LIVE} AND NOT EXISTS (SELECT 1 FROM {TABLE} o JOIN sources_feed s ON s.id = o.feed_id "
    "WHERE o.vulnerability_id = f.vulnerability_id AND s.name = %s)"
)


@dataclass(slots=True)
class Facts:
    """What is known of a vulnerability that may be the same as another one."""

    cves: frozenset[str]
    state: str
    is_decided: bool
    feed: int
    sources: set[str] = field(default_factory=set)
    feeds: set[int] = field(default_factory=set)

    @property
    def is_registered(self) -> bool:
        """Whether a register keeps it, and no source of findings gave it."""
        return self.feed not in self.feeds

    def may_be(self, cves: frozenset[str]) -> bool:
        """Whether it may be what these CVEs name: an advisory of a vendor is often about several of them."""
        return not self.cves or not cves or not self.cves.isdisjoint(cves)


def cves_in(ids: Iterable[str]) -> frozenset[str]:
    """The CVEs among some ids."""
    return frozenset(id.upper() for id in ids if id.upper().startswith("CVE-"))


class Links:
    """The vulnerabilities of other sources that the findings of one report are. Each is given once.

    A source that sees something twice says that it is two: no vulnerability gets two findings of the report
    by their names, and none is made of two that one source tells apart.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.taken: set[int] = set()
        self.otherwise = 0
        self._into: dict[int, int] = {}
        self._sources: dict[int, set[str]] = {}
        self._found: dict[int, list[int]] = {}
        self._facts: dict[int, Facts] = {}
        self._apart: frozenset[int] = frozenset()

    def learn(self, links: Iterable[Sequence[int]], *, own: Sequence[int] = ()) -> None:
        """Look up what other sources know under these links; `own` are those that this one knows."""
        self._found = _elsewhere({link for each in links for link in each}, source=self.source)
        found = {id for ids in self._found.values() for id in ids}
        self._facts = facts({*found, *own}) if found else {}
        self._apart = _taken_apart(self._facts)

    def given(self, ids: Sequence[str], links: Sequence[int]) -> tuple[int, list[int]]:
        """The vulnerability that a new finding is one of, 0 for none, and those that are one with it."""
        known = self._of(ids, links)
        if not known:
            return 0, []
        self.taken.add(known[0])
        return known[0], self._unite(known[0], known[1:], ids)

    def joining(self, id: int, ids: Sequence[str], links: Sequence[int]) -> list[int]:
        """The vulnerabilities that are one with that of a known finding."""
        return self._unite(id, self._of(ids, links), ids)

    def _of(self, ids: Sequence[str], links: Sequence[int]) -> list[int]:
        """What a finding with these ids and links may be of, as far as others know, the oldest first."""
        if not self._found:
            return []
        cves = cves_in(ids)
        found = {id for link in links for id in self._found.get(link, ())}
        return sorted(id for id in found if id not in self.taken and self._facts[id].may_be(cves))

    def _unite(self, id: int, others: Iterable[int], ids: Sequence[str]) -> list[int]:
        """Those of the others that are one with this vulnerability because of a finding with these ids.

        A finding that names several CVEs is a bulletin: it makes no two of them one.
        """
        if len(cves_in(ids)) > 1:
            return []
        return [other for other in others if self._united(id, other)]

    def _united(self, id: int, other: int) -> bool:
        one, two = self._root(id), self._root(other)
        if one == two or not self._sees(one).isdisjoint(self._sees(two)):
            return False
        if not self._may_unite(self._facts[id], self._facts[other]) or {id, other} & self._apart:
            return False
        self.taken |= {id, other}
        self._sources[one] = self._sees(one) | self._sees(two)
        self._into[two] = one
        return True

    def _may_unite(self, one: Facts, other: Facts) -> bool:
        if State.DUPLICATE in (one.state, other.state) or (one.is_registered and other.is_registered):
            return False
        if one.is_decided and other.is_decided and one.state != other.state:
            self.otherwise += 1
            return False
        return True

    def _root(self, id: int) -> int:
        while id in self._into:
            id = self._into[id]
        return id

    def _sees(self, root: int) -> set[str]:
        seen = self._sources.get(root) or self._facts[root].sources
        return seen | {self.source} if root in self.taken else seen


def facts(ids: Iterable[int]) -> dict[int, Facts]:
    """What is known of some vulnerabilities, and who sees them."""
    found: dict[int, Facts] = {}
    with connection.cursor() as cursor:
        for step in steps(sorted(ids)):
            cursor.execute(
                "SELECT id, vulnerability_ids, state, pinned, feed_id FROM vulnerabilities_vulnerability "
                f"WHERE id IN ({marks(step)})",
                step,
            )
            for id, named, state, pinned, feed in cursor.fetchall():
                is_decided = "triaged_at" in _told(pinned)
                found[id] = Facts(cves_in(_told(named)), state, is_decided, feed)
            cursor.execute(
                f"SELECT DISTINCT f.vulnerability_id, s.name, s.id FROM {TABLE} f JOIN sources_feed s "
                f"ON s.id = f.feed_id WHERE f.vulnerability_id IN ({marks(step)})",
                step,
            )
            for id, source, feed in cursor.fetchall():
                found[id].sources.add(source)
                found[id].feeds.add(feed)
    return found


def _told(cell: list[str] | str) -> list[str]:
    said: list[str] = json.loads(cell) if isinstance(cell, str) else cell
    return said


def _elsewhere(links: Iterable[int], *, source: str) -> dict[int, list[int]]:
    """The vulnerabilities that only other sources know, under each link.

    What one source sees in two of its scopes (two images of a service) is two.
    """
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        for step in steps(sorted(links)):
            cursor.execute(
                f"SELECT f.link, f.vulnerability_id FROM {TABLE} f WHERE f.link IN ({marks(step)}) "
                f"AND {_ELSEWHERE} UNION SELECT a.link, f.vulnerability_id FROM {ALIASES} a JOIN {TABLE} f "
                f"ON f.id = a.finding_id WHERE a.link IN ({marks(step)}) AND {_ELSEWHERE}",
                [*step, source, *step, source],
            )
            for link, vulnerability in cursor.fetchall():
                found[link].append(vulnerability)
    return found


def _taken_apart(ids: Iterable[int]) -> frozenset[int]:
    """Those of some vulnerabilities that a person took apart from another: no machine joins them again."""
    found: set[int] = set()
    for step in steps(ids, 500):
        split = Joining.objects.filter(Q(before=None) | Q(undone_at__isnull=False))
        apart = split.filter(finding__vulnerability__in=step)
        found.update(apart.values_list("finding__vulnerability", flat=True))
    return frozenset(found)


def aliases(findings: Sequence[int]) -> dict[int, set[int]]:
    """The further links of findings, those with any."""
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        for step in steps(findings):
            cursor.execute(
                f"SELECT finding_id, link FROM {ALIASES} WHERE finding_id IN ({marks(step)})", step
            )
            for finding, link in cursor.fetchall():
                found[finding].add(link)
    return found


def write_aliases(links: Mapping[int, Sequence[int]], *, new: bool) -> None:
    """Store the links of findings but for the first, which is in their rows."""
    before = {} if new else aliases(list(links))
    come: list[tuple[int, int]] = []
    gone: list[tuple[int, int]] = []
    for finding, said in links.items():
        now, then = set(said[1:]), before.get(finding, set())
        come += [(finding, link) for link in sorted(now - then)]
        gone += [(finding, link) for link in sorted(then - now)]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {ALIASES} (finding_id, link) VALUES (%s, %s)", come)
        cursor.executemany(f"DELETE FROM {ALIASES} WHERE finding_id = %s AND link = %s", gone)
