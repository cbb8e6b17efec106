"""The records that tools keep of their findings, as their APIs give them: GitLab's, Tenable's, Snyk's."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.scans import findings_of

from throughline.sources.formats import registry

SAST = {
    "id": "gid://gitlab/Vulnerability/7",
    "title": "Eval of user input",
    "description": "What a person types is run.",
    "state": "DETECTED",
    "severity": "HIGH",
    "reportType": "SAST",
    "detectedAt": "2026-01-05T10:00:00Z",
    "updatedAt": "2026-03-01T00:00:00Z",
    "resolvedAt": None,
    "resolvedOnDefaultBranch": False,
    "falsePositive": False,
    "webUrl": "https://gitlab.example/shop/api/-/security/vulnerabilities/7",
    "scanner": {"name": "Semgrep"},
    "project": {"fullPath": "shop/api"},
    "primaryIdentifier": {"externalType": "semgrep_id", "externalId": "py.eval", "name": "py.eval"},
    "identifiers": [
        {"externalType": "cwe", "externalId": "95", "name": "CWE-95"},
        {"externalType": "semgrep_id", "externalId": "py.eval", "name": "py.eval"},
    ],
    "location": {"file": "app.py", "startLine": "8", "vulnerableMethod": "run"},
}
PACKAGE = {
    **SAST,
    "id": "gid://gitlab/Vulnerability/8",
    "reportType": "DEPENDENCY_SCANNING",
    "primaryIdentifier": {"externalType": "cve", "externalId": "CVE-2021-23337", "name": "CVE-2021-23337"},
    "identifiers": [{"externalType": "cve", "externalId": "CVE-2021-23337", "name": "CVE-2021-23337"}],
    "location": {"file": "yarn.lock", "dependency": {"version": "4.17.20", "package": {"name": "lodash"}}},
    "cvss": [{"vendor": "GitLab", "vector": "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H"}],
}
TENABLE = {
    "asset": {"uuid": "a-1", "ipv4": "10.0.0.1", "fqdn": "shop.example"},
    "plugin": {
        "id": 42873,
        "name": "SWEET32",
        "family": "General",
        "cve": ["CVE-2016-2183"],
        "cpe": ["cpe:/a:openssl:openssl"],
        "cvss3_base_score": 7.5,
        "cvss3_vector": {"raw": "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"},
        "see_also": ["https://sweet32.info"],
        "vpr": {"score": 5.1},
        "xrefs": [{"type": "CWE", "id": "327"}],
    },
    "port": {"port": 443, "protocol": "TCP"},
    "output": "  Installed version : 1.0.2k\n  Fixed version     : 1.0.2zf\n",
    "severity": "high",
    "severity_modification_type": "NONE",
    "first_found": "2026-01-05T10:00:00.000Z",
    "last_found": "2026-02-05T10:00:00.000Z",
    "last_fixed": "2026-02-01T00:00:00.000Z",
    "state": "REOPENED",
}


def found(*records):
    return findings_of("\n".join(map(json.dumps, records)).encode())


def test_a_vulnerability_of_gitlab_is_known_by_its_id_and_reads_as_its_report_would():
    [code, package] = found(SAST, PACKAGE)
    assert (code.tool_id, code.rule, code.cwe, code.file, code.line) == (
        "7",
        "py.eval",
        "CWE-95",
        "app.py",
        8,
    )
    assert (code.identified, code.mitigated, code.state) == ("2026-01-05T10:00:00Z", "", "")
    assert (code.artefact, code.severity) == ("shop/api/app.py", 3)
    assert (package.component, package.version, package.vulnerability_ids) == (
        "lodash",
        "4.17.20",
        ["CVE-2021-23337"],
    )
    assert (package.rule, package.cvss_vector[:8]) == ("", "CVSS:3.1")


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        (
            {"dismissalReason": "FALSE_POSITIVE", "stateComment": "a test"},
            "false positive",
            "false positive: a test",
        ),
        ({"dismissalReason": "ACCEPTABLE_RISK"}, "accepted", "acceptable risk"),
        ({"stateComment": "Used in tests"}, "out of scope", "used in tests: Used in tests"),
        ({}, "accepted", "dismissed in GitLab"),
        (
            {
                "stateTransitions": {
                    "nodes": [
                        {
                            "toState": "DISMISSED",
                            "dismissalReason": "ACCEPTABLE_RISK",
                            "createdAt": "2026-01-01",
                        },
                        {
                            "toState": "DISMISSED",
                            "dismissalReason": "FALSE_POSITIVE",
                            "createdAt": "2026-02-01",
                        },
                    ]
                }
            },
            "false positive",
            "false positive",
        ),
    ],
)
def test_the_reason_of_a_dismissal_counts_and_never_the_guess_of_an_analyzer(said, state, reason):
    [dismissed] = found({**SAST, "state": "DISMISSED", "falsePositive": False, **said})
    assert (dismissed.state, dismissed.state_reason) == (state, reason)


def test_a_guess_of_an_analyzer_is_a_mark_and_no_judgement():
    [guessed] = found({**SAST, "falsePositive": True})
    assert (guessed.state, guessed.attributes["likely_false_positive"]) == ("", True)


def test_a_resolved_vulnerability_is_dated_and_one_that_no_scanner_finds_is_doubtful():
    [resolved] = found({**SAST, "state": "RESOLVED", "resolvedAt": "2026-02-01T00:00:00Z"})
    [unnoticed] = found({**SAST, "resolvedOnDefaultBranch": True})
    assert (resolved.mitigated, "mitigated_doubtful" in resolved.attributes) == (
        "2026-02-01T00:00:00Z",
        False,
    )
    assert (unnoticed.mitigated, unnoticed.attributes["mitigated_doubtful"]) == ("2026-03-01T00:00:00Z", True)


def test_the_scope_of_vulnerabilities_of_several_projects_is_the_group_of_them():
    from io import BytesIO

    from throughline.sources.formats.content import Content

    other = {**SAST, "project": {"fullPath": "shop/web"}}
    content = Content(BytesIO(json.dumps([SAST, other]).encode()), name="all")
    assert registry.reports()["gitlab_vulnerabilities"].read(content).scope == "shop"


def test_a_record_of_tenables_export_has_the_keys_of_its_table_and_is_open_again():
    [record] = found(TENABLE)
    assert record.tool_id == "42873|a-1|tcp|443"
    assert (record.component, record.version, record.fixed_version) == ("openssl", "1.0.2k", "1.0.2zf")
    assert (record.cvss_score, record.cvss_vector[:8], record.cwe) == (7.5, "CVSS:3.0", "CWE-327")
    assert (record.endpoint, record.attributes["hostname"]) == ("10.0.0.1:443", "shop.example")
    assert (record.mitigated, record.identified) == ("", "2026-01-05T10:00:00Z")


def test_what_tenable_fixed_is_mitigated_and_what_a_person_accepted_is_accepted():
    [fixed] = found({**TENABLE, "state": "FIXED"})
    [accepted] = found({**TENABLE, "severity_modification_type": "ACCEPTED", "recast_reason": "no way in"})
    assert fixed.mitigated == "2026-02-01T00:00:00Z"
    assert (accepted.state, accepted.state_reason) == ("accepted", "no way in")


def test_issues_of_snyk_one_a_line_are_read_as_in_pages():
    issue = {
        "id": "i-1",
        "type": "issue",
        "attributes": {"title": "XSS", "effective_severity_level": "high", "type": "code", "status": "open"},
    }
    page = {"jsonapi": {"version": "1.0"}, "data": [issue, issue]}
    assert found(issue, issue) == findings_of(json.dumps(page).encode())
