"""OpenVEX and CSAF: what is said of products."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

EXPLAINED = {
    # Where no score is given for a product there is no severity; and a library within an app is the library.
    "csaf/csaf_many_vuln.json": ["severities", "component", "component_version"],
}
APP = "pkg:oci/shop?repository_url=registry.example/shop"
CURL = "pkg:apk/wolfi/curl@8.1.2-r0?arch=x86_64"


def vex(*statements, **said):
    base = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example/1", "author": "Ada"}
    return base | {"timestamp": "2024-01-01T00:00:00Z", "version": 1, "statements": list(statements)} | said


def statement(status="affected", **said):
    named = {
        "name": "CVE-2023-38545",
        "@id": "https://nvd.example/CVE-2023-38545",
        "aliases": ["GHSA-1111-2222-3333"],
    }
    return {"vulnerability": named, "products": [{"@id": CURL}], "status": status} | said


def csaf(vulnerability, tree=None, **document):
    tracking = {"id": "EX-1", "current_release_date": "2024-02-01T00:00:00Z"}
    head = {
        "csaf_version": "2.0",
        "title": "An advisory",
        "publisher": {"name": "Example"},
        "tracking": tracking,
    }
    return {"document": head | document, "product_tree": tree or TREE, "vulnerabilities": [vulnerability]}


TREE = {
    "full_product_names": [
        {"product_id": "P1", "name": "Shop 1.2"},
        {"product_id": "P2", "name": "x", "product_identification_helper": {"purl": "pkg:npm/%40a/b@2.0"}},
    ],
    "product_groups": [{"group_id": "G", "product_ids": ["P1", "P2"]}],
}


def findings(said):
    return findings_of(json.dumps(said).encode())


def report_of(said):
    content = Content(BytesIO(json.dumps(said).encode()), name="report")
    return registry.detected(content).report(content)


def keys(found):
    return Counter(tuple(each.keys()) for each in found)


@pytest.mark.parametrize("name", named("csaf"))
def test_real_advisories_are_read_as_expected_but_for_what_is_explained(name):
    found = [each.partition(":")[0].split()[0] for each in differences(name, findings_of(name))]
    assert found == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named("csaf"))
def test_findings_of_an_advisory_are_known_again_after_words_changed(name):
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == "csaf"
    assert keys(findings_of(before)) == keys(findings_of(shaken(before)))


def test_the_status_of_a_product_is_the_state():
    found = findings_of("csaf/csaf_many_vuln.json")
    said = [(each.component, each.version, each.state, each.mitigated[:10]) for each in found]
    assert said == [
        ("Generic App", "1.0.0", "confirmed", ""),
        ("Generic Library", "3.4.5", "potential", ""),
        ("Generic App", "2.0.0", "false positive", ""),
        ("Generic App", "1.0.1", "", "2026-07-29"),
        ("Generic Library", "3.4.5", "confirmed", ""),
    ]
    assert (found[0].fixed_version, found[4].artefact) == ("1.0.1", "Generic App")


def test_scores_flags_and_remedies_are_of_their_products_and_groups():
    vulnerability = {
        "cve": "CVE-2024-1",
        "product_status": {"known_affected": ["P1"], "known_not_affected": ["P2"]},
        "scores": [{"products": ["P1"], "cvss_v3": {"baseScore": 5.0, "baseSeverity": "MEDIUM"}}],
        "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["P2"]}],
        "remediations": [{"category": "no_fix_planned", "details": "None.", "group_ids": ["G"]}],
    }
    shop, b = findings(csaf(vulnerability))
    assert (shop.component, shop.version, shop.severity, shop.cvss_score) == ("Shop", "1.2", 2, 5.0)
    assert (b.component, b.version, b.state_reason) == ("@a/b", "2.0", "vulnerable code not present")
    assert shop.attributes["remediation"] == b.attributes["remediation"] == "no_fix_planned"


def test_the_publishers_own_rating_of_a_product_comes_before_the_scores():
    vulnerability = {
        "cve": "CVE-2024-1",
        "product_status": {"known_affected": ["P1", "P2"]},
        "scores": [{"products": ["P1", "P2"], "cvss_v3": {"baseScore": 9.8, "baseSeverity": "CRITICAL"}}],
        "threats": [{"category": "impact", "details": "Important", "product_ids": ["P1"]}],
    }
    assert [each.severity for each in findings(csaf(vulnerability))] == [3, 4]


def test_metrics_of_csaf_2_1_are_read_newest_first():
    content = {"cvss_v3": {"baseScore": 9.8}, "cvss_v4": {"baseScore": 6.9, "vectorString": "CVSS:4.0/AV:N"}}
    vulnerability = {
        "cve": "CVE-2024-1",
        "cwes": [{"id": "CWE-79"}],
        "product_status": {"known_affected": ["P1"]},
        "metrics": [{"products": ["P1"], "content": content}],
    }
    [found] = findings(csaf(vulnerability, csaf_version="2.1"))
    assert (found.severity, found.cvss_vector, found.cwe) == (2, "CVSS:4.0/AV:N", "CWE-79")


def test_a_vulnerability_of_no_product_is_one_finding():
    [found] = findings(csaf({"cve": "CVE-2024-1"}))
    assert (found.component, found.rule) == ("", "CVE-2024-1")


def test_the_scope_of_an_advisory_is_its_publisher_and_id():
    report = report_of(csaf({"cve": "CVE-2024-1"}))
    assert (report.scope, report.scanned_at) == ("Example EX-1", "2024-02-01T00:00:00Z")


@pytest.mark.parametrize(
    ("said", "state", "mitigated"),
    [
        (statement("affected"), "confirmed", ""),
        (statement("under_investigation"), "potential", ""),
        (statement("not_affected", justification="component_not_present"), "false positive", ""),
        (statement("fixed"), "", "2024-01-01T00:00:00Z"),
    ],
)
def test_the_status_of_a_statement_is_the_state(said, state, mitigated):
    [found] = findings(vex(said))
    assert (found.state, found.mitigated) == (state, mitigated)
    assert (found.component, found.version) == ("curl", "8.1.2-r0")
    assert found.vulnerability_ids == ["CVE-2023-38545", "GHSA-1111-2222-3333"]


def test_why_it_is_not_affected_is_the_reason():
    said = statement("not_affected", justification="component_not_present", impact_statement="Not shipped.")
    [found] = findings(vex(said))
    assert found.state_reason == "component not present: Not shipped."


def test_a_later_statement_takes_the_place_of_an_earlier_one():
    early = statement("under_investigation", timestamp="2024-01-01T00:00:00Z")
    late = statement("not_affected", timestamp="2024-02-01T00:00:00Z", justification="component_not_present")
    assert [each.state for each in findings(vex(late, early))] == ["false positive"]
    assert [each.state for each in findings(vex(early, late))] == ["false positive"]


def test_parts_of_products_are_what_is_vulnerable():
    product = {"@id": APP, "subcomponents": [{"@id": CURL}, {"@id": "pkg:npm/lodash@4.17.4"}]}
    found = findings(vex(statement(products=[product])))
    assert [(each.component, each.artefact) for each in found] == [("curl", "shop"), ("lodash", "shop")]


def test_the_first_version_with_plain_texts_is_read():
    said = statement(vulnerability="CVE-2023-38545", products=[APP], subcomponents=[CURL])
    [found] = findings(vex(said, **{"@context": "https://openvex.dev/ns"}))
    assert (found.vulnerability_ids, found.component) == (["CVE-2023-38545"], "curl")


def test_a_document_without_statements_says_nothing():
    assert findings(vex()) == []
    assert report_of(vex()).tool == "OpenVEX"


def test_broken_records_are_named_with_their_place():
    with pytest.raises(BadFile, match=r"statement 2.*products"):
        findings(vex(statement(), statement(products="curl")))
    with pytest.raises(BadFile, match=r"vulnerability 1.*product_status"):
        findings(csaf({"cve": "CVE-2024-1", "product_status": []}))
    with pytest.raises(BadFile, match="head"):
        findings(csaf({"cve": "CVE-2024-1"}, tree={"branches": "none"}))


def test_a_document_named_by_a_hash_of_its_content_has_no_scope_that_lasts():
    assert report_of(vex(**{"@id": "https://vex.example/shop-1"})).scope == "https://vex.example/shop-1"
    assert report_of(vex(**{"@id": f"govulncheck/vex:{'12f16e15' * 8}"})).scope == ""


def test_a_product_that_the_tool_does_not_know_is_no_component():
    said = statement(products=[{"@id": "Unknown Product"}])
    [found] = findings(vex(said))
    assert (found.component, found.rule) == ("", found.vulnerability_ids[0])
