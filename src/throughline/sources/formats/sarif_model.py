"""The parts of a SARIF result that are read; others (code flows above all) are passed over undecoded."""

from __future__ import annotations

from typing import Any

import msgspec

Said = str | int | float | None


class _Part(msgspec.Struct, rename="camel", gc=False):
    pass


class Component(_Part):
    index: Any = None
    name: Said = None


class RuleReference(_Part):
    id: Said = None
    index: Any = None
    tool_component: Component | None = None


class Message(_Part):
    text: Said = None
    markdown: Said = None
    id: Said = None
    arguments: list[Any] | None = None


class Artifact(_Part):
    uri: Said = None
    uri_base_id: Said = None
    index: Any = None


class Snippet(_Part):
    text: Said = None


class Region(_Part):
    start_line: Any = None
    snippet: Snippet | None = None


class Physical(_Part):
    artifact_location: Artifact | None = None
    region: Region | None = None
    context_region: Region | None = None


class Logical(_Part):
    fully_qualified_name: Said = None
    name: Said = None
    index: Any = None


class Location(_Part):
    physical_location: Physical | None = None
    logical_locations: list[Logical | None] | None = None
    logical_location: Logical | None = None


class Suppression(_Part):
    kind: Said = None
    status: Said = None
    justification: Said = None
    properties: dict[str, Any] | None = None


class Provenance(_Part):
    first_detection_time_utc: Any = None


class Result(_Part):
    rule_id: Said = None
    rule_index: Any = None
    rule: RuleReference | None = None
    kind: Said = None
    level: Said = None
    message: Message | str | None = None
    locations: list[Location | None] | None = None
    analysis_target: Artifact | None = None
    fingerprints: dict[str, Any] | None = None
    partial_fingerprints: dict[str, Any] | None = None
    correlation_guid: Said = None
    baseline_state: Said = None
    suppressions: list[Suppression | None] | None = None
    taxa: list[Any] | None = None
    provenance: Provenance | None = None
    hosted_viewer_uri: Said = None
    properties: dict[str, Any] | None = None


class Placed(_Part):
    """A result as far as its check goes."""

    rule_id: Said = None
    rule_index: Any = None
    rule: RuleReference | None = None


RESULTS: msgspec.json.Decoder[Result] = msgspec.json.Decoder(Result)
PLACES: msgspec.json.Decoder[Placed] = msgspec.json.Decoder(Placed)


def plain(said: Said) -> str:
    """A value as text, without blanks around; empty for none."""
    return said.strip() if isinstance(said, str) else "" if said is None else str(said)
