"""Prowler's checks, of versions 2 to 5."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.rewrites import keys_in, report_of, shaken_table
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

WEAKNESS = "Prowler names no weakness; the other product writes one category of CWE to every finding"
PASSED = "what passed or only informs is no finding; the other product keeps it as one that is not active"
MANUAL = "a check that a person has to make has found nothing yet"
MERGED = "each failed check of each resource counts; the other product merges equal messages of one region"
EXPLAINED = {
    "aws_prowler/one_vuln.csv": {"cwe: {1032: 1} expected; ours {None: 1}": WEAKNESS},
    "aws_prowler/one_vuln.json": {"cwe: {1032: 1} expected; ours {None: 1}": WEAKNESS},
    "aws_prowler/issue4450.csv": {
        "3 findings, 4 expected": PASSED,
        "severities {'High': 3}, expected {'High': 3, 'Info': 1}": PASSED,
        "cwe: {1032: 4} expected; ours {None: 3}": WEAKNESS,
    },
    "aws_prowler/many_vuln2.csv": {
        "42 findings, 174 expected": PASSED,
        (
            "severities {'Medium': 30, 'Critical': 1, 'Low': 3, 'High': 3, 'Info': 5}, "
            "expected {'Critical': 1, 'High': 3, 'Info': 141, 'Low': 3, 'Medium': 26}"
        ): f"{PASSED}; {MERGED}",
        "cwe: {1032: 40} expected; ours {None: 42}": WEAKNESS,
    },
    "prowler/example_output_aws.ocsf.json": {
        "2 findings, 3 expected": MANUAL,
        "severities {'Low': 1, 'Medium': 1}, expected {'Low': 1, 'Medium': 2}": MANUAL,
    },
}
# Nothing in them says whose they are.
NAMELESS = ("aws_prowler/no_vuln.json", "prowler/prowler_zero_vul.json")


def ocsf(*, resource="arn:aws:s3:::b", status="New", code="FAIL", **more):
    return {
        "metadata": {"event_code": "s3_public", "product": {"name": "Prowler"}},
        "finding_info": {"title": "Bucket is public", "desc": "d", "created_time_dt": "2024-01-02T03:04:05"},
        "resources": [{"uid": resource, "name": "b", "region": "eu-west-1", "group": {"name": "s3"}}],
        "cloud": {"account": {"uid": "123"}, "provider": "aws"},
        "severity": "High",
        "status": status,
        "status_code": code,
        "status_detail": "b is public",
    } | more


def third(**more):
    found = {"CheckID": "s3_public", "CheckTitle": "Bucket is public", "Status": "FAIL", "Severity": "high"}
    found |= {"StatusExtended": "b is public", "AccountId": "123", "Region": "eu-west-1", "ResourceId": "b"}
    return found | {"ResourceArn": "arn:aws:s3:::b", "AssessmentStartTime": "2024-01-02T03:04:05"} | more


SECOND = {"Control": "[check12] Ensure MFA is enabled (Scored)", "Control ID": "1.2", "Status": "FAIL"} | {
    "Message": "User John has no MFA",
    "Severity": "High",
    "Account Number": "123",
    "Region": "us-east-1",
    "Timestamp": "2024-01-02T03:04:05Z",
}


def written(*records):
    return json.dumps(records).encode()


@pytest.mark.parametrize("name", named("prowler", "aws_prowler"))
def test_real_reports_are_read_as_expected(name):
    read = findings_of(name, format="prowler" if name in NAMELESS else "")
    assert list(differences(name, read)) == list(EXPLAINED.get(name, {}))


@pytest.mark.parametrize("name", named("prowler", "aws_prowler"))
def test_each_is_detected(name):
    found = registry.detected(content_of(name))
    assert name in NAMELESS or (found is not None and found.name == "prowler")


def test_a_file_without_a_byte_is_a_report_that_found_nothing():
    assert registry.reports()["prowler"].empty
    assert findings_of(b"", format="prowler") == []


@pytest.mark.parametrize("name", [name for name in named("prowler") if ".ocsf" in str(name)])
def test_a_check_is_known_again_after_it_was_reworded(name):
    before = (SCANS / name).read_bytes()
    after = shaken(before).replace(b'"status_detail": "', b'"status_detail": "Reworded: ')
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


def test_a_check_in_a_table_is_known_again_after_it_was_reworded():
    name = "prowler/example_output_kubernetes.csv"
    if not (SCANS / name).exists():
        pytest.skip("../shared/data/scans is not there")
    before = (SCANS / name).read_bytes()
    words = ["STATUS_EXTENDED", "CHECK_TITLE", "DESCRIPTION"]
    after = shaken_table(before, reworded=words, delimiter=";").replace(b";medium;", b";low;")
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


@pytest.mark.parametrize("name", [name for name in named("aws_prowler") if str(name).endswith(".csv")])
def test_a_check_of_version_2_is_known_again_after_it_was_rated_anew(name):
    before = (SCANS / name).read_bytes()
    after = shaken_table(before, reworded=["CHECK_RISK", "CHECK_REMEDIATION"]).replace(b",High,", b",Low,")
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


def test_of_version_2_the_message_tells_the_resources_of_a_check_apart():
    other = SECOND | {"Message": "User Mary has no MFA"}
    lines = b"\n".join(json.dumps(each).encode() for each in (SECOND, other))
    [john, mary] = findings_of(lines)
    assert (john.rule, john.title) == ("check12", "Ensure MFA is enabled")
    assert keys_in([john]) != keys_in([mary])
    assert "John" not in repr(john.keys())


def test_one_line_alone_is_a_report_too():
    [found] = findings_of(json.dumps(SECOND).encode())
    assert (found.rule, found.severity, found.identified) == ("check12", 3, "2024-01-02T03:04:05Z")


def test_two_resources_that_fail_one_check_are_never_one():
    [one, other] = findings_of(written(ocsf(resource="arn:1"), ocsf(resource="arn:2")))
    assert not set(one.keys()) & set(other.keys())


def test_versions_3_and_5_name_one_check_of_one_resource_alike():
    [old] = findings_of(written(third()))
    [new] = findings_of(written(ocsf()))
    assert old.keys() == new.keys()
    assert (old.title, old.severity, old.identified) == (new.title, new.severity, new.identified)


def test_a_pod_is_known_by_its_name_as_its_id_is_new_with_each_start():
    pod = {"name": "kube-apiserver", "namespace": "kube-system"}
    keys = [
        findings_of(written(ocsf(resources=[pod | {"uid": id}], cloud=None)))[0].keys() for id in ("a1", "b2")
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("status", ["PASS", "INFO", "MANUAL", "NOT_AVAILABLE", ""])
def test_what_did_not_fail_is_no_finding(status):
    assert findings_of(written(ocsf(code=status), third(Status=status))) == []


def test_what_is_muted_is_accepted_and_not_gone():
    muted = written(ocsf(status="Suppressed"), third(Status="MUTED"), third(Muted="True"))
    assert [found.state for found in findings_of(muted)] == ["accepted"] * 3


def test_what_passed_is_nothing_even_where_it_is_muted():
    assert findings_of(written(ocsf(status="Suppressed", code="PASS"))) == []


def test_the_account_is_the_scope():
    report = report_of(written(ocsf()))
    assert (report.tool, report.scope) == ("Prowler", "aws 123")


def test_a_broken_check_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"check 2.*product: expected an object, found a text"):
        findings_of(written(ocsf(), ocsf(metadata={"event_code": "x", "product": "Prowler"})))
