"""Qualys Web Application Scanning, CSV: tables below one another, of results and of what checks mean."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.sources.formats.content import Content
from throughline.sources.formats.csv_columns import Row, header_after, plain_name, tables_in
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.qualys_was import Definition, Says, definition_of, found_of
from throughline.sources.formats.registry import Format

# Both kinds of result have the number of the check and its date; only of the first there is an address.
_RESULTS = {"vulnerability": "result", "sensitivecontent": "result", "informationgathered": "information"}
_NAMES = {
    "QID": ("qid",),
    "URL": ("url",),
    "PARAM": ("paramcookie", "param"),
    "UNIQUE_ID": ("uniqueid",),
    "STATUS": ("status",),
    "IGNORED": ("ignored",),
    "IGNORE_REASON": ("ignorereason",),
    "FIRST_TIME_DETECTED": ("firsttimedetected",),
    "LAST_TIME_DETECTED": ("lasttimedetected",),
    "LAST_TIME_TESTED": ("lasttimetested",),
    "DETECTION_DATE": ("detectiondate",),
    "TITLE": ("title",),
    "SEVERITY": ("severitylevel", "severity"),
    "DESCRIPTION": ("description",),
    "IMPACT": ("impact",),
    "CWE": ("cwe",),
    "CVSS_BASE": ("cvssbase",),
    "CVSS_V3 BASE": ("cvssv3base",),
    "CVSS_V3 ATTACK_VECTOR": ("cvssv3attackvector",),
    "GROUP": ("groups", "group"),
}


def detect(content: Content) -> bool:
    """Whether one of its first lines names the columns of such results."""
    return bool(header_after(content, lambda cells: _table_of(cells) in ("result", "information")))


def read(content: Content) -> Report:
    """The report; a record is one line. What was gathered as information is of level info."""
    definitions = _glossary(content)

    def findings(record: tuple[str, Row]) -> Iterator[Found]:
        table, row = record
        said = _said(row)
        if table in ("result", "information") and said("QID").isdigit():
            known = definitions.get(said("QID"))
            yield found_of(said, known, is_information=table == "information")

    rows = ((line, (table, row)) for line, table, row in tables_in(content, _table_of))
    return Report(tool="Qualys WAS", records=rows, findings=findings, unit="line")


def _glossary(content: Content) -> dict[str, Definition]:
    rows = (row for _, table, row in tables_in(content, _table_of) if table == "glossary")
    return {row.get("id", "").strip(): definition_of(_said(row)) for row in rows}


def _said(row: Row) -> Says:
    def said(*path: str) -> str:
        names = _NAMES.get(" ".join(path), ())
        return next((cell for name in names if (cell := row.get(name, "").strip())), "")

    return said


def _table_of(cells: list[str]) -> str:
    """Which table begins below these cells, if they are the names of its columns: one names what it holds."""
    names = {plain_name(cell) for cell in cells}
    if names >= {"qid", "id", "title", "severitylevel"}:
        return "glossary"
    if "qid" in names and names & {"url", "results", "result", "detectiondate"}:
        return next((table for name, table in _RESULTS.items() if name in names), "")
    return (
        "other" if len(names) > 1 and plain_name(cells[0]) in ("group", "owasp", "wasc", "category") else ""
    )


FORMAT = Format("qualys_was_csv", "Qualys WAS (CSV)", frozenset({"table"}), detect, read)
