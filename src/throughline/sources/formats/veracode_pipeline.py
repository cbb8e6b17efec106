"""Veracode Pipeline Scan, JSON (results.json, filtered_results.json): https://docs.veracode.com/r/Pipeline_Scan"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import plain
from throughline.sources.formats.peeks import first_of
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, dig, text, whole
from throughline.sources.formats.veracode_words import level

_AROUND = {"findings", "scan_status"}
# Of the hashes of a flaw those that hold no line; together they tell it from others like it.
_MATCH = (
    "procedure_hash",
    "prototype_hash",
    "flaw_hash",
    "flaw_hash_ordinal",
    "cause_hash",
    "cause_hash_ordinal",
)


def detect(content: Content) -> bool:
    """Whether its findings stand beside the state of a pipeline's scan."""
    names = content.members.keys()
    if not names >= _AROUND:
        return False
    return "pipeline_scan" in names or "issue_type_id" in first_of(content, "findings") or "modules" in names


def read(content: Content) -> Report:
    """The flaws; a record is one."""

    def findings(record: msgspec.Raw) -> Iterator[Found]:
        yield _found(content.value(record))

    return Report(
        tool="Veracode Pipeline Scan",
        records=content.items("findings"),
        findings=findings,
        unit="finding",
        succeeded=str(content.member("scan_status", "SUCCESS")).upper() == "SUCCESS",
    )


def _found(said: dict[str, object]) -> Found:
    source = dig(said, "files", "source_file") or {}
    weakness = cwe(text(said, "cwe_id"))
    function = text(source, "qualified_function_name") or text(source, "function_name")
    match = [text(said, "flaw_match", name) for name in _MATCH]
    return Found(
        title=text(said, "issue_type") or text(said, "title"),
        rule=weakness or text(said, "issue_type_id"),
        kind="code",
        severity=level(said.get("severity")),
        description=plain(text(said, "display_text")),
        cwe=weakness,
        file=text(source, "file"),
        line=whole(source, "line"),
        link=text(said, "flaw_details_link"),
        # Numbers of issues count the flaws of one scan.
        tool_id=":".join(match) if text(said, "flaw_match", "flaw_hash") else "",
        # The title is the function that is called.
        logical=f"{function} {text(said, 'title')}".strip(),
        attributes={"issue_type": text(said, "issue_type_id"), "scope": text(source, "scope")},
    )


FORMAT = Format("veracode_pipeline", "Veracode Pipeline Scan", frozenset({"object"}), detect, read)
