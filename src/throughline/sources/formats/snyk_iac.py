"""Issues of configuration that Snyk's command line finds (`snyk iac test --json`). Pure."""

from __future__ import annotations

from typing import Any

from throughline.sources.formats.findings import Found
from throughline.sources.formats.shapes import severity, text, texts, unique, whole


def issue_of(said: dict[str, Any], manifest: str) -> Found:
    """One broken rule in one file; the place within the file is named as Snyk names it, without lines."""
    rule = text(said, "publicId") or text(said, "id")
    place = text(said, "msg") or ".".join(texts(said, "path"))
    ignored = said.get("isIgnored") is True
    return Found(
        title=text(said, "title") or rule,
        rule=rule,
        kind="cloud",
        severity=severity(text(said, "severity")),
        description="\n".join(unique(text(said, name) for name in ("issue", "impact", "resolve"))),
        file=manifest,
        line=whole(said, "lineNumber"),
        artefact=manifest,
        logical=place,
        state="accepted" if ignored else "",
        state_reason="ignored in Snyk" if ignored else "",
        link=text(said, "documentation"),
        attributes={
            name: fact for name, fact in (("resource", place), ("category", text(said, "subType"))) if fact
        },
    )
