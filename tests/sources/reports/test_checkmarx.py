"""Checkmarx SAST's XML and Checkmarx One's JSON."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.rewrites import keys_in, shaken_xml
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

EXPLAINED = {
    "checkmarx/many_aggregated_findings.xml": {
        "severities {'Info': 185}, expected {'Information': 185}": "the same level under another name",
        "date: {'2022-02-07': 40} expected; ours {'2021-06-16': 185}": (
            "the report says when each was first detected; the other product takes the day of the scan"
        ),
    }
}
HEAD = '<CxXMLResults ProjectName="shop" ScanStart="Monday, February 7, 2022 10:25:32 AM">'


def sast(*, state="0", line=7, code="execute(sql)", similarity="99", query="SQL_Injection", **more):
    written = "".join(f' {name}="{value}"' for name, value in more.items())
    return (
        f'{HEAD}<Query name="{query}" cweId="89" Severity="High" Language="Java" group="Java_High_Risk">'
        f'<Result FileName="a.java" Line="{line}" state="{state}" Severity="High"{written}>'
        f'<Path PathId="3" SimilarityId="{similarity}"><PathNode><FileName>a.java</FileName>'
        f"<Line>{line}</Line><Name>execute</Name><Snippet><Line><Number>{line}</Number><Code>{code}</Code></Line></Snippet>"
        "</PathNode></Path></Result></Query></CxXMLResults>"
    ).encode()


def one(*results):
    return json.dumps({"results": results, "totalCount": len(results), "scanID": "s"}).encode()


SAST = {
    "type": "sast",
    "id": "h1",
    "similarityId": "42",
    "state": "TO_VERIFY",
    "status": "NEW",
    "severity": "HIGH",
    "firstFoundAt": "2024-01-02T03:04:05Z",
    "data": {
        "queryName": "SQL_Injection",
        "nodes": [
            {"fileName": "/a.java", "line": 3, "method": "get", "name": "id"},
            {"fileName": "/b.java", "line": 9, "method": "find", "name": "query"},
        ],
    },
    "vulnerabilityDetails": {"cweId": "89"},
}


@pytest.mark.parametrize("name", named("checkmarx"))
def test_real_reports_are_read_as_expected(name):
    found = list(differences(name, findings_of(name)))
    assert found == list(EXPLAINED.get(name, {}))


@pytest.mark.parametrize("name", named("checkmarx"))
def test_each_is_detected(name):
    expected = "checkmarx" if name.endswith(".xml") else "checkmarx_one"
    assert registry.detected(content_of(name)).name == expected


@pytest.mark.parametrize("name", [name for name in named("checkmarx") if str(name).endswith(".xml")])
def test_a_result_is_known_again_after_its_lines_and_its_place_in_the_scan_changed(name):
    before = (SCANS / name).read_bytes()
    after = shaken_xml(before, (b'PathId="', b'PathId="9'), (b'Severity="', b'Severity="Low" was="'))
    old, new = findings_of(before), findings_of(after)
    assert [found.line for found in old] != [found.line for found in new]
    assert keys_in(old) == keys_in(new)


@pytest.mark.parametrize("name", [name for name in named("checkmarx") if str(name).endswith(".json")])
def test_a_result_of_checkmarx_one_is_known_again_after_its_lines_changed(name):
    before = (SCANS / name).read_bytes()
    old, new = findings_of(before), findings_of(shaken(before))
    assert [found.line for found in old] != [found.line for found in new]
    assert keys_in(old) == keys_in(new)


@pytest.mark.parametrize(
    ("code", "word", "state", "reason"),
    [
        ("0", "TO_VERIFY", "", ""),
        ("1", "NOT_EXPLOITABLE", "false positive", "not exploitable"),
        ("2", "CONFIRMED", "confirmed", "confirmed"),
        ("3", "URGENT", "confirmed", "urgent"),
        ("4", "PROPOSED_NOT_EXPLOITABLE", "", "proposed not exploitable"),
    ],
)
def test_codes_and_words_of_triage_say_the_same(code, word, state, reason):
    [numbered] = findings_of(sast(state=code))
    [written] = findings_of(one(SAST | {"state": word}))
    assert (numbered.state, numbered.state_reason) == (state, reason)
    assert (written.state, written.state_reason) == (state, reason)


def test_a_remark_is_the_reason_of_a_false_positive():
    [found] = findings_of(sast(FalsePositive="True", Remark="behind the proxy"))
    assert (found.state, found.state_reason) == ("false positive", "behind the proxy")


def test_a_day_is_read_as_the_language_of_the_server_writes_it():
    english = sast(DetectionDate="6/7/2021 6:06:21 PM")
    british = english.replace(b"Monday, February 7, 2022 10:25:32 AM", b"07 February 2022 10:25:32")
    assert [findings_of(content)[0].identified[:10] for content in (english, british)] == [
        "2021-06-07",
        "2021-07-06",
    ]


def test_what_a_hardcoded_password_is_stays_out():
    [found] = findings_of(sast(query="Use_Of_Hardcoded_Password", code='password = "Tr0ub4dor"'))
    assert "Tr0ub4dor" not in repr(found)


def test_an_empty_report_is_one():
    assert findings_of(f"{HEAD}</CxXMLResults>".encode()) == []
    assert findings_of(one()) == []
    assert (
        findings_of(b'{"reportHeader": {}, "scanResults": {"sast": null, "sca": null, "kics": null}}') == []
    )
    assert findings_of(b'{"results": null, "totalCount": 0, "scanID": "s"}') == []


def test_the_sink_is_where_a_result_is_and_the_weakness_may_be_a_text():
    [found] = findings_of(one(SAST))
    assert (found.file, found.line, found.cwe) == ("/b.java", 9, "CWE-89")
    assert (found.tool_id, found.title) == ("SQL_Injection:42", "SQL Injection")
    assert found.identified == "2024-01-02T03:04:05Z"


def test_a_vulnerable_package_is_a_component_with_its_advisory():
    result = {
        "type": "sca",
        "id": "CVE-2021-44906",
        "similarityId": "CVE-2021-44906",
        "severity": "CRITICAL",
        "status": "FIXED",
        "foundAt": "2024-02-03T00:00:00Z",
        "data": {
            "packageIdentifier": "Npm-minimist-1.2.5-beta.1",
            "recommendedVersion": "1.2.6",
            "scaPackageData": {"locations": ["web/package-lock.json"]},
        },
        "vulnerabilityDetails": {"cweId": "CWE-1321", "cvssScore": 9.8, "cveName": "CVE-2021-44906"},
    }
    [found] = findings_of(one(result))
    assert found.vulnerability_ids == ["CVE-2021-44906"]
    assert (found.component, found.version, found.fixed_version) == ("minimist", "1.2.5-beta.1", "1.2.6")
    assert (found.file, found.cwe, found.cvss_score) == ("web/package-lock.json", "CWE-1321", 9.8)
    assert (found.rule, found.kind, found.mitigated) == ("", "dependency", "2024-02-03T00:00:00Z")


def test_infrastructure_as_code_and_secrets_have_their_files_and_secrets_no_text():
    kics = {
        "type": "kics",
        "similarityId": "k",
        "severity": "LOW",
        "data": {"queryName": "Root", "filename": "Dockerfile", "line": 4},
    }
    secret = {"type": "sscs-secret-detection", "similarityId": "s", "severity": "HIGH"}
    secret |= {
        "data": {"ruleName": "aws-key", "fileName": "a.env", "line": 1, "snippet": "AKIAIOSFODNN7EXAMPLE"}
    }
    secret |= {"description": "found AKIAIOSFODNN7EXAMPLE here"}
    [cloud, leaked] = findings_of(one(kics, secret))
    assert (cloud.kind, cloud.file, cloud.line) == ("cloud", "Dockerfile", 4)
    assert (leaked.kind, leaked.rule, leaked.file) == ("secret", "aws-key", "a.env")
    assert "IOSFODNN7" not in repr(leaked)


def test_the_newer_scan_report_is_read_at_every_depth():
    vulnerability = {
        "similarityId": 5,
        "state": "CONFIRMED",
        "severity": "HIGH",
        "destinationFileName": "/b.java",
        "destinationLine": 9,
        "firstFoundDate": {"seconds": 1_700_000_000},
    }
    iac = {"fileName": "/main.tf", "severity": "MEDIUM", "firstDetectionDate": "2024-01-02T00:00:00Z"}
    package = {"packageName": "lodash", "packageVersion": "4.17.4"}
    package |= {"vulnerabilities": [{"cveName": "CVE-2019-10744", "severity": "High"}]}
    report = {
        "reportHeader": {"projectName": "shop", "createdDate": "2024-03-04T00:00:00Z"},
        "scanResults": {
            "resultsList": [{"queryName": "XSS", "cweId": 79, "vulnerabilities": [vulnerability]}]
        },
        "iacScanResults": {
            "technology": [{"name": "Terraform", "queries": [{"queryName": "Open", "resultsList": [iac]}]}]
        },
        "scaScanResults": {"packages": [package]},
    }
    [code, cloud, dependency] = findings_of(json.dumps(report).encode())
    assert (code.rule, code.file, code.line, code.cwe) == ("XSS", "/b.java", 9, "CWE-79")
    assert (code.identified[:10], code.state) == ("2023-11-14", "confirmed")
    assert (cloud.rule, cloud.file, cloud.identified[:10]) == ("Open", "/main.tf", "2024-01-02")
    assert (dependency.component, dependency.version, dependency.severity) == ("lodash", "4.17.4", 3)


def test_a_broken_result_is_named_with_its_place():
    broken = SAST | {"data": {"queryName": "X", "nodes": [["a"]]}}
    with pytest.raises(BadFile, match=r"result 2: nodes\[0\]: expected an object"):
        findings_of(one(SAST, broken))


def test_a_document_type_is_refused():
    with pytest.raises(BadFile, match="DOCTYPE"):
        findings_of(b'<!DOCTYPE x [<!ENTITY a "b">]>' + sast())
