"""GitLab's security reports."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import msgspec
import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

FOLDERS = (
    "gitlab_api_fuzzing",
    "gitlab_container_scan",
    "gitlab_dast",
    "gitlab_dep_scan",
    "gitlab_sast",
    "gitlab_secret_detection_report",
)
# Its expectation writes the weakness as text; see the test of its own.
WEAKNESS_AS_TEXT = "gitlab_container_scan/gl-container-scanning-report-multiple-cwe-fabricated_v15.json"
FIRST_LINE = "the other product takes the last line of a place of many lines; people look at its first"
UNRATED = "GitLab says Unknown, which is no severity; the other product calls it Info"
EXPLAINED = {
    "gitlab_dep_scan/gl-dependency-scanning-report-2-vuln-missing-component_v14.json": {
        "severities {'None': 1, 'High': 1}, expected {'High': 1, 'Info': 1}": UNRATED
    },
    "gitlab_dep_scan/gl-dependency-scanning-report-multiple-cwe-fabricated_v15.json": {
        "severities {'None': 1}, expected {'Info': 1}": UNRATED
    },
    "gitlab_dep_scan/gl-dependency-scanning-report-many-vuln_v14.json": {
        "severities {'High': 5, 'None': 1}, expected {'High': 5, 'Info': 1}": UNRATED
    },
    "gitlab_sast/gl-sast-report-cwe_v15.json": {"line: {56: 1} expected; ours {13: 1}": FIRST_LINE},
    "gitlab_sast/gl-sast-report-confidence_v15.json": {
        "line: {34: 2, 56: 1, 58: 1} expected; ours {9: 1, 13: 1, 15: 1, 12: 1}": FIRST_LINE
    },
}


def report(type, *vulnerabilities, **more):
    scan = {
        "type": type,
        "scanner": {"id": "s", "name": "Scanner"},
        "end_time": "2024-05-01T10:00:00",
        **more,
    }
    return json.dumps({"version": "15.0.7", "vulnerabilities": vulnerabilities, "scan": scan}).encode()


SAST = {
    "id": "f7a3",
    "name": "Eval with user input",
    "severity": "High",
    "location": {"file": "app.rb", "start_line": 8},
    "identifiers": [{"type": "semgrep_id", "name": "ruby.eval", "value": "ruby.eval"}],
}
SECRET = {
    "id": "a70b",
    "category": "secret_detection",
    "name": "Password in URL",
    "message": "Password in URL amqp://guest:hunter2@mq detected",
    "description": "Found amqp://guest:hunter2@mq in a file",
    "cve": ".env:a013fea9cebb7f3c805ca0c7d1ec17bac4bbe3c18079eb0b45f96a0ce11f18b6:Password in URL",
    "severity": "Critical",
    "raw_source_code_extract": "amqp://guest:hunter2@mq",
    "location": {"file": ".env", "commit": {"sha": "6e36ee7", "author": "Ann"}, "start_line": 34},
    "identifiers": [{"type": "gitleaks_rule_id", "name": "Gitleaks rule", "value": "Password in URL"}],
}


@pytest.mark.parametrize("name", named(*FOLDERS))
def test_every_real_report_is_recognised(name):
    assert registry.detected(content_of(name)).name == "gitlab"


@pytest.mark.parametrize("name", [name for name in named(*FOLDERS) if name != WEAKNESS_AS_TEXT])
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert list(differences(name, findings_of(name))) == list(EXPLAINED.get(name, {}))


@pytest.mark.parametrize("name", [name for name in named(*FOLDERS) if name == WEAKNESS_AS_TEXT])
def test_a_package_in_an_image_is_known_without_the_tag_or_digest_of_the_image(name):
    [found] = findings_of(name)
    assert (found.component, found.version, found.fixed_version) == ("apt", "1.4.8", "1.4.9")
    assert (found.cwe, found.tags, found.vulnerability_ids) == ("CWE-79", ["CWE-89"], ["CVE-2019-3462"])
    assert found.artefact == "registry.gitlab.com/gitlab-org/security-products/dast/webgoat-8.0"


@pytest.mark.parametrize("name", named(*FOLDERS))
def test_a_finding_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


def test_the_id_of_a_vulnerability_is_in_no_key_for_it_may_be_random():
    [one], [other] = findings_of(report("sast", SAST)), findings_of(report("sast", {**SAST, "id": "0c11"}))
    assert one.keys() == other.keys()


def test_a_tracking_signature_knows_a_place_by_its_distance_from_its_method():
    signatures = [
        {"algorithm": "location", "value": "app.rb:8"},
        {"algorithm": "scope_offset", "value": "app.rb|App[0]|run[0]:4"},
        {"algorithm": "scope_offset_compressed", "value": "app.rb|App[0]|run[0]:3"},
    ]
    tracking = {"type": "source", "items": [{"file": "app.rb", "signatures": signatures}]}
    [found] = findings_of(report("sast", {**SAST, "tracking": tracking}))
    assert found.tool_id == "ruby.eval|app.rb|App[0]|run[0]:3"
    assert found.logical == "App[0]|run[0]"


def test_a_signature_that_is_a_line_of_the_file_is_not_taken():
    tracking = {"items": [{"signatures": [{"algorithm": "scope_offset", "value": "app.rb:8"}]}]}
    [found] = findings_of(report("sast", {**SAST, "tracking": tracking}))
    assert found.tool_id == ""


def test_a_sentence_in_place_of_a_rule_gives_way_to_its_name():
    sentence = {
        "type": "njsscan_rule_type",
        "name": "node_username",
        "value": "A hardcoded username is there.",
    }
    [found] = findings_of(report("sast", {**SAST, "identifiers": [sentence]}))
    assert found.rule == "node_username"


def test_the_rules_that_ran_are_the_primary_identifiers_of_the_scan():
    content = report("sast", SAST, primary_identifiers=[{"type": "semgrep_id", "value": "ruby.eval"}])
    read = registry.reports()["gitlab"].read(Content(BytesIO(content), name="report"))
    assert read.rules == {"ruby.eval"}
    assert (read.tool, read.scanned_at) == ("Scanner", "2024-05-01T10:00:00Z")


def test_no_letter_of_a_secret_beyond_its_first_four_is_kept_nor_its_hash():
    [found] = findings_of(report("secret_detection", SECRET))
    kept = msgspec.json.encode(found).decode() + str(found.keys())
    assert "hunter2" not in kept
    assert "a013fea9" not in kept
    assert found.context == ""
    assert (found.kind, found.cwe, found.line) == ("secret", "CWE-798", 34)
    assert found.attributes == {"commit": "6e36ee7", "author": "Ann"}


def test_a_secret_given_as_lines_of_source_is_masked_too():
    lines = {**SECRET, "raw_source_code_extract": ["amqp://guest:hunter2@mq"]}
    [found] = findings_of(report("secret_detection", lines))
    assert "hunter2" not in msgspec.json.encode(found).decode()


def test_two_secrets_of_one_rule_in_one_file_have_keys_of_their_own():
    other = {**SECRET, "raw_source_code_extract": "postgres://app:correcthorse@db"}
    one, two = findings_of(report("secret_detection", SECRET, other))
    assert one.keys()[0] != two.keys()[0]


def test_a_crash_is_known_by_its_type_and_stack_not_its_address():
    location = {
        "crash_address": "0x602000001573",
        "crash_type": "Heap-buffer-overflow",
        "crash_state": "f\ng",
    }
    crash = {**SAST, "location": location}
    moved = {**SAST, "location": {**location, "crash_address": "0x60b000001234"}}
    [one] = findings_of(report("coverage_fuzzing", crash))
    [two] = findings_of(report("coverage_fuzzing", moved))
    assert one.keys() == two.keys()
    assert one.logical == "Heap-buffer-overflow f\ng"


def test_a_report_before_scans_were_described_is_read_by_what_its_places_look_like():
    package = {"dependency": {"package": {"name": "rack"}, "version": "1.0"}, "file": "Gemfile.lock"}
    old = {"version": "2.3", "vulnerabilities": [{**SAST, "location": package}], "remediations": []}
    [found] = findings_of(json.dumps(old).encode())
    assert (found.kind, found.component, found.version) == ("dependency", "rack", "1.0")


def test_of_several_cvss_vectors_the_newest_version_is_taken():
    vectors = [
        {"vendor": "NVD", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
        {"vendor": "GitLab", "vector": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"},
    ]
    [found] = findings_of(report("dependency_scanning", {**SAST, "cvss_vectors": vectors}))
    assert found.cvss_vector.startswith("CVSS:4.0/")


def test_members_that_are_null_or_missing_leave_a_finding_of_its_rule():
    bare = {"identifiers": SAST["identifiers"], "location": None, "links": None, "severity": None}
    [found] = findings_of(report("sast", bare))
    assert (found.title, found.severity, found.file) == ("ruby.eval", None, "")


def test_a_broken_vulnerability_is_named_with_its_place():
    broken = {**SAST, "location": {"file": ["a", "b"]}}
    with pytest.raises(BadFile, match=r"vulnerability 2: file: expected a text, found a list"):
        findings_of(report("sast", SAST, broken))


@pytest.mark.parametrize(("status", "succeeded"), [("success", True), ("failure", False)])
def test_a_scan_that_failed_proves_nothing(status, succeeded):
    content = Content(BytesIO(report("sast", status=status)), name="report.json")
    assert registry.reports()["gitlab"].report(content).succeeded is succeeded
