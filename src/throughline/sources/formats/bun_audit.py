"""bun audit, JSON (`bun audit --json`): https://bun.sh/docs/install/audit

What the registry answers: for each package its advisories, without the versions that are installed.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.npm_advisories import advisory
from throughline.sources.formats.peeks import first_of, is_list
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import member

_SIGNS = frozenset({"url", "title", "severity", "vulnerable_versions"})


def detect(content: Content) -> bool:
    """Whether every member is a list, and the first one's first item an advisory of npm's registry."""
    members = content.members
    first = next(iter(members), "")
    return bool(first) and first_of(content, first).keys() >= _SIGNS and all(map(is_list, members.values()))


def read(content: Content) -> Report:
    """The report; a record is one package with its advisories."""

    def findings(record: tuple[str, msgspec.Raw]) -> Iterator[Found]:
        name, raw = record
        for said in content.items_of(raw):
            yield advisory({**member(content.value(said)), "module_name": name})

    return Report("bun audit", content.members.items(), findings, unit="package")


FORMAT = Format("bun_audit", "bun audit", frozenset({"object"}), detect, read)
