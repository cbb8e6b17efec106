"""Scanners of infrastructure as code: Checkov, KICS."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

# Checkov without a platform rates nothing (the other product says medium), and neither a cloud resource nor a
# platform is a software component.
EXPLAINED = {
    "checkov/checkov-report-many-vuln.json": [
        "severities {'None': 3}, expected {'Medium': 3}",
        "component: {'azurerm_key_vault.main': 3} expected; ours {None: 3}",
    ],
    "kics/many_findings.json": [
        "component: {'Kubernetes': 11, 'Terraform': 6, 'Common': 1} expected; ours {None: 18}"
    ],
}
CHECK = {
    "check_id": "CKV_AWS_20",
    "check_name": "S3 bucket is public",
    "check_result": {"result": "FAILED"},
    "code_block": [[1, 'resource "aws_s3_bucket" "b" {\n'], [2, "}\n"]],
    "file_path": "/s3.tf",
    "file_line_range": [1, 2],
    "resource": "aws_s3_bucket.b",
    "severity": None,
}
PACKAGE = {
    "check_id": "BC_CVE_2020_28493",
    "check_name": "SCA package scan",
    "file_path": "/requirements.txt",
    "file_line_range": [0, 0],
    "resource": "requirements.txt.jinja2",
    "severity": "MEDIUM",
    "vulnerability_details": {
        "id": "CVE-2020-28493",
        "package_name": "jinja2",
        "package_version": "2.10",
        "package_type": "python",
        "lowest_fixed_version": "2.11.3",
        "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
        "cvss": 5.3,
        "link": "https://nvd.nist.gov/vuln/detail/CVE-2020-28493",
    },
}
PLACE = {
    "file_name": "main.tf",
    "similarity_id": "70d2",
    "line": 25,
    "search_key": "aws_s3_bucket[this]",
    "resource_type": "aws_s3_bucket",
    "resource_name": "this",
    "actual_value": "It is public",
}


def framework(type, *failed, skipped=()):
    results = {"passed_checks": [], "failed_checks": failed, "skipped_checks": skipped, "parsing_errors": []}
    return {"check_type": type, "results": results, "summary": {"checkov_version": "3.2.0"}}


def as_bytes(value):
    return json.dumps(value).encode()


def kics(*places, name="S3 Bucket is public", **more):
    query = {"query_name": name, "query_id": "7af4", "severity": "HIGH", "files": places, **more}
    return as_bytes({"kics_version": "v2.1.0", "files_scanned": 1, "queries": [query], "total_counter": 1})


@pytest.mark.parametrize("name", named("checkov", "kics"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert registry.detected(content_of(name)).name == name.split("/")[0]
    assert list(differences(name, findings_of(name))) == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named("checkov", "kics"))
def test_a_finding_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


def test_the_numbers_of_the_flagged_lines_are_no_part_of_what_a_check_is_known_by():
    moved = {**CHECK, "code_block": [[8, CHECK["code_block"][0][1]], [9, "}\n"]], "file_line_range": [8, 9]}
    [old] = findings_of(as_bytes(framework("terraform", CHECK)))
    [new] = findings_of(as_bytes(framework("terraform", moved)))
    assert old.keys() == new.keys()
    assert (old.line, new.line) == (1, 8)


def test_several_frameworks_are_one_report():
    found = findings_of(as_bytes([framework("terraform", CHECK), framework("dockerfile", CHECK)]))
    assert [each.attributes["framework"] for each in found] == ["terraform", "dockerfile"]


def test_a_scan_without_resources_is_a_summary_alone_and_finds_nothing():
    summary = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0}
    content = as_bytes({**summary, "checkov_version": "2.3.0"})
    assert findings_of(content) == []


def test_a_skipped_check_is_accepted_with_its_reason():
    skipped = {**CHECK, "check_result": {"result": "SKIPPED", "suppress_comment": "a public web site"}}
    [found] = findings_of(as_bytes(framework("terraform", skipped=[skipped])))
    assert (found.state, found.state_reason) == ("accepted", "a public web site")


def test_checkovs_own_severity_is_taken_where_its_platform_gives_one():
    [found] = findings_of(as_bytes(framework("terraform", {**CHECK, "severity": "LOW"})))
    assert found.severity == 1


def test_a_vulnerable_package_is_an_advisory_on_a_component():
    [found] = findings_of(as_bytes(framework("sca_package", PACKAGE)))
    assert (found.kind, found.component, found.version) == ("dependency", "jinja2", "2.10")
    assert (found.vulnerability_ids, found.cvss_score, found.fixed_version) == (
        ["CVE-2020-28493"],
        5.3,
        "2.11.3",
    )
    assert str(found.keys()[-1]) == "3:package:CVE-2020-28493|jinja2|requirements.txt"


def test_an_image_is_known_without_tag_lines_and_digest():
    place = "/Dockerfile (python:3.9-alpine lines:1-4 (sha256:ab12)).jinja2"
    [found] = findings_of(as_bytes(framework("sca_image", {**PACKAGE, "file_path": place})))
    assert (found.file, found.artefact, found.kind) == ("/Dockerfile", "/Dockerfile python", "container")


def test_nothing_of_a_secrets_source_is_kept():
    line = "aws_key = 'AKIAIOSFODNN7EXAMPLE'\n"
    secret = {**CHECK, "check_id": "CKV_SECRET_2", "code_block": [[1, line]], "resource": "25910f981e85ca04"}
    [found] = findings_of(as_bytes(framework("secrets", secret)))
    assert (found.kind, found.cwe, found.context) == ("secret", "CWE-798", "")
    assert "IOSFODNN7" not in msgspec.json.encode(found).decode() + str(found.keys())


def test_each_place_of_a_query_is_a_finding_known_by_its_similarity():
    found = findings_of(kics(PLACE, {**PLACE, "similarity_id": "9911", "line": 40}, cwe="319"))
    assert [(each.tool_id, each.line, each.cwe) for each in found] == [
        ("70d2", 25, "CWE-319"),
        ("9911", 40, "CWE-319"),
    ]
    assert found[0].attributes["resource"] == "aws_s3_bucket.this"


def test_the_similarity_of_a_secret_is_not_taken_for_it_is_made_of_its_line():
    place = {**PLACE, "search_key": "password=hunter22", "actual_value": "'hunter22' is a secret"}
    [found] = findings_of(kics(place, name="Passwords And Secrets - Generic Password"))
    assert (found.tool_id, found.kind) == ("", "secret")
    assert "hunter22" not in msgspec.json.encode(found).decode() + str(found.keys())


@pytest.mark.parametrize(("word", "level"), [("CRITICAL", 4), ("INFO", 0), ("TRACE", 0), ("odd", None)])
def test_kics_severities(word, level):
    [found] = findings_of(kics(PLACE, severity=word))
    assert found.severity == level


def test_a_report_of_kics_without_queries_finds_nothing():
    assert findings_of(b'{"files_scanned": 3, "queries": null, "severity_counters": {}}') == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            as_bytes(framework("terraform", CHECK, {**CHECK, "file_path": []})),
            "check 2: file_path: expected a text",
        ),
        (kics("main.tf"), "query 1: the record: expected an object, found a text"),
    ],
)
def test_a_broken_record_is_named_with_its_place(content, message):
    with pytest.raises(BadFile, match=message):
        findings_of(content)
