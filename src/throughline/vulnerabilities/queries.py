"""Reading one record: its history in words that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from throughline.engine.language.fields import SEVERITIES
from throughline.engine.vulnerabilities import is_empty
from throughline.vulnerabilities.bulk import steps
from throughline.vulnerabilities.columns import DATES
from throughline.vulnerabilities.models import Event, Vulnerability

HAPPENED = {
    "created": "first seen",
    "changed": "changed",
    "vanished": "no longer listed by its source",
    "returned": "listed again by its source",
    "triaged": "triaged",
    "undone": "decision taken back",
    "triaged by rule": "triaged by a rule",
    "presumed mitigated": "presumed mitigated: two scans in a row did not see it",
    "reopened": "seen again",
    "linked": "dated by all that see it",
    "merged": "merged into another",
    "joined": "took what was decided and named of another that is the same",
    "scoped": "seen under a named scope, where its silence is judged from now on",
    "named": "named by another source",
    "split": "stands for itself again",
    "enriched": "exploitation looked up",
    "ticket linked": "linked to a ticket",
    "introduction found": "asked of a clone since when it is there",
    "introduction said": "told by hand since when it is there",
    "introduction undone": "let what was found stand again",
}
DECISIONS = ("triaged", "triaged by rule")
# A decision writes these with the state: its line in the history says when it was and whose.
BOOKKEEPING = frozenset(["triaged", "triaged basis", "accepted"])


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that changed, in words; `old` is empty where there was nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event: what happened, by whom, known when and written down when.

    `import_id` and `file` name the import it came with, if it came with one.
    """

    known_at: datetime
    recorded_at: datetime
    who: str
    what: str
    changes: tuple[Changed, ...]
    import_id: int | None
    file: str
    is_decision: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was written down a day or more after it was known."""
        return (self.recorded_at - self.known_at).days >= 1

    @property
    def shown(self) -> list[Changed]:
        """The changes that a person wants to read: of a decision only what was decided."""
        if not self.is_decision:
            return list(self.changes)
        return [_to_the_day(change) for change in self.changes if change.field not in BOOKKEEPING]


def _to_the_day(change: Changed) -> Changed:
    """The end of an acceptance as the last day that counts, which is how people gave it."""
    if change.field != "accepted until":
        return change
    return Changed(change.field, _last_day(change.old), _last_day(change.new))


def _last_day(text: str) -> str:
    """The day before a midnight; any other text as it is."""
    return f"{date.fromisoformat(text) - timedelta(days=1)}" if len(text) == len("2026-01-01") else text


def history(vulnerability: Vulnerability) -> list[Line]:
    """The record's events, the newest first."""
    events = vulnerability.events.select_related("imported").order_by("-known_at", "-id")
    return [_line(event) for event in events]


def standing_decisions(ids: Sequence[int]) -> dict[int, list[Event]]:
    """The decisions of people and rules about records that were not taken back, oldest first."""
    standing: dict[int, list[Event]] = {id: [] for id in ids}
    for step in steps(ids, 500):
        events = Event.objects.filter(vulnerability_id__in=step, action__in=[*DECISIONS, "undone"])
        for event in events.order_by("known_at", "id"):
            decisions = standing[event.vulnerability_id]
            if event.action != "undone":
                decisions.append(event)
            elif decisions:
                decisions.pop()
    return standing


def deciders(ids: Sequence[int]) -> dict[int, str]:
    """Who decided last about each record, as a name; those about which nobody did are left out."""
    standing = standing_decisions(ids)
    return {id: who(decisions[-1].actor) for id, decisions in standing.items() if decisions}


def _line(event: Event) -> Line:
    imported = event.imported
    return Line(
        known_at=event.known_at,
        recorded_at=event.recorded_at,
        who=who(event.actor, imported.actor if imported else ""),
        what=HAPPENED.get(event.action, event.action),
        changes=() if event.action == "created" else tuple(_changes(event.changes)),
        import_id=imported.pk if imported else None,
        file=imported.file_name if imported else "",
        is_decision=event.action in (*DECISIONS, "undone"),
    )


def who(actor: str, importer: str = "") -> str:
    """An actor as a name.

    >>> who("person:7 Mia Chen"), who("import:3", "command line")
    ('Mia Chen', 'command line')
    """
    kind, _, rest = (importer or actor).partition(":")
    if kind == "rule":
        return f"rule '{rest.partition(' ')[2]}'"
    return rest.partition(" ")[2] or rest if kind == "person" else importer or actor


def _changes(changes: Mapping[str, Any]) -> Iterator[Changed]:
    for field, (old, new) in changes.items():
        if field == "attributes":
            before, after = old or {}, new or {}
            for name in sorted({*before, *after}):
                if before.get(name) != after.get(name):
                    yield Changed(name, told(name, before.get(name)), told(name, after.get(name)))
        elif field != "vanished_at":
            yield Changed(_name(field), told(field, old), told(field, new))


def _name(field: str) -> str:
    return "reason" if field == "state_reason" else field.removesuffix("_at").replace("_", " ")


def told(field: str, value: Any) -> str:
    """A value of history as people read it; empty for nothing."""
    if is_empty(value):
        return ""
    if field == "severity":
        return SEVERITIES[value]
    if field in DATES:
        return _instant(str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _instant(text: str) -> str:
    """A stored instant to the second; its day alone where it is midnight.

    >>> _instant("2026-11-24T11:38:58.112958Z"), _instant("2026-11-24T00:00:00Z")
    ('2026-11-24 11:38:58', '2026-11-24')
    """
    whole = text.removesuffix("Z").partition(".")[0]
    return whole.removesuffix("T00:00:00").replace("T", " ")
