"""Fields and statuses of a Jira as its page shows them: what there is, what is chosen, what that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from throughline.connectors.asking import Asking, Clock
from throughline.connectors.kinds.jira import sites
from throughline.connectors.kinds.jira.mapping import (
    DATES,
    MEANINGS,
    TARGETS,
    IssueMapping,
    JiraField,
    Status,
    checked,
    guessed,
)
from throughline.connectors.kinds.jira.rows import LONGEST_WORD, Reader
from throughline.connectors.kinds.jira.tool import mapping_of, root_of, sample, statuses
from throughline.connectors.models import Connector
from throughline.connectors.trying import asking_now
from throughline.engine import spells
from throughline.engine.language.fields import SEVERITIES

# Of a row, what the preview shows and how it is headed.
SHOWN = {
    "id": "Issue", "title": "Title", "jira_status": "Status in Jira", "triage_state": "Is",
    "mitigated": "Mitigated", "reopenings": "Reopened", "severity": "Severity", "cwe": "CWE",
    "service": "Service", "team": "Team", "source": "Source", "introduced": "Introduced",
    "identified": "Identified",
}  # fmt: skip

# Before the word of which a control says what it means.
SEVERITY = "severity-"
MOST_WORDS = 30
MOST_NOTICES = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: how it is called, the name of its control, and what is chosen."""

    label: str
    name: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the page shows. `rows` are real issues under the chosen mapping, newest last."""

    mapping: IssueMapping
    fields: list[Choice]
    known: list[JiraField]
    groups: list[tuple[str, list[Choice]]]
    resolutions: list[Choice]
    severities: list[Choice]
    # Each cell with its header.
    rows: list[list[tuple[str, str]]]
    notices: list[str]
    # Fields that were chosen and that none of these issues fills.
    empty: list[str]

    @property
    def unbroken(self) -> list[str]:
        """The headers of days and ids, which no line may break."""
        return [SHOWN[name] for name in (*DATES, "cwe")]

    @property
    def headers(self) -> list[str]:
        """Of the rows."""
        return [header for header, _ in self.rows[0]]


def seen(connector: Connector, given: Mapping[str, str] | None, *, clock: Clock | None = None) -> Seen:
    """What stands, or what was `given`; where nobody chose yet, what names suggest. Raises Refused."""
    with asking_now(connector, clock=clock) as asking:
        return _seen(asking, connector.settings, given)


def _seen(asking: Asking, settings: dict[str, Any], given: Mapping[str, str] | None) -> Seen:
    root = root_of(settings)
    known, found = sites.fields_of(asking, root), statuses(asking, settings)
    named = sites.resolutions_of(asking, root)
    stands = mapping_of(settings)
    mapping = stands if stands.statuses else guessed(known, found, named)
    if given is not None:
        mapping = checked(_given(given, found, named), known)
    reader = Reader(asking.base, mapping, asking.clock.now())
    rows = sample(asking, settings, reader)
    shown = [name for name in SHOWN if _is_shown(name, rows)]
    return Seen(
        mapping=mapping,
        fields=[
            Choice(title, f"field-{target}", mapping.fields.get(target, ""))
            for target, (title, _) in TARGETS.items()
        ],
        known=known,
        groups=list(_groups(found, mapping)),
        resolutions=[
            Choice(name, f"resolution-{number}", mapping.resolutions.get(name, ""))
            for number, name in enumerate(named)
        ],
        severities=[
            Choice(word, f"{SEVERITY}{word.casefold()}", chosen)
            for word, chosen in sorted(reader.severities.items())[:MOST_WORDS]
        ],
        rows=[[(SHOWN[name], _cell(row, name)) for name in shown] for row in rows],
        notices=list(reader.notices)[:MOST_NOTICES],
        empty=[SHOWN[name] for name in SHOWN if name in mapping.fields and name not in shown],
    )


def _is_shown(name: str, rows: list[dict[str, str]]) -> bool:
    """Whether a column says anything of any issue; that of the severity says also where it does not."""
    return name == "severity" or any(row.get(name) not in (None, "", "0") for row in rows)


def _cell(row: Mapping[str, str], name: str) -> str:
    cell = row.get(name, "")
    if name == "triage_state":
        return MEANINGS.get(f"{cell}/{'open' if row.get(spells.OPEN_SINCE) else 'closed'}", cell)
    return cell[:10] if name in DATES else cell


def _given(given: Mapping[str, str], found: list[Status], named: list[str]) -> IssueMapping:
    meanings: dict[str, dict[str, str]] = {}
    for status in found:
        if meaning := given.get(_name(status), ""):
            meanings.setdefault(status.place, {})[status.id] = meaning
    return IssueMapping(
        fields={target: id for target in TARGETS if (id := given.get(f"field-{target}", ""))},
        statuses=meanings,
        resolutions={
            name: meaning
            for number, name in enumerate(named)
            if (meaning := given.get(f"resolution-{number}", ""))
        },
        severities={
            name.removeprefix(SEVERITY): said
            for name, said in list(given.items())
            if name.startswith(SEVERITY) and said and len(name) <= len(SEVERITY) + LONGEST_WORD
        },
    )


def _groups(found: list[Status], mapping: IssueMapping) -> Iterator[tuple[str, list[Choice]]]:
    places = dict.fromkeys((status.place, f"{status.project}, {status.type_name}") for status in found)
    for place, title in places:
        yield (
            title,
            [
                Choice(status.name, _name(status), mapping.meaning(place, status.id) or "")
                for status in found
                if status.place == place
            ],
        )


def _name(status: Status) -> str:
    return f"status-{status.project}-{status.type_id}-{status.id}"


def meanings() -> list[tuple[str, str]]:
    """What a status can mean, as a form offers it."""
    return list(MEANINGS.items())


def levels() -> list[str]:
    """What a word for a severity can mean, the worst first."""
    return list(reversed(SEVERITIES))
