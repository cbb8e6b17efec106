"""Trivy's records as findings: vulnerabilities, failed checks, secrets, and what was ruled out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from throughline.sources.formats.findings import BadRecord, Found
from throughline.sources.formats.packages import each, titled, versionless
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    severity,
    severity_of_score,
    spelled,
    text,
    texts,
    untagged,
    whole,
)
from throughline.sources.formats.trivy_checks import check_id, rating

Mapper = Callable[[msgspec.Raw, "Place", str], Iterator[Found]]

_SYSTEM = re.compile(r" \([^()]*\)$")
# Where a result names an ecosystem, not a file: what was found has its own path.
_COLLECTED = frozenset({"node.js", "python", "ruby", "java", "conda", "php", "c/c++", "julia", "kubernetes"})
_SYSTEMS = re.compile(
    r"al(ma|pine)|amazon|azurelinux|bottlerocket|cbl-mariner|centos|chainguard|debian|fedora|minimos"
    r"|opensuse.*|oracle|photon|redhat|rocky|sles|suse.*|ubuntu|wolfi"
)
_RULED = {"ignored": "accepted", "not_affected": "false positive", "fixed": "false positive"}


@dataclass(frozen=True, slots=True)
class Place:
    """What one result looked at: `artefact` is the image, file or resource, as it lasts from scan to scan."""

    file: str
    artefact: str
    image: str
    resource: str
    kind: str
    family: str

    @classmethod
    def of(cls, target: str, *, kind: str, family: str, artefact: str, resource: str = "") -> Place:
        """The place of a result.

        >>> place = Place.of("shop/api:1.2 (debian 11.6)", kind="os-pkgs", family="debian", artefact="vm")
        >>> place.artefact, place.kind
        ('shop/api', 'os')
        """
        system = kind == "os-pkgs" or (not kind and _SYSTEMS.fullmatch(family.lower()) is not None)
        # The configuration of an image stands under the image's own name, with its tag.
        itself = artefact == "container_image" and kind in ("config", "secret") and ":" in target
        image = untagged(_SYSTEM.sub("", target)) if system or itself else ""
        checked = bool(resource) and kind == "config"
        no_file = image or checked or artefact == "aws_account" or target.lower() in _COLLECTED
        file = "" if no_file else target
        held = image or ("" if checked else target)
        return cls(
            file=file,
            artefact=": ".join(filter(None, (resource, held))),
            image=image,
            resource=resource,
            kind=_kind(artefact, system),
            family=family,
        )


def _kind(artefact: str, system: bool) -> str:
    if artefact in ("container_image", "kubernetes") or (system and not artefact):
        return "container"
    return "os" if system else "dependency"


class _Vulnerability(msgspec.Struct):
    """What is read of a vulnerability; the rest of it, most of the report, is only skipped."""

    VulnerabilityID: Any = None
    PkgName: Any = None
    PkgPath: Any = None
    InstalledVersion: Any = None
    FixedVersion: Any = None
    Status: Any = None
    Title: Any = None
    Description: Any = None
    Severity: Any = None
    PrimaryURL: Any = None
    PublishedDate: Any = None
    VendorIDs: Any = None
    PkgIdentifier: Any = None
    CweIDs: Any = None
    CVSS: Any = None


_DECODER = msgspec.json.Decoder(_Vulnerability)
_NAMES = _Vulnerability.__struct_fields__[:11]
_TEXTS = attrgetter(*_NAMES)


def vulnerability(raw: msgspec.Raw, place: Place, scanned_at: str) -> Iterator[Found]:
    """A vulnerability of a package."""
    yield _vulnerable(_DECODER.decode(raw), place, scanned_at)


def _vulnerable(said: _Vulnerability, place: Place, scanned_at: str) -> Found:
    told = [
        value.strip() if type(value) is str else text({name: value}, name)
        for name, value in zip(_NAMES, _TEXTS(said), strict=True)
    ]
    advisory, name, path, version, fixed, status, title, description, rated, link, published = told
    ids = [spelled(advisory)] if advisory else []
    vector, score = rating({"CVSS": said.CVSS}, "CVSS") if said.CVSS else ("", None)
    level = severity(rated)
    within = f"{place.resource}: {path}" if place.resource and path else path or place.artefact
    return Found(
        title=titled(title, ids, name),
        kind=place.kind,
        severity=severity_of_score(score) if level is None else level,
        description=description,
        cwe=_weakness(said.CweIDs),
        cvss_vector=vector,
        cvss_score=score,
        vulnerability_ids=ids,
        component=name,
        version=version,
        fixed_version=fixed,
        file=path or place.file,
        artefact=versionless(within, version),
        identified=scanned_at,
        published=_instant(published),
        link=link,
        attributes=_facts(
            package_type=place.family,
            purl=_purl(said.PkgIdentifier),
            fix_status=status,
            advisory=", ".join(texts({"VendorIDs": said.VendorIDs}, "VendorIDs")) if said.VendorIDs else "",
            image=place.image,
            resource=place.resource,
        ),
    )


def misconfiguration(raw: msgspec.Raw, place: Place, scanned_at: str) -> Iterator[Found]:
    """A failed check of a configuration; nothing of one that passed."""
    yield from _misconfigured(_object(raw), place, scanned_at)


def _misconfigured(said: dict[str, Any], place: Place, scanned_at: str) -> Iterator[Found]:
    status = text(said, "Status").upper()
    if status == "PASS":
        return
    rule = check_id(text(said, "ID"), text(said, "AVDID"))
    resource = text(said, "CauseMetadata", "Resource")
    yield Found(
        title=text(said, "Title") or rule,
        rule=rule,
        kind="container" if place.family == "dockerfile" else "cloud",
        severity=severity(text(said, "Severity")),
        description="\n".join(filter(None, (text(said, "Description"), text(said, "Message")))),
        file=place.file,
        line=whole(said, "CauseMetadata", "StartLine"),
        artefact=place.artefact,
        logical=resource or place.resource,
        context=_cause(said),
        identified=scanned_at,
        link=text(said, "PrimaryURL"),
        state="accepted" if status == "EXCEPTION" else "",
        state_reason="A policy of the scan excepts it." if status == "EXCEPTION" else "",
        attributes=_facts(
            resource=resource or place.resource,
            provider=text(said, "CauseMetadata", "Provider"),
            service=text(said, "CauseMetadata", "Service"),
        ),
    )


def _cause(said: dict[str, Any]) -> str:
    lines = each(said, "CauseMetadata", "Code", "Lines")
    return "\n".join(text(line, "Content") for line in lines if dig(line, "IsCause"))


def secret(raw: msgspec.Raw, place: Place, scanned_at: str) -> Iterator[Found]:
    """A secret in a file. Its match and code are never read: Trivy masks only what its rule calls secret."""
    yield _leaked(_object(raw), place, scanned_at)


def _leaked(said: dict[str, Any], place: Place, scanned_at: str) -> Found:
    return Found(
        title=text(said, "Title") or text(said, "RuleID"),
        rule=text(said, "RuleID") or text(said, "Title"),
        kind="secret",
        severity=severity(text(said, "Severity")),
        file=place.file,
        line=whole(said, "StartLine"),
        artefact=place.artefact,
        logical=place.resource,
        identified=scanned_at,
        attributes=_facts(category=text(said, "Category"), resource=place.resource),
    )


def modified(raw: msgspec.Raw, place: Place, scanned_at: str) -> Iterator[Found]:
    """What an ignore file or a VEX statement took out: a finding with the state that it was given."""
    said = _object(raw)
    finding = dig(said, "Finding")
    if not isinstance(finding, dict):
        raise BadRecord("Finding: expected an object")
    for found in _ruled_out(text(said, "Type"), finding, place, scanned_at):
        found.state = _RULED.get(text(said, "Status").lower(), "")
        reason = (text(said, "Statement"), text(said, "Source"))
        found.state_reason = ": ".join(filter(None, reason)) if found.state else ""
        yield found


def _ruled_out(type: str, finding: dict[str, Any], place: Place, scanned_at: str) -> Iterator[Found]:
    if type == "vulnerability" or "VulnerabilityID" in finding:
        yield _vulnerable(msgspec.convert(finding, _Vulnerability), place, scanned_at)
    elif type == "misconfiguration":
        yield from _misconfigured(finding, place, scanned_at)
    elif type == "secret":
        yield _leaked(finding, place, scanned_at)


def _object(raw: msgspec.Raw) -> dict[str, Any]:
    said = msgspec.json.decode(raw)
    if not isinstance(said, dict):
        raise BadRecord("the record: expected an object")
    return said


def _purl(identifier: Any) -> str:
    return text({"PkgIdentifier": identifier}, "PkgIdentifier", "PURL") if identifier else ""


@lru_cache(maxsize=10_000)
def _instant(said: str) -> str:
    """Dates of publication repeat: an advisory concerns many packages."""
    return instant(said)


def _weakness(said: Any) -> str:
    return _named(said[0]) if type(said) is list and said and type(said[0]) is str else cwe(said)


@lru_cache(maxsize=10_000)
def _named(weakness: str) -> str:
    return cwe(weakness)


def _facts(**facts: str) -> dict[str, str | float | bool]:
    return {name: said for name, said in facts.items() if said}
