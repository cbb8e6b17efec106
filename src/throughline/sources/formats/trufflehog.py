"""TruffleHog, JSON lines (`trufflehog --json`): version 3, and version 2, which reports commits.

https://github.com/trufflesecurity/trufflehog/blob/main/pkg/output/json.go. Raw, RawV2 and Redacted hold the
secret or its beginning; nothing of them is kept but four letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from throughline.sources.formats import loose
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    instant,
    masked,
    member,
    text,
    texts,
    untagged,
    whole,
    without,
)

_FILES = ("file", "path", "key", "page", "title", "location")
_WHOLES = ("repository", "bucket", "image", "workspace", "project_name", "channel_name")
_ENTROPY = "High Entropy"


def detect(content: Content) -> bool:
    """Whether its first record is of version 3 or 2, or what version 3 logs before."""
    names = loose.names(content)
    if {"SourceMetadata", "DetectorName"} <= names or {"stringsFound", "reason"} <= names:
        return True
    return {"level", "logger"} <= names and loose.first(content)["logger"] == "trufflehog"


def read(content: Content) -> Report:
    """The report; a record is one secret (in version 2 one commit with the strings of one reason)."""

    def findings(record: Any) -> Iterator[Found]:
        said = loose.decoded(content, record)
        if not (isinstance(said, dict) and said.get("logger") == "trufflehog"):
            yield _of_commit(said) if "stringsFound" in said else _found(said)

    return Report(
        tool="TruffleHog",
        records=loose.records(content),
        findings=findings,
        scope=_scope(content),
        unit="secret",
    )


def _scope(content: Content) -> str:
    """The repository, bucket or image of the first secret."""
    with suppress(BadRecord):
        return _scanned(_place(loose.first(content)))
    return ""


def _place(secret: dict[str, Any]) -> dict[str, Any]:
    """The metadata of the one source (Git, Filesystem, Docker, …) that it was found in."""
    sources = member(secret, "SourceMetadata", "Data")
    name = next(iter(sources), "")
    return member(sources, name) if name else {}


def _scanned(place: dict[str, Any]) -> str:
    named = _any(place, _WHOLES)
    return untagged(named) if "image" in place else named.removesuffix(".git")


def _any(place: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text(place, name) for name in names if isinstance(place.get(name), str)), "")


def _found(secret: dict[str, Any]) -> Found:
    place, rule = _place(secret), text(secret, "DetectorName")
    values = [text(secret, "Raw"), text(secret, "RawV2")]
    shown = masked(values[0] or values[1]) if any(values) else ""
    return Found(
        title=rule or text(secret, "DetectorDescription"),
        rule=rule,
        kind="secret",
        severity=4 if secret.get("Verified") is True else 3,
        description=f"Leaked: {shown}" if shown else "",
        cwe="CWE-798",
        file=without(_any(place, _FILES), *values),
        line=whole(place, "line"),
        link=without(text(place, "link"), *values),
        artefact=text(place, "commit") or _scanned(place),
        logical=shown,
        attributes=_attributes(secret, place),
    )


def _attributes(secret: dict[str, Any], place: dict[str, Any]) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {
        "validity": "active" if secret.get("Verified") is True else "",
        "repository": text(place, "repository"),
        "image": text(place, "image"),
        "commit": text(place, "commit"),
        "author": text(place, "email"),
        "committed": instant(text(place, "timestamp")),
        "decoder": text(secret, "DecoderName").lower(),
    }
    return {name: value for name, value in found.items() if value}


def _of_commit(hit: dict[str, Any]) -> Found:
    """A hit of version 2; its reason is a rule's name, or entropy alone, which proves no secret."""
    reason, strings = text(hit, "reason"), texts(hit, "stringsFound")
    return Found(
        title=reason,
        rule=reason,
        kind="secret",
        severity=None if reason == _ENTROPY else 3,
        description=", ".join(masked(each) for each in strings[:20]),
        cwe="CWE-798",
        file=without(text(hit, "path"), *strings),
        artefact=text(hit, "commitHash"),
        logical=masked(strings[0]) if strings else "",
        attributes=_of_history(hit),
    )


def _of_history(hit: dict[str, Any]) -> dict[str, str | float | bool]:
    found = {
        "commit": text(hit, "commitHash"),
        "branch": text(hit, "branch"),
        "committed": instant(text(hit, "date")),
    }
    return {name: value for name, value in found.items() if value}


FORMAT = Format("trufflehog", "TruffleHog", loose.SHAPES, detect, read, empty=True)
