"""What others publish about exploitation, bytes to entries: CISA's KEV catalogue, FIRST's EPSS scores. Pure.

KEV: JSON (`vulnerabilities` with cveID, dateAdded, dueDate, knownRansomwareCampaignUse) or CSV with the same
names as columns. EPSS: CSV with cve, epss and percentile, below a line such as
`#model_version:v2025.03.14,score_date:2025-06-01T12:55:00Z`; also packed with gzip.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, Literal

import msgspec

from throughline.engine.refusals import Refused

Kind = Literal["kev", "epss"]
TITLES: Mapping[str, str] = {"kev": "KEV catalogue", "epss": "EPSS"}
_HEAD = 4_096
_MOST_BYTES = 256 * 1024 * 1024
_LONGEST_LINE = 1_000_000
_GZIP = b"\x1f\x8b"
_CVE = re.compile(r"CVE-\d{4}-\d{4,12}")
_KEV_COLUMNS = frozenset(["cveID", "dateAdded", "dueDate", "knownRansomwareCampaignUse"])
_EPSS_COLUMNS = ("cve", "epss", "percentile")
_SCORE_DATE = re.compile(r"score_date:([0-9T:Z+.-]+)")


@dataclass(frozen=True, slots=True)
class Exploited:
    """An entry of the KEV catalogue. `ransomware`: whether a campaign is known to use it."""

    cve: str
    added: date
    due: date | None
    ransomware: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """A line of EPSS: the chance of being exploited within 30 days, and the share of CVEs that have less."""

    cve: str
    epss: float
    percentile: float


@dataclass(frozen=True, slots=True)
class Published:
    """A file that was recognised: which catalogue, and when it was released where it says so."""

    kind: Kind
    released: datetime | None
    entries: Iterator[Exploited | Scored]


class _Entry(msgspec.Struct, rename="camel"):
    cve: str = msgspec.field(name="cveID")
    date_added: str
    due_date: str = ""
    known_ransomware_campaign_use: str = ""


class _Catalogue(msgspec.Struct, rename="camel"):
    vulnerabilities: list[_Entry]
    date_released: str = ""


def kind_of(stream: BinaryIO) -> Kind | None:
    """Which catalogue a file is, by its beginning; None for any other file."""
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    if head.startswith(_GZIP):
        head = _unpacked(head)
    text = head.decode("utf-8-sig", "replace").lstrip()
    if text.startswith("{"):
        return "kev" if '"cveID"' in text and '"dateAdded"' in text else None
    first, _, rest = text.partition("\n")
    header = rest.partition("\n")[0] if first.startswith("#") else first
    columns = [name.strip().strip('"') for name in header.split(",")]
    if tuple(columns[:3]) == _EPSS_COLUMNS:
        return "epss"
    return "kev" if frozenset(columns) >= _KEV_COLUMNS else None


def read(stream: BinaryIO, *, name: str) -> Published:
    """The entries of a file, read as they are taken. Raises Refused, also while they are."""
    kind = kind_of(stream)
    if kind is None:
        message = (
            "this is neither CISA's KEV catalogue (JSON or CSV, with cveID and dateAdded) nor FIRST's EPSS "
            "scores (CSV or .csv.gz, with cve, epss and percentile): give one of these as it was published"
        )
        raise Refused(message, place=name, code="no_catalogue")
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    plain: BinaryIO = gzip.GzipFile(fileobj=stream) if packed else stream  # type: ignore[assignment]
    if kind == "epss":
        return _epss(plain, name)
    if plain.read(_HEAD).decode("utf-8-sig", "replace").lstrip().startswith("{"):
        plain.seek(0)
        return _kev_json(plain, name)
    plain.seek(0)
    return Published("kev", None, _kev_rows(_lines(plain, name), name))


def _epss(stream: BinaryIO, name: str) -> Published:
    lines = _lines(stream, name)
    _, first = next(lines)
    released = None
    if first.startswith("#"):
        found = _SCORE_DATE.search(first)
        if found is None:
            expected = "expected #model_version:…,score_date:…"
            raise Refused(
                f"the first line does not say when EPSS was scored: {expected}", place=f"{name}, line 1"
            )
        released = _instant(found[1], f"{name}, line 1")
        next(lines, None)
    return Published("epss", released, _scores(lines, name))


def _scores(lines: Iterator[tuple[int, str]], name: str) -> Iterator[Scored]:
    for number, line in lines:
        cells = line.split(",")
        try:
            cve, epss, percentile = cells[0], float(cells[1]), float(cells[2])
        except (ValueError, IndexError):
            raise _refused_score(name, number, line) from None
        if not (_CVE.fullmatch(cve) and 0 <= epss <= 1 and 0 <= percentile <= 1):
            raise _refused_score(name, number, line)
        yield Scored(cve, epss, percentile)


def _refused_score(name: str, number: int, line: str) -> Refused:
    message = f"found '{line[:60]}', expected CVE, EPSS and percentile such as CVE-2024-0001,0.00043,0.09"
    return Refused(message, place=f"{name}, line {number}", code="bad_catalogue")


def _kev_json(stream: BinaryIO, name: str) -> Published:
    content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _too_large(name)
    try:
        found = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Catalogue)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"this is no KEV catalogue: {error}; give the file as CISA published it"
        raise Refused(message, place=name, code="bad_catalogue") from None
    released = _instant(found.date_released, name) if found.date_released else None
    return Published("kev", released, _kev_entries(found.vulnerabilities, name))


def _kev_entries(entries: list[_Entry], name: str) -> Iterator[Exploited]:
    for number, entry in enumerate(entries, start=1):
        yield _exploited(
            entry.cve,
            entry.date_added,
            entry.due_date,
            entry.known_ransomware_campaign_use,
            place=f"{name}, record {number}",
        )


def _kev_rows(lines: Iterator[tuple[int, str]], name: str) -> Iterator[Exploited]:
    reader = csv.DictReader(line for _, line in lines)
    try:
        for row in reader:
            place = f"{name}, line {reader.line_num}"
            cells: Mapping[str, Any] = {column: row.get(column) or "" for column in _KEV_COLUMNS}
            yield _exploited(
                cells["cveID"],
                cells["dateAdded"],
                cells["dueDate"],
                cells["knownRansomwareCampaignUse"],
                place=place,
            )
    except csv.Error as error:
        raise Refused(f"this is no CSV: {error}", place=f"{name}, line {reader.line_num}") from None


def _exploited(cve: str, added: str, due: str, ransomware: str, *, place: str) -> Exploited:
    cve = cve.strip().upper()
    if not _CVE.fullmatch(cve):
        raise Refused(f"found cveID '{cve[:40]}', expected a CVE such as CVE-2024-0001", place=place)
    return Exploited(
        cve,
        _day(added, "dateAdded", place),
        _day(due, "dueDate", place) if due.strip() else None,
        ransomware.strip().casefold() == "known",
    )


def _day(text: str, field: str, place: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"found {field} '{text[:40]}', expected a day such as 2024-01-31"
        raise Refused(message, place=place, code="bad_catalogue") from None


def _instant(text: str, place: str) -> datetime:
    # Some days write the zone as +0000, which Python reads, and some with nine decimals, which it does not.
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        message = f"found '{text[:40]}', expected when it was released, such as 2024-01-31T12:00:00Z"
        raise Refused(message, place=place, code="bad_catalogue") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without their ends, counted while they are unpacked; blank ones are left out."""
    read = 0
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST_LINE), ""), start=1):
            read += len(line)
            if read > _MOST_BYTES:
                raise _too_large(name)
            if line.strip():
                yield number, line.rstrip("\r\n")
    except (OSError, EOFError, zlib.error):
        raise Refused("the file is cut short or no gzip: fetch it again", place=name) from None
    except UnicodeDecodeError:
        raise Refused("the file is not in UTF-8: give it as it was published", place=name) from None
    finally:
        # Whoever opened the stream closes it, perhaps before this generator ends.
        with suppress(ValueError):
            text.detach()


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _too_large(name: str) -> Refused:
    return Refused(
        f"the file holds more than {_MOST_BYTES // 1024**2} MB: no such catalogue does", place=name
    )
