"""CycloneDX in XML (also the vulnerability extension of 1.2 and 1.3), as the JSON that says the same."""

from __future__ import annotations

from typing import Any

from throughline.sources.formats.elements import Element

# Of a vulnerability: as much again as what is read of it.
UNREAD = frozenset({"workaround", "proofOfConcept", "credits", "tools", "properties"})
_TEXTS = ("id", "description", "detail", "recommendation", "created", "published", "updated", "rejected")


def component_of(element: Element) -> dict[str, Any]:
    """A component with those in it."""
    said: dict[str, Any] = {name: element.said(name) for name in ("group", "name", "version", "purl")}
    said |= {"bom-ref": element.get("bom-ref"), "type": element.get("type")}
    said["components"] = [component_of(each) for each in element.all("components", "component")]
    said["properties"] = [_property(each) for each in element.all("properties", "property")]
    occurrences = element.all("evidence", "occurrences", "occurrence")
    said["evidence"] = {"occurrences": [{"location": each.said("location")} for each in occurrences]}
    return said


def metadata_of(element: Element) -> dict[str, Any]:
    """The metadata of a bill."""
    root = element.find("component")
    tools = element.all("tools", "tool") or element.all("tools", "components", "component")
    return {
        "timestamp": element.said("timestamp"),
        "component": component_of(root) if root else None,
        "tools": [{"name": each.said("name")} for each in tools],
    }


def vulnerability_of(element: Element) -> dict[str, Any]:
    """A vulnerability, of the standard or of the older extension."""
    parts = {child.name: child for child in element.children}
    said: dict[str, Any] = {name: parts[name].text for name in _TEXTS if name in parts}
    said = {name: value for name, value in said.items() if value}
    said["source"] = _source(parts.get("source"))
    said["references"] = [{"id": each.said("id")} for each in _in(parts, "references")]
    said["ratings"] = [_rating(each) for each in _in(parts, "ratings")]
    said["cwes"] = [each.text for each in _in(parts, "cwes")]
    said["advisories"] = [{"url": each.said("url") or each.text} for each in _in(parts, "advisories")]
    said["recommendation"] = said.get("recommendation") or element.said("recommendations", "recommendation")
    said["analysis"] = _analysis(parts.get("analysis"))
    said["affects"] = [_target(each) for each in _in(parts, "affects")]
    if ref := element.get("ref"):
        said["affects"].append({"ref": ref})
    return said


def _in(parts: dict[str, Element], name: str) -> list[Element]:
    return parts[name].children if name in parts else []


def _property(element: Element) -> dict[str, str]:
    return {"name": element.get("name"), "value": element.text}


def _source(element: Element | None) -> dict[str, str]:
    if element is None:
        return {}
    return {"name": element.said("name") or element.get("name"), "url": element.said("url")}


def _rating(element: Element) -> dict[str, Any]:
    said: dict[str, Any] = {name: element.said(name) for name in ("severity", "method", "vector")}
    score = element.find("score")
    said["score"] = (score.said("base") or score.text) if score else ""
    said = {name: value for name, value in said.items() if value}
    said["source"] = _source(element.find("source"))
    return said


def _analysis(element: Element | None) -> dict[str, Any]:
    if element is None:
        return {}
    names = ("state", "justification", "detail", "firstIssued", "lastUpdated")
    said: dict[str, Any] = {name: element.said(name) for name in names}
    said["response"] = [each.text for each in element.all("responses", "response")]
    return said


def _target(element: Element) -> dict[str, Any]:
    names = ("version", "range", "status")
    versions = [{name: each.said(name) for name in names} for each in element.all("versions", "version")]
    return {"ref": element.said("ref"), "versions": versions}
