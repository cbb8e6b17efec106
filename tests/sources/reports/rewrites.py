"""Reports of tables and XML after a rewrite, and what tests compare of them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report

_LINE = re.compile(rb"((?:\bLine|\bline|\bColumn)(?:=\"|>))(\d+)")
_NUMBER = re.compile(rb"(<Number>)(\d+)")


def shaken_table(content: bytes, *, reworded: Iterable[str], delimiter: str = ",") -> bytes:
    """The same table with other words in these columns."""
    rows = list(csv.DictReader(io.StringIO(content.decode()), delimiter=delimiter))
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0].keys() - {None}, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {name: f"Reworded: {row[name]}" for name in reworded})
    return written.getvalue().encode()


def shaken_xml(content: bytes, *swapped: tuple[bytes, bytes]) -> bytes:
    """The same XML with every line moved by seven, and these texts swapped for others."""
    for pattern in (_LINE, _NUMBER):
        content = pattern.sub(lambda match: match[1] + str(int(match[2]) + 7).encode(), content)
    for old, new in swapped:
        assert old in content
        content = content.replace(old, new)
    return content


def keys_in(findings: Iterable[Found]) -> Counter[str]:
    """How many findings have which key."""
    return Counter(str(key) for each in findings for key in Found.keys(each))


def report_of(content: bytes) -> Report:
    """What the format that these bytes show reads of the report as a whole."""
    opened = Content(io.BytesIO(content), name="report")
    chosen = registry.detected(opened)
    assert chosen is not None
    return chosen.report(opened)
