"""A scanner's report before it is stored: what it says of itself, its first findings, what cannot be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from throughline.engine.language.fields import SEVERITIES
from throughline.engine.refusals import Refused
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format, reports
from throughline.sources.formats.reports import Unreadable, read_report
from throughline.sources.models import Upload
from throughline.sources.previews import short
from throughline.sources.rows import MOST_PROBLEMS, Problem
from throughline.sources.scans.reading import doubts, header_of, without_early_dates
from throughline.sources.uploads import opened
from throughline.sources.wording import in_page, told_of
from throughline.vulnerabilities.queries import told

CHECKED = 2_000
SHOWN = 20
HEADERS = ("severity", "title", "where", "component", "ids", "identified")


@dataclass(frozen=True, slots=True)
class ScanPreview:
    """Everything the page shows of an uploaded report; named as in the preview of a table."""

    format: str
    title: str
    tool: str
    scope: str
    scanned_at: datetime | None
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    severities: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    refusal: str
    checked: int
    is_whole: bool
    unit: str
    may_skip: bool
    is_alike: bool = True
    columns: tuple[str, ...] = ()
    refused_field: str = ""
    is_report: bool = True
    noun: str = "finding"
    doubts: tuple[str, ...] = ()
    branch: str = ""

    @property
    def left_out(self) -> int:
        """How many of the records that were looked at cannot be read."""
        return len(self.problems)

    @property
    def notices(self) -> tuple[str, ...]:
        """What is doubtful about it, in sentences."""
        if self.is_alike or self.refusal:
            return self.doubts
        unlike = f"it does not look like a report of {self.title}: look at the findings before you import it"
        return (*self.doubts, unlike)

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against importing it."""
        return not self.refusal and (self.may_skip or not self.problems)


def scan_preview(upload: Upload) -> ScanPreview:
    """Read the first findings of an uploaded report."""
    format = reports()[upload.options["format"]]
    may_skip = bool(upload.options.get("skip_invalid"))
    report, refusal, is_alike = None, "", True
    found: list[tuple[int, Found]] = []
    problems: list[Problem] = []
    is_whole, early = True, 0
    try:
        with opened(upload) as stream:
            is_alike = format.detect(Content(stream, name=upload.file_name)) or _is_bare(stream, format)
            report = header_of(stream, name=upload.file_name, format=format)
            for number, each in read_report(report, format=format.title):
                if isinstance(each, Unreadable):
                    problems.append(Problem(number, each.message, None, None, in_page(each.message)))
                else:
                    early += without_early_dates(each, scanned_at=report.scanned_at)
                    found.append((number, each))
                if len(found) >= CHECKED or len(problems) >= MOST_PROBLEMS:
                    is_whole = False
                    break
    except Refused as refused:
        refusal = told_of(refused, name=upload.file_name)
    seen = _seen(format, report, found, problems, refusal, is_whole=is_whole, may_skip=may_skip)
    told = tuple(map(in_page, doubts(report, early))) if report else ()
    return replace(seen, is_alike=is_alike, doubts=told)


def _is_bare(stream: BinaryIO, format: Format) -> bool:
    """Whether it is what a tool writes that found nothing, which looks like no tool's."""
    content = Content(stream, name="")
    return content.shape == "empty" or (
        content.shape in format.shapes and content.shape == "list" and not content.records
    )


def _seen(
    format: Format,
    report: Report | None,
    found: list[tuple[int, Found]],
    problems: list[Problem],
    refusal: str,
    *,
    is_whole: bool,
    may_skip: bool,
) -> ScanPreview:
    counts = Counter(each.severity for _, each in found)
    scanned = report.scanned_at if report else ""
    return ScanPreview(
        format=format.name,
        title=format.title,
        tool=report.tool if report else format.title,
        scope=report.scope if report else "",
        branch=report.branch if report else "",
        scanned_at=datetime.fromisoformat(scanned) if scanned else None,
        headers=HEADERS,
        rows=tuple((number, _cells(each, scanned)) for number, each in found[:SHOWN]),
        severities=tuple((name, counts[level]) for level, name in reversed(list(enumerate(SEVERITIES)))),
        problems=tuple(problems),
        refusal=refusal,
        checked=len(found),
        is_whole=is_whole,
        unit=report.unit if report else "record",
        may_skip=may_skip,
    )


def _cells(found: Found, scanned_at: str) -> tuple[str, ...]:
    place = found.file or found.endpoint or found.artefact
    return (
        told("severity", found.severity),
        short(found.title),
        f"{place}:{found.line}" if place and found.line else place,
        f"{found.component} {found.version}".strip(),
        ", ".join(found.vulnerability_ids),
        told("identified_at", found.identified or scanned_at),
    )
