"""Nexpose and InsightVM, XML Export 2.0: https://docs.rapid7.com/nexpose/xml-export-schema

A test says that a node or one of its services has a vulnerability, which is described after all nodes. One
finding is one vulnerability of one place: several tests of it there with the same key are its proofs, which
nothing tells apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from throughline.sources.formats.content import Content
from throughline.sources.formats.elements import Element
from throughline.sources.formats.findings import Found, Report
from throughline.sources.formats.hosts import paragraphs, place, when
from throughline.sources.formats.registry import Format
from throughline.sources.formats.shapes import cwe, ids, score, severity_of_score, vector

_VULNERABLE = ("vulnerable", "potential", "exception-vulnerable", "overridden-vulnerable")
_EXCEPTION = "exception-"
LONGEST_DESCRIPTION = 2_000


class Definition(NamedTuple):
    """What the report says of a vulnerability wherever it is."""

    title: str
    severity: int | None
    vector: str
    score: float | None
    description: str
    ids: list[str]
    cwe: str
    link: str
    published: str


class Test(NamedTuple):
    """One vulnerability at one place, and how many tests found it there."""

    id: str
    key: str
    status: str
    since: str
    host: str
    hostname: str
    site: str
    port: str
    protocol: str
    service: str
    instances: int = 1


def detect(content: Content) -> bool:
    """Whether it is a report of Nexpose in version 2."""
    return content.root.name == "NexposeReport"


def read(content: Content) -> Report:
    """The report; a record is one vulnerability at one place."""
    definitions = {each.get("id").lower(): _definition(each) for each in content.elements("vulnerability")}
    scan = next(iter(content.elements("scan", "node")), None)
    scanned = scan if scan and scan.name == "scan" else None

    def findings(test: Test) -> Iterator[Found]:
        yield _found(test, definitions.get(test.id.lower()), scanned_at)

    scanned_at = when(scanned.get("endTime")) or when(scanned.get("startTime")) if scanned else ""
    return Report(
        tool="Nexpose",
        records=_tests(content),
        findings=findings,
        scope=scanned.get("name") if scanned else "",
        scanned_at=scanned_at,
        unit="vulnerability of a node",
    )


def _definition(element: Element) -> Definition:
    references = element.all("references", "reference")
    said = [each.text for each in references if each.get("source").upper() in ("CVE", "GHSA")]
    points = score(element.attributes, "cvssV3Score") or score(element.attributes, "cvssScore")
    return Definition(
        title=element.get("title"),
        severity=severity_of_score(score(element.attributes, "severity")),
        vector=vector(element.get("cvssV3Vector"), element.get("cvssVector")),
        score=points,
        description=_prose(element.find("description")),
        ids=ids(said),
        cwe=cwe([each.text for each in references if each.get("source").upper() == "CWE"]),
        link=next((each.text for each in references if each.get("source").upper() == "URL"), ""),
        published=when(element.get("published")),
    )


def _prose(element: Element | None) -> str:
    """The text of nested paragraphs and lists, each on lines of its own."""
    if element is None:
        return ""
    texts = [" ".join(each.text.split()) for each in element.walk()]
    return paragraphs(*texts)[:LONGEST_DESCRIPTION]


def _tests(content: Content) -> Iterator[Test]:
    """The vulnerabilities of each node; the tests of one node are read together."""
    for _, tests in groupby(_all_tests(content), key=lambda test: (test.host, test.site)):
        together: dict[tuple[str, ...], Test] = {}
        for test in tests:
            where = (test.id, test.key, test.port, test.protocol, test.service)
            before = together.get(where)
            together[where] = before._replace(instances=before.instances + 1) if before else test
        yield from together.values()


def _all_tests(content: Content) -> Iterator[Test]:
    names: Element | None = None
    for element in content.elements("names", "test"):
        if element.name == "names":
            names = element
        elif element.get("status").startswith(_VULNERABLE):
            known = names and names.over("node") is element.over("node")
            yield _test(element, names.said("name") if names and known else "")


def _test(element: Element, hostname: str) -> Test:
    return Test(
        id=element.get("id"),
        key=element.get("key"),
        status=element.get("status"),
        since=element.get("vulnerable-since"),
        host=element.over_get("node", "address"),
        hostname=hostname,
        site=element.over_get("node", "site-name"),
        port=element.over_get("endpoint", "port"),
        protocol=element.over_get("endpoint", "protocol").lower(),
        service=element.over_get("service", "name"),
    )


def _found(test: Test, known: Definition | None, scanned_at: str) -> Found:
    excepted = test.status.startswith(_EXCEPTION)
    return Found(
        title=known.title if known and known.title else test.id,
        rule=test.id.lower(),
        kind="os",
        severity=known.severity if known else None,
        description=known.description if known else "",
        cwe=known.cwe if known else "",
        cvss_vector=known.vector if known else "",
        cvss_score=known.score if known else None,
        vulnerability_ids=list(known.ids) if known else [],
        endpoint=place(test.host, test.port),
        state="accepted" if excepted else "",
        state_reason="excluded by an exception" if excepted else "",
        published=known.published if known else "",
        identified=when(test.since) or scanned_at,
        link=known.link if known else "",
        artefact=test.host,
        logical="|".join(filter(None, (test.protocol, test.key))),
        attributes=_attributes(test),
    )


def _attributes(test: Test) -> dict[str, str | float | bool]:
    said = {
        "hostname": test.hostname,
        "site": test.site,
        "port": test.port,
        "protocol": test.protocol,
        "service": test.service,
        "status": test.status,
    }
    found: dict[str, str | float | bool] = {name: value for name, value in said.items() if value}
    found["instances"] = test.instances
    return found


FORMAT = Format("nexpose", "Nexpose / InsightVM", frozenset({"xml"}), detect, read)
