"""Snyk's command line, JSON: `snyk test`, `snyk container test`, `snyk iac test`, of one project or several.

https://docs.snyk.io/snyk-cli/commands/test — an entry for each path to a vulnerable package is a finding, as
Snyk lists it. Licence issues are left out: they are no weaknesses. Snyk Code writes SARIF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import Rating, each, ordered, titled
from throughline.sources.formats.peeks import is_list, is_object, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwe,
    dig,
    instant,
    member,
    number,
    score,
    severity,
    severity_of_score,
    text,
    texts,
    untagged,
)
from throughline.sources.formats.snyk_iac import issue_of
from throughline.sources.formats.tables import BadFile

_OF_CONFIGURATION = "infrastructureAsCodeIssues"
_SIGNS = frozenset({"ok", "dependencyCount", "licensesPolicy", "uniqueCount", "packageManager"})

Members = dict[str, msgspec.Raw]


class _Project(NamedTuple):
    """What one test looked at: its manifest, or the image's name without tag."""

    artefact: str
    manager: str
    image: str = ""


class _Record(NamedTuple):
    raw: msgspec.Raw
    project: _Project
    ignored: bool = False
    of_configuration: bool = False


def detect(content: Content) -> bool:
    """Whether it, or its first item, has vulnerabilities beside what only Snyk counts, or a failed test."""
    names = opening(content).keys() if content.shape == "list" else content.members.keys()
    if {"ok", "error", "path"} <= names or _OF_CONFIGURATION in names or {"issues", "issuesData"} <= names:
        return True
    return bool({"vulnerabilities", "issues"} & names) and len(_SIGNS & names) > 1


def read(content: Content) -> Report:
    """The report; a record is one vulnerability by one path. Raises BadFile where the test failed."""
    if content.shape == "object" and "error" in content.members and "vulnerabilities" not in content.members:
        why = _word(content, content.members, "error") or "it does not say why"
        raise BadFile(f"Snyk could not test: {why}; mend that and test again", name=content.name)
    projects = content.records if content.shape == "list" else [msgspec.Raw(content.data)]

    def findings(record: _Record) -> Iterator[Found]:
        said = content.value(record.raw)
        if record.of_configuration:
            yield issue_of(said, record.project.artefact)
        elif not _is_licence(said):
            yield _found(said, record)

    return Report(
        tool="Snyk",
        records=_records(content, projects),
        findings=findings,
        scope=_scope(content) if content.shape == "object" else "",
        unit="vulnerability",
        succeeded=not any(_failed(content.members_of(raw)) for raw in projects),
    )


def _failed(members: Members) -> bool:
    """Whether a project among others could not be tested: it has a reason, and no list."""
    return "error" in members and "vulnerabilities" not in members


def _records(content: Content, projects: Iterable[msgspec.Raw], image: str = "") -> Iterator[_Record]:
    for raw in projects:
        members = content.members_of(raw)
        project = _project(content, members, image)
        yield from (_Record(found, project) for found in _vulnerabilities(content, members))
        yield from (_Record(found, project, ignored=True) for found in _ignored(content, members))
        if _OF_CONFIGURATION in members:
            broken = content.items_of(members[_OF_CONFIGURATION])
            yield from (_Record(found, project, of_configuration=True) for found in broken)
        if "applications" in members:
            within = content.items_of(members["applications"])
            yield from _records(content, within, project.image or project.artefact)


def _vulnerabilities(content: Content, members: Members) -> list[msgspec.Raw]:
    """The list, which the first API puts among the issues."""
    raw, issues = members.get("vulnerabilities"), members.get("issues")
    if "issuesData" in members and is_list(issues):
        return _unmanaged(content, members)
    if raw is None and issues is not None and is_object(issues):
        raw = content.members_of(issues).get("vulnerabilities")
    return content.items_of(raw) if raw is not None else []


def _unmanaged(content: Content, members: Members) -> list[msgspec.Raw]:
    """What code without a package manager has: packages with ids, and apart from them what these mean."""
    known = content.members_of(members["issuesData"])
    found = []
    for raw in content.items_of(members["issues"]):
        issue = content.value(raw)
        meant = known.get(text(issue, "issueId"))
        said = content.value(meant) if meant is not None else {"id": text(issue, "issueId")}
        package = {
            "packageName": text(issue, "pkgName").rpartition("|")[2],
            "version": text(issue, "pkgVersion"),
        }
        found.append(msgspec.Raw(msgspec.json.encode(said | package)))
    return found


def _ignored(content: Content, members: Members) -> list[msgspec.Raw]:
    """What a policy ignores, where the test was asked to tell."""
    filtered = members.get("filtered")
    raw = content.members_of(filtered).get("ignore") if filtered is not None and is_object(filtered) else None
    return content.items_of(raw) if raw is not None and is_list(raw) else []


def _project(content: Content, members: Members, image: str) -> _Project:
    named = (_word(content, members, name) for name in ("displayTargetFile", "targetFile", "projectName"))
    manifest = next(filter(None, named), "").replace("\\", "/")
    manager = _word(content, members, "packageManager")
    if "docker" in members:
        image = _image(content, members)
        return _Project(image or manifest, manager, image)
    return _Project(": ".join(filter(None, (image, manifest))), manager, image)


def _scope(content: Content) -> str:
    if "docker" in content.members:
        return _image(content, content.members)
    return _word(content, content.members, "projectName")


def _image(content: Content, members: Members) -> str:
    """The image's name without tag; that of the file where it came in an archive."""
    kind, mark, archive = _word(content, members, "path").partition("-archive:")
    return archive if mark else untagged(kind)


def _found(said: dict[str, Any], record: _Record) -> Found:
    identifiers = member(said, "identifiers")
    # Snyk's own id is among them, as an issue may get its CVE later.
    known = ordered([*texts(identifiers, "CVE"), *texts(identifiers, "GHSA"), text(said, "id")])
    vector, rated = _rating(said)
    level = severity(text(said, "severityWithCritical") or text(said, "severity"))
    name = text(said, "packageName") or text(said, "name") or text(said, "moduleName")
    return Found(
        title=titled(text(said, "title"), known, name),
        kind="container" if record.project.image else "dependency",
        severity=severity_of_score(rated) if level is None else level,
        description=text(said, "description"),
        cwe=cwe(texts(identifiers, "CWE")),
        cvss_vector=vector,
        cvss_score=rated,
        vulnerability_ids=known,
        component=name,
        version=text(said, "version"),
        fixed_version=", ".join(texts(said, "fixedIn")) or text(said, "nearestFixedInVersion"),
        file=" > ".join(_unversioned(each_of) for each_of in texts(said, "from")),
        artefact=record.project.artefact,
        state="accepted" if record.ignored else "",
        state_reason=_reason(said) if record.ignored else "",
        published=instant(dig(said, "publicationTime")),
        link=f"https://security.snyk.io/vuln/{text(said, 'id')}" if text(said, "id") else "",
        attributes=_facts(said, record.project),
    )


def _is_licence(said: dict[str, Any]) -> bool:
    return text(said, "type") == "license" or text(said, "id").startswith("snyk:lic:")


def _rating(said: dict[str, Any]) -> Rating:
    """Snyk's own rating by the newest CVSS; older reports have one rating alone."""
    found = [
        (text(source, "cvssVersion"), Rating(text(source, "vector"), score(source, "baseScore")))
        for source in each(said, "cvssSources")
        if text(source, "assigner").lower() == "snyk"
    ]
    older = Rating(text(said, "CVSSv3"), score(said, "cvssScore"))
    return max(found, key=lambda rating: rating[0])[1] if found else older


def _unversioned(package: str) -> str:
    """A package of a path without its version, which begins at the last @ that is not its first letter."""
    name, mark, _ = package.rpartition("@")
    return name if mark and name else package


def _reason(said: dict[str, Any]) -> str:
    ignored = dig(said, "filtered", "ignored")
    reasons = (text(entry, "reason") for entry in each(said, "filtered", "ignored")) if ignored else ()
    return next(filter(None, reasons), "")


def _facts(said: dict[str, Any], project: _Project) -> dict[str, str | float | bool]:
    maturity = text(said, "exploit")
    facts: dict[str, str | float | bool] = {
        "package_type": text(said, "packageManager") or project.manager,
        "exploit": "" if maturity == "Not Defined" else maturity,
        "image": project.image,
    }
    if (likely := number(said, "epssDetails", "probability")) is not None:
        facts["epss"] = likely
    if isinstance(upgradable := said.get("isUpgradable"), bool):
        facts["upgradable"] = upgradable
    return {name: value for name, value in facts.items() if value != ""}


def _word(content: Content, members: Members, name: str) -> str:
    said = content.value(members[name]) if name in members else ""
    return said.strip() if isinstance(said, str) else ""


FORMAT = Format("snyk", "Snyk", frozenset({"object", "list"}), detect, read)
