"""AWS Security Finding Format, of Security Hub and of Prowler."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sources.reports.rewrites import report_of
from tests.sources.reports.scans import findings_of

BUCKET = "arn:aws:s3:::shop-invoices"


def finding(**more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/0b1c",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": "111122223333",
        "Region": "eu-west-1",
        "CreatedAt": "2026-03-01T08:00:00.000Z",
        "FirstObservedAt": "2026-02-28T08:00:00.000Z",
        "UpdatedAt": "2026-11-02T08:00:00.000Z",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Title": "Buckets should block public access",
        "Description": "The bucket may be read by everybody.",
        "Remediation": {"Recommendation": {"Url": "https://docs.example/S3.8"}},
        "Resources": [{"Type": "AwsS3Bucket", "Id": BUCKET, "Region": "eu-west-1"}],
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    } | more


def prowler(status: str = "FAILED", **more: Any) -> dict[str, Any]:
    return finding(
        GeneratorId="prowler-s3_bucket_public_access",
        FirstObservedAt="2026-11-02T08:00:00Z",
        ProductFields={"ProviderName": "Prowler"},
        Compliance={"Status": status},
        **more,
    )


def listed(*found: dict[str, Any]) -> bytes:
    return json.dumps(list(found)).encode()


def test_a_failed_control_is_a_finding_of_its_resource():
    [found] = findings_of(json.dumps({"Findings": [finding()]}).encode())
    assert (found.rule, found.kind, found.severity) == ("S3.8", "cloud", 3)
    assert found.title == "Buckets should block public access"
    assert (found.artefact, found.logical) == (f"111122223333/eu-west-1/{BUCKET}", BUCKET)
    assert (found.identified, found.mitigated) == ("2026-02-28T08:00:00Z", "")
    assert found.link == "https://docs.example/S3.8"


@pytest.mark.parametrize("status", ["PASSED", "NOT_AVAILABLE", "WARNING"])
def test_what_did_not_fail_is_no_finding(status):
    assert findings_of(listed(finding(Compliance={"Status": status}))) == []


def test_what_a_product_says_without_a_control_is_one():
    guard = finding(GeneratorId="arn:aws:guardduty:x", ProductName="GuardDuty", Compliance=None)
    assert [each.rule for each in findings_of(listed(guard))] == ["arn:aws:guardduty:x"]


@pytest.mark.parametrize(
    ("more", "state", "mitigated"),
    [
        ({"Workflow": {"Status": "SUPPRESSED"}, "Note": {"Text": "public on purpose"}}, "accepted", ""),
        ({"Workflow": {"Status": "RESOLVED"}}, "", "2026-11-02T08:00:00Z"),
        ({"RecordState": "ARCHIVED"}, "", "2026-11-02T08:00:00Z"),
    ],
)
def test_what_became_of_it_is_its_state(more, state, mitigated):
    [found] = findings_of(listed(finding(**more)))
    assert (found.state, found.mitigated) == (state, mitigated)


@pytest.mark.parametrize(("points", "level"), [(0, 0), (39, 1), (40, 2), (70, 3), (90, 4)])
def test_a_number_is_the_severity_where_there_is_no_label(points, level):
    [found] = findings_of(listed(finding(Severity={"Normalized": points})))
    assert found.severity == level


def test_an_advisory_is_a_finding_of_each_package_that_it_is_in():
    packages = [
        {"Name": "openssl", "Version": "1.1.1k", "FixedInVersion": "1.1.1n", "PackageManager": "OS"},
        {"Name": "libssl", "Version": "1.1.1k", "FilePath": "usr/lib/libssl.so"},
    ]
    cvss = [
        {"Version": "2.0", "BaseScore": 5.0},
        {"Version": "3.1", "BaseScore": 7.5, "BaseVector": "CVSS:3.1/AV:N"},
    ]
    advisory = {"Id": "CVE-2022-0778", "VulnerablePackages": packages, "Cvss": cvss}
    image = {"Type": "AwsEcrContainerImage", "Id": "arn:aws:ecr:eu-west-1:111122223333:repository/shop"}
    said = finding(Vulnerabilities=[advisory], Resources=[image], Compliance=None, ProductName="Inspector")
    first, second = findings_of(listed(said))
    assert (first.component, first.version, first.fixed_version) == ("openssl", "1.1.1k", "1.1.1n")
    assert (first.vulnerability_ids, first.cvss_score, first.kind) == (["CVE-2022-0778"], 7.5, "container")
    assert (second.component, second.file) == ("libssl", "usr/lib/libssl.so")


def test_an_event_holds_the_findings_that_it_is_about():
    event = {
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "detail": {"findings": [finding()]},
    }
    assert [each.rule for each in findings_of(json.dumps(event).encode())] == ["S3.8"]


def test_prowler_names_itself_its_account_and_its_day():
    report = report_of(listed(prowler()))
    assert (report.tool, report.scope) == ("Prowler", "aws 111122223333")
    assert report.scanned_at == "2026-11-02T08:00:00Z"
    [found] = findings_of(listed(prowler()))
    assert found.rule == "s3_bucket_public_access"


def test_what_prowler_mutes_is_accepted():
    [found] = findings_of(listed(prowler("WARNING")))
    assert found.state == "accepted"


def test_another_severity_and_wording_is_the_same_finding():
    later = finding(
        Severity={"Label": "LOW"}, Title="Reworded", Id="arn:other", UpdatedAt="2026-12-01T08:00:00Z"
    )
    assert [each.keys() for each in findings_of(listed(finding()))] == [
        each.keys() for each in findings_of(listed(later))
    ]
