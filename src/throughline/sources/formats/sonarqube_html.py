"""SonarQube, the HTML of sonar-report: https://github.com/soprasteria/sonar-report

One table lists the issues, a second, after it, describes the rules and so their weaknesses.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import whole
from throughline.sources.formats.sonarqube import SEVERITIES, report_date, weaknesses
from throughline.sources.formats.tables import BadFile

STEP = 64 * 1024
LONGEST_ROW = 4 * 1024 * 1024
_ISSUES = frozenset({"Rule", "Severity", "Component", "Message"})
_RULES = frozenset({"Rule", "Description"})

Row = dict[str, str]


def detect(content: Content) -> bool:
    """Whether its heading says that it is SonarQube's report."""
    opening = content.start.replace("\n", " ")
    heading = opening.partition("<title>")[2].partition("</title>")[0]
    return "sonarqube" in heading.lower() and "report" in heading.lower()


def read(content: Content) -> Report:
    """The report; a record is one row of its table of issues."""
    described = {
        row["Rule"]: weaknesses(row["Description"]) for row in _rows(content) if row.keys() == _RULES
    }
    told = _told(content)
    scanned_at = report_date(told.get("Report Generated On", ""))

    def findings(record: Any) -> Iterator[Found]:
        yield _found(record, described, scanned_at)

    return Report(
        tool="SonarQube",
        records=(row for row in _rows(content) if row.keys() >= _ISSUES),
        findings=findings,
        scope=told.get("Project Name", ""),
        scanned_at=scanned_at,
        unit="row",
    )


def _found(row: Row, described: dict[str, list[str]], scanned_at: str) -> Found:
    if not row["Rule"]:
        raise BadRecord("Rule: expected the key of a rule, found nothing")
    listed = described.get(row["Rule"], [])
    return Found(
        title=row.get("Description", "") or row["Message"],
        rule=row["Rule"],
        kind="code",
        severity=SEVERITIES.get(row["Severity"].upper()),
        description=row["Message"],
        cwe=listed[0] if listed else "",
        tags=listed[1:],
        file=row["Component"],
        line=whole(row, "Line"),
        identified=scanned_at,
        tool_id=row.get("Key", ""),
        attributes={"status": row["Status"].lower()} if row.get("Status") else {},
    )


def _rows(content: Content) -> Iterator[Row]:
    """The rows of every outermost table, by the names of its columns."""
    reader = _Tables(content.name)
    for step in _steps(content):
        reader.feed(step)
        yield from reader.rows
        reader.rows.clear()


def _told(content: Content) -> dict[str, str]:
    """What the report says of itself before its tables: a list of terms."""
    reader = _Tables(content.name)
    reader.feed(content.start)
    return dict(zip(reader.terms["dt"], reader.terms["dd"], strict=False))


def _steps(content: Content) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for at in range(0, len(content.data), STEP):
        yield decoder.decode(bytes(content.data[at : at + STEP]))


@dataclass(slots=True)
class _Table:
    columns: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


class _Tables(HTMLParser):
    """Collects the rows of outermost tables; a table within a cell is text of that cell."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.depth = 0
        self.table = _Table()
        self.parts: list[str] | None = None
        self.size = 0
        self.rows: list[Row] = []
        self.terms: dict[str, list[str]] = {"dt": [], "dd": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            self.table = _Table() if self.depth == 1 else self.table
        elif tag == "tr" and self.depth == 1:
            self._close_row()
        elif tag in ("td", "th") and self.depth == 1:
            self._close_cell()
            self.parts = []
        elif tag in self.terms and self.depth == 0:
            self.parts = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.depth == 1:
            self._close_cell(heading=tag == "th")
        elif tag == "tr" and self.depth == 1:
            self._close_row()
        elif tag in self.terms and self.depth == 0 and self.parts is not None:
            self.terms[tag].append(" ".join("".join(self.parts).split()))
            self.parts = None
        elif tag == "table" and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.parts is not None:
            self.size += len(data)
            if self.size > LONGEST_ROW:
                raise BadFile(f"a row has more than {LONGEST_ROW:,} characters", name=self.name)
            self.parts.append(data)

    def _close_cell(self, *, heading: bool = False) -> None:
        if self.parts is not None:
            cells = self.table.columns if heading else self.table.cells
            cells.append(" ".join("".join(self.parts).split()))
            self.parts = None

    def _close_row(self) -> None:
        self._close_cell()
        if self.table.cells:
            said = dict(zip(self.table.columns, self.table.cells, strict=False))
            self.rows.append(dict.fromkeys(self.table.columns, "") | said)
        self.table.cells, self.size = [], 0

    def feed(self, data: str) -> None:
        """Read on. Raises BadFile for markup that never ends, or is none."""
        try:
            super().feed(data)
        except AssertionError as error:
            raise BadFile(f"this is not valid HTML: {error}", name=self.name) from None
        # What is not read yet is read again with every step.
        if len(self.rawdata) > LONGEST_ROW:
            raise BadFile(f"a tag or text has more than {LONGEST_ROW:,} characters", name=self.name)


FORMAT = Format("sonarqube_html", "SonarQube report in HTML", frozenset({"html"}), detect, read)
