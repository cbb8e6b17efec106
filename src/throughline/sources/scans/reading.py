"""A report read once: its findings wait in a spool, their keys in arrays, and what cannot be read is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import BinaryIO

from throughline.engine.identity import Sides, packed
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.sources.formats import FORMATS
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format, detected, reports
from throughline.sources.formats.reports import Unreadable, read_report
from throughline.sources.formats.tables import BadFile
from throughline.sources.rows import MOST_PROBLEMS, BadRows, Problem
from throughline.sources.spool import Spool

# Part of what a finding said: findings are looked at again after a change of how they are read.
CODE_VERSION = b"1"
MOST_LISTED = 1_000
STEP = 2_000
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Scan:
    """One report, read. `said` has sixteen bytes a finding: a hash of everything that it says."""

    name: str
    format: Format
    report: Report
    spool: Spool[Found]
    said: bytes
    sides: Sides
    packed: list[bytes]
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many findings could be read."""
        return self.spool.count


def format_of(stream: BinaryIO, *, name: str, said: str = "auto") -> Format | None:
    """The report format that was named, or that the content shows; None for a plain table. Raises BadFile."""
    if said == "auto":
        return detected(Content(stream, name=name))
    if said not in reports() and said not in FORMATS:
        near = nearest(said, [*reports(), *FORMATS])
        message = f"there is no format '{said}'{near}: see 'throughline formats'"
        raise Refused(message, place="--format", code="format")
    return reports().get(said)


def header_of(stream: BinaryIO, *, name: str, format: Format) -> Report:
    """What a report says of itself, before any finding is read. Raises BadFile."""
    content = Content(stream, name=name)
    if content.shape == "empty" and not format.empty:
        raise BadFile(f"the file is empty: a report of {format.title} says at least what ran", name=name)
    if content.shape not in format.shapes and content.shape != "empty":
        wanted = " or ".join(sorted(format.shapes))
        raise BadFile(
            f"this is no report of {format.title}: expected {wanted}, found {content.shape}", name=name
        )
    return format.report(content)


def read_scan(stream: BinaryIO, *, name: str, format: Format, skip_invalid: bool, progress: Progress) -> Scan:
    """Read a report whole. Raises BadFile, or BadRows with the records that cannot be read."""
    report = header_of(stream, name=name, format=format)
    reader = _Reader(name, format, report, skip_invalid=skip_invalid)
    for number, found in read_report(report, format=format.title):
        if isinstance(found, Unreadable):
            reader.refuse(found)
        else:
            reader.keep(found)
        if reader.spool.count % STEP == 0:
            progress(reader.spool.count, 0, f"reading {report.unit} {number:,}")
    return reader.scan()


class _Reader:
    def __init__(self, name: str, format: Format, report: Report, *, skip_invalid: bool) -> None:
        self.name, self.format, self.report, self.skip_invalid = name, format, report, skip_invalid
        self.spool: Spool[Found] = Spool(Found)
        self.said = bytearray()
        self.packed: list[bytes] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self.skipped = 0

    def keep(self, found: Found) -> None:
        if found.identified == self.report.scanned_at:
            # The day of the scan is no word of the finding: it says the same again next week.
            found.identified = ""
        content = self.spool.add(found)
        self.said += blake2b(content, digest_size=16, key=CODE_VERSION).digest()
        self.packed.append(packed(found.keys()))
        self.lines.append(found.line or 0)

    def refuse(self, unreadable: Unreadable) -> None:
        self.skipped += 1
        number = unreadable.number
        error = BadFile(unreadable.message, name=self.name, line=number, unit=unreadable.unit)
        if len(self.problems) < MOST_LISTED:
            self.problems.append(Problem(number, str(error), None, None, unreadable.message))
        if not self.skip_invalid and len(self.problems) >= MOST_PROBLEMS:
            raise BadRows(self.problems)

    def scan(self) -> Scan:
        if self.problems and not self.skip_invalid:
            raise BadRows(self.problems)
        if self.skipped and not self.spool.count:
            message = f"none of its {self.skipped:,} records can be read: {self.problems[0].reason}"
            raise Refused(message, place=self.name, code="bad_file")
        return Scan(
            name=self.name,
            format=self.format,
            report=self.report,
            spool=self.spool,
            said=bytes(self.said),
            sides=Sides.of(self.packed, self.lines),
            packed=self.packed,
            skipped=self.skipped,
            problems=self.problems,
        )
