"""Fields and statuses of a Jira as its page shows them: what there is, what is chosen, what that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from throughline.connectors.actions import secrets_of
from throughline.connectors.asking import Asking, Clock, understood
from throughline.connectors.kinds.jira import api
from throughline.connectors.kinds.jira.kind import mapping_of, root_of, sample, statuses
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
from throughline.connectors.models import Connector
from throughline.connectors.syncing import asking_of, masked
from throughline.connectors.trying import not_now
from throughline.engine.refusals import Refused

# Of a row, what the preview shows and how it is headed.
SHOWN = {
    "id": "Issue", "title": "Title", "jira_status": "Status in Jira", "triage_state": "Is",
    "mitigated": "Mitigated", "reopenings": "Reopened", "severity": "Severity", "cwe": "CWE",
    "service": "Service", "team": "Team", "source": "Source", "introduced": "Introduced",
    "identified": "Identified",
}  # fmt: skip


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
    rows: list[list[str]]

    @property
    def headers(self) -> list[str]:
        """Of the rows."""
        return list(SHOWN.values())


def seen(connector: Connector, given: Mapping[str, str] | None, *, clock: Clock | None = None) -> Seen:
    """What stands, or what was `given`; where nobody chose yet, what names suggest. Raises Refused."""
    secrets = secrets_of(connector)
    clock = clock or Clock(sleep=not_now)
    try:
        with asking_of(connector, secrets, clock=clock) as asking, understood(asking.host):
            return _seen(asking, connector.settings, given)
    except Refused as refused:
        # A tool may repeat the token that it refuses.
        message = masked(connector, secrets, refused.message)
        raise Refused(message, place=refused.place, code=refused.code) from refused


def _seen(asking: Asking, settings: dict[str, Any], given: Mapping[str, str] | None) -> Seen:
    root = root_of(settings)
    known, found = api.fields_of(asking, root), statuses(asking, settings)
    named = api.resolutions_of(asking, root)
    stands = mapping_of(settings)
    mapping = stands if stands.statuses else guessed(known, found, named)
    if given is not None:
        mapping = checked(_given(given, found, named), known)
    rows = sample(asking, settings, mapping)
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
        rows=[[_cell(row, name) for name in SHOWN] for row in rows],
    )


def _cell(row: Mapping[str, str], name: str) -> str:
    cell = row.get(name, "")
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
