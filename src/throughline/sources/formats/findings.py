"""What every report gives: findings in one shape, and what the report says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from throughline.engine.identity import Key, keys_of

# Of CWE: a hard-coded password, key, or credential.
CREDENTIALS = frozenset(["CWE-259", "CWE-321", "CWE-798"])


class Found(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One finding of one report. Empty is "the report does not say".

    `severity` is 0 (info) to 4 (critical), `cwe` is `CWE-79`, instants are ISO 8601 in UTC with a Z. What
    identity is made of: `tool_id` is an id that the tool keeps from scan to scan (never one with a line or a
    random part in it), `rule` the tool's name of the check, `artefact` what was looked at within the scope
    (a lockfile, a host, a manifest; without tags, digests and versions), `logical` the function, class,
    resource or parameter, `context` the source text of the flagged place, of which only a hash is used.
    """

    title: str
    rule: str = ""
    kind: str = ""
    severity: int | None = None
    description: str = ""
    cwe: str = ""
    cvss_vector: str = ""
    cvss_score: float | None = None
    vulnerability_ids: list[str] = msgspec.field(default_factory=list)
    component: str = ""
    version: str = ""
    fixed_version: str = ""
    file: str = ""
    line: int | None = None
    endpoint: str = ""
    service: str = ""
    environment: str = ""
    tags: list[str] = msgspec.field(default_factory=list)
    state: str = ""
    state_reason: str = ""
    published: str = ""
    identified: str = ""
    mitigated: str = ""
    link: str = ""
    award: float | None = None
    award_currency: str = ""
    tool_id: str = ""
    artefact: str = ""
    logical: str = ""
    context: str = ""
    attributes: dict[str, str | float | bool] = msgspec.field(default_factory=dict)

    @property
    def shows_secret(self) -> bool:
        """Whether it is about a password or a key in the open, which is in its record then."""
        return self.kind == "secret" or not CREDENTIALS.isdisjoint([self.cwe, *self.tags])

    def keys(self) -> list[Key]:
        """Its typed keys, strongest tier first."""
        return keys_of(
            tool_id=self.tool_id,
            rule=self.rule or self.cwe or self.title,
            ids=self.vulnerability_ids,
            component=self.component,
            version=self.version,
            artefact=self.artefact,
            file=self.file,
            logical=self.logical,
            endpoint=self.endpoint,
            context=self.context,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """A scanner's report: `records` in the order of the file, and how one of them becomes findings.

    `tool` and `scope` are what the report says of itself (the tool's name, and what was scanned, without what
    changes from scan to scan); `scanned_at` is when, as ISO 8601 in UTC. `rules` names every check that ran,
    where the report lists them: a check that did not run proves nothing by its silence. `unit` is what
    `records` counts, as a message names it. A scan that did not succeed proves nothing by its silence either.

    `same`, where a format has it, gives all that the findings of a record follow from, but for the day of the
    scan: a record for which it gives the same bytes in a later report has the same findings, and is not read.

    `branch` is what of a repository was scanned, by its plain name (`main`). `disbelieved` is the instant
    that a report gives as that of the scan and that cannot be it.
    """

    tool: str
    records: Iterable[Any]
    findings: Callable[[Any], Iterable[Found]]
    scope: str = ""
    scanned_at: str = ""
    rules: frozenset[str] | None = None
    unit: str = "record"
    succeeded: bool = True
    same: Callable[[Any], bytes] | None = None
    disbelieved: str = ""
    branch: str = ""


class BadRecord(ValueError):
    """One record is not what its format promises; the message says where in it, and what was expected."""
