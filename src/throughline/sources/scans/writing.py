"""Writing what matching found: records, events, and the rows of findings, in a transaction of the caller."""

# Statements are put together from constant names and %s marks only.
# ruff: noqa: S608

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from throughline.engine.identity import together
from throughline.engine.triage import Rule
from throughline.engine.vulnerabilities import Changes, Values, diff
from throughline.sources.models import Import
from throughline.sources.scans.changes import Again, New, Outcome, Respelled, Sighting
from throughline.sources.scans.linking import facts, write_aliases
from throughline.sources.scans.scoping import put_into_scope
from throughline.sources.scans.stored import TABLE, Row, scanned, sights
from throughline.sources.scans.uniting import IDS, named, unite_known, write_changes
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.bulk import Happening
from throughline.vulnerabilities.columns import cell_of, stored, stored_instant
from throughline.vulnerabilities.exploitation import Signals
from throughline.vulnerabilities.models import Vulnerability
from throughline.vulnerabilities.rules import decide_new, rules_in_force

STEP = 1_000
_INSERT = (
    f"INSERT INTO {TABLE} (feed_id, vulnerability_id, tool, rule, keys, link, line, said, identified_at, "
    "mitigated_at, mitigated_basis, seen_at, missed_at, misses, became_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, NULL, 0, NULL)"
)
_SEEN = (
    f"UPDATE {TABLE} SET tool = %s, rule = %s, keys = %s, link = %s, line = %s, said = %s, "
    "identified_at = %s, mitigated_at = %s, mitigated_basis = %s, seen_at = %s, missed_at = NULL, misses = 0 "
    "WHERE id = %s"
)
_RESPELLED = f"UPDATE {TABLE} SET said = %s, seen_at = %s, tool = %s WHERE id = %s"
_MISSED = f"UPDATE {TABLE} SET missed_at = %s, misses = %s WHERE id = %s"
_EARLIER = f"UPDATE {TABLE} SET identified_at = %s WHERE id = %s"
_PRESUMED = f"UPDATE {TABLE} SET mitigated_at = %s, mitigated_basis = 'presumed' WHERE id = %s"


def write(outcome: Outcome, *, imported: Import, tool: str, names: bulk.Names, author: bulk.Author) -> None:
    """Store every change of an outcome."""
    touched: set[int] = set()
    joins: list[tuple[int, list[int]]] = []
    rules, signals = rules_in_force(), Signals(known_at=imported.known_at)
    for changes in bulk.steps(outcome.spool, STEP):
        new = [change for change in changes if isinstance(change, New)]
        touched.update(_write_new(new, imported, tool, rules=rules, names=names, author=author))
        again = [change for change in changes if isinstance(change, Again)]
        touched.update(_write_again(again, imported, tool, names=names, author=author))
        _name_again(new, again, signals, known_at=imported.known_at, author=author)
        joins += [(change.linked, change.joins) for change in new if change.joins]
        joins += [(change.vulnerability, change.joins) for change in again if change.joins]
        _respell((change for change in changes if isinstance(change, Respelled)), imported, tool)
    _see_again(outcome.seen, imported, tool)
    put_into_scope(outcome.scoped, imported, author=author)
    touched.update(unite_known(joins, known_at=imported.known_at, author=author))
    reconcile(sorted(touched), known_at=imported.known_at, author=author)


def record_key(imported: Import, number: int) -> str:
    """The key of a record that a report's finding made: by import and position."""
    return f"{imported.pk}-{number + 1}"


def _write_new(
    new: Sequence[New],
    imported: Import,
    tool: str,
    *,
    rules: Sequence[Rule],
    names: bulk.Names,
    author: bulk.Author,
) -> list[int]:
    created = [change for change in new if not change.linked]
    records = [(record_key(imported, change.number), "", change.values) for change in created]
    feed = imported.feed_id
    ids = bulk.insert_records(feed, records, known_at=imported.known_at, names=names, author=author)
    seen = stored(imported.known_at)
    rows = []
    for change in new:
        id = change.linked or ids[record_key(imported, change.number)]
        rows.append([feed, id, tool, *_cells(change.sighting, seen)])
    _insert_findings(new, rows, feed)
    if rules:
        came = {ids[key]: values for key, _, values in records}
        decide_new(rules, came, known_at=imported.known_at, now=author.now)
    return [change.linked for change in new if change.linked]


def _insert_findings(new: Sequence[New], rows: Sequence[Sequence[Any]], feed: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id) FROM {TABLE}")
        last = cursor.fetchone()[0] or 0
        cursor.executemany(_INSERT, rows)
        if not any(len(change.sighting.links) > 1 for change in new):
            return
        # Nobody else writes meanwhile: they are in the order in which they were inserted.
        cursor.execute(f"SELECT id FROM {TABLE} WHERE feed_id = %s AND id > %s ORDER BY id", [feed, last])
        ids = [id for (id,) in cursor.fetchall()]
    write_aliases({id: change.sighting.links for id, change in zip(ids, new, strict=True)}, new=True)


def _name_again(
    new: Sequence[New], again: Sequence[Again], signals: Signals, *, known_at: datetime, author: bulk.Author
) -> None:
    """What several sources see has the ids that any of them gives it."""
    said: dict[int, list[str]] = defaultdict(list)
    for change in new:
        if change.linked:
            said[change.linked] += change.values.get(IDS, [])
    for seen in again:
        if seen.names:
            said[seen.vulnerability] += seen.names
    signals.learn(id for ids in said.values() for id in ids)
    known = facts(said)
    for id, (old, _) in bulk.values_by_id(list(said)).items():
        # A register says itself what it is about.
        if known[id].is_registered:
            continue
        if changes := named(old, said[id], signals):
            since = _last_spoken(id, changes, known_at=known_at)
            write_changes(id, changes, "named", known_at=since, author=author)


def _cells(sighting: Sighting, seen: Any) -> list[Any]:
    return [
        sighting.rule,
        sighting.keys,
        sighting.links[0] if sighting.links else 0,
        sighting.line,
        sighting.said,
        stored_instant(sighting.identified),
        stored_instant(sighting.mitigated) if sighting.mitigated else None,
        sighting.basis,
        seen,
    ]


def _write_again(
    again: Sequence[Again], imported: Import, tool: str, *, names: bulk.Names, author: bulk.Author
) -> list[int]:
    changed = [change for change in again if change.changes]
    known_at, seen_at = imported.known_at, stored(imported.known_at)
    bulk.update_records([(c.vulnerability, c.values, "", known_at) for c in changed], names=names)
    events = ((c.vulnerability, Happening(known_at, c.action, c.changes)) for c in changed)
    bulk.insert_events(events, author=author)
    seen = [[tool, *_cells(c.sighting, seen_at), c.finding] for c in again if c.sighting]
    missed = [[stored_instant(c.missed[0]), c.missed[1], c.finding] for c in again if c.missed]
    presumed = [[stored_instant(c.presumed), c.finding] for c in again if c.presumed]
    earlier = [[stored_instant(c.earlier), c.finding] for c in again if c.earlier]
    with connection.cursor() as cursor:
        cursor.executemany(_SEEN, seen)
        cursor.executemany(_EARLIER, earlier)
        cursor.executemany(_MISSED, missed)
        cursor.executemany(_PRESUMED, presumed)
    write_aliases({c.finding: c.sighting.links for c in again if c.sighting}, new=False)
    return [change.vulnerability for change in again if change.shared]


def _respell(changes: Iterable[Respelled], imported: Import, tool: str) -> None:
    seen = stored(imported.known_at)
    with connection.cursor() as cursor:
        cursor.executemany(_RESPELLED, [[change.said, seen, tool, change.finding] for change in changes])


def _see_again(ids: Iterable[int], imported: Import, tool: str) -> None:
    with connection.cursor() as cursor:
        for step in bulk.steps(ids, STEP):
            marks = ", ".join(["%s"] * len(step))
            cursor.execute(
                f"UPDATE {TABLE} SET seen_at = %s, tool = %s WHERE id IN ({marks})",
                [stored(imported.known_at), tool, *step],
            )


def reconcile(vulnerabilities: Sequence[int], *, known_at: datetime, author: bulk.Author) -> list[int]:
    """Date vulnerabilities by all their findings: known since the first, gone with the last.

    Of a record that a register keeps only the discovery can become earlier: when it is repaired its register
    says. What a person fixed stays. Returns those that changed.
    """
    changed, by_scans = [], scanned()
    for step in bulk.steps(vulnerabilities, STEP):
        present, feeds = bulk.values_by_id(step), bulk.feeds_by_id(step)
        for id, rows in sights(step).items():
            old, pinned = present[id]
            new = dated(old, rows, by_scans=feeds[id] in by_scans)
            new |= {name: old[name] for name in pinned if name in old}
            if changes := diff(old, new):
                changed.append(id)
                cells = {name: cell_of(name, pair[1]) for name, pair in changes.items()}
                Vulnerability.objects.filter(pk=id).update(**cells)
                since = _last_spoken(id, changes, known_at=known_at)
                bulk.insert_events([(id, Happening(since, "linked", changes))], author=author)
    return changed


def _last_spoken(id: int, changes: Changes, *, known_at: datetime) -> datetime:
    """When these fields were last spoken of: what comes in late is added to what was known by then."""
    if bulk.last_known([id])[id] <= known_at:
        return known_at
    spoken = [event.known_at for event in bulk.histories([id])[id] if changes.keys() & event.changes.keys()]
    return max([known_at, *spoken])


def dated(old: Values, rows: Sequence[Row], *, by_scans: bool) -> Values:
    """The values of a record, of a feed of scans or of a register, with the dates that its findings tell."""
    live = [row.sight for row in rows if row.is_live]
    identified = min([row.identified for row in rows])
    if not live or not by_scans:
        return {**old, "identified_at": min(identified, old.get("identified_at", identified))}
    sight = together(live)
    new = {**old, "identified_at": identified}
    if sight.mitigated:
        return {**new, "mitigated_at": sight.mitigated, "mitigated_basis": sight.basis}
    new.pop("mitigated_at", None)
    new.pop("mitigated_basis", None)
    return new
