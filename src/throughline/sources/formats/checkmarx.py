"""Checkmarx SAST (CxSAST), XML report: a query finds results, each a path from a source to a sink.

Similarity: https://docs.checkmarx.com/en/34965-205026-similarity-id.html
"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine.dates import Order
from throughline.sources.formats.checkmarx_words import level, names_a_secret, triage
from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, instant, whole

# Of a step on the path: as much again as what is read of it.
_UNREAD = frozenset({"Column", "NodeId", "Type", "Length", "Number"})


def detect(content: Content) -> bool:
    """Whether the root is Checkmarx's."""
    return content.root.name == "CxXMLResults"


def read(content: Content) -> Report:
    """The report; a record is one result."""
    about = content.root.attributes
    started = about.get("ScanStart", "")
    scanned_at = instant(started) or instant(about.get("ReportCreationTime", ""))
    # Dates are written as the server's language has them; "February 25" tells which.
    order: Order = "mdy" if started.partition(",")[2].strip()[:1].isalpha() else "dmy"

    def findings(result: Element) -> Iterator[Found]:
        yield _found(result, scanned_at, order)

    return Report(
        tool="Checkmarx",
        records=content.elements("Result", without=_UNREAD),
        findings=findings,
        scope=about.get("ProjectName", ""),
        scanned_at=scanned_at,
        unit="result",
    )


def _found(result: Element, scanned_at: str, order: Order) -> Found:
    query = result.over_get("Query", "name")
    paths = result.all("Path")
    path = paths[-1] if paths else Element("Path", {}, 0)
    nodes = path.all("PathNode") or [Element("PathNode", {}, 0)]
    source, sink = nodes[0], nodes[-1]
    state, reason = triage("1" if result.get("FalsePositive") == "True" else result.get("state"))
    similarity = path.get("SimilarityId")
    return Found(
        title=query.replace("_", " "),
        rule=query,
        kind="code",
        severity=level(result.get("Severity"), result.over_get("Query", "Severity")),
        description=_described(result, source, sink),
        cwe=cwe(result.over_get("Query", "cweId")),
        file=sink.said("FileName") or result.get("FileName"),
        line=whole({"line": sink.said("Line") or result.get("Line")}, "line"),
        state=state,
        state_reason=result.get("Remark") or reason,
        identified=instant(result.get("DetectionDate"), order=order) or scanned_at,
        mitigated=scanned_at if result.get("Status") == "Fixed" else "",
        link=result.get("DeepLink"),
        # Made of the query and of source and sink without their lines; PathId counts the paths of one scan.
        tool_id=f"{query}:{similarity}" if similarity else "",
        logical=f"{_place(path.get('SourceMethod'), source)} > {_place(path.get('DestinationMethod'), sink)}",
        context="" if names_a_secret(query) else f"{_code(source)}\n{_code(sink)}",
        attributes={
            "language": result.over_get("Query", "Language"),
            "group": result.over_get("Query", "group"),
        },
    )


def _described(result: Element, source: Element, sink: Element) -> str:
    group = result.over_get("Query", "group").replace("_", " ")
    start, end = (f"{node.said('Name')} in {node.said('FileName')}" for node in (source, sink))
    flow = f"from {start} to {end}" if start != end else f"at {start}"
    return f"{group}: {flow}" if source.children else group


def _place(method: str, node: Element) -> str:
    return f"{method}/{node.said('Name')}"


def _code(node: Element) -> str:
    return "\n".join(line.said("Code") for line in node.all("Snippet", "Line"))


FORMAT = Format("checkmarx", "Checkmarx SAST", frozenset({"xml"}), detect, read)
