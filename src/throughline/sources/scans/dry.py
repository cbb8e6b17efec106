"""What an import of a report would read, without any data folder."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgspec

from throughline.engine.language.fields import SEVERITIES
from throughline.sources.formats.findings import Found
from throughline.sources.formats.registry import Format
from throughline.sources.scans.reading import doubts, format_of, header_of, read_scan
from throughline.sources.wishes import Wish, source_of

__all__ = ["dry_run", "format_of"]
_INNER = ("tool_id", "context", "logical", "artefact")


def dry_run(stream: BinaryIO, *, name: str, format: Format, wish: Wish) -> dict[str, Any]:
    """The findings of a report as a document. Raises Refused."""
    report = header_of(stream, name=name, format=format)
    scan = read_scan(
        report, name=name, format=format, skip_invalid=wish.skip_invalid, progress=lambda *_: None
    )
    findings = [shown(found, scanned_at=report.scanned_at) for found in scan.spool]
    return {
        "file": name,
        "read": len(findings),
        **dict.fromkeys(("created", "updated", "unchanged", "vanished", "linked", "missed"), 0),
        "skipped": scan.skipped,
        "refused": [{"line": problem.line, "message": problem.message} for problem in scan.problems],
        "format": format.name,
        "source": wish.source or report.tool or source_of(name),
        "scope": wish.scope or report.scope,
        "service": wish.service,
        "branch": report.branch or None,
        "scanned_at": report.scanned_at or None,
        "mapping": {},
        "attributes": {},
        "findings": findings,
        "notices": list(doubts(report, scan.early)),
    }


def shown(found: Found, *, scanned_at: str) -> dict[str, Any]:
    """A finding as JSON: its keys first; empty texts of what a report may say are null."""
    said = {
        field: value if value not in ("", ()) else None
        for field, value in msgspec.structs.asdict(found).items()
        if field not in _INNER
    }
    said["severity"] = None if found.severity is None else SEVERITIES[found.severity]
    said["identified"] = found.identified or scanned_at or None
    return {"keys": list(map(str, found.keys())), **said}
