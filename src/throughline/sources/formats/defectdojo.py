"""DefectDojo: its generic findings (JSON, CSV) and the findings of its own API (/api/v2/findings/).

https://docs.defectdojo.com/supported_tools/parsers/generic_findings_import/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.peeks import first_of, opening
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import (
    cwes,
    dig,
    instant,
    number,
    score,
    severity,
    severity_of_score,
    spelled,
    text,
    texts,
    unique,
    vector,
    whole,
)

_REQUIRED = frozenset({"title", "severity", "description"})
_AROUND = frozenset(
    {"findings", "name", "type", "version", "description", "dynamic_tool", "static_tool", "soc"}
)
_PAGE = frozenset({"count", "next", "previous", "results"})
_STORED = frozenset({"title", "severity", "false_p", "numerical_severity"})
_COLUMNS = {
    "Title": "title",
    "Description": "description",
    "Severity": "severity",
    "Date": "date",
    "CweId": "cwe",
    "CweIds": "cwes",
    "CVE": "cve",
    "Vulnerability Id": "vulnerability_ids",
    "CVSSV3": "cvssv3",
    "CVSSV4": "cvssv4",
    "CVSSV4_score": "cvssv4_score",
    "Url": "endpoints",
    "Active": "active",
    "Verified": "verified",
    "FalsePositive": "false_p",
    "Duplicate": "duplicate",
    "IsMitigated": "is_mitigated",
    "MitigatedDate": "mitigated",
}
# What a person who keeps a list by hand does not call a column.
_OWN_COLUMNS = frozenset({"CweId", "CweIds", "FalsePositive", "IsMitigated", "MitigatedDate"})
_STATES = {
    "false_p": "false positive",
    "out_of_scope": "out of scope",
    "duplicate": "duplicate",
    "risk_accepted": "accepted",
    "verified": "confirmed",
}
_GENERIC = "Generic findings"
_OTHER_THAN_WORDS = re.compile(r"\W+")


def detect(content: Content) -> bool:
    """Whether it is one of the three: by what a finding must have, and what stands around the findings."""
    if content.shape == "table":
        return _is_table(set(content.header))
    if content.shape == "object":
        return _is_generic(content) or _is_page(content)
    return opening(content).keys() >= _STORED


def read(content: Content) -> Report:
    """The findings; a record is one."""
    tool = _tool(content)

    def findings(record: dict[str, str] | msgspec.Raw) -> Iterator[Found]:
        finding = record if isinstance(record, dict) else content.value(record)
        return _findings(finding, is_stored=tool == "DefectDojo")

    return Report(tool=tool, records=_records(content), findings=findings, unit="finding")


def _is_table(columns: set[str]) -> bool:
    if columns >= _STORED:
        return True
    return columns >= {"Title", "Severity", "Description"} and not columns.isdisjoint(_OWN_COLUMNS)


def _is_generic(content: Content) -> bool:
    if "findings" not in content.members or not content.members.keys() <= _AROUND:
        return False
    first = first_of(content, "findings")
    if not first:
        # Nothing but an empty list of findings is what other tools write, too.
        return "name" in content.members or "type" in content.members
    return first.keys() >= _REQUIRED and "awsAccountId" not in first


def _is_page(content: Content) -> bool:
    if not content.members.keys() >= _PAGE:
        return False
    first = first_of(content, "results")
    return first.keys() >= _STORED if first else bytes(content.members["results"])[:1] == b"["


def _tool(content: Content) -> str:
    if content.shape == "object" and "findings" in content.members:
        name = content.member("type") or content.member("name")
        return name if isinstance(name, str) else _GENERIC
    return _GENERIC if content.shape == "table" and not _STORED.issubset(content.header) else "DefectDojo"


def _records(content: Content) -> Iterable[Any]:
    if content.shape == "table":
        return ((line, _renamed(row)) for line, row in content.rows())
    if content.shape == "lines":
        return content.lines()
    return content.items("findings") or content.items("results") or content.records


def _renamed(row: dict[str, str]) -> dict[str, str]:
    return {_COLUMNS.get(column, column): cell for column, cell in row.items()}


def _findings(finding: dict[str, Any], *, is_stored: bool) -> Iterator[Found]:
    component, named, weaknesses = text(finding, "component_name"), _ids(finding), _weaknesses(finding)
    endpoint, mitigated = _endpoint(finding), _mitigated(finding)
    newest, score_name = ("cvssv4", "cvssv4_score") if text(finding, "cvssv4") else ("cvssv3", "cvssv3_score")
    cvss = score(finding, score_name)
    level = severity(text(finding, "severity"))
    state = next((name for name in _STATES if _is(finding, name)), "")
    yield Found(
        title=text(finding, "title"),
        rule=text(finding, "vuln_id_from_tool") or _rule(finding, named, component),
        kind=_kind(finding, component, endpoint),
        severity=severity_of_score(cvss) if level is None else level,
        description=text(finding, "description"),
        cwe=next(iter(weaknesses), ""),
        cvss_vector=vector(text(finding, newest)),
        cvss_score=cvss,
        vulnerability_ids=named,
        component=component,
        version=text(finding, "component_version"),
        fixed_version=text(finding, "fix_version"),
        file=text(finding, "file_path") or text(finding, "sast_source_file_path"),
        line=whole(finding, "line") or whole(finding, "sast_source_line"),
        endpoint=endpoint,
        service=text(finding, "service"),
        tags=[*_tags(finding), *weaknesses[1:]],
        state=_STATES.get(state, ""),
        state_reason="" if state in ("", "verified") else state.replace("false_p", "false_positive"),
        published=_instant(dig(finding, "publish_date")),
        identified=_instant(dig(finding, "date")) or _instant(dig(finding, "created")),
        mitigated=mitigated,
        tool_id=text(finding, "id") if is_stored else text(finding, "unique_id_from_tool"),
        logical=text(finding, "sast_sink_object") or text(finding, "param"),
        attributes=_attributes(finding, doubtful=is_stored and bool(mitigated)),
    )


def _rule(finding: dict[str, Any], named: list[str], component: str) -> str:
    if named:
        return "" if component else named[0]
    return _OTHER_THAN_WORDS.sub("-", text(finding, "title").casefold()).strip("-")[:120]


def _kind(finding: dict[str, Any], component: str, endpoint: str) -> str:
    if component:
        return "dependency"
    if text(finding, "file_path"):
        return "code"
    return "web" if endpoint or _is(finding, "dynamic_finding") else ""


def _attributes(finding: dict[str, Any], *, doubtful: bool) -> dict[str, str | float | bool]:
    epss = number(finding, "epss_score")
    found: dict[str, str | float | bool] = {
        "cvss3_vector": vector(text(finding, "cvssv3")) if text(finding, "cvssv4") else "",
        "parameter": text(finding, "param"),
        "confidence": text(finding, "scanner_confidence"),
    }
    if epss is not None:
        found["epss"] = epss
    for name, flag in (("kev", "known_exploited"), ("ransomware", "ransomware_used")):
        if _is(finding, flag):
            found[name] = True
    if _is(finding, "is_mitigated") and not _mitigated(finding):
        found["is_mitigated"] = True
    if doubtful:
        # DefectDojo closes a finding that came back under another hash with the same date.
        found["mitigated_doubtful"] = True
    return found


def _is(finding: dict[str, Any], flag: str) -> bool:
    return text(finding, flag).lower()[:1] in ("t", "y", "1")


def _ids(finding: dict[str, Any]) -> list[str]:
    said = [text(finding, "cve")]
    more = dig(finding, "vulnerability_ids")
    for each in more if isinstance(more, list) else [more]:
        said.append(text(each, "vulnerability_id") if isinstance(each, dict) else str(each or ""))
    found = unique(spelled(part) for each in said for part in re.split(r"[,\s]+", each))
    return sorted(found, key=lambda each: not each.startswith("CVE-"))


def _weaknesses(finding: dict[str, Any]) -> list[str]:
    said = [part for each in texts(finding, "cwes") for part in re.split(r"[,\s]+", each)]
    return cwes(text(finding, "cwe"), said)


def _endpoint(finding: dict[str, Any]) -> str:
    """The first address; the API gives numbers instead, which say nothing."""
    said = dig(finding, "endpoints")
    for each in said if isinstance(said, list) else [said]:
        found = _address(each) if isinstance(each, dict) else each
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""


def _address(endpoint: dict[str, Any]) -> str:
    scheme, host, port = (text(endpoint, name) for name in ("protocol", "host", "port"))
    path = text(endpoint, "path").lstrip("/")
    start = f"{scheme}://{host}" if scheme else host
    return f"{start}{':' if port else ''}{port}{'/' if path else ''}{path}" if host else ""


def _tags(finding: dict[str, Any]) -> list[str]:
    return unique(part.strip() for each in texts(finding, "tags") for part in each.split(","))


def _mitigated(finding: dict[str, Any]) -> str:
    if text(finding, "is_mitigated").lower() in ("false", "f", "0", "no"):
        return ""
    found = _instant(dig(finding, "mitigated"))
    return found or (_instant(dig(finding, "last_status_update")) if _is(finding, "is_mitigated") else "")


def _instant(value: Any) -> str:
    """Of a date that can be read both ways the month comes first, as DefectDojo reads it."""
    return instant(value) or instant(value, order="mdy")


FORMAT = Format(
    "defectdojo", "DefectDojo findings", frozenset({"object", "list", "lines", "table"}), detect, read
)
