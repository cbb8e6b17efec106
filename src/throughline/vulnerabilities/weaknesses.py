"""The weaknesses of CWE: names, kinds and what each is a kind of, read from the package `cwe2`.

CWE is a trademark of The MITRE Corporation, which lets it be used and copied under its terms of use; they lie
beside the data in that package. Categories and views are no weaknesses and are not here, nor is what CWE
added after the edition that the package holds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cwe2

# Research concepts: every weakness that is in force. Simplified mapping: what NVD and CVE records name.
RESEARCH, SIMPLIFIED = "1000", "1003"
_FOLDERS = {RESEARCH: "navigate_cwe", SIMPLIFIED: "helpful_views", "604": "helpful_views"}
_DEPRECATED = "604"
_CHILD = re.compile(r"::NATURE:ChildOf:CWE ID:(\d+):VIEW ID:(\d+)(:ORDINAL:Primary)?")
_EDITION = re.compile(r'<Weakness_Catalog [^>]*?\bVersion="(\d+)\.(\d+)')
_USUAL_NAME = re.compile(r"\('(.+?)'\)")
_LONGEST_LABEL = 80
# The fields whose values are ids of weaknesses.
FIELDS = ("cwe", "weakness_class")


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weakness. `parents` are in view 1000, the primary one first; `simplified` is its parent in 1003."""

    name: str
    parents: tuple[str, ...] = ()
    simplified: str = ""
    is_simplified: bool = False
    is_deprecated: bool = False


def name(id: str) -> str:
    """The name of a weakness; empty for one that is not known.

    >>> name("CWE-787"), name("CWE-0")
    ('Out-of-bounds Write', '')
    """
    found = _table().get(id)
    return found.name if found else ""


def label(id: str) -> str:
    """Id and usual name, short enough for a list; the id alone for one that is not known.

    >>> label("CWE-79"), label("CWE-787"), label("CWE-0")
    ('CWE-79 Cross-site Scripting', 'CWE-787 Out-of-bounds Write', 'CWE-0')
    """
    full = name(id)
    usual = _USUAL_NAME.search(full)
    said = f"{id} {usual[1] if usual else full}".strip()
    return said if len(said) <= _LONGEST_LABEL else f"{said[: _LONGEST_LABEL - 1]}…"


def is_deprecated(id: str) -> bool:
    """Whether CWE has withdrawn it."""
    found = _table().get(id)
    return found is not None and found.is_deprecated


def parents(id: str) -> tuple[str, ...]:
    """What a weakness directly is a kind of (view 1000), the primary parent first.

    >>> parents("CWE-89")
    ('CWE-943',)
    """
    found = _table().get(id)
    return found.parents if found else ()


def ancestors(id: str) -> tuple[str, ...]:
    """Everything that a weakness is a kind of, the nearest first, over every parent.

    >>> ancestors("CWE-89")
    ('CWE-943', 'CWE-74', 'CWE-707')
    """
    found: dict[str, None] = {}
    nearest = parents(id)
    while nearest:
        found |= dict.fromkeys(nearest)
        nearest = tuple(up for each in nearest for up in parents(each) if up not in found)
    return tuple(found)


def class_of(id: str) -> str:
    """The class that a weakness belongs to; empty for one that is not known or withdrawn.

    Along primary parents the first member of view 1003 (the one that NVD maps to) and there its top; where
    there is none, the pillar of view 1000.

    >>> class_of("CWE-89"), class_of("CWE-121"), class_of("CWE-707"), class_of("CWE-0")
    ('CWE-74', 'CWE-119', 'CWE-707', '')
    """
    line = list(_primary_line(id))
    for each in line:
        found = _table()[each]
        if found.is_simplified:
            return found.simplified or each
    return line[-1] if line else ""


def edition() -> int:
    """The edition of CWE as a number: 4.14 is 4014; 0 where the package does not say."""
    for path in _database().glob("cwec_v*.xml"):
        with path.open(encoding="utf-8") as file:
            if found := _EDITION.search(file.read(1_000)):
                return int(found[1]) * 1_000 + int(found[2])
    return 0


def _primary_line(id: str) -> Iterator[str]:
    found = _table().get(id)
    while found is not None and not found.is_deprecated:
        yield id
        id = found.parents[0] if found.parents else ""
        found = _table().get(id)


@cache
def _table() -> dict[str, Weakness]:
    """Every weakness by id; read once, in some hundredths of a second."""
    simplified = {row["CWE-ID"] for row in _rows(SIMPLIFIED)}
    table = {
        f"CWE-{row['CWE-ID']}": _weakness(row["Name"], row["Related Weaknesses"], row["CWE-ID"] in simplified)
        for row in _rows(RESEARCH)
    }
    withdrawn = {
        f"CWE-{row['CWE-ID']}": Weakness(row["Name"], is_deprecated=True) for row in _rows(_DEPRECATED)
    }
    return table | withdrawn


def _weakness(name: str, related: str, is_simplified: bool) -> Weakness:
    above = _CHILD.findall(related)
    ordered = sorted(above, key=lambda found: not found[2])
    return Weakness(
        name=name,
        parents=tuple(f"CWE-{number}" for number, view, _ in ordered if view == RESEARCH),
        simplified=next((f"CWE-{number}" for number, view, _ in ordered if view == SIMPLIFIED), ""),
        is_simplified=is_simplified,
    )


def _rows(view: str) -> Iterator[dict[str, str]]:
    path = _database() / _FOLDERS[view] / f"{view}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _database() -> Path:
    # The folder's name carries a number that is the package's own.
    return next(Path(str(cwe2.__file__)).parent.glob("database_v*"))
