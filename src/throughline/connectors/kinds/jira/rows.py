"""An issue and its changelog as one row of a table that an import reads. Pure.

The course of an issue is told by its changelog alone: the status it was made with is what the first change
left, and each change says when. The search index may lag behind it, so the last change stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from throughline.connectors.kinds.jira import cells
from throughline.connectors.kinds.jira.mapping import IssueMapping, guessed_meaning, guessed_severity
from throughline.engine import spells
from throughline.engine.dates import iso
from throughline.engine.spells import Step
from throughline.sources.values import NotAValue

# What is asked of every issue, beside the fields that are mapped.
ALWAYS = ("summary", "status", "issuetype", "project", "created", "updated", "resolution")
COLUMNS = {
    "key": "id", "title": "title", "state": "triage_state", "ticket_url": "ticket_url",
    "triaged_at": "triaged", "introduced_at": "introduced", "identified_at": "identified",
    "mitigated_at": "mitigated", "severity": "severity", "cvss_score": "cvss_score",
    "cvss_vector": "cvss_vector", "cwe": "cwe", "kind": "kind", "service": "service", "team": "team",
    "source": "source", "component": "component", "vulnerability_ids": "vulnerability_ids", "tags": "tags",
}  # fmt: skip


LONGEST_WORD = 80


class Unreadable(ValueError):
    """An issue that says nothing that can be meant."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of status in the changelog."""

    at: datetime
    old: str
    new: str


@dataclass(slots=True)
class Reader:
    """Issues of one Jira into rows; `notices` are what could not be read, each value once.

    `severities` are the words for a severity that only this Jira has, with what they are taken for.
    """

    base: str
    mapping: IssueMapping
    now: datetime
    notices: dict[str, None] = field(default_factory=dict)
    severities: dict[str, str] = field(default_factory=dict)
    unread: set[tuple[str, str]] = field(default_factory=set)

    def row(self, issue: Mapping[str, Any], moves: Sequence[Move]) -> dict[str, str]:
        """The row of an issue. Raises Unreadable where it is none."""
        said, key = issue.get("fields"), str(issue.get("key") or "")
        if not isinstance(said, dict) or not key:
            raise Unreadable(f"issue {key or issue.get('id')} has no fields")
        try:
            created = cells.instant(said.get("created"), now=self.now)
        except cells.NotAnInstant as error:
            raise Unreadable(f"{key} was created at {error}, which is no time") from None
        course = self._course(said, key, created, moves)
        mapped = {target: self._cell(key, target, said.get(id)) for target, id in self.mapping.fields.items()}
        closed = spells.closed_at(course)
        is_rejected = course[-1].state not in ("confirmed", "potential", "accepted")
        triaged = next((step.at for step in course if step.state != "potential"), None)
        row = {
            **dict.fromkeys(COLUMNS.values(), ""),
            **mapped,
            "id": key,
            "title": (cells.text(said.get("summary")) or key)[:500],
            "triage_state": course[-1].state,
            "ticket_url": f"{self.base}/browse/{key}",
            "identified": mapped.get("identified") or iso(created),
            "triaged": iso(triaged) if triaged else "",
            "mitigated": "",
            "issue_type": cells.text(said.get("issuetype")),
            "jira_status": cells.text(said.get("status")),
            "resolution": cells.text(said.get("resolution")),
            **spells.attributes(course),
        }
        if closed and not is_rejected:
            row["mitigated"] = mapped.get("mitigated") or iso(closed)
        return row

    def _course(
        self, said: Mapping[str, Any], key: str, created: datetime, moves: Sequence[Move]
    ) -> list[Step]:
        place = f"{_id(said.get('project'), 'key')}/{_id(said.get('issuetype'), 'id')}"
        status = said.get("status") or {}
        ordered = sorted(moves, key=lambda move: move.at)
        first = ordered[0].old if ordered else _id(status, "id")
        at = [(created, first), *((move.at, move.new) for move in ordered)]
        steps = [self._step(when, place, id, status) for when, id in at]
        resolution = cells.text(said.get("resolution"))
        meaning = self.mapping.resolutions.get(resolution) if resolution else None
        if meaning and not steps[-1].is_open:
            # What it was closed for says more than that it was closed.
            steps[-1] = _step(steps[-1].at, meaning)
        return spells.course(steps)

    def _step(self, at: datetime, place: str, id: str, status: Mapping[str, Any]) -> Step:
        meaning = self.mapping.meaning(place, id)
        if meaning is None:
            is_present = _id(status, "id") == id
            name = cells.text(status) if is_present else f"status {id}"
            category = _id(status.get("statusCategory"), "key") if is_present else "indeterminate"
            meaning = guessed_meaning(name, category)
            self.notices[f"'{name}' of {place} has no meaning yet: it is taken as '{meaning}'"] = None
        return _step(at, meaning)

    def _cell(self, key: str, target: str, said: Any) -> str:
        text = cells.text(said)[:LONGEST_WORD]
        if target == "severity" and (known := self.mapping.severities.get(text.casefold())):
            self.severities[text] = known
            return known
        try:
            return cells.read(target, said)
        except NotAValue as error:
            taken = ""
            if target == "severity":
                taken = self.severities[text] = guessed_severity(text)
            if (target, text) not in self.unread and len(self.notices) < 50:
                self.unread.add((target, text))
                self.notices[_unread(key, target, text, taken, error)] = None
            return taken


def _unread(key: str, target: str, text: str, taken: str, error: NotAValue) -> str:
    """What is said of a value that no import knows, beside the first issue that has it."""
    if taken:
        return f"severity '{text}' has no meaning yet: it is taken as '{taken}'"
    mend = "; Fields and statuses can give it a meaning" if target == "severity" else ""
    return f"{key}: its {target} says '{text}' ({error}){mend}"


def _step(at: datetime, meaning: str) -> Step:
    state, _, word = meaning.rpartition("/")
    return Step(at, state, word == spells.OPEN)


def _id(said: Any, name: str) -> str:
    return str(said.get(name) or "") if isinstance(said, dict) else ""


def moves_of(histories: Iterable[Mapping[str, Any]], *, now: datetime) -> list[Move]:
    """The changes of status in the histories of an issue. Raises Unreadable."""
    found: list[Move] = []
    for history in histories:
        for item in history.get("items") or []:
            if (item.get("fieldId") or item.get("field")) != "status":
                continue
            try:
                at = cells.instant(history.get("created"), now=now)
            except cells.NotAnInstant as error:
                raise Unreadable(f"a change was made at {error}, which is no time") from None
            found.append(Move(at, str(item.get("from") or ""), str(item.get("to") or "")))
    return found
