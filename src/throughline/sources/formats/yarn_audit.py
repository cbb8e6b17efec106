"""yarn audit, an object a line or a list of them: `yarn audit --json` of 1, `yarn npm audit --json` of 4.

Yarn 1 writes an advisory once for each path to it; yarn 4 each advisory with the versions in the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.npm_advisories import TREE, advisory, facts, named
from throughline.sources.formats.packages import titled
from throughline.sources.formats.peeks import inner
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import ids, severity, text, texts

_TYPES = frozenset({"auditAdvisory", "auditSummary", "auditAction"})
_SIGNS = frozenset({"type", "value", "children", "data"})
# Before what it finds, yarn 1 warns of missing licences and the like.
_WARNINGS = 50


def detect(content: Content) -> bool:
    """Whether its first object, or the first after warnings, is one that yarn writes of an audit."""
    if content.shape != "object":
        return any(map(_is_line, _first(content)))
    names = content.members.keys()
    if names - _SIGNS or not names & {"type", "children"}:
        return False
    return _is_line({name: content.value(raw) for name, raw in content.members.items()})


def read(content: Content) -> Report:
    """The report; a record is a line."""
    seen: set[tuple[str, ...]] = set()

    def findings(raw: msgspec.Raw) -> Iterator[Found]:
        for found in _found(content.value(raw)):
            # Each path to a package repeats its advisory.
            mark = (*found.vulnerability_ids, found.rule, found.component, found.version)
            if mark not in seen:
                seen.add(mark)
                yield found

    return Report(tool="yarn audit", records=_lines(content), findings=findings, unit="line")


def _lines(content: Content) -> Iterable[tuple[int, msgspec.Raw]]:
    if content.shape == "object":
        return [(1, msgspec.Raw(content.data))]
    if content.shape == "list":
        return enumerate(content.records, start=1)
    return content.lines() if content.shape == "lines" else content.messages()


def _first(content: Content) -> Iterator[dict[str, Any]]:
    """The first objects, as long as they are of yarn."""
    for _, raw in islice(_lines(content), _WARNINGS):
        said = content.value(raw)
        if not isinstance(said, dict) or said.keys() - _SIGNS:
            return
        yield said


def _is_line(first: dict[str, Any]) -> bool:
    return str(first.get("type")) in _TYPES or inner(first, "children", "Severity") is not None


def _found(said: dict[str, Any]) -> Iterator[Found]:
    if text(said, "type") == "auditAdvisory":
        yield advisory(said["data"]["advisory"])
    elif "children" in said:
        yield _of_tree(text(said, "value"), said["children"])


def _of_tree(name: str, said: dict[str, Any]) -> Found:
    known = named({}, *ids(text(said, "URL"), text(said, "ID")))
    versions = texts(said, "Tree Versions")
    return Found(
        title=titled(text(said, "Issue"), known, name),
        rule="" if known else text(said, "ID"),
        kind="dependency",
        severity=severity(text(said, "Severity")),
        vulnerability_ids=known,
        component=name,
        version=versions[0] if versions else "",
        artefact=TREE,
        link=text(said, "URL"),
        attributes=facts(versions=", ".join(versions[1:]), range=text(said, "Vulnerable Versions")),
    )


FORMAT = Format("yarn_audit", "yarn audit", frozenset({"object", "list", "lines", "stream"}), detect, read)
