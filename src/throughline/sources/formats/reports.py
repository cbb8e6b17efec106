"""One pass over a report: every finding within its limits, and every record that cannot be read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from operator import attrgetter, gt
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.misread import reason
from throughline.sources.formats.tables import BadFile

MOST_RECORDS = 2_000_000
LONGEST = {
    "title": 500,
    "rule": 200,
    "description": 2_000,
    "cwe": 16,
    "cvss_vector": 200,
    "component": 240,
    "version": 120,
    "fixed_version": 120,
    "file": 500,
    "endpoint": 500,
    "service": 160,
    "environment": 60,
    "state_reason": 500,
    "link": 500,
    "award_currency": 3,
    "kind": 12,
}
MOST_IDS = 50
LONGEST_ID = 120
MOST_TAGS = 100
LONGEST_TAG = 200
LONGEST_ATTRIBUTE = 2_000
_NAMES, _LONGEST, _TEXTS = tuple(LONGEST), tuple(LONGEST.values()), attrgetter(*LONGEST)
_SHAPED = (TypeError, KeyError, AttributeError, IndexError, ValueError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be read, by its number, with the reason."""

    number: int
    message: str
    unit: str = "record"


def nothing_known(record: object) -> bool:
    """Every record is read."""
    return False


def read_report(
    report: Report, *, format: str, is_known: Callable[[Any], bool] = nothing_known
) -> Iterator[tuple[int, Found | Unreadable]]:
    """Every finding of a report with the number of its record (a line's number in a text).

    A record that is known already is passed over. Raises BadFile where the file itself breaks off or has too
    many records.
    """
    for position, (number, record) in enumerate(_numbered(report, format), start=1):
        if position > MOST_RECORDS:
            raise BadFile(f"more than {MOST_RECORDS:,} {report.unit}s: split the report", name=format)
        if is_known(record):
            continue
        try:
            for found in report.findings(record):
                yield number, bounded(found)
        except BadRecord as error:
            yield number, Unreadable(number, str(error), report.unit)
        except msgspec.DecodeError as error:
            yield number, Unreadable(number, f"expected a record of {format}: {reason(error)}", report.unit)
        except BadFile as error:
            # What is wrong with one line or message is no fault of the others.
            yield number, Unreadable(number, error.message, report.unit)
        except _SHAPED as error:
            # Whatever a stranger's file holds: it is a bad record, not a fault of the reader.
            yield number, Unreadable(number, f"expected a record of {format} ({error})", report.unit)


def _numbered(report: Report, format: str) -> Iterator[tuple[int, object]]:
    """The records with their numbers: their own, where a format tells lines, else their positions."""
    records = iter(report.records)
    for position in count(1):
        try:
            record = next(records)
        except StopIteration:
            return
        except BadRecord as error:
            raise BadFile(str(error), name=format, line=position, unit=report.unit) from None
        except _SHAPED as error:
            message = f"it breaks off as a report of {format} ({error})"
            raise BadFile(message, name=format, line=position, unit=report.unit) from None
        if isinstance(record, tuple) and len(record) == 2 and type(record[0]) is int:
            yield record
        else:
            yield position, record


def bounded(found: Found) -> Found:
    """The finding with every text cut to what the record holds. Raises BadRecord without a title."""
    texts = _TEXTS(found)
    if any(map(gt, map(len, texts), _LONGEST)):
        for name, said, longest in zip(_NAMES, texts, _LONGEST, strict=True):
            if len(said) > longest:
                setattr(found, name, said[: longest - 1] + "…")
    if not found.title:
        found.title = found.rule or ", ".join(found.vulnerability_ids) or found.component
    if not found.title:
        raise BadRecord("nothing names the finding: expected a title, a rule or a vulnerability id")
    if found.vulnerability_ids:
        found.vulnerability_ids = [each[:LONGEST_ID] for each in found.vulnerability_ids[:MOST_IDS]]
    if found.tags:
        found.tags = [each[:LONGEST_TAG] for each in found.tags[:MOST_TAGS]]
    for name, said in found.attributes.items():
        if isinstance(said, str) and len(said) > LONGEST_ATTRIBUTE:
            found.attributes[name] = said[: LONGEST_ATTRIBUTE - 1] + "…"
    return found


def opened(content: Content, report: Report, *, format: str) -> Iterator[tuple[int, Found]]:
    """The findings of a report, strictly: raises BadFile at the first record that cannot be read."""
    for number, found in read_report(report, format=format):
        if isinstance(found, Unreadable):
            raise BadFile(found.message, name=content.name, line=number, unit=found.unit)
        yield number, found
