"""OWASP Dependency-Check, XML and JSON."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import keys_in, report_of, swapped
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

SPACE = "https://jeremylong.github.io/DependencyCheck/dependency-check.2.5.xsd"


def report(*dependencies, **more):
    said = {"reportSchema": "1.1", "projectInfo": {"name": "shop", "reportDate": "2024-05-01T10:00:00Z"}}
    return json.dumps(said | {"dependencies": list(dependencies)} | more).encode()


def xml(inner):
    inside = f"<dependencies><dependency>{inner}</dependency></dependencies>"
    return f'<analysis xmlns="{SPACE}">{inside}</analysis>'.encode()


def dom4j(*found, **more):
    said = {"fileName": "dom4j-2.1.1.jar", "packages": [{"id": "pkg:maven/org.dom4j/dom4j@2.1.1"}]}
    return said | {"vulnerabilities": list(found)} | more


def vulnerability(name="CVE-2020-10683", **more):
    return {
        "name": name,
        "severity": "CRITICAL",
        "cwes": ["CWE-611"],
        "description": "XXE",
        "references": [],
    } | more


@pytest.mark.parametrize("name", named("dependency_check"))
def test_real_reports_are_read_as_expected(name):
    assert registry.detected(content_of(name)).name == "dependency_check"
    assert list(differences(name, findings_of(name))) == []


def test_a_report_in_other_words_has_the_same_keys():
    before = (SCANS / "dependency_check/single_vuln.xml").read_bytes()
    after = swapped(before, (b"Moderate", b"High"), (b"Description of", b"Another description of"))
    [old], [new] = findings_of(before), findings_of(after)
    assert (old.severity, new.severity) == (2, 3)
    assert old.keys() == new.keys()
    content = report(dom4j(vulnerability()))
    assert keys_in(findings_of(content)) == keys_in(findings_of(shaken(content)))


def test_the_first_schema_has_one_score_and_maven_coordinates():
    [found] = findings_of("dependency_check/single_vuln.xml")
    assert (found.component, found.version, found.cvss_score) == ("org.owasp:library", "6.7.8", 7.5)
    assert (found.cwe, found.identified) == ("", "2016-11-05T18:52:15.748000Z")
    assert report_of((SCANS / "dependency_check/single_vuln.xml").read_bytes()).scope == "Test Project"


def test_an_upgrade_keeps_the_package_in_its_archive():
    newer = dom4j(
        vulnerability(), fileName="dom4j-2.1.2.jar", packages=[{"id": "pkg:maven/org.dom4j/dom4j@2.1.2"}]
    )
    [old], [new] = findings_of(report(dom4j(vulnerability()))), findings_of(report(newer))
    assert set(old.keys()) & set(new.keys())


def test_each_archive_that_holds_the_library_is_a_finding():
    related = [
        {"fileName": "shop.ear: dom4j-2.1.1.jar"},
        {"filePath": "/no/name.jar"},
        {"fileName": "dom4j-2.1.1.jar"},
    ]
    found = findings_of(report(dom4j(vulnerability(), relatedDependencies=related)))
    assert [each.file for each in found] == ["dom4j-2.1.1.jar", "shop.ear: dom4j-2.1.1.jar"]


def test_suppressed_vulnerabilities_come_with_the_state_that_their_notes_give():
    content = report(
        dom4j(
            suppressedVulnerabilities=[
                vulnerability(notes="False positive: another dom4j"),
                vulnerability("CVE-2020-2", notes="until the summer"),
            ]
        )
    )
    states = [(each.state, each.state_reason) for each in findings_of(content)]
    assert states == [("false positive", "False positive: another dom4j"), ("accepted", "until the summer")]
    suppressed = (
        "<suppressedVulnerability><name>CVE-2020-1</name><notes>fine</notes></suppressedVulnerability>"
    )
    [found] = findings_of(xml(f"<fileName>a.jar</fileName><vulnerabilities>{suppressed}</vulnerabilities>"))
    assert (found.state, found.state_reason) == ("accepted", "fine")


def test_json_and_xml_of_one_analysis_read_alike():
    parts = (
        "<fileName>dom4j-2.1.1.jar</fileName><identifiers><package confidence='HIGH'>"
        "<id>pkg:maven/org.dom4j/dom4j@2.1.1</id></package></identifiers><vulnerabilities>"
        "<vulnerability source='NVD'><name>CVE-2020-10683</name><severity>CRITICAL</severity>"
        "<cvssV3><baseScore>9.8</baseScore><baseSeverity>CRITICAL</baseSeverity></cvssV3>"
        "<cvssV2><score>7.5</score></cvssV2>"
        "<cwes><cwe>CWE-611</cwe></cwes><description>XXE</description>"
        "<vulnerableSoftware><software vulnerabilityIdMatched='true' versionEndExcluding='2.1.3'/>"
        "</vulnerableSoftware></vulnerability></vulnerabilities>"
    )
    software = [{"software": {"vulnerabilityIdMatched": "true", "versionEndExcluding": "2.1.3"}}]
    said = vulnerability(
        source="NVD", cvssv3={"baseScore": 9.8}, cvssv2={"score": 7.5}, vulnerableSoftware=software
    )
    [from_xml], [from_json] = findings_of(xml(parts)), findings_of(report(dom4j(said), projectInfo={}))
    assert from_xml == from_json
    assert (from_xml.cvss_score, from_xml.fixed_version, from_xml.cwe) == (9.8, "2.1.3", "CWE-611")


@pytest.mark.parametrize(
    ("identified", "component", "version"),
    [
        ({"packages": [{"id": "pkg:npm/%40angular/core@9.0.0"}]}, "@angular/core", "9.0.0"),
        ({"packages": [{"id": "pkg:javascript/jquery@3.1.1.min"}]}, "jquery", "3.1.1.min"),
        (
            {"packages": [], "vulnerabilityIds": [{"id": "cpe:2.3:a:apache:xalan-java:2.7.1:*:*"}]},
            "apache:xalan-java",
            "2.7.1",
        ),
        (
            {"packages": None, "vulnerabilityIds": [{"id": "cpe:/a:apache:xalan-java:2.7.1"}]},
            "apache:xalan-java",
            "2.7.1",
        ),
        ({"packages": None}, "dom4j-2.1.1.jar", ""),
    ],
)
def test_a_package_is_named_by_what_the_tool_knows_of_it(identified, component, version):
    [found] = findings_of(report(dom4j(vulnerability(), **identified)))
    assert (found.component, found.version) == (component, version)


def test_a_vulnerability_without_an_id_is_known_by_its_name():
    name = "CWE-79: Improper Neutralization of Input"
    [found] = findings_of(report(dom4j(vulnerability(name, cwes=None, severity="", cvssv2={"score": "5.0"}))))
    assert (found.title, found.rule, found.vulnerability_ids) == (name, name, [])
    assert (found.cwe, found.severity) == ("CWE-79", 2)


@pytest.mark.parametrize("content", [report(), report(dependencies=None), xml("<fileName>a</fileName>")])
def test_an_analysis_without_vulnerabilities_is_a_report(content):
    assert findings_of(content) == []


def test_a_broken_dependency_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"dependency 2.*vulnerabilities\[0\]: expected an object"):
        findings_of(report(dom4j(), dom4j("x")))
