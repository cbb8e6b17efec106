"""Veracode's detailed report and the findings of its API."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.rewrites import keys_in, shaken_xml
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

LINE = (
    "the line is what `line` says; the other product adds `functionrelativelocation`, which is a share of "
    "the function in per cent"
)
CLOSED = (
    "closed findings count: they have an end, which the times to repair need; the other product drops them"
)
EXPLAINED = {
    "veracode/many_findings.xml": {"line: {2: 1} expected; ours {None: 3, 1: 1}": LINE},
    "veracode/many_findings_different_hash_code_different_unique_id.xml": {
        "line: {2: 1} expected; ours {None: 3, 1: 1}": LINE
    },
    "veracode/one_finding.xml": {"line: {2: 1} expected; ours {1: 1}": LINE},
    "veracode/sca_findings_list_format.json": {
        "10 findings, 7 expected": CLOSED,
        "severities {'High': 1, 'Medium': 9}, expected {'High': 1, 'Medium': 6}": CLOSED,
    },
    "veracode/dynamic_findings_list_format.json": {
        "5 findings, 3 expected": CLOSED,
        "severities {'High': 1, 'Medium': 3, 'Info': 1}, expected {'High': 1, 'Medium': 2}": CLOSED,
    },
}


def detailed(flaw, *, inner=""):
    return (
        '<detailedreport xmlns="https://www.veracode.com/schema/reports/export/1.0" app_name="shop" '
        f'app_id="1" last_update_time="2024-03-04 05:06:07 UTC"><staticflaws><flaw {flaw}>{inner}</flaw>'
        "</staticflaws></detailedreport>"
    ).encode()


FLAW = (
    'issueid="7" categoryname="SQL Injection" cweid="89" severity="4" line="9" '
    'sourcefilepath="a/" sourcefile="B.java"'
)


def finding(**more):
    details = {"severity": 5, "cwe": {"id": 89, "name": "SQL"}, "file_path": "a.java", "file_line_number": 3}
    status = {
        "first_found_date": "2024-01-02T00:00:00Z",
        "status": "OPEN",
        "last_seen_date": "2024-02-03T00:00:00Z",
    }
    found = {"issue_id": 7, "scan_type": "STATIC", "context_guid": "g", "finding_details": details}
    return found | {"finding_status": status | more.pop("status", {})} | more


def answer(*findings):
    return json.dumps({"_embedded": {"findings": findings}, "page": {"size": 500}}).encode()


@pytest.mark.parametrize("name", named("veracode"))
def test_real_reports_are_read_as_expected(name):
    found = list(differences(name, findings_of(name)))
    assert found == list(EXPLAINED.get(name, {}))


@pytest.mark.parametrize("name", named("veracode"))
def test_each_is_detected(name):
    expected = "veracode" if name.endswith(".xml") else "veracode_findings"
    assert registry.detected(content_of(name)).name == expected


@pytest.mark.parametrize("name", [name for name in named("veracode") if str(name).endswith(".xml")])
def test_a_flaw_is_known_again_after_its_line_moved_and_its_severity_changed(name):
    before = (SCANS / name).read_bytes()
    after = shaken_xml(
        before, (b' severity="', b' severity="1" was="'), (b' description="', b' description="Re: ')
    )
    old, new = findings_of(before), findings_of(after)
    assert [found.severity for found in old] != [found.severity for found in new]
    assert keys_in(old) == keys_in(new)


@pytest.mark.parametrize("name", [name for name in named("veracode") if str(name).endswith(".json")])
def test_a_finding_is_known_again_after_it_was_reworded(name):
    before = (SCANS / name).read_bytes()
    assert keys_in(findings_of(shaken(before))) == keys_in(findings_of(before))


@pytest.mark.parametrize(
    ("attributes", "action", "state", "reason", "mitigated"),
    [
        ('remediation_status="Open" mitigation_status="none"', "", "", "", ""),
        ('remediation_status="Fixed"', "", "", "", "2024-03-04T05:06:07Z"),
        ('mitigation_status="proposed"', "Mitigate by Design", "", "mitigation proposed", ""),
        ('mitigation_status="rejected"', "Potential False Positive", "", "", ""),
        ('mitigation_status="accepted"', "Mitigate by Design", "accepted", "mitigate by design", ""),
        (
            'mitigation_status="accepted" remediation_status="Open"',
            "Potential False Positive",
            "false positive",
            "potential false positive",
            "",
        ),
    ],
)
def test_a_flaw_says_how_it_ended(attributes, action, state, reason, mitigated):
    inner = f'<mitigations><mitigation action="{action}"/></mitigations>' if action else ""
    [found] = findings_of(detailed(f"{FLAW} {attributes}", inner=inner))
    assert (found.state, found.state_reason, found.mitigated) == (state, reason, mitigated)


@pytest.mark.parametrize(
    ("status", "state", "mitigated"),
    [
        ({"status": "OPEN", "resolution": "UNRESOLVED"}, "", ""),
        ({"status": "CLOSED", "resolution": "UNRESOLVED"}, "", "2024-02-03T00:00:00Z"),
        ({"status": "CLOSED", "resolution": "FIXED"}, "", "2024-02-03T00:00:00Z"),
        ({"status": "CLOSED", "resolution": "MITIGATED", "resolution_status": "APPROVED"}, "accepted", ""),
        ({"resolution": "POTENTIAL_FALSE_POSITIVE", "resolution_status": "APPROVED"}, "false positive", ""),
        ({"resolution": "MITIGATED", "resolution_status": "PROPOSED"}, "", ""),
    ],
)
def test_a_finding_says_how_it_ended(status, state, mitigated):
    [found] = findings_of(answer(finding(status=status)))
    assert (found.state, found.mitigated) == (state, mitigated)


def test_the_answer_of_the_api_is_read_as_it_comes():
    [found] = findings_of(answer(finding()))
    assert (found.title, found.rule, found.severity) == ("SQL", "CWE-89", 4)
    assert (found.file, found.line, found.tool_id) == ("a.java", 3, "g:7")
    assert found.identified == "2024-01-02T00:00:00Z"


def test_a_component_is_named_without_its_version():
    name = "veracode/sca_findings_list_format.json"
    if not (SCANS / name).exists():
        pytest.skip("../shared/data/scans is not there")
    found = findings_of(name)[0]
    assert (found.component, found.version) == ("spring-boot-autoconfigure.jar", "2.5.14")
    assert found.cvss_vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
    assert not any("2.5.14" in key for key in keys_in([found]) if key.startswith("3:package:"))


@pytest.mark.parametrize(
    "content",
    [
        b'<detailedreport xmlns="https://www.veracode.com/schema/reports/export/1.0" app_name="shop"/>',
        b'{"_links": {"self": {"href": "https://x.example/appsec/v2/applications/g/findings"}}, "page": {}}',
    ],
)
def test_an_empty_report_is_one(content):
    assert findings_of(content) == []


def test_numbers_as_texts_and_nulls_are_no_harm():
    details = {"severity": "3", "cwe": None, "finding_category": {"name": "Crypto"}, "url": None, "port": 443}
    details |= {"hostname": "shop.example", "path": "/a"}
    [found] = findings_of(
        answer({"scan_type": "DYNAMIC", "finding_status": None, "finding_details": details})
    )
    assert (found.title, found.severity, found.endpoint) == ("Crypto", 2, "shop.example:443/a")


def test_a_broken_finding_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"finding 2.*finding_details: expected an object, found a list"):
        findings_of(answer(finding(), finding(finding_details=[])))


PIPELINE = {
    "scan_id": "2f0c",
    "scan_status": "SUCCESS",
    "modules": ["shop.war"],
    "findings": [
        {
            "title": "java.sql.Statement.executeQuery",
            "issue_id": 1000,
            "severity": 4,
            "issue_type_id": "taint",
            "issue_type": "SQL Injection",
            "cwe_id": "89",
            "display_text": "<span>A query holds input.</span> <span>Bind it.</span>",
            "files": {
                "source_file": {
                    "file": "com/shop/Pay.java",
                    "line": 42,
                    "qualified_function_name": "com.shop.Pay.find",
                    "function_name": "find",
                }
            },
            "flaw_match": {
                "procedure_hash": "1",
                "prototype_hash": "2",
                "flaw_hash": "3",
                "flaw_hash_ordinal": 1,
            },
            "flaw_details_link": "https://downloads.example/89.html",
        }
    ],
}


def test_a_flaw_of_a_pipeline_is_read_with_its_place():
    [found] = findings_of(json.dumps(PIPELINE).encode())
    assert (found.title, found.rule, found.cwe, found.severity) == ("SQL Injection", "CWE-89", "CWE-89", 3)
    assert (found.file, found.line) == ("com/shop/Pay.java", 42)
    assert found.logical == "com.shop.Pay.find java.sql.Statement.executeQuery"
    assert "A query holds input." in found.description
    assert "<" not in found.description


def test_a_flaw_of_a_pipeline_is_known_again_on_another_line_under_another_number():
    moved = json.loads(json.dumps(PIPELINE))
    moved["findings"][0] |= {"issue_id": 1007, "severity": 2}
    moved["findings"][0]["files"]["source_file"]["line"] = 49
    before, after = (findings_of(json.dumps(each).encode()) for each in (PIPELINE, moved))
    assert [each.keys() for each in before] == [each.keys() for each in after]


def test_a_scan_of_a_pipeline_without_a_flaw_is_a_report():
    assert findings_of(json.dumps({**PIPELINE, "findings": []}).encode()) == []


AGENT = {
    "records": [
        {
            "metadata": {"requestDate": "2026-11-03T08:00:00.000+0000"},
            "vulnerabilities": [
                {
                    "id": 7,
                    "title": "Remote Code Execution",
                    "cve": "2021-44228",
                    "overview": "A lookup loads code.",
                    "disclosureDate": "2021-12-10",
                    "language": "JAVA",
                    "cvssScore": 9.3,
                    "cvss3Score": 10.0,
                    "libraries": [
                        {
                            "details": [{"updateToVersion": "2.17.1"}],
                            "_links": {"ref": "/records/0/libraries/1/versions/0"},
                        }
                    ],
                }
            ],
            "libraries": [
                {"name": "Other", "versions": [{"version": "1.0"}]},
                {
                    "name": "Apache Log4j Core",
                    "coordinateType": "MAVEN",
                    "coordinate1": "org.apache.logging.log4j",
                    "coordinate2": "log4j-core",
                    "versions": [{"version": "2.14.0"}],
                },
            ],
        }
    ]
}


def test_a_vulnerability_of_the_agent_is_a_finding_of_the_library_that_it_points_at():
    [found] = findings_of(json.dumps(AGENT).encode())
    assert found.component == "org.apache.logging.log4j:log4j-core"
    assert (found.version, found.fixed_version) == ("2.14.0", "2.17.1")
    assert (found.vulnerability_ids, found.severity, found.cvss_score) == (["CVE-2021-44228"], 4, 10.0)
    assert (found.title, found.published[:10]) == ("Remote Code Execution", "2021-12-10")


def test_a_vulnerability_of_the_agent_without_a_library_is_known_by_its_number():
    lost = json.loads(json.dumps(AGENT))
    lost["records"][0]["vulnerabilities"][0]["libraries"] = []
    [found] = findings_of(json.dumps(lost).encode())
    assert (found.component, found.rule) == ("", "7")
