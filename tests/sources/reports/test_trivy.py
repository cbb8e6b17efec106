"""Trivy's reports, and those of its operator in a cluster."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import differing, keys_in, report_of
from tests.sources.reports.scans import SCANS, content_of, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

CHECKS = "the name of a check is its rule; the other product puts it among the vulnerability ids"
EXPLAINED = {
    "trivy/legacy_trivy_mix.json": {
        "severities": "an entry without a severity has none; the other product makes it an info",
        "vuln_ids": "an entry without an id has none; the other product writes 0",
    },
    "trivy_operator/configauditreport_single_vuln.json": {"vuln_ids": CHECKS},
    "trivy_operator/configauditreport_many.json": {"vuln_ids": CHECKS},
    "trivy_operator/all_reports_in_dict.json": {"vuln_ids": CHECKS},
}
TOKEN = "ghp_" + "a1B2" * 9


def image(*results, name="registry.example:5000/shop/api:1.2", **more):
    said = {
        "SchemaVersion": 2,
        "ArtifactName": name,
        "ArtifactType": "container_image",
        "Results": list(results),
    }
    return json.dumps(said | more).encode()


def system(*found, target="registry.example:5000/shop/api:1.2 (debian 11.6)", **more):
    said = {"Target": target, "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": list(found)}
    return said | more


def curl(**more):
    said = {
        "VulnerabilityID": "CVE-2024-1111",
        "PkgName": "curl",
        "InstalledVersion": "7.74.0-1",
        "FixedVersion": "7.74.0-2",
        "Severity": "HIGH",
        "Title": "curl: a leak",
    }
    return said | more


def checked(status="FAIL", **more):
    said = {"ID": "DS002", "AVDID": "AVD-DS-0002", "Title": "root", "Severity": "HIGH", "Status": status}
    cause = {"StartLine": 3, "Code": {"Lines": [{"Number": 3, "Content": "USER root", "IsCause": True}]}}
    return said | {"CauseMetadata": cause} | more


def config(*found, target="Dockerfile", type="dockerfile"):
    return {"Target": target, "Class": "config", "Type": type, "Misconfigurations": list(found)}


@pytest.mark.parametrize("name", named("trivy", "trivy_operator"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert differing(name) == EXPLAINED.get(name, {}).keys()


@pytest.mark.parametrize("name", named("trivy", "trivy_operator"))
def test_real_reports_are_known_and_their_findings_known_again(name):
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == name.split("/")[0]
    assert keys_in(findings_of(before)) == keys_in(findings_of(shaken(before)))


def test_a_legacy_list_tells_lockfiles_from_what_the_image_is_built_on():
    found = {each.component: each for each in findings_of("trivy/legacy_trivy_mix.json")}
    assert (found["lodash"].file, found["lodash"].kind) == ("node-app/package-lock.json", "dependency")
    assert (found["curl"].file, found["curl"].artefact) == ("", "trivy-ci-test")
    assert (found["curl"].kind, found["lodash"].cwe, found["curl"].fixed_version) == (
        "container",
        "CWE-190",
        "7.61.1-r1",
    )
    assert found["simplito/elliptic-php"].severity is None


def test_a_new_tag_and_a_new_release_of_the_system_leave_the_keys():
    old = findings_of(image(system(curl())))
    new = findings_of(
        image(
            system(curl(), target="registry.example:5000/shop/api:1.3 (debian 12.1)"),
            name="registry.example:5000/shop/api:1.3",
        )
    )
    assert [each.keys() for each in old] == [each.keys() for each in new]
    assert report_of(image(system(curl()))).scope == "registry.example:5000/shop/api"


def test_a_package_of_a_language_in_an_image_is_where_its_own_path_is_without_its_version():
    said = curl(PkgName="Django", InstalledVersion="3.2.9", PkgPath="lib/Django-3.2.9.dist-info/METADATA")
    [found] = findings_of(
        image({"Target": "Python", "Class": "lang-pkgs", "Type": "python-pkg", "Vulnerabilities": [said]})
    )
    assert found.file == "lib/Django-3.2.9.dist-info/METADATA"
    assert found.artefact == "lib/Django-.dist-info/METADATA"
    assert (found.kind, found.attributes["package_type"]) == ("container", "python-pkg")


def test_a_lockfile_of_a_folder_is_the_place_of_its_packages():
    result = {"Target": "web/yarn.lock", "Class": "lang-pkgs", "Type": "yarn", "Vulnerabilities": [curl()]}
    content = image(
        result, name="/builds/team/shop/", ArtifactType="filesystem", CreatedAt="2024-05-01T10:00:00+02:00"
    )
    [found] = findings_of(content)
    assert (found.file, found.artefact, found.kind) == ("web/yarn.lock", "web/yarn.lock", "dependency")
    assert found.identified == "2024-05-01T08:00:00Z"
    assert report_of(content).scope == ""


def test_a_machine_has_packages_of_its_operating_system():
    [found] = findings_of(image(system(curl(), target="web-1 (debian 12)"), name="web-1", ArtifactType="vm"))
    assert (found.kind, found.artefact) == ("os", "web-1")


def test_the_newest_cvss_counts_and_that_of_the_nvd_before_others():
    ratings = {
        "redhat": {"V3Vector": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": 8.4},
        "nvd": {"V2Score": 7.5, "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": 9.8},
    }
    [found] = findings_of(image(system(curl(CVSS=ratings))))
    assert (found.cvss_vector, found.cvss_score) == (ratings["nvd"]["V3Vector"], 9.8)
    newest = ratings | {
        "ghsa": {"V40Vector": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H", "V40Score": 9.3}
    }
    [found] = findings_of(image(system(curl(CVSS=newest))))
    assert found.cvss_score == 9.3


def test_an_unknown_severity_is_that_of_the_score_and_none_without_one():
    rated = curl(Severity="UNKNOWN", CVSS={"nvd": {"V3Score": 9.8}})
    assert [each.severity for each in findings_of(image(system(rated, curl(Severity="UNKNOWN"))))] == [
        4,
        None,
    ]


def test_a_check_that_passed_is_no_finding_and_an_excepted_one_is_accepted():
    found = findings_of(image(config(checked(), checked("PASS"), checked("EXCEPTION"))))
    assert [(each.rule, each.state) for each in found] == [("AVD-DS-0002", ""), ("AVD-DS-0002", "accepted")]
    assert (found[0].file, found[0].line, found[0].kind) == ("Dockerfile", 3, "container")


def test_a_check_keeps_its_name_over_the_spellings_of_the_tools_versions():
    spellings = [{}, {"ID": "DS-0002", "AVDID": None}, {"ID": "DS002", "AVDID": ""}]
    keys = [findings_of(image(config(checked(**each))))[0].keys() for each in spellings]
    assert keys[0] == keys[1] == keys[2]


def test_a_check_of_an_images_own_configuration_knows_no_tag():
    [found] = findings_of(image(config(checked(), target="shop/api:1.2")))
    assert (found.file, found.artefact) == ("", "shop/api")


def test_a_check_of_an_account_in_the_cloud_is_about_its_resource():
    arn = "arn:aws:s3:::shop"
    cause = {"Resource": arn, "Provider": "AWS", "Service": "s3"}
    result = config(checked(ID="AVD-AWS-0086", AVDID=None, CauseMetadata=cause), target=arn, type="cloud")
    [found] = findings_of(image(result, name="123456789012", ArtifactType="aws_account"))
    assert (found.file, found.logical, found.kind) == ("", arn, "cloud")


def test_a_secret_shows_nothing_of_its_value():
    secret = {
        "RuleID": "github-pat",
        "Category": "GitHub",
        "Severity": "CRITICAL",
        "Title": "GitHub Personal Access Token",
        "StartLine": 7,
        "Match": f"token = {TOKEN}",
        "Code": {"Lines": [{"Number": 7, "Content": f"token = {TOKEN}", "IsCause": True}]},
    }
    [found] = findings_of(image({"Target": "/app/.env", "Class": "secret", "Secrets": [secret]}))
    assert (found.file, found.line, found.rule, found.kind) == ("/app/.env", 7, "github-pat", "secret")
    assert TOKEN not in repr((found, found.keys()))
    assert found.context == ""


def test_licences_are_no_findings():
    licence = {"Severity": "HIGH", "Category": "restricted", "PkgName": "gdbm", "Name": "GPL-3.0"}
    assert findings_of(image({"Target": "OS Packages", "Class": "license", "Licenses": [licence]})) == []


@pytest.mark.parametrize(
    ("status", "state"), [("ignored", "accepted"), ("not_affected", "false positive"), ("affected", "")]
)
def test_what_a_statement_took_out_comes_with_the_state_it_was_given(status, state):
    statement = {
        "Type": "vulnerability",
        "Status": status,
        "Statement": "not reachable",
        "Source": "a.vex.json",
    }
    result = system(ExperimentalModifiedFindings=[statement | {"Finding": curl()}])
    [found] = findings_of(image(result))
    assert (found.state, found.component) == (state, "curl")
    assert found.state_reason == ("not reachable: a.vex.json" if state else "")
    assert found.keys() == findings_of(image(system(curl())))[0].keys()


def test_what_the_distribution_says_of_a_fix_is_no_triage():
    [found] = findings_of(image(system(curl(Status="will_not_fix", VendorIDs=["DLA-3500-1"]))))
    assert (found.state, found.attributes["fix_status"], found.attributes["advisory"]) == (
        "",
        "will_not_fix",
        "DLA-3500-1",
    )


@pytest.mark.parametrize("name", ["Resources", "Findings", "Vulnerabilities"])
def test_a_cluster_has_resources_with_results(name):
    resource = {"Namespace": "shop", "Kind": "Deployment", "Name": "api"}
    results = [
        system(curl()),
        config(checked(ID="KSV014", AVDID=None), target="Deployment/api", type="kubernetes"),
    ]
    content = json.dumps({"ClusterName": "prod", name: [resource | {"Results": results}]}).encode()
    vulnerable, failed = findings_of(content)
    assert vulnerable.artefact == "shop/Deployment/api: registry.example:5000/shop/api"
    assert (failed.rule, failed.logical, failed.file) == ("AVD-KSV-0014", "shop/Deployment/api", "")
    assert report_of(content).scope == "prod"


@pytest.mark.parametrize(
    "content",
    [
        b'{"SchemaVersion": 2, "ArtifactName": "alpine:3", "ArtifactType": "vm", "Metadata": {}}',
        b'{"SchemaVersion": 2, "ArtifactName": "a", "Results": null}',
        b'{"ClusterName": "prod"}',
        b'[{"Target": "a.lock", "Type": "npm", "Vulnerabilities": null}]',
    ],
)
def test_a_report_without_findings_is_a_report(content):
    assert findings_of(content) == []


def test_a_broken_record_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"finding 2.*PkgName: expected a text"):
        findings_of(image(system(curl(), curl(PkgName={"a": 1}))))


def test_a_report_of_the_operator_names_the_workload_not_its_generation():
    [found] = findings_of("trivy_operator/vulnerabilityreport_single_vuln.json")
    assert found.artefact == "default/ReplicaSet/nginx-deployment/nginx"
    assert found.attributes["image"] == "index.docker.io/library/nginx"
    assert (found.cvss_score, found.severity, found.identified) == (4.2, 4, "2023-03-23T16:23:01Z")


def test_a_new_generation_of_a_workload_has_the_same_keys():
    before = (SCANS / "trivy_operator/configauditreport_many.json").read_bytes()
    after = before.replace(b"965685897", b"58b9b8ff79").replace(b"fc85b485f", b"7d9c6dfc5b")
    assert keys_in(findings_of(before)) == keys_in(findings_of(after))


def test_the_reports_of_a_cluster_come_in_one_object_a_list_or_lists_by_kind():
    one = json.loads((SCANS / "trivy_operator/exposedsecretreport_many.json").read_bytes())
    shapes = [
        one,
        [one],
        {"apiVersion": "v1", "kind": "List", "items": [one]},
        {"exposedsecretreports.aquasecurity.github.io": [one]},
    ]
    keys = [keys_in(findings_of(json.dumps(each).encode())) for each in shapes]
    assert keys[0].total() == 4
    assert keys.count(keys[0]) == 4


def test_what_an_exposed_secret_matched_is_never_read():
    before = (SCANS / "trivy_operator/exposedsecretreport_many.json").read_bytes()
    found = findings_of(before.replace(b"*" * 40, TOKEN.encode()))
    assert [each.rule for each in found] == ["aws-secret-access-key", "github-pat"]
    assert TOKEN not in repr(found)


def operated(kind, **more):
    labels = {"trivy-operator.resource.kind": "Role", "trivy-operator.resource.name": "admin"}
    said = {"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": kind, "metadata": {"labels": labels}}
    return json.dumps(said | more).encode()


@pytest.mark.parametrize(
    "kind", ["RbacAssessmentReport", "InfraAssessmentReport", "ClusterConfigAuditReport"]
)
def test_a_check_that_succeeded_is_no_finding(kind):
    checks = [
        {"checkID": "KSV041", "title": "secrets", "severity": "CRITICAL", "success": each}
        for each in (True, False)
    ]
    [found] = findings_of(operated(kind, report={"checks": checks}))
    assert (found.rule, found.logical, found.severity) == ("AVD-KSV-0041", "Role/admin", 4)


def test_a_compliance_report_has_a_finding_for_each_check_that_failed():
    checks = [
        {"checkID": "AVD-KSV-0012", "target": "shop/Deployment/api", "severity": "MEDIUM", "success": False},
        {"checkID": "", "success": True},
    ]
    control = {"id": "1.0", "name": "Non-root containers", "severity": "HIGH", "checks": checks}
    status = {"updateTimestamp": "2024-05-01T10:00:00Z", "detailReport": {"results": [control]}}
    spec = {"compliance": {"id": "nsa"}}
    [found] = findings_of(operated("ClusterComplianceReport", spec=spec, status=status))
    assert (found.title, found.rule, found.severity) == ("Non-root containers", "AVD-KSV-0012", 2)
    assert (found.artefact, found.logical, found.identified) == (
        "nsa 1.0",
        "shop/Deployment/api",
        "2024-05-01T10:00:00Z",
    )


def test_a_compliance_report_that_only_sums_up_has_a_finding_for_each_control_that_failed():
    controls = [
        {"id": "1.0", "name": "Non-root", "severity": "MEDIUM", "totalFail": 3},
        {"id": "1.1", "name": "Immutable", "severity": "LOW", "totalFail": 0},
        {"id": "1.2", "name": "Manual", "severity": "LOW"},
    ]
    content = operated("ClusterComplianceReport", status={"summaryReport": {"controlCheck": controls}})
    assert [each.title for each in findings_of(content)] == ["Non-root"]


def test_a_broken_report_of_the_operator_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"report 1.*report\.checks\[0\]: expected an object"):
        findings_of(operated("ConfigAuditReport", report={"checks": ["x"]}))
