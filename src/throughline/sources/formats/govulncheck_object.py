"""What govulncheck wrote before 1.0: one object, with an entry for each symbol of each advisory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.findings import Found
from throughline.sources.formats.govulncheck_findings import facts_of, finding_of
from throughline.sources.formats.osv_records import fixed_of
from throughline.sources.formats.packages import each
from throughline.sources.formats.shapes import items, member, text, whole


def findings_of_object(raw: Any) -> Iterator[Found]:
    """The findings: one for each advisory in each module."""
    said = msgspec.json.decode(raw, type=dict[str, Any])
    versions = {text(one, "Path"): text(one, "Version") for one in items(said, "Modules")}
    versions |= {
        text(one, "Path"): text(one, "Version") for one in member(said, "Requires", "Modules").values()
    }
    ways: dict[tuple[str, str], dict[str, Any]] = {}
    for one in each(said, "Vulns"):
        known = (text(one, "OSV", "id"), text(one, "ModPath"))
        if known not in ways or _reach(one) > _reach(ways[known]):
            ways[known] = one
    for (_, module), way in ways.items():
        yield finding_of(
            facts_of(member(way, "OSV")),
            module=module,
            version=versions.get(module, ""),
            fixed_version=fixed_of(each(way, "OSV", "affected")),
            reach=_reach(way),
            package=text(way, "PkgPath"),
            place={},
            artefact="go.mod",
        )


def _reach(way: dict[str, Any]) -> int:
    return 2 if whole(way, "CallSink") else 1 if whole(way, "ImportSink") else 0
