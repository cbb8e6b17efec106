"""What scanners of packages have in common: purls, ids, places, and the rating among several. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.shapes import items, spelled, unique

# What a group is joined with, as the people of an ecosystem write it; "/" elsewhere.
_JOINED = {"maven": ":"}
# Ecosystems whose name alone is what scanners call the package: the namespace is the distribution.
_BARE = frozenset({"deb", "rpm", "apk", "alpm"})


class Package(NamedTuple):
    """A package as its purl names it; empty where it does not say."""

    type: str = ""
    name: str = ""
    version: str = ""


class Rating(NamedTuple):
    """A CVSS vector and score, as the tool says them."""

    vector: str = ""
    score: float | None = None


def package_of(purl: str) -> Package:
    """The package of a package URL; nothing for another text.

    >>> package_of("pkg:maven/org.dom4j/dom4j@2.1.1?type=jar")
    Package(type='maven', name='org.dom4j:dom4j', version='2.1.1')
    >>> package_of("pkg:npm/%40angular/core@9.0.0").name, package_of("pkg:npm/@angular/core").name
    ('@angular/core', '@angular/core')
    """
    scheme, _, rest = purl.strip().partition(":")
    if scheme.lower() != "pkg":
        return Package()
    path = rest.partition("#")[0].partition("?")[0].strip("/")
    kind, _, path = path.partition("/")
    # The @ of an npm scope may stand unescaped at the start of the name.
    head, mark, version = path.rpartition("@")
    named = head if mark and head and not head.endswith("/") else path
    group, _, name = unquote(named).rpartition("/")
    plain = kind.lower() in _BARE or not group
    full = name if plain else group + _JOINED.get(kind.lower(), "/") + name
    return Package(kind.lower(), full, unquote(version) if named is head else "")


def ordered(ids: Iterable[str]) -> list[str]:
    """Vulnerability ids in their usual case, CVEs first, then GHSAs, without repeated ones."""
    found = unique(spelled(each) for each in ids)
    return sorted(found, key=lambda each: (not each.startswith("CVE-"), not each.startswith("GHSA-")))


def titled(title: str, ids: list[str], component: str) -> str:
    """The advisory's own title, else its id and the package.

    >>> titled("", ["CVE-2024-1"], "curl")
    'CVE-2024-1 in curl'
    """
    named = title or (ids[0] if ids else "")
    return named if title or not component else " in ".join(filter(None, (named, component)))


def versionless(place: str, version: str) -> str:
    """A place without the version that an upgrade would change in it.

    >>> versionless("lib/python3.8/site-packages/Django-3.2.9.dist-info", "3.2.9")
    'lib/python3.8/site-packages/Django-.dist-info'
    """
    return place.replace(version, "") if len(version) > 1 else place


def each(record: Any, *path: str | int) -> Iterator[dict[str, Any]]:
    """The objects of the list at a path; raises BadRecord, naming its place, for an item that is none."""
    for position, item in enumerate(items(record, *path)):
        if not isinstance(item, dict):
            place = ".".join(str(step) for step in path)
            raise BadRecord(f"{place}[{position}]: expected an object")
        yield item
