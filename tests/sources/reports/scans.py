"""The real reports of ../shared/data/scans, and what another product reads from them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from throughline.engine.language.fields import SEVERITIES
from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found
from throughline.sources.formats.reports import opened

SCANS = Path(__file__).parents[4] / "shared" / "data" / "scans"


@cache
def expected() -> dict[str, Any]:
    """What another product reads: {file: {n, severities, findings}}."""
    path = SCANS / "expected.json"
    return json.loads(path.read_text()) if path.exists() else {}


def named(*folders: str) -> list[Any]:
    """The reports of these folders as parameters; one that skips where the shared data is missing."""
    found = [name for name in expected() if name.split("/")[0] in folders]
    reason = "../shared/data/scans is not there"
    return found or [pytest.param("missing", marks=pytest.mark.skip(reason=reason))]


def content_of(name: str) -> Content:
    """The file of that name, opened."""
    return Content(BytesIO((SCANS / name).read_bytes()), name=name)


def findings_of(source: str | bytes, *, format: str = "") -> list[Found]:
    """The findings of a file of that name, or of some bytes, in the format that their content shows."""
    content = content_of(source) if isinstance(source, str) else Content(BytesIO(source), name="report")
    chosen = registry.reports()[format] if format else registry.detected(content)
    assert chosen is not None, f"no format takes {source[:60]!r}"
    return [found for _, found in opened(content, chosen.report(content), format=chosen.title)]


def severities(findings: list[Found]) -> dict[str, int]:
    """How many of each severity, as the expectations write them."""
    words = Counter("None" if f.severity is None else SEVERITIES[f.severity].capitalize() for f in findings)
    return dict(words)


def differences(name: str, findings: list[Found]) -> Iterator[str]:
    """Where our findings of a file differ from the other product's, in sentences a person can judge.

    Findings are compared as multisets of (severity, ids, component, version, file, line, cwe): the order of a
    report says nothing.
    """
    wanted = expected()[name]
    if len(findings) != wanted["n"]:
        yield f"{len(findings)} findings, {wanted['n']} expected"
    if severities(findings) != {word: n for word, n in wanted["severities"].items() if n}:
        yield f"severities {severities(findings)}, expected {wanted['severities']}"
    fields = {
        "cwe": lambda f: int(f.cwe.removeprefix("CWE-")) if f.cwe else None,
        "component": lambda f: f.component or None,
        "component_version": lambda f: f.version or None,
        "file": lambda f: f.file or None,
        "line": lambda f: f.line,
        "vuln_ids": lambda f: tuple(sorted(f.vulnerability_ids)),
        "date": lambda f: f.identified[:10] or None,
    }
    for field, ours in fields.items():
        theirs = Counter(_plain(field, each[field]) for each in wanted["findings"] if each.get(field))
        found = Counter(ours(f) for f in findings)
        if missing := theirs - found:
            ours_only = dict((found - theirs).most_common(4))
            yield f"{field}: {dict(missing.most_common(4))} expected; ours {ours_only}"


def _plain(field: str, value: Any) -> Any:
    if field == "vuln_ids":
        return tuple(sorted(value))
    if field in ("cwe", "line"):
        return int(value)
    return value[:10] if field == "date" else value


def shaken(content: bytes) -> bytes:
    """The same JSON report after a rewrite of the code around: lines, severities and wording changed."""
    return json.dumps(_shaken(json.loads(content), "")).encode()


_LINES = re.compile(
    r"(^|[^a-z])(line|col|column|row)s?([^a-z]|$)|line$|column$|lineno|linenumber|offset$", re.IGNORECASE
)
_WORDS = re.compile(
    r"^(description|details?|message|text|markdown|issue_text|summary|overview)$", re.IGNORECASE
)


def _shaken(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _shaken(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_shaken(each, name) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and _LINES.search(name):
        return value + 7
    if isinstance(value, str):
        if _LINES.search(name) and value.isdigit():
            return str(int(value) + 7)
        if name.lower() in ("severity", "level", "risk", "priority") and value.lower() in (
            "high",
            "low",
            "medium",
        ):
            return {"high": "Medium", "medium": "Low", "low": "High"}[value.lower()]
        if _WORDS.match(name) and " " in value:
            return f"Reworded: {value}"
    return value
