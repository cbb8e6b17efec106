"""Reports as a later scan would write them: other severities, words and order, the same weaknesses."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree

from tests.sources.reports.scans import SCANS, differences, findings_of

from throughline.engine.identity import Key
from throughline.sources.formats.findings import Found

_SEVERITIES = {
    "critical": "High",
    "high": "Medium",
    "medium": "Low",
    "low": "High",
    "info": "Low",
    "none": "Low",
    "log": "Low",
    "information": "Low",
    "0": "1",
    "1": "2",
    "2": "3",
    "3": "2",
    "4": "3",
    "5": "4",
}


def shaken_xml(content: bytes, *, levels: Iterable[str], words: Iterable[str], lists: Iterable[str]) -> bytes:
    """An XML report with other severities (elements or attributes), wording, and order within some lists."""
    root = ElementTree.fromstring(content)
    for element in list(root.iter()):
        if element.tag in levels and element.text:
            element.text = _SEVERITIES.get(element.text.strip().lower(), element.text)
        for name in set(levels) & set(element.attrib):
            element.set(name, _SEVERITIES.get(element.get(name, "").lower(), element.get(name, "")))
        if element.tag in words and element.text:
            element.text = f"Reworded: {element.text}"
        if element.tag in lists:
            element[:] = list(reversed(element))
    return ElementTree.tostring(root)


def shaken_table(content: bytes, *, levels: Iterable[str], words: Iterable[str]) -> bytes:
    """A table with other severities and wording, its rows in the opposite order."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    for row in rows:
        for position, column in enumerate(header[: len(row)]):
            if column in levels and row[position]:
                row[position] = _SEVERITIES.get(row[position].lower(), row[position])
            if column in words and row[position]:
                row[position] = f"Reworded: {row[position]}"
    found = io.StringIO(newline="")
    csv.writer(found).writerows([header, *reversed(rows)])
    return found.getvalue().encode()


def keys(findings: Iterable[Found]) -> Counter[tuple[Key, ...]]:
    """The keys of findings, however they are ordered."""
    return Counter(tuple(found.keys()) for found in findings)


def told_apart(before: bytes, after: bytes) -> tuple[list[Found], list[Found]]:
    """What is found before and after a shake that changed something."""
    old, new = findings_of(before), findings_of(after)
    assert old, "there is nothing to know again"
    assert Counter((f.severity, f.description) for f in old) != Counter(
        (f.severity, f.description) for f in new
    )
    return old, new


def sample(name: str) -> bytes:
    """The bytes of a real report."""
    return (SCANS / name).read_bytes()


def differing(name: str) -> set[str]:
    """In which respects our reading of a report differs from the other product's."""
    found = set()
    for sentence in differences(name, findings_of(name)):
        field = sentence.partition(":")[0]
        found.add("findings" if " findings" in field else field.split()[0])
    return found
