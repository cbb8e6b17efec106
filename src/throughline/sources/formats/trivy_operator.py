"""Trivy's operator: its reports as Kubernetes gives them (`kubectl get vulnerabilityreports -o json`, …).

https://aquasecurity.github.io/trivy-operator/latest/docs/crds/ — one object, a list of kubectl's, a bare
list, or lists by the name of the kind. Bills of materials hold no findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, titled, versionless
from throughline.sources.formats.peeks import first_of, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    items,
    member,
    number,
    score,
    severity,
    severity_of_score,
    spelled,
    text,
    texts,
    untagged,
)
from throughline.sources.formats.trivy_checks import check_id, rating

_GROUP = "aquasecurity.github.io"
# A controller names what it makes after its template's hash, or after the minute: either is new each time.
_GENERATED = {"replicaset": re.compile(r"-[0-9a-z]{5,10}$"), "job": re.compile(r"-\d{8,}$")}
_LABEL = "trivy-operator."


class _Place(NamedTuple):
    resource: str
    image: str
    seen: str


def detect(content: Content) -> bool:
    """Whether it names the operator's group of kinds."""
    if content.shape == "list":
        return _is_ours(opening(content))
    if any(name.endswith(f".{_GROUP}") for name in content.members):
        return True
    if "items" in content.members:
        return _is_ours({"apiVersion": _version(content)}) or _is_ours(first_of(content, "items"))
    return _is_ours({"apiVersion": _version(content)})


def read(content: Content) -> Report:
    """The reports of a cluster; a record is one of them."""

    def findings(raw: msgspec.Raw) -> Iterator[Found]:
        return _findings(content.value(raw))

    return Report(tool="Trivy Operator", records=_records(content), findings=findings, unit="report")


def _records(content: Content) -> Iterable[msgspec.Raw]:
    if content.shape == "list":
        return content.records
    if "items" in content.members:
        return content.items("items")
    lists = [name for name in content.members if name.endswith(f".{_GROUP}")]
    if lists:
        return chain.from_iterable(content.items(name) for name in lists)
    return [msgspec.Raw(content.data)]


def _version(content: Content) -> Any:
    raw = content.members.get("apiVersion")
    return content.value(raw) if raw is not None else ""


def _is_ours(said: dict[str, Any]) -> bool:
    return str(said.get("apiVersion", "")).startswith(f"{_GROUP}/")


def _findings(said: dict[str, Any]) -> Iterator[Found]:
    place = _place(said)
    yield from (_vulnerability(found, place) for found in each(said, "report", "vulnerabilities"))
    checks = each(said, "report", "checks")
    yield from (_check(found, place) for found in checks if dig(found, "success") is not True)
    yield from (_secret(found, place) for found in each(said, "report", "secrets"))
    yield from _compliance(said, place.seen)


def _place(said: dict[str, Any]) -> _Place:
    labels = member(said, "metadata", "labels")
    kind = text(labels, f"{_LABEL}resource.kind")
    where = (
        text(labels, f"{_LABEL}resource.namespace") or text(said, "metadata", "namespace"),
        kind,
        _name(said, labels, kind),
        text(labels, f"{_LABEL}container.name"),
    )
    server, repository = (
        text(said, "report", "registry", "server"),
        text(said, "report", "artifact", "repository"),
    )
    seen = instant(dig(said, "report", "updateTimestamp")) or instant(
        dig(said, "metadata", "creationTimestamp")
    )
    image = "/".join(filter(None, (server, untagged(repository))))
    return _Place("/".join(filter(None, where)), image, seen)


def _name(said: dict[str, Any], labels: dict[str, Any], kind: str) -> str:
    """The resource's own name: a label where it fits into one, else an annotation."""
    label = f"{_LABEL}resource.name"
    name = text(labels, label) or text(member(said, "metadata", "annotations"), label)
    name = name or text(said, "metadata", "name")
    made = _GENERATED.get(kind.lower())
    return made.sub("", name) if made else name


def _vulnerability(said: dict[str, Any], place: _Place) -> Found:
    name, version = text(said, "resource"), text(said, "installedVersion")
    ids = [spelled(advisory)] if (advisory := text(said, "vulnerabilityID")) else []
    vector, rated = rating(said, "cvss")
    rated = score(said, "score") if rated is None else rated
    level = severity(text(said, "severity"))
    system = text(said, "class") == "os-pkgs" or text(said, "target").endswith(")")
    file = text(said, "packagePath") or ("" if system else text(said, "target"))
    return Found(
        title=titled(text(said, "title"), ids, name),
        kind="container",
        severity=severity_of_score(rated) if level is None else level,
        description=text(said, "description"),
        cwe=cwe(dig(said, "cweIDs")),
        cvss_vector=vector,
        cvss_score=rated,
        vulnerability_ids=ids,
        component=name,
        version=version,
        fixed_version=text(said, "fixedVersion"),
        file=file,
        artefact=versionless(": ".join(filter(None, (place.resource, file))), version),
        identified=place.seen,
        published=instant(dig(said, "publishedDate")),
        link=text(said, "primaryLink"),
        attributes=_facts(
            resource=place.resource,
            image=place.image,
            package_type=text(said, "packageType"),
            purl=text(said, "packagePURL"),
        ),
    )


def _check(said: dict[str, Any], place: _Place) -> Found:
    rule = check_id(text(said, "checkID"))
    return Found(
        title=text(said, "title") or rule,
        rule=rule,
        kind="cloud",
        severity=severity(text(said, "severity")),
        description="\n".join(filter(None, (text(said, "description"), *texts(said, "messages")))),
        artefact=place.resource,
        logical=place.resource,
        identified=place.seen,
        attributes=_facts(resource=place.resource, category=text(said, "category")),
    )


def _secret(said: dict[str, Any], place: _Place) -> Found:
    """An exposed secret; its match is never read, as it holds what is around the secret."""
    return Found(
        title=text(said, "title") or text(said, "ruleID"),
        rule=text(said, "ruleID") or text(said, "title"),
        kind="secret",
        severity=severity(text(said, "severity")),
        file=text(said, "target"),
        artefact=place.resource,
        logical=place.resource,
        identified=place.seen,
        attributes=_facts(resource=place.resource, image=place.image, category=text(said, "category")),
    )


def _compliance(said: dict[str, Any], seen: str) -> Iterator[Found]:
    """Failed controls: each failed check of one, or the control itself where the report only sums up."""
    seen = instant(dig(said, "status", "updateTimestamp")) or seen
    name = text(said, "spec", "compliance", "id") or text(said, "metadata", "name")
    if items(said, "status", "detailReport", "results"):
        for control in each(said, "status", "detailReport", "results"):
            failed = (check for check in each(control, "checks") if dig(check, "success") is False)
            yield from (_failed(check, control, name, seen) for check in failed)
        return
    for control in each(said, "status", "summaryReport", "controlCheck"):
        if number(control, "totalFail"):
            yield _failed({}, control, name, seen)


def _failed(check: dict[str, Any], control: dict[str, Any], name: str, seen: str) -> Found:
    number_of, target = text(control, "id"), text(check, "target")
    rule = check_id(text(check, "checkID")) or number_of
    level = severity(text(check, "severity"))
    return Found(
        title=text(check, "title") or text(control, "name") or rule,
        rule=rule,
        kind="cloud",
        severity=severity(text(control, "severity")) if level is None else level,
        description=text(check, "description") or text(control, "description"),
        artefact=f"{name} {number_of}".strip(),
        logical=target or name,
        identified=seen,
        attributes=_facts(resource=target, control=number_of, benchmark=name),
    )


def _facts(**facts: str) -> dict[str, str | float | bool]:
    return {name: said for name, said in facts.items() if said}


FORMAT = Format("trivy_operator", "Trivy Operator", frozenset({"object", "list"}), detect, read)
