"""Snyk: what its command line writes, and the issues of its API."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import differing, keys_in, report_of
from tests.sources.reports.scans import SCANS, content_of, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

OWN = "GHSA and Snyk's own id are ids, too: an issue that gets its CVE later is the same"
EXPLAINED = {
    "snyk/all-projects_many_vulns.json": {"vuln_ids": OWN},
    "snyk/single_project_one_vuln.json": {"vuln_ids": OWN},
    "snyk_issue_api/snyk_code_scan_api_many_vuln.json": {
        "vuln_ids": "the key of one finding in code is no vulnerability's id; the issue's own id is its key"
    },
    "snyk_issue_api/snyk_sca_scan_api_single_vuln.json": {"file": "a package is no file"},
}


def project(*found, **more):
    said = {"vulnerabilities": list(found), "ok": not found, "dependencyCount": 5, "packageManager": "npm"}
    return said | {"projectName": "shop", "displayTargetFile": "web\\package-lock.json"} | more


def lodash(**more):
    said = {
        "id": "SNYK-JS-LODASH-1040724",
        "title": "Command Injection",
        "severity": "high",
        "packageName": "lodash",
        "version": "4.17.4",
        "from": ["shop@1.0.0", "@scope/kit@2.0.0", "lodash@4.17.4"],
        "identifiers": {"CVE": ["CVE-2021-23337"], "CWE": ["CWE-78", "CWE-94"]},
    }
    return said | more


def encoded(said):
    return json.dumps(said).encode()


@pytest.mark.parametrize("name", named("snyk", "snyk_issue_api"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert differing(name) == EXPLAINED.get(name, {}).keys()


@pytest.mark.parametrize("name", named("snyk", "snyk_issue_api"))
def test_real_reports_are_known_and_their_findings_known_again(name):
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == name.split("/")[0]
    assert keys_in(findings_of(before)) == keys_in(findings_of(shaken(before)))


def test_each_path_to_a_package_is_a_finding_in_its_manifest():
    found = findings_of(encoded(project(lodash(), lodash(**{"from": ["shop@1.0.0", "lodash@4.17.4"]}))))
    assert [each.file for each in found] == ["shop > @scope/kit > lodash", "shop > lodash"]
    assert {each.artefact for each in found} == {"web/package-lock.json"}
    assert found[0].vulnerability_ids == ["CVE-2021-23337", "SNYK-JS-LODASH-1040724"]
    assert report_of(encoded(project())).scope == "shop"


def test_an_issue_without_a_cve_is_known_again_when_it_has_one():
    [old] = findings_of(encoded(project(lodash(identifiers={"CVE": [], "CWE": []}))))
    [new] = findings_of(encoded(project(lodash())))
    assert set(old.keys()) < set(new.keys())


def test_a_licence_is_no_finding():
    licences = [lodash(type="license"), lodash(id="snyk:lic:npm:gpl:GPL-3.0")]
    assert findings_of(encoded(project(*licences))) == []


def test_what_a_policy_ignores_is_accepted():
    reason = {"ignored": [{"reason": "not reachable", "path": []}]}
    [found] = findings_of(encoded(project(filtered={"ignore": [lodash(filtered=reason)], "patch": []})))
    assert (found.state, found.state_reason) == ("accepted", "not reachable")


def test_an_image_has_packages_of_its_system_and_applications_of_its_own():
    within = project(lodash(), displayTargetFile=None, targetFile="/app/package-lock.json", ok=False)
    said = project(
        lodash(packageName="openssl", nearestFixedInVersion="3.0.2"),
        docker={"baseImage": "debian:12"},
        path="registry.example/shop/api:1.2",
        applications=[within],
        displayTargetFile=None,
    )
    own, application = findings_of(encoded(said))
    assert (own.artefact, own.kind, own.fixed_version) == ("registry.example/shop/api", "container", "3.0.2")
    assert application.artefact == "registry.example/shop/api: /app/package-lock.json"
    assert report_of(encoded(said)).scope == "registry.example/shop/api"


def test_an_image_in_an_archive_is_named_as_its_file():
    content = encoded(project(docker={}, path="docker-archive:build/shop.tar"))
    assert report_of(content).scope == "build/shop.tar"


def test_the_first_api_puts_the_vulnerabilities_among_the_issues():
    said = {"ok": False, "issues": {"vulnerabilities": [lodash()], "licenses": [{}]}, "dependencyCount": 1}
    assert [each.component for each in findings_of(encoded(said))] == ["lodash"]


def test_snyks_own_rating_by_the_newest_cvss_counts():
    sources = [
        {"assigner": "Snyk", "cvssVersion": "3.1", "vector": "CVSS:3.1/AV:N", "baseScore": 7.2},
        {"assigner": "Snyk", "cvssVersion": "4.0", "vector": "CVSS:4.0/AV:N", "baseScore": 8.6},
        {"assigner": "NVD", "cvssVersion": "4.0", "vector": "CVSS:4.0/AV:L", "baseScore": 1.0},
    ]
    [found] = findings_of(
        encoded(project(lodash(cvssSources=sources, cvssScore=7.2, CVSSv3="CVSS:3.1/AV:N")))
    )
    assert (found.cvss_vector, found.cvss_score) == ("CVSS:4.0/AV:N", 8.6)


def test_a_test_that_failed_proves_nothing():
    with pytest.raises(BadFile, match="Snyk could not test: no manifest"):
        findings_of(encoded({"ok": False, "error": "no manifest", "path": "/srv"}))


def test_a_broken_vulnerability_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"vulnerability 2.*identifiers: expected an object"):
        findings_of(encoded(project(lodash(), lodash(identifiers="CVE-1"))))


def issue(**more):
    said = {
        "title": "SQL Injection",
        "type": "code",
        "effective_severity_level": "high",
        "status": "open",
        "created_at": "2024-01-02T03:04:05Z",
        "key": "9a29d87f-aa94-47eb-b46f-375b293a8631",
    }
    return {"id": "3916a413-2fca-45c9-a1bf-a1373258fe69", "type": "issue", "attributes": said | more}


def page(*issues):
    return {
        "jsonapi": {"version": "1.0"},
        "links": {"self": "/rest/orgs/a/issues?limit=9"},
        "data": list(issues),
    }


def test_an_issue_is_known_by_its_id_and_in_code_by_the_weakness():
    first, *_ = findings_of("snyk_issue_api/snyk_code_scan_api_many_vuln.json")
    assert str(first.keys()[0]) == "1:tool:3916a413-2fca-45c9-a1bf-a1373258fe69"
    assert (first.rule, first.file, first.line) == (
        "cross-site-request-forgery-csrf",
        "path/path/file.abc",
        65,
    )
    assert first.attributes["commit"] == "5ab48c7da75182753420725182db92b679c1e4f0"


def test_an_ignored_issue_is_accepted_and_a_resolved_one_mitigated():
    [ignored] = findings_of("snyk_issue_api/snyk_sca_scan_api_single_vuln.json")
    assert (ignored.state, ignored.cvss_score, ignored.version) == ("accepted", 9.6, "9.5.0")
    assert ignored.vulnerability_ids == ["CVE-2023-4863", "SNYK-PYTHON-PILLOW-5918878"]
    resolved = issue(status="resolved", resolution={"resolved_at": "2024-03-01T00:00:00Z", "type": "fixed"})
    [found] = findings_of(encoded(page(resolved)))
    assert (found.mitigated, found.identified) == ("2024-03-01T00:00:00Z", "2024-01-02T03:04:05Z")


def test_issues_come_as_a_page_as_pages_or_alone():
    shapes = [page(issue()), [page(issue()), page(issue())], [issue(), issue()]]
    assert [len(findings_of(encoded(each))) for each in shapes] == [1, 2, 2]


def test_a_page_without_issues_is_a_report_and_a_licence_issue_is_no_finding():
    assert findings_of(encoded(page())) == []
    assert findings_of(encoded(page(issue(type="license")))) == []


def test_a_broken_issue_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"issue 2.*title: expected a text"):
        findings_of(encoded(page(issue(), issue(title={}))))


RULE = {
    "id": "SNYK-CC-TF-1",
    "publicId": "SNYK-CC-TF-1",
    "title": "Open ingress",
    "severity": "medium",
    "isIgnored": False,
    "lineNumber": -1,
    "msg": "resource.aws_security_group[web].ingress",
    "documentation": "https://security.snyk.example/rules/1",
}


def test_a_broken_rule_of_configuration_is_a_finding_beside_an_empty_list_of_vulnerabilities():
    project = {"ok": False, "vulnerabilities": [], "dependencyCount": 0, "targetFile": "main.tf"}
    issues = [RULE, RULE | {"isIgnored": True, "lineNumber": 7}]
    said = json.dumps([project | {"infrastructureAsCodeIssues": issues}]).encode()
    first, second = findings_of(said)
    assert (first.rule, first.file, first.line, first.severity) == ("SNYK-CC-TF-1", "main.tf", None, 2)
    assert (first.state, second.state, second.line) == ("", "accepted", 7)
    assert first.keys() == second.keys()


def test_packages_without_a_manager_have_what_their_issues_mean_written_apart():
    meant = {"id": "SNYK-UNMANAGED-CURL-1", "title": "Overflow", "severity": "high", "packageName": "curl"}
    issue = {"pkgName": "https://curl.example|curl", "pkgVersion": "7.58.0", "issueId": meant["id"]}
    known = meant | {"identifiers": {"CVE": ["CVE-2022-1"], "CWE": ["CWE-122"]}}
    said = {"issues": [issue], "issuesData": {meant["id"]: known}}
    [found] = findings_of(json.dumps([said]).encode())
    assert (found.component, found.version, found.cwe) == ("curl", "7.58.0", "CWE-122")
    assert found.vulnerability_ids == ["CVE-2022-1", "SNYK-UNMANAGED-CURL-1"]


def test_one_project_of_several_that_could_not_be_tested_proves_nothing():
    well = {"ok": True, "vulnerabilities": [], "dependencyCount": 3}
    failed = {"ok": False, "error": "no lockfile"}
    assert report_of(json.dumps([well]).encode()).succeeded
    assert not report_of(json.dumps([well, failed]).encode()).succeeded
