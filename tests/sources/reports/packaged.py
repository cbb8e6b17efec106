"""What the tests of package scanners compare: the keys of a report, its head, and where it differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from io import BytesIO

from tests.sources.reports.scans import differences, findings_of

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report


def keys_in(findings: Iterable[Found]) -> Counter[str]:
    """How many findings have which key."""
    return Counter(str(key) for found in findings for key in found.keys())  # noqa: SIM118


def report_of(content: bytes) -> Report:
    """What the format that these bytes show reads of the report as a whole."""
    opened = Content(BytesIO(content), name="report")
    chosen = registry.detected(opened)
    assert chosen is not None
    return chosen.report(opened)


def differing(name: str, *, format: str = "") -> set[str]:
    """The fields in which a real report is read otherwise than by the other product."""
    found = findings_of(name, format=format)
    return {words[0] for each in differences(name, found) if (words := re.match(r"\w+", each))}


def swapped(content: bytes, *texts: tuple[bytes, bytes]) -> bytes:
    """The same report with these texts in place of others."""
    for old, new in texts:
        assert old in content
        content = content.replace(old, new)
    return content
