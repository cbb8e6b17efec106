"""DefectDojo's generic findings, and the findings of its API."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.rewrites import keys_in, report_of, shaken_table
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

FINDING = {"title": "SQL injection", "severity": "High", "description": "In the search."}
STORED = FINDING | {"id": 12, "false_p": False, "numerical_severity": "S1", "test": 4, "verified": True}


def generic(*findings, **around):
    return json.dumps({"findings": findings, **around}).encode()


def answer(*findings):
    around = {"count": len(findings), "next": None, "previous": None, "prefetch": {}}
    return json.dumps(around | {"results": findings}).encode()


@pytest.mark.parametrize("name", named("generic"))
def test_real_reports_are_read_as_expected(name):
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", named("generic"))
def test_each_is_detected(name):
    assert registry.detected(content_of(name)).name == "defectdojo"


@pytest.mark.parametrize("name", [name for name in named("generic") if str(name).endswith(".json")])
def test_a_finding_is_known_again_after_its_line_moved_and_its_severity_changed(name):
    before = (SCANS / name).read_bytes()
    assert keys_in(findings_of(shaken(before))) == keys_in(findings_of(before))


@pytest.mark.parametrize("name", [name for name in named("generic") if str(name).endswith(".csv")])
def test_a_row_is_known_again_after_it_was_reworded(name):
    before = (SCANS / name).read_bytes()
    after = shaken_table(before, reworded=["Description", "Impact"]).replace(b",Low,", b",High,")
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({"verified": True}, "confirmed"),
        ({"verified": True, "false_p": True}, "false positive"),
        ({"duplicate": True, "active": False}, "duplicate"),
        ({"risk_accepted": True, "verified": True}, "accepted"),
        ({"out_of_scope": "true"}, "out of scope"),
        ({"active": True, "verified": False}, ""),
        ({"active": None, "verified": None}, ""),
    ],
)
def test_flags_are_states(flags, state):
    [found] = findings_of(generic(FINDING | flags))
    assert found.state == state


def test_what_is_mitigated_ends_on_its_day():
    [dated, open, undated] = findings_of(
        generic(
            FINDING | {"is_mitigated": True, "mitigated": "2024-02-03"},
            FINDING | {"is_mitigated": False, "mitigated": None},
            FINDING | {"is_mitigated": True},
        )
    )
    assert (dated.mitigated, open.mitigated) == ("2024-02-03T00:00:00Z", "")
    # There is no day to end it on; the attribute says so.
    assert (undated.mitigated, undated.attributes["is_mitigated"]) == ("", True)


def test_every_field_is_read():
    finding = FINDING | {
        "cve": "CVE-2024-0002",
        "vulnerability_ids": ["GHSA-V6RH-HP5X-86RV", "cve-2024-0001"],
        "cwe": 89,
        "cwes": [89, "CWE-20"],
        "cvssv3": "CVSS:3.1/AV:N/AC:L/PR:H/UI:R/S:C/C:L/I:L/A:N",
        "cvssv4": "CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N",
        "cvssv4_score": "5.1",
        "component_name": "log4j",
        "component_version": "2.14.1",
        "fix_version": "2.17.1",
        "epss_score": 0.97,
        "known_exploited": True,
        "service": "shop",
        "publish_date": "2024-01-01",
        "tags": ["java"],
        "vuln_id_from_tool": "rule-1",
        "unique_id_from_tool": "u-1",
        "date": "2024-01-02",
    }
    [found] = findings_of(generic(finding))
    assert found.vulnerability_ids == ["CVE-2024-0002", "CVE-2024-0001", "GHSA-v6rh-hp5x-86rv"]
    assert (found.cwe, found.tags) == ("CWE-89", ["java", "CWE-20"])
    assert (found.cvss_vector[:8], found.cvss_score) == ("CVSS:4.0", 5.1)
    assert found.attributes["cvss3_vector"].startswith("CVSS:3.1/")
    assert (found.component, found.version, found.fixed_version) == ("log4j", "2.14.1", "2.17.1")
    assert (found.attributes["epss"], found.attributes["kev"]) == (0.97, True)
    assert (found.service, found.rule, found.tool_id) == ("shop", "rule-1", "u-1")
    assert (found.identified[:10], found.published[:10]) == ("2024-01-02", "2024-01-01")
    assert found.kind == "dependency"


def test_without_a_tools_rule_the_advisory_or_else_the_title_names_the_check():
    [advisory, titled] = findings_of(generic(FINDING | {"cve": "CVE-2024-0001"}, FINDING))
    assert (advisory.rule, titled.rule) == ("CVE-2024-0001", "sql-injection")


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://shop.example/a?b=1", "https://shop.example/a?b=1"),
        (
            {"protocol": "https", "host": "shop.example", "port": 8443, "path": "/a"},
            "https://shop.example:8443/a",
        ),
        ({"host": "10.0.0.1"}, "10.0.0.1"),
        (17, ""),
        (None, ""),
    ],
)
def test_endpoints_are_addresses_objects_or_numbers(endpoint, address):
    [found] = findings_of(generic(FINDING | {"endpoints": [endpoint]}))
    assert found.endpoint == address


def test_its_own_findings_are_known_by_its_number_and_their_end_is_marked_doubtful():
    more = {"mitigated": "2024-02-03T04:05:06Z", "is_mitigated": True, "endpoints": [3]}
    more |= {"vulnerability_ids": [{"vulnerability_id": "CVE-2024-0001"}], "unique_id_from_tool": "x"}
    [found] = findings_of(answer(STORED | more))
    assert (found.tool_id, found.vulnerability_ids) == ("12", ["CVE-2024-0001"])
    assert (found.mitigated, found.attributes["mitigated_doubtful"]) == ("2024-02-03T04:05:06Z", True)


@pytest.mark.parametrize(
    ("content", "count", "tool"),
    [
        (answer(), 0, "DefectDojo"),
        (answer(STORED, STORED), 2, "DefectDojo"),
        (json.dumps([STORED]).encode(), 1, "DefectDojo"),
        (generic(name="Nightly", type="Unicorn"), 0, "Unicorn"),
        (generic(FINDING), 1, "Generic findings"),
    ],
)
def test_a_report_names_its_tool_where_it_can(content, count, tool):
    assert len(findings_of(content)) == count
    assert report_of(content).tool == tool


def test_a_table_names_the_month_first():
    [found] = findings_of(b"Date,Title,CweId,Severity,Description\n02/03/2024,XSS,79,High,d\n")
    assert (found.identified, found.cwe) == ("2024-02-03T00:00:00Z", "CWE-79")


def test_the_findings_of_another_product_are_left_alone():
    with pytest.raises(AssertionError, match="no format takes"):
        findings_of(generic(FINDING | {"awsAccountId": "1", "findingArn": "arn:aws:inspector2"}))


def test_a_broken_finding_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"finding 2.*component_name: expected a text, found a list"):
        findings_of(generic(FINDING, FINDING | {"component_name": ["a"]}))
