"""Where a SARIF result is: its file, line, text and what holds it."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from throughline.sources.formats.sarif_model import (
    Artifact,
    Location,
    Logical,
    Physical,
    Region,
    Result,
    plain,
)
from throughline.sources.formats.sarif_runs import Run
from throughline.sources.formats.shapes import whole

_SCHEMES = ("http://", "https://", "file:")
_NOWHERE, _NOTHING, _NO_REGION, _NO_FILE = Location(), Physical(), Region(), Artifact()


class Place(NamedTuple):
    """A result's first location: a result with several is one finding, and the first is the primary one."""

    file: str
    line: int | None
    snippet: str
    logical: str


def place_of(result: Result, run: Run) -> Place:
    """Where a result is; empty parts for what it leaves out."""
    location = (result.locations[0] if result.locations else None) or _NOWHERE
    physical = location.physical_location or _NOTHING
    region = physical.region or _NO_REGION
    return Place(
        _file(physical.artifact_location or result.analysis_target or _NO_FILE, run),
        _line(region.start_line),
        _snippet(region) or _snippet(physical.context_region),
        _logical(location, run),
    )


def _line(said: Any) -> int | None:
    return said if type(said) is int and 0 < said < 2**31 else whole({"line": said}, "line")


def _snippet(region: Region | None) -> str:
    return plain(region.snippet.text) if region is not None and region.snippet is not None else ""


def _file(artifact: Artifact, run: Run) -> str:
    if artifact.uri is None and artifact.index is not None:
        artifact = msgspec.convert(run.artifact(artifact.index), Artifact)
    said = plain(artifact.uri)
    if not said or not run.bases:
        return said
    if said.startswith(("/", *_SCHEMES)):
        return _within(said, run)
    return _folder(plain(artifact.uri_base_id), run) + said


def _within(said: str, run: Run) -> str:
    """An absolute address, from the folder on that the run names as its base: that one moves."""
    for base in run.bases.values():
        if len(base) > len("file:///") and base.endswith("/") and said.startswith(base):
            return said[len(base) :]
    return said


def _folder(base: str, run: Run) -> str:
    """The folder of a base that is within the sources; empty for the root of them."""
    folder = run.bases.get(base, "")
    relative = not folder.startswith(("/", *_SCHEMES)) and ":" not in folder
    return folder if relative and folder.endswith("/") else ""


def _logical(location: Location, run: Run) -> str:
    first = location.logical_locations[0] if location.logical_locations else location.logical_location
    if first is None:
        return ""
    if first.fully_qualified_name is None and first.name is None and first.index is not None:
        first = msgspec.convert(run.logical(first.index), Logical)
    found = plain(first.fully_qualified_name) or plain(first.name)
    # An image's digest is another one for each build.
    return "" if "sha256:" in found else found
