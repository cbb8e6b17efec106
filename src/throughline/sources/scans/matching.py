"""What a report changes: its findings against those that its source gave before; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from throughline.engine.dates import FIRST_SCAN, iso
from throughline.engine.identity import PRESUMED_AFTER, by_tool, match
from throughline.engine.vulnerabilities import REJECTED_STATES, Change, Changes, Values, diff, fold
from throughline.site.progress import Progress
from throughline.sources.formats.findings import Found
from throughline.sources.scans import rekeys, stored
from throughline.sources.scans.changes import Again, New, Outcome, Respelled, Sighting
from throughline.sources.scans.linking import Links
from throughline.sources.scans.reading import STEP, Scan
from throughline.sources.scans.same import HASH, UNKNOWN
from throughline.sources.scans.values import ASSERTED, links_of, values_of
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.exploitation import Signals

# States that a record has from its report only as long as the report says so.
RULED_OUT = REJECTED_STATES | {"accepted"}


@dataclass(frozen=True, slots=True)
class ScanMatcher:
    """The findings of one report against those of its source, as known at an instant.

    `known` are the findings that the scan was read beside, `scan_at` is when it was made (as ISO text),
    `silence_counts` whether its silence does (it is complete, and later than the last complete one),
    `changes_only` whether it lists only what changed; `owners` gives the team of a service.
    """

    scan: Scan
    known: stored.Known
    source: str
    scope: str
    service: str
    state: str
    known_at: datetime
    scan_at: str
    silence_counts: bool
    owners: Mapping[str, str]
    signals: Signals
    links: Links
    changes_only: bool = False

    @property
    def latest(self) -> str:
        """No date that a report tells is later than what it says was known."""
        return iso(self.known_at)

    def match(self, *, progress: Progress) -> Outcome:
        """Compare all findings, and say what they change."""
        outcome = Outcome()
        outcome.counts.update(read=self.scan.count, skipped=self.scan.skipped)
        outcome.counts["unchanged"] += len(self.scan.again)
        outcome.seen.extend(self.known.ids[at] for at in self.scan.again)
        which = self._which()
        suspects = rekeys.Suspects()
        fresh: list[tuple[int, Found]] = []
        again: list[tuple[int, int, Found]] = []
        for number, content in enumerate(self.scan.spool.undecoded()):
            at = int(which[number])
            if at >= 0 and self._says_the_same(number, at):
                self._respell(number, at, outcome)
            elif at >= 0:
                again.append((number, at, self.scan.spool.decoded(content)))
            else:
                fresh.append((number, self.scan.spool.decoded(content)))
            if len(fresh) + len(again) >= STEP:
                self._step(fresh, again, outcome, suspects)
                fresh, again = [], []
                progress(number, self.scan.count, "comparing")
        self._step(fresh, again, outcome, suspects)
        outcome.scoped.extend(self._scoped(which))
        missing = self._missing(which)
        if self.silence_counts:
            self._miss(missing, outcome, suspects)
            outcome.rekeyed = suspects.pairs()
        outcome.unheard = 0 if self.silence_counts else len(missing)
        return outcome

    def _which(self) -> NDArray[np.int64]:
        """The place of the stored finding that each one read is, or −1."""
        if not len(self.scan.keys):
            return np.empty(0, dtype=np.int64)
        free = np.ones(len(self.known.ids), dtype=bool)
        free[np.array(self.scan.again, dtype=np.int64)] = False
        places = np.flatnonzero(free)
        before = stored.gathered([self.known.ids[at] for at in places])
        read = self.scan.keys.sides()
        found = match(before.sides(), by_tool(read) if self.changes_only else read)
        return np.where(found < 0, -1, places[found]) if places.size else found

    def _says_the_same(self, number: int, at: int) -> bool:
        same = self.scan.said_by(number)[:HASH] == self.known.words(at)
        return same and not self.known.misses[at]

    def _respell(self, number: int, at: int, outcome: Outcome) -> None:
        outcome.counts["unchanged"] += 1
        said = self.scan.said_by(number)
        if said[HASH:] in (UNKNOWN, self.known.record(at)):
            outcome.seen.append(self.known.ids[at])
        else:
            outcome.spool.add(Respelled(self.known.ids[at], said))

    def _scoped(self, which: NDArray[np.int64]) -> Iterator[int]:
        """What was seen before any scope was named, and is seen under this one."""
        seen = np.concatenate([which[which >= 0], np.array(self.scan.again, dtype=np.int64)])
        return (self.known.ids[at] for at in seen[np.array(self.known.unnamed, dtype=bool)[seen]])

    def _missing(self, which: NDArray[np.int64]) -> list[int]:
        """What the scan covered and did not see, unless its silence was long enough before."""
        known = self.known
        expected = np.array(known.own, dtype=bool) & np.array(known.covered, dtype=bool)
        expected &= np.array(known.misses, dtype=np.int64) < PRESUMED_AFTER
        expected[which[which >= 0]] = False
        expected[np.array(self.scan.again, dtype=np.int64)] = False
        missing: list[int] = np.flatnonzero(expected).tolist()
        return missing

    def _step(
        self,
        fresh: list[tuple[int, Found]],
        again: list[tuple[int, int, Found]],
        outcome: Outcome,
        suspects: rekeys.Suspects,
    ) -> None:
        came = [found for _, found in fresh] + [found for _, _, found in again]
        self.signals.learn(id for found in came for id in found.vulnerability_ids)
        changes: list[New | Again] = [*self._fresh(fresh), *self._again(again, outcome)]
        for change in changes:
            if isinstance(change, New):
                outcome.counts["linked" if change.linked else "created"] += 1
                if not change.linked and len(self.known.ids):
                    suspects.came(change.number, change.values)
            self._name(change.values, outcome)
            outcome.spool.add(change)

    def _name(self, values: Values, outcome: Outcome) -> None:
        if service := values.get("service"):
            outcome.services.add(service)
        if team := values.get("team"):
            outcome.teams.add(team)
        for name, value in values.get("attributes", {}).items():
            kind = ("date" if name == "published" else "text") if type(value) is str else _type_of(value)
            if outcome.attributes.setdefault(name, kind) != kind:
                outcome.attributes[name] = "text"

    def _fresh(self, found: Sequence[tuple[int, Found]]) -> Iterator[New]:
        links = {number: self._links_of(each) for number, each in found}
        self.links.learn(links.values())
        for number, each in found:
            sighting = self._sighting(number, each, links[number])
            target, joins = self.links.given(each.vulnerability_ids, links[number])
            yield New(number, sighting, self._created(each, sighting), linked=target, joins=joins)

    def _links_of(self, found: Found) -> list[int]:
        return links_of(found, service=self.service, scope=self.scope)

    def _sighting(self, number: int, found: Found, links: list[int], *, before: str = "") -> Sighting:
        # A clock that runs ahead of ours dates nothing into the future.
        since = min(found.identified or self.scan_at, self.latest)
        mitigated = min(found.mitigated, self.latest) if found.mitigated else None
        if mitigated and mitigated < FIRST_SCAN:
            # It is repaired, and nothing says since when.
            mitigated = self.scan_at
        return Sighting(
            keys=self.scan.keys.keys_of(number),
            said=self.scan.said_by(number),
            links=links,
            line=found.line or 0,
            rule=found.rule,
            identified=min(since, before) if before else since,
            mitigated=mitigated,
            basis="reported" if mitigated else "",
        )

    def _created(self, found: Found, sighting: Sighting) -> Values:
        values = values_of(found, source=self.source, service=self.service)
        values.setdefault("state", self.state)
        values["identified_at"] = sighting.identified
        values["identified_basis"] = "reported" if self._is_dated(found) else "inferred"
        self.signals.put(values)
        self._complete(values, {}, sighting)
        return values

    def _is_dated(self, found: Found) -> bool:
        return bool(found.identified or self.scan.report.scanned_at)

    def _complete(self, values: Values, old: Values, sighting: Sighting) -> None:
        """What follows from the rest: the end, the owner of the service, the day of an acceptance."""
        if sighting.mitigated:
            values["mitigated_at"], values["mitigated_basis"] = sighting.mitigated, sighting.basis
        owner = self.owners.get(values.get("service", ""))
        if owner and "team" not in values:
            values["team"] = owner
        if values.get("state") == "accepted" and "accepted_at" not in values:
            values["accepted_at"] = old.get("accepted_at") or iso(self.known_at)

    def _again(self, found: Sequence[tuple[int, int, Found]], outcome: Outcome) -> Iterator[Again]:
        before = stored.rows([self.known.ids[at] for _, at, _ in found])
        vulnerabilities = [row.vulnerability for row in before.values()]
        present, past = bulk.values_by_id(vulnerabilities), self._late(vulnerabilities)
        registered = stored.registered(before.values())
        several = stored.shared(vulnerabilities) | registered
        leading = self._leading(several) | dict.fromkeys(registered, 0)
        links = {number: self._links_of(each) for number, _, each in found}
        self.links.learn(links.values(), own=vulnerabilities)
        for number, at, each in found:
            row = before[self.known.ids[at]]
            old, pinned = present[row.vulnerability]
            old = self._then(old, past.get(row.vulnerability))
            if self._is_older(row):
                outcome.older += 1
                shared, events = row.vulnerability in several, past.get(row.vulnerability)
                yield self._earlier(row, each, old, events, pinned, shared=shared, outcome=outcome)
                continue
            sighting = self._sighting(number, each, links[number], before=row.identified)
            joins = self.links.joining(row.vulnerability, each.vulnerability_ids, links[number])
            shared = row.vulnerability in several
            leads = leading.get(row.vulnerability, row.id) == row.id
            new = self._merged(old, each, sighting, pinned, dates=not shared) if leads else old
            changes = diff(old, new)
            outcome.counts["linked" if joins else "updated" if changes else "unchanged"] += 1
            action = "reopened" if row.mitigated and not sighting.mitigated else "changed"
            after = self._afterwards(new, changes, past.get(row.vulnerability))
            names = each.vulnerability_ids if shared else []
            yield Again(
                row.id,
                row.vulnerability,
                sighting,
                after,
                changes,
                action,
                shared=shared,
                names=names,
                joins=joins,
            )

    def _is_older(self, row: stored.Row) -> bool:
        """Whether this scan was made before what is known last: that it was not seen, or was repaired."""
        gone = row.missed or row.mitigated
        return gone is not None and self.scan_at < gone

    def _earlier(
        self,
        row: stored.Row,
        found: Found,
        old: Values,
        events: list[Change] | None,
        pinned: Sequence[str],
        *,
        shared: bool,
        outcome: Outcome,
    ) -> Again:
        """What older news tells: since when it was known at the latest."""
        earlier = min(found.identified or self.scan_at, self.latest, row.identified)
        new = dict(old)
        if not shared and "identified_at" not in pinned:
            new["identified_at"] = min(earlier, old.get("identified_at", earlier))
        changes = diff(old, new)
        outcome.counts["updated" if changes else "unchanged"] += 1
        after = self._afterwards(new, changes, events)
        return Again(
            row.id, row.vulnerability, None, after, changes, "changed", shared=shared, earlier=earlier
        )

    def _late(self, vulnerabilities: Sequence[int]) -> dict[int, list[Change]]:
        """The histories of those of which more is known already than this report knew, from whomever."""
        late = [id for id, last in bulk.last_known(vulnerabilities).items() if last > self.known_at]
        return bulk.histories(late) if late else {}

    def _then(self, present: Values, events: list[Change] | None) -> Values:
        return present if events is None else fold(events, known_at=self.known_at)

    def _afterwards(self, new: Values, changes: Changes, events: list[Change] | None) -> Values:
        """The values as they stand once this change has taken its place in a history that goes on."""
        if events is None:
            return new
        last = max(event.sequence for event in events)
        return fold([*events, Change(self.known_at, last + 1, changes)])

    def _leading(self, shared: Iterable[int]) -> dict[int, int]:
        """The finding whose words a shared vulnerability takes: the first that is not gone."""
        return {
            id: min(rows, key=lambda row: (not row.is_live, row.mitigated is not None, row.id)).id
            for id, rows in stored.sights(sorted(shared)).items()
        }

    def _merged(
        self, old: Values, found: Found, sighting: Sighting, pinned: Sequence[str], *, dates: bool
    ) -> Values:
        said = values_of(found, source=old.get("source", self.source), service=self.service)
        new = {name: value for name, value in old.items() if name not in ASSERTED} | said
        new["attributes"] = {**old.get("attributes", {}), **said.get("attributes", {})}
        if "service" in said and said["service"] != old.get("service"):
            new.pop("team", None)
        if not dates and "vulnerability_ids" in old:
            # Other sources name it too.
            ids = [*said.get("vulnerability_ids", []), *old["vulnerability_ids"]]
            new["vulnerability_ids"] = list(dict.fromkeys(ids))
        if not found.state and old.get("state"):
            new["state"] = old["state"]
            if old["state"] in RULED_OUT:
                # Its tool ruled it out, and does so no more; what a person decided is pinned.
                new["state"] = self.state
                new.pop("state_reason", None)
        if dates:
            new["identified_at"] = min(sighting.identified, old.get("identified_at", sighting.identified))
            new.pop("mitigated_at", None)
            new.pop("mitigated_basis", None)
        if new.get("state") != "accepted":
            new.pop("accepted_at", None)
        self.signals.put(new)
        self._complete(new, old, sighting if dates else msgspec.structs.replace(sighting, mitigated=None))
        for name in pinned:
            new.pop(name, None)
            if name in old:
                new[name] = old[name]
        return new

    def _miss(self, missing: list[int], outcome: Outcome, suspects: rekeys.Suspects) -> None:
        for step in bulk.steps(missing, STEP):
            before = stored.rows([self.known.ids[at] for at in step])
            vulnerabilities = [row.vulnerability for row in before.values()]
            present, past = bulk.values_by_id(vulnerabilities), self._late(vulnerabilities)
            several = stored.shared(vulnerabilities) | stored.registered(before.values())
            for at in step:
                row = before[self.known.ids[at]]
                if row.identified > self.scan_at:
                    continue
                events = past.get(row.vulnerability)
                old = self._then(present[row.vulnerability][0], events)
                change = self._silent(row, old, events, shared=row.vulnerability in several)
                if not row.mitigated:
                    outcome.counts["vanished" if change.presumed else "missed"] += 1
                    if not row.misses:
                        suspects.went(row.id, old)
                self._name(change.values, outcome)
                outcome.spool.add(change)

    def _silent(self, row: stored.Row, old: Values, events: list[Change] | None, *, shared: bool) -> Again:
        missed, misses = row.missed or self.scan_at, row.misses + 1
        presumed = missed if misses >= PRESUMED_AFTER and not row.mitigated else ""
        new = dict(old)
        if presumed and not shared and "mitigated_at" not in old:
            new |= {"mitigated_at": presumed, "mitigated_basis": "presumed"}
        changes = diff(old, new)
        action = "presumed mitigated" if presumed else "changed"
        after = self._afterwards(new, changes, events)
        silence = (missed, misses)
        return Again(row.id, row.vulnerability, None, after, changes, action, silence, presumed, shared)


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text"
