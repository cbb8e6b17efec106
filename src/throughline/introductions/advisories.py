"""Advisories of a folder, in the format of OSV: those on packages that a clone ever locked."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from throughline.engine.introduction.versions.advisories import Advisory, Affected, read_advisory
from throughline.engine.introduction.versions.commits import CommitRange
from throughline.engine.refusals import Refused
from throughline.introductions.answers import few_of
from throughline.site.progress import Progress

MOST_FILES = 500_000
MOST_BYTES = 8_000_000
Package = tuple[str, str]
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One vulnerability of one package, by all of its ids: what each of its advisories says is affected."""

    ids: tuple[str, ...]
    package: Package
    affected: tuple[Affected, ...]


@dataclass(frozen=True, slots=True)
class Ranged:
    """One vulnerability by all of its ids: the ranges of commits that its advisories name."""

    ids: tuple[str, ...]
    ranges: tuple[CommitRange, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The flaws of the packages asked about, those by their commits, and what is to be said of the folder."""

    flaws: list[Flaw]
    ranged: list[Ranged]
    notes: tuple[str, ...]


def read_advisories(folder: Path, packages: Collection[Package], *, progress: Progress) -> Read:
    """The flaws of packages by the .json files of a folder and the folders in it. Raises Refused."""
    if folder.is_file():
        message = f"it is a file: give the folder that holds it, {folder.parent}"
        raise Refused(message, place=f"--advisories {folder}", code="no_folder")
    if not folder.is_dir():
        raise Refused("there is no such folder", place=f"--advisories {folder}", code="no_folder")
    paths = list(_files(folder))
    found: list[Advisory] = []
    left: list[str] = []
    for done, path in enumerate(paths, start=1):
        progress(done, len(paths), "reading advisories")
        advisory = _read(path)
        if advisory is None:
            left.append(str(path.relative_to(folder)))
        elif not advisory.is_withdrawn:
            found.append(advisory)
    if len(left) == len(paths):
        message = "it holds no advisory in the format of OSV: give a folder of .json files, one advisory each"
        raise Refused(message, place=f"--advisories {folder}", code="no_advisory")
    notes = tuple(_passed_over(left, len(paths)))
    return Read(_flaws(found, packages), _ranged(found), notes)


def _passed_over(left: list[str], n_files: int) -> Iterator[str]:
    if left:
        are = "is no OSV advisory and is" if len(left) == 1 else "are no OSV advisories and are"
        yield f"{len(left):,} of {n_files:,} .json files {are} passed over: {few_of(left)}"


def _files(folder: Path) -> Iterator[Path]:
    seen = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".json"):
                seen += 1
                if seen > MOST_FILES:
                    raise Refused(f"it holds more than {MOST_FILES:,} files", place=f"--advisories {folder}")
                yield Path(place, name)


def _read(path: Path) -> Advisory | None:
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        return read_advisory(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None


def _flaws(advisories: list[Advisory], packages: Collection[Package]) -> list[Flaw]:
    """One flaw for the advisories of several databases on the same vulnerability of a package."""
    by_package: dict[Package, list[tuple[set[str], list[Affected]]]] = {}
    for advisory in advisories:
        for one in advisory.affected:
            package = (one.ecosystem, one.name)
            if package in packages:
                _join(by_package.setdefault(package, []), set(advisory.ids), one)
    return [
        Flaw(tuple(sorted(ids, key=_cve_first)), package, tuple(affected))
        for package, groups in sorted(by_package.items())
        for ids, affected in groups
    ]


def _ranged(advisories: list[Advisory]) -> list[Ranged]:
    """The same by commits, whatever the package: an advisory on code of one's own names none."""
    groups: list[tuple[set[str], list[CommitRange]]] = []
    for advisory in advisories:
        for one in advisory.commits:
            _join(groups, set(advisory.ids), one)
    return [Ranged(tuple(sorted(ids, key=_cve_first)), tuple(ranges)) for ids, ranges in groups]


def _join(groups: list[tuple[set[str], list[One]]], ids: set[str], one: One) -> None:
    same = [group for group in groups if group[0] & ids]
    for group in same:
        groups.remove(group)
    merged = set().union(ids, *(group[0] for group in same))
    groups.append((merged, [*(each for group in same for each in group[1]), one]))


def _cve_first(id: str) -> tuple[bool, bool, str]:
    return not id.startswith("CVE-"), not id.startswith("GHSA-"), id
