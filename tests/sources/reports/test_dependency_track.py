"""Dependency-Track's findings."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import differing, keys_in, report_of
from tests.sources.reports.scans import SCANS, content_of, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile


def finding(state="", *, suppressed=False, said=None, **more):
    analysis = {"state": state, "isSuppressed": suppressed}
    found = {"uuid": "v", "vulnId": "CVE-2023-45803", "severity": "MEDIUM"} | (said or {})
    component = {"name": "urllib3", "version": "1.26.16", "purl": "pkg:pypi/urllib3@1.26.16"}
    return {"component": component, "vulnerability": found, "analysis": analysis, "matrix": "p:c:v"} | more


def export(*findings, **more):
    meta = {"application": "Dependency-Track", "timestamp": "2024-02-03T09:59:36Z"}
    said = {"version": "1.2", "meta": meta, "project": {"name": "shop", "version": "7"}}
    return json.dumps(said | {"findings": list(findings)} | more).encode()


@pytest.mark.parametrize("name", named("dependency_track"))
def test_real_reports_are_read_as_expected_but_for_the_purl_which_is_no_file(name):
    found = findings_of(name)
    assert registry.detected(content_of(name)).name == "dependency_track"
    assert differing(name) == {"file"}
    assert all(each.attributes.get("purl", "").startswith("pkg:") for each in found if each.version)


@pytest.mark.parametrize("name", named("dependency_track"))
def test_the_findings_of_real_reports_are_known_again(name):
    before = (SCANS / name).read_bytes()
    assert keys_in(findings_of(before)) == keys_in(findings_of(shaken(before)))


def test_a_finding_is_as_old_as_its_attribution_and_known_by_its_matrix():
    [found] = findings_of("dependency_track/dependency_track_4.10_2024_02_11.json")
    assert found.identified == "2024-01-31T15:19:45.978000Z"
    assert str(found.keys()[0]).startswith("1:tool:1g2345tc-16rh-7te5-92b5-12345z6789fb:")
    assert (found.cvss_score, found.attributes["epss"]) == (4.2, 0.00043)
    assert report_of(export()).scope == "shop"


def test_another_version_of_the_project_has_findings_that_are_known_again():
    [old], [new] = findings_of(export(finding())), findings_of(export(finding(matrix="q:d:v")))
    assert old.keys()[1:] == new.keys()[1:] != []


def test_the_newest_rating_counts():
    [found] = findings_of("dependency_track/one_finding.json")
    assert found.cvss_vector == "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"
    assert found.published == "2025-07-11T03:16:03.563000Z"


@pytest.mark.parametrize(
    ("state", "suppressed", "read"),
    [
        ("FALSE_POSITIVE", False, "false positive"),
        ("NOT_AFFECTED", True, "false positive"),
        ("EXPLOITABLE", False, "confirmed"),
        ("IN_TRIAGE", False, ""),
        ("NOT_SET", True, "accepted"),
        ("", False, ""),
    ],
)
def test_an_analysis_gives_the_state(state, suppressed, read):
    [found] = findings_of(export(finding(state, suppressed=suppressed)))
    assert found.state == read


def test_a_resolved_finding_is_mitigated():
    [found] = findings_of(export(finding("RESOLVED")))
    assert found.mitigated == "2024-02-03T09:59:36Z"


def test_an_unassigned_severity_is_that_of_the_score():
    rated = {"severity": "UNASSIGNED", "cvssV3BaseScore": 9.1}
    found = findings_of(export(finding(said=rated), finding(said={"severity": "UNASSIGNED"})))
    assert [each.severity for each in found] == [4, None]


def test_aliases_are_ids_with_the_cve_first():
    aliases = [{"ghsaId": "GHSA-g4mx-q9vg-27p4", "cveId": "CVE-2023-45803", "osvId": None}]
    [found] = findings_of(export(finding(said={"vulnId": "GHSA-g4mx-q9vg-27p4", "aliases": aliases})))
    assert found.vulnerability_ids == ["CVE-2023-45803", "GHSA-g4mx-q9vg-27p4"]


def test_the_api_gives_the_findings_alone():
    assert len(findings_of(json.dumps([finding()]).encode())) == 1


@pytest.mark.parametrize("content", [export(), export(findings=None)])
def test_an_export_without_findings_is_a_report(content):
    assert findings_of(content) == []


def test_a_broken_finding_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"finding 2.*component: expected an object"):
        findings_of(export(finding(), finding(component="urllib3")))
