"""Which field of an issue is which of the record, and what each status means. Pure.

Fields are named by id and statuses by id, since both are renamed; a status means something in a project and
a type of issue, since the same one can be open here and closed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.engine.language.fields import SEVERITIES
from throughline.engine.refusals import Refused
from throughline.sources.fields import plain

# What a field of an issue can fill, with the words that its name may hold; Jira's own fields come first.
TARGETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "severity": ("Severity", ("severity", "vulnerabilityseverity", "risk", "priority")),
    "cvss_score": ("CVSS score", ("cvssscore", "cvss", "cvssbasescore")),
    "cvss_vector": ("CVSS vector", ("cvssvector", "cvssstring")),
    "cwe": ("CWE", ("cwe", "cweid", "weakness", "weaknesstype")),
    "kind": ("Kind", ("vulnerabilitytype", "findingtype", "vulnerabilitykind")),
    "service": ("Service", ("service", "affectedservice", "application", "system", "components")),
    "team": ("Team", ("team", "owningteam", "ownerteam", "squad")),
    "source": ("Source", ("foundby", "findingsource", "source", "detectedby", "scanner", "tool")),
    "component": ("Component", ("package", "affectedcomponent", "library")),
    "introduced": ("Introduced", ("introduced", "introducedon", "dateintroduced", "introduceddate")),
    "identified": ("Identified", ("identified", "discovered", "datefound", "founddate", "identifiedon")),
    "mitigated": ("Mitigated", ("mitigated", "mitigatedon", "datemitigated", "fixeddate", "remediatedon")),
    "vulnerability_ids": ("CVE or other ids", ("cve", "cveid", "cves", "vulnerabilityid")),
    "tags": ("Tags", ("labels",)),
}
DATES = ("introduced", "identified", "mitigated")
# Triage state, and whether it is open: what a status can mean.
MEANINGS: dict[str, str] = {
    "potential/open": "Open, not confirmed yet",
    "confirmed/open": "Open, confirmed",
    "confirmed/closed": "Closed: mitigated",
    "accepted/open": "Risk accepted",
    "false positive/closed": "Closed: false positive",
    "duplicate/closed": "Closed: duplicate",
    "out of scope/closed": "Closed: out of scope",
}
CATEGORIES = {"new": "potential/open", "indeterminate": "confirmed/open", "done": "confirmed/closed"}
_NUMBERED = re.compile(r"(?:severity|sev|s|priority|prio|level)[ ._-]?([0-5])(?!\d)", re.IGNORECASE)
# By words in the name of a status or resolution, before its category is asked.
_WORDS = (
    (("false positive", "not a vuln", "not a bug", "invalid", "cannot reproduce"), "false positive/closed"),
    (("duplicate",), "duplicate/closed"),
    (("out of scope",), "out of scope/closed"),
    (("accepted", "risk accept", "won't fix", "wont fix", "won't do", "wont do"), "accepted/open"),
)


@dataclass(frozen=True, slots=True)
class JiraField:
    """A field of this Jira."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """A status of a project's type of issues."""

    project: str
    type_id: str
    type_name: str
    id: str
    name: str
    category: str

    @property
    def place(self) -> str:
        """Where it means something."""
        return f"{self.project}/{self.type_id}"


@dataclass(frozen=True, slots=True)
class IssueMapping:
    """`fields` is {field of the record: id in Jira}; `statuses` {project/type: {status id: meaning}};
    `resolutions` {name: meaning}, of closed issues whose resolution says more than their status;
    `severities` {word in small letters: severity}, of words that only this Jira has."""

    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    resolutions: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> IssueMapping:
        """As the connector keeps it."""
        names = ("fields", "statuses", "resolutions", "severities")
        return cls(*(said.get(name, {}) for name in names))

    def document(self) -> dict[str, Any]:
        """As the connector keeps it."""
        statuses = {place: dict(meanings) for place, meanings in self.statuses.items()}
        return {
            "fields": dict(self.fields),
            "statuses": statuses,
            "resolutions": dict(self.resolutions),
            "severities": dict(self.severities),
        }

    def meaning(self, place: str, status_id: str) -> str | None:
        """What a status means there; None where nobody said."""
        return self.statuses.get(place, {}).get(status_id)


def guessed_field(target: str, known: Iterable[JiraField]) -> str:
    """The id of the field whose name says what a field of the record is; empty where none does."""
    names: dict[str, str] = {}
    for each in known:
        names.setdefault(plain(each.name), each.id)
        # Jira's own fields are known by their ids in every language.
        names.setdefault(plain(each.id), each.id)
    return next((names[word] for word in TARGETS[target][1] if word in names), "")


def guessed_meaning(name: str, category: str = "done") -> str:
    """What a status or resolution means by its name, else by its category.

    >>> guessed_meaning("In Progress", "indeterminate"), guessed_meaning("Closed as duplicate")
    ('confirmed/open', 'duplicate/closed')
    """
    said = name.casefold().replace("’", "'")
    for words, meaning in _WORDS:
        if any(word in said for word in words):
            return meaning
    return CATEGORIES.get(category, "confirmed/open")


def guessed_severity(word: str) -> str:
    """What a severity of this Jira's own means by its number; empty where it says none.

    >>> guessed_severity("Sev1"), guessed_severity("S-4 (minor)"), guessed_severity("Spicy")
    ('critical', 'low', '')
    """
    found = _NUMBERED.match(word.strip())
    return SEVERITIES[5 - max(1, int(found[1]))] if found else ""


def guessed(
    known: Iterable[JiraField], statuses: Iterable[Status], resolutions: Iterable[str]
) -> IssueMapping:
    """The mapping that names suggest: where a person begins."""
    fields = list(known)
    meanings: dict[str, dict[str, str]] = {}
    for status in statuses:
        meanings.setdefault(status.place, {})[status.id] = guessed_meaning(status.name, status.category)
    found = {target: id for target in TARGETS if (id := guessed_field(target, fields))}
    told = {name: guessed_meaning(name) for name in resolutions}
    return IssueMapping(
        found, meanings, {name: said for name, said in told.items() if said != "confirmed/closed"}
    )


def checked(said: IssueMapping, known: Iterable[JiraField]) -> IssueMapping:
    """The mapping, where everything in it is there. Raises Refused with the field as its place."""
    ids = {each.id for each in known}
    for target, id in said.fields.items():
        if target not in TARGETS:
            raise Refused(f"the record has no field '{target}'", place=target)
        if id not in ids:
            raise Refused(f"Jira has no field '{id}'", place=target, code=target)
    meanings = [*said.resolutions.values(), *(m for each in said.statuses.values() for m in each.values())]
    if wrong := sorted(set(said.severities.values()) - set(SEVERITIES)):
        message = f"expected one of {', '.join(SEVERITIES)}, found '{wrong[0]}'"
        raise Refused(message, place="severities")
    if unknown := sorted(set(meanings) - MEANINGS.keys()):
        known_ones = ", ".join(MEANINGS)
        raise Refused(f"expected one of {known_ones}, found '{unknown[0]}'", place="statuses")
    return said
