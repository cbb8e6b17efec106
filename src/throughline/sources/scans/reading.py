"""A report read once: its findings wait in a spool, their keys in arrays, and what cannot be read is told."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from throughline.engine.dates import FIRST_SCAN, is_epoch
from throughline.engine.identity import Gathered, packed
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.site.progress import Progress
from throughline.sources.formats import FORMATS
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format, detected, reports
from throughline.sources.formats.reports import Unreadable, read_report
from throughline.sources.formats.tables import BadFile
from throughline.sources.rows import MOST_PROBLEMS, BadRows, Problem
from throughline.sources.scans.same import HASH, SAID, UNKNOWN, Told, hash_of_record, hash_of_words
from throughline.sources.spool import Spool

MOST_LISTED = 1_000
STEP = 2_000
NOTHING = Told()


@dataclass(slots=True)
class Scan:
    """One report, read. Spool, `said` (SAID bytes each) and keys are of the findings that had to be read.

    `again` are the places of stored findings whose records are in the report in the very same bytes.
    """

    name: str
    format: Format
    report: Report
    spool: Spool[Found]
    said: bytes
    keys: Gathered
    again: array[int]
    skipped: int = 0
    # How many of those that were read have a date before any scan.
    early: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many findings could be read."""
        return self.spool.count + len(self.again)

    def said_by(self, number: int) -> bytes:
        """The hashes of a finding that was read: of its words, and of its record."""
        return self.said[number * SAID : (number + 1) * SAID]


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
    return _believed(format.report(content))


def _believed(report: Report) -> Report:
    """The report, without a day of the scan on which no scanner was: it has none then."""
    if report.scanned_at and report.scanned_at < FIRST_SCAN:
        return replace(report, scanned_at="", disbelieved=report.scanned_at)
    return report


def doubts(report: Report, early: int, *, known_at: datetime | None = None) -> Iterator[str]:
    """What is not believed of the dates of a report, in sentences; `early` counts its findings with such."""
    if report.disbelieved:
        day = f" ({known_at:%Y-%m-%d})" if known_at else ""
        yield (
            f"the report says that it was made on {report.disbelieved[:10]}, which is no day of a scan: it "
            f"counts as made when it came in{day}; if that was earlier, say when with --as-of"
        )
    if early:
        names = "finding names" if early == 1 else "findings name"
        yield (
            f"{early:,} {names} a day before {FIRST_SCAN[:4]} as that of discovery or repair, which is what "
            "tools write where they know none: the day of the scan stands for it"
        )


def read_scan(
    report: Report, *, name: str, format: Format, skip_invalid: bool, progress: Progress, told: Told = NOTHING
) -> Scan:
    """Read a report, but for what was told before. Raises BadFile, or BadRows with what cannot be read."""
    reader = _Reader(name, format, report, told, skip_invalid=skip_invalid)
    for number, found in read_report(report, format=format.title, is_known=reader.is_known):
        if isinstance(found, Unreadable):
            reader.refuse(found)
        else:
            reader.keep(found)
        if reader.spool.count % STEP == 0:
            progress(reader.spool.count, 0, f"reading {report.unit} {number:,}")
    return reader.scan()


def without_early_dates(found: Found, *, scanned_at: str) -> bool:
    """Take the dates on which nothing can have been found or repaired from a finding; whether it had any.

    What is repaired stays so: seen by the scan at the latest, where the report says when that was.
    """
    is_early = False
    if found.identified and found.identified < FIRST_SCAN:
        found.identified, is_early = "", True
    if found.mitigated and found.mitigated < FIRST_SCAN:
        found.mitigated, is_early = scanned_at or found.mitigated, True
    if found.published and found.published < FIRST_SCAN and is_epoch(found.published):
        found.published = ""
    return is_early


class _Reader:
    def __init__(self, name: str, format: Format, report: Report, told: Told, *, skip_invalid: bool) -> None:
        self.name, self.format, self.report, self.skip_invalid = name, format, report, skip_invalid
        self.told, self.same = told, report.same
        self.spool: Spool[Found] = Spool(Found)
        self.said = bytearray()
        self.keys = Gathered()
        self.again = array("q")
        self.problems: list[Problem] = []
        self.skipped = self.early = 0
        self.record = UNKNOWN
        self.is_read = False

    def is_known(self, record: Any) -> bool:
        """Whether a record is one that was told before, and need not be read."""
        if self.same is None:
            return False
        self.record, self.is_read = hash_of_record(self.same(record)), False
        place = self.told.take(self.record)
        if place is None:
            return False
        self.again.append(place)
        return True

    def keep(self, found: Found) -> None:
        self._check_alone()
        if found.identified in (self.report.scanned_at, self.report.disbelieved):
            # The day of the scan is no word of the finding: it says the same again next week.
            found.identified = ""
        self.early += without_early_dates(found, scanned_at=self.report.scanned_at)
        # Of the record of a secret not even a hash is kept.
        record = UNKNOWN if found.shows_secret else self.record
        self.said += hash_of_words(self.spool.add(found)) + record
        self.keys.add(packed(found.keys()), found.line or 0)

    def _check_alone(self) -> None:
        """Only a record that gives one finding and nothing else is known again by its bytes."""
        if self.is_read and self.record != UNKNOWN:
            self.said[-HASH:] = self.record = UNKNOWN
        self.is_read = True

    def refuse(self, unreadable: Unreadable) -> None:
        self._check_alone()
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
        if self.skipped and not self.spool.count and not self.again:
            message = f"none of its {self.skipped:,} records can be read: {self.problems[0].reason}"
            raise Refused(message, place=self.name, code="bad_file")
        return Scan(
            name=self.name,
            format=self.format,
            # Its records were read, and take memory.
            report=replace(self.report, records=()),
            spool=self.spool,
            said=bytes(self.said),
            keys=self.keys,
            again=self.again,
            skipped=self.skipped,
            early=self.early,
            problems=self.problems,
        )
