"""pip-audit, JSON (`pip-audit -f json`): https://github.com/pypa/pip-audit#usage

An object of dependencies and fixes; before version 2 the bare list of dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.packages import each, ordered, titled
from throughline.sources.formats.peeks import first_of, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import text, texts

_SIGNS = frozenset({"vulns", "skip_reason"})


def detect(content: Content) -> bool:
    """Whether its dependencies have vulnerabilities as pip-audit writes them, or a reason to be skipped."""
    if content.shape == "list":
        return _is_dependency(opening(content))
    names = content.members.keys()
    if "dependencies" not in names or names - {"dependencies", "fixes"}:
        return False
    return "fixes" in names or _is_dependency(first_of(content, "dependencies"))


def read(content: Content) -> Report:
    """The report; a record is one dependency."""

    def findings(raw: msgspec.Raw) -> Iterator[Found]:
        dependency = content.value(raw)
        return (_found(dependency, said) for said in each(dependency, "vulns"))

    return Report(
        tool="pip-audit",
        records=content.records if content.shape == "list" else content.items("dependencies"),
        findings=findings,
        unit="dependency",
    )


def _is_dependency(first: dict[str, Any]) -> bool:
    return "name" in first and bool(_SIGNS & first.keys()) and isinstance(first.get("vulns") or [], list)


def _found(dependency: dict[str, Any], said: dict[str, Any]) -> Found:
    name = text(dependency, "name")
    ids = ordered([text(said, "id"), *texts(said, "aliases")])
    return Found(
        title=titled("", ids, name),
        kind="dependency",
        description=text(said, "description"),
        vulnerability_ids=ids,
        component=name,
        version=text(dependency, "version"),
        fixed_version=", ".join(texts(said, "fix_versions")),
        attributes={"package_type": "pypi"},
    )


FORMAT = Format("pip_audit", "pip-audit", frozenset({"object", "list"}), detect, read)
