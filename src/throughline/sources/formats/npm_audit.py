"""npm audit, JSON (`npm audit --json`): https://docs.npmjs.com/cli/commands/npm-audit

Up to npm 6 (and from pnpm, and yarn 2 and 3) advisories with the paths to them; from npm 7 packages with the
advisories `via` which they are vulnerable. One finding is one advisory about one package: npm 7 also counts
the packages that depend on such a one, which are its effects and go when it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.npm_advisories import TREE, advisory, facts, named, rated
from throughline.sources.formats.packages import titled
from throughline.sources.formats.peeks import inner, is_object
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, dig, items, severity, text, texts
from throughline.sources.formats.tables import BadFile

_BESIDE = frozenset({"actions", "muted", "metadata"})


def detect(content: Content) -> bool:
    """Whether it has npm's advisories or its version of a report, or says why npm could not audit."""
    members = _members(content)
    if "advisories" in members:
        return is_object(members["advisories"]) and bool(_BESIDE & members.keys())
    return "auditReportVersion" in members or bool(_failure(content))


def read(content: Content) -> Report:
    """The report; a record is one advisory, or one vulnerable package. Raises BadFile where npm failed."""
    if why := _failure(content):
        message = f"npm could not audit: {why}; mend that and audit again, as this says nothing of packages"
        raise BadFile(message, name=content.name)
    members = _members(content)
    older = "advisories" in members
    raw = members.get("advisories" if older else "vulnerabilities")

    def findings(raw: msgspec.Raw) -> Iterable[Found]:
        said = content.value(raw)
        return [advisory(said)] if older else _package(said)

    return Report(
        tool="npm audit",
        records=content.members_of(raw).values() if raw is not None else [],
        findings=findings,
        unit="advisory" if older else "package",
    )


def _members(content: Content) -> dict[str, msgspec.Raw]:
    """The report's members, which `npm audit fix` puts one deeper."""
    members = content.members
    within = members.get("audit")
    return content.members_of(within) if within is not None and is_object(within) else members


def _failure(content: Content) -> str:
    raw = content.members.get("error")
    if raw is None or not is_object(raw) or len(content.members) > 3:
        return ""
    code, summary = (inner(content.value(raw), name) for name in ("code", "summary"))
    return str(summary or code) if isinstance(code, str) else ""


def _package(said: dict[str, Any]) -> Iterator[Found]:
    name = text(said, "name")
    for via in items(said, "via"):
        if isinstance(via, dict):
            yield _found(via, said, text(via, "name") or name)


def _found(via: dict[str, Any], package: dict[str, Any], name: str) -> Found:
    known = named(via)
    return Found(
        title=titled(text(via, "title"), known, name),
        rule="" if known else text(via, "source") or text(via, "id"),
        kind="dependency",
        severity=severity(text(via, "severity") or text(package, "severity")),
        cwe=cwe(dig(via, "cwe")),
        cvss_vector=text(via, "cvss", "vectorString") if rated(via) else "",
        cvss_score=rated(via),
        vulnerability_ids=known,
        component=name,
        fixed_version=_fixed(package, name),
        file=next(iter(texts(package, "nodes")), ""),
        artefact=TREE,
        link=text(via, "url"),
        attributes=facts(range=text(via, "range") or text(via, "vulnerable_versions"), fix=_fix(package)),
    )


def _fixed(package: dict[str, Any], name: str) -> str:
    """The version to go to, where it is the package's own and not that of one that brings it."""
    fix = package.get("fixAvailable")
    return text(fix, "version") if isinstance(fix, dict) and text(fix, "name") == name else ""


def _fix(package: dict[str, Any]) -> str:
    fix = package.get("fixAvailable")
    return f"{text(fix, 'name')} {text(fix, 'version')}" if isinstance(fix, dict) else ""


FORMAT = Format("npm_audit", "npm audit", frozenset({"object"}), detect, read)
