"""The advisories of npm's registry as npm, pnpm and yarn write them, as findings. Pure."""

from __future__ import annotations

import re
from typing import Any

from throughline.sources.formats.findings import Found
from throughline.sources.formats.packages import each, ordered, titled
from throughline.sources.formats.shapes import cwe, dig, ids, instant, score, severity, text, texts, unique

# What stands for a package that came from git: new in each audit (https://github.com/npm/npm/issues/20739).
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
# The report names no lockfile, and a path to the package changes with every upgrade on the way.
TREE = "node_modules"


def advisory(said: dict[str, Any]) -> Found:
    """An advisory with the installed versions it was found in, as npm 6, pnpm and yarn write it."""
    name = text(said, "module_name")
    versions = unique(text(found, "version") for found in each(said, "findings"))
    path = next((path for found in each(said, "findings") for path in texts(found, "paths")), "")
    known = named(said, *texts(said, "cves"), text(said, "github_advisory_id"))
    return Found(
        title=titled(text(said, "title"), known, name),
        rule="" if known else text(said, "id"),
        kind="dependency",
        severity=severity(text(said, "severity")),
        description=text(said, "overview"),
        cwe=cwe(dig(said, "cwe")),
        cvss_vector=text(said, "cvss", "vectorString") if rated(said) else "",
        cvss_score=rated(said),
        vulnerability_ids=known,
        component=name,
        version=versions[0] if versions else "",
        fixed_version=text(said, "patched_versions"),
        file=_HASH.sub("(git)", path),
        artefact=TREE,
        published=instant(dig(said, "created")),
        link=text(said, "url"),
        attributes=facts(versions=", ".join(versions[1:]), range=text(said, "vulnerable_versions")),
    )


def named(said: dict[str, Any], *more: str) -> list[str]:
    """An advisory's ids, also the one that only its address names; not its number, which may change."""
    return ordered([*more, *ids(text(said, "url"))])


def rated(said: dict[str, Any]) -> float | None:
    """The CVSS score; nought is how npm writes that there is none."""
    return score(said, "cvss", "score") or None if isinstance(said.get("cvss"), dict) else None


def facts(**said: str) -> dict[str, str | float | bool]:
    """The further facts that are said, with the kind of package."""
    return {name: value for name, value in {"package_type": "npm", **said}.items() if value}
