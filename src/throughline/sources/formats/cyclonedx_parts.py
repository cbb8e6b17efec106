"""The components of a CycloneDX bill of materials, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.names import full_name, lasting, tool_name
from throughline.sources.formats.packages import package_of
from throughline.sources.formats.shapes import dig, instant, items, member, text, untagged

_SYSTEMS = frozenset(["apk", "deb", "rpm", "alpm"])
# Where Trivy, Syft and cdxgen keep the file that names a component.
_PLACES = ("aquasecurity:trivy:FilePath", "syft:location:0:path", "SrcFile")
DEEPEST = 100


class Part(NamedTuple):
    """A component: its name as people write it, and where it is."""

    name: str = ""
    version: str = ""
    purl: str = ""
    type: str = ""
    place: str = ""


class Bom(NamedTuple):
    """What a bill says of itself. `parts` is by bom-ref and by purl."""

    tool: str
    scope: str
    date: str
    container: bool
    parts: dict[str, Part]

    def part(self, ref: str) -> Part:
        """The component of a reference: of this bill, of a link into another one, or of a purl."""
        if found := self.parts.get(ref):
            return found
        linked = unquote(ref.partition("#")[2]) if ref.startswith("urn:cdx:") else ref
        if found := self.parts.get(linked):
            return found
        said = package_of(linked)
        return Part(said.name, said.version, linked, said.type) if said.name else Part()

    def kind(self, part: Part) -> str:
        """Container, system or dependency."""
        return "container" if self.container else "os" if part.type in _SYSTEMS else "dependency"


def bom_of(metadata: dict[str, Any], components: Iterable[Any]) -> Bom:
    """The bill of a document's metadata and its components. Raises BadRecord."""
    root = member(metadata, "component")
    container = text(root, "type") == "container"
    name = full_name(text(root, "group"), text(root, "name"), package_of(text(root, "purl")).type)
    parts: dict[str, Part] = {}
    for component in _walk([root, *items(root, "components")] if root else []):
        _add(parts, component)
    for component in components:
        for each in _walk([component]):
            _add(parts, each)
    return Bom(
        tool=_tool(metadata),
        scope=untagged(name) if container else name,
        date=instant(text(metadata, "timestamp")),
        container=container,
        parts=parts,
    )


def _walk(components: list[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        raise BadRecord(f"components are nested more than {DEEPEST} deep: no bill is")
    for component in components:
        yield member(component)
        yield from _walk(items(component, "components"), depth + 1)


def _add(parts: dict[str, Part], component: dict[str, Any]) -> None:
    purl = text(component, "purl")
    type = package_of(purl).type
    part = Part(
        full_name(text(component, "group"), text(component, "name"), type),
        text(component, "version"),
        purl,
        type,
        _place(component),
    )
    for ref in (text(component, "bom-ref"), purl):
        if ref:
            parts.setdefault(ref, part)


def _place(component: dict[str, Any]) -> str:
    said = {text(each, "name"): text(each, "value") for each in items(component, "properties")}
    found = next((said[name] for name in _PLACES if said.get(name)), "")
    return lasting(found or text(component, "evidence", "occurrences", 0, "location"))


def _tool(metadata: dict[str, Any]) -> str:
    tools = dig(metadata, "tools")
    listed = items(tools, "components") or items(tools, "services") if isinstance(tools, dict) else tools
    name = next((text(each, "name") for each in items({"tools": listed}, "tools")), "")
    return tool_name(name) or "CycloneDX"
