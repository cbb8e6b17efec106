"""Trivy, JSON (`trivy … -f json`): https://trivy.dev/latest/docs/configuration/reporting/

Schema 2 of images, file systems, repositories and machines, the bare list of results before it, and clusters
(`trivy k8s`). Licences are left out: they are no weaknesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.names import branch, lasting, repository
from throughline.sources.formats.peeks import opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import instant, untagged
from throughline.sources.formats.trivy_findings import (
    Mapper,
    Place,
    misconfiguration,
    modified,
    secret,
    vulnerability,
)

_LISTS: dict[str, Mapper] = {
    "Vulnerabilities": vulnerability,
    "Misconfigurations": misconfiguration,
    "Secrets": secret,
    "ExperimentalModifiedFindings": modified,
}
# Before 0.31 a cluster's report had the first two, later ones the third, a short one the last.
_CLUSTER = ("Vulnerabilities", "Misconfigurations", "Resources", "Findings")
_OF_CLUSTERS = {*_CLUSTER, "SchemaVersion"}
_RESULT = {"Type", "Class", "Packages", *_LISTS}


class _Record(NamedTuple):
    mapper: Mapper
    place: Place
    raw: msgspec.Raw
    context: bytes

    def same(self) -> bytes:
        """All that its findings follow from, but for the day of the scan."""
        return b"".join((self.context, self.raw))


def detect(content: Content) -> bool:
    """Whether it has Trivy's schema beside an artefact or a cluster, or is a list of its results."""
    if content.shape == "list":
        first = opening(content)
        return "Target" in first and bool(_RESULT & first.keys())
    names = content.members.keys()
    artefact = "SchemaVersion" in names and bool(names & {"ArtifactName", "ArtifactType", "Results"})
    return artefact or ("ClusterName" in names and (len(names) == 1 or bool(names & _OF_CLUSTERS)))


def read(content: Content) -> Report:
    """The report; a record is one vulnerability, misconfiguration or secret."""
    scanned_at = instant(_word(content, content.members, "CreatedAt"))

    def findings(record: _Record) -> Iterable[Found]:
        return record.mapper(record.raw, record.place, scanned_at)

    return Report(
        tool="Trivy",
        records=_records(content),
        findings=findings,
        scope=_scope(content),
        scanned_at=scanned_at,
        unit="finding",
        same=_Record.same,
        branch=_branch(content),
    )


def _records(content: Content) -> Iterator[_Record]:
    if content.shape == "list":
        return _of_results(content, map(content.members_of, content.records), "", "")
    if "ClusterName" in content.members:
        return _of_cluster(content)
    results = content.objects_of(content.members.get("Results", msgspec.Raw(b"null")))
    return _of_results(content, results, _word(content, content.members, "ArtifactType"), "")


def _of_cluster(content: Content) -> Iterator[_Record]:
    for raw in chain.from_iterable(content.items(name) for name in _CLUSTER):
        resource = content.members_of(raw)
        said: Callable[[str], str] = partial(_word, content, resource)
        where = "/".join(filter(None, map(said, ("Namespace", "Kind", "Name"))))
        if "Results" in resource:
            results = content.objects_of(resource["Results"])
            yield from _of_results(content, results, "kubernetes", where)


def _of_results(
    content: Content, results: Iterable[dict[str, msgspec.Raw]], artefact: str, resource: str
) -> Iterator[_Record]:
    for result in results:
        target, kind, family = (_word(content, result, name) for name in ("Target", "Class", "Type"))
        place = Place.of(target, kind=kind, family=family, artefact=artefact, resource=resource)
        for name, mapper in _LISTS.items():
            context = f"{name} {place}\0".encode("utf-8", "replace")
            if name in result:
                yield from (
                    _Record(mapper, place, found, context) for found in content.items_of(result[name])
                )


def _scope(content: Content) -> str:
    members = content.members
    if "ClusterName" in members:
        return _word(content, members, "ClusterName")
    name = _word(content, members, "ArtifactName")
    match _word(content, members, "ArtifactType"):
        case "container_image":
            return untagged(_tag(content) or name) if name.endswith((".tar", ".tar.gz")) else untagged(name)
        case "repository":
            return repository(name)
    return "" if name == "." else lasting(name)


def _branch(content: Content) -> str:
    """Of a repository, the branch that was checked out."""
    said = content.members_of(content.members["Metadata"]) if "Metadata" in content.members else {}
    return branch(_word(content, said, "Branch"))


def _tag(content: Content) -> str:
    """What an image in an archive was called, as the archive says."""
    metadata = content.member("Metadata")
    tags = metadata.get("RepoTags") if isinstance(metadata, dict) else None
    return str(tags[0]) if isinstance(tags, list) and tags else ""


def _word(content: Content, members: dict[str, msgspec.Raw], name: str) -> str:
    """A text among undecoded members; empty for anything else, as nothing of it is needed to read on."""
    said = content.value(members[name]) if name in members else ""
    return said.strip() if isinstance(said, str) else ""


FORMAT = Format("trivy", "Trivy", frozenset({"object", "list"}), detect, read)
