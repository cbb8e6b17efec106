"""GitHub's alerts: code scanning, Dependabot (REST and GraphQL), secret scanning."""

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

FORMATS = {
    "github_sast": "github_code_scanning",
    "github_vulnerability": "github_dependabot",
    "github_secrets_detection_report": "github_secret_scanning",
}
SECRETS = "github_secrets_detection_report/github_secrets_detection_report_one_vul.json"
# The other product rates a resolved secret as harmless; that it was resolved is said by its state.
EXPLAINED = {SECRETS: ["severities {'Critical': 1}, expected {'Info': 1}"]}

CODE_ALERT = {
    "number": 7,
    "state": "dismissed",
    "created_at": "2024-05-01T10:00:00Z",
    "fixed_at": None,
    "dismissed_reason": "won't fix",
    "dismissed_comment": "behind a login",
    "html_url": "https://github.com/shop/api/security/code-scanning/7",
    "rule": {"id": "js/xss", "severity": "warning", "description": "XSS", "security_severity_level": None},
    "tool": {"name": "CodeQL"},
    "most_recent_instance": {"location": {"path": "a.js", "start_line": 3}},
}
DEPENDABOT_ALERT = {
    "number": 2,
    "state": "auto_dismissed",
    "dependency": {
        "package": {"ecosystem": "pip", "name": "django"},
        "manifest_path": "api/requirements.txt",
        "scope": "runtime",
    },
    "security_advisory": {
        "ghsa_id": "GHSA-rf4j-j272-fj86",
        "cve_id": "CVE-2018-6188",
        "summary": "Django allows a user to learn of others",
        "severity": "high",
        "identifiers": [
            {"type": "GHSA", "value": "GHSA-rf4j-j272-fj86"},
            {"type": "CVE", "value": "CVE-2018-6188"},
        ],
        "cvss": {"vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "score": 7.5},
        "cvss_severities": {
            "cvss_v3": {"vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "score": 7.5},
            "cvss_v4": {"vector_string": None, "score": 0.0},
        },
        "epss": {"percentage": 0.00442, "percentile": "0.73"},
        "cwes": [{"cwe_id": "CWE-200", "name": "Exposure"}],
        "published_at": "2018-10-03T21:13:54Z",
    },
    "security_vulnerability": {
        "package": {"ecosystem": "pip", "name": "django"},
        "severity": "high",
        "vulnerable_version_range": ">= 2.0.0, < 2.0.2",
        "first_patched_version": {"identifier": "2.0.2"},
    },
    "html_url": "https://github.com/shop/api/security/dependabot/2",
    "created_at": "2022-06-15T07:43:03Z",
    "auto_dismissed_at": "2022-06-16T07:43:03Z",
    "fixed_at": None,
    "dismissed_reason": None,
}


def as_bytes(*alerts):
    return json.dumps(list(alerts)).encode()


def opened(content):
    return Content(BytesIO(content), name="alerts")


@pytest.mark.parametrize("name", named(*FORMATS))
def test_real_exports_are_read_as_expected_but_for_what_is_explained(name):
    assert registry.detected(content_of(name)).name == FORMATS[name.split("/")[0]]
    assert list(differences(name, findings_of(name))) == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named(*FORMATS))
def test_an_alert_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


def test_a_code_scanning_alert_is_known_by_its_number_within_its_repository():
    [found] = findings_of(as_bytes(CODE_ALERT))
    assert found.tool_id == "shop/api#7"


def test_the_analysis_level_rates_a_rule_without_a_security_severity():
    [found] = findings_of(as_bytes(CODE_ALERT))
    assert found.severity == 2


@pytest.mark.parametrize(
    ("reason", "state"),
    [("false positive", "false positive"), ("won't fix", "accepted"), ("used in tests", "accepted")],
)
def test_a_dismissed_alert_says_what_was_judged_and_why(reason, state):
    [found] = findings_of(as_bytes({**CODE_ALERT, "dismissed_reason": reason}))
    assert (found.state, found.state_reason) == (state, f"{reason}: behind a login")


def test_a_fixed_alert_is_mitigated_when_github_saw_it_fixed():
    fixed = {**CODE_ALERT, "state": "fixed", "fixed_at": "2024-06-01T00:00:00Z", "dismissed_reason": None}
    [found] = findings_of(as_bytes(fixed))
    assert (found.mitigated, found.state) == ("2024-06-01T00:00:00Z", "")


def test_pages_put_into_one_list_and_alerts_one_a_line_are_read_alike():
    paged = json.dumps([[CODE_ALERT], [CODE_ALERT]]).encode()
    lines = b"\n".join(json.dumps(CODE_ALERT).encode() for _ in range(2))
    assert findings_of(paged) == findings_of(lines) == findings_of(as_bytes(CODE_ALERT)) * 2


def test_the_scope_is_the_repository_or_the_owner_of_alerts_that_name_theirs():
    read = registry.reports()["github_code_scanning"].read
    organisation = {**CODE_ALERT, "repository": {"full_name": "shop/api"}}
    assert read(opened(as_bytes(CODE_ALERT))).scope == "shop/api"
    assert read(opened(as_bytes(organisation))).scope == "shop"


def test_a_dependabot_alert_of_the_rest_api_is_read_with_all_it_says():
    [found] = findings_of(as_bytes(DEPENDABOT_ALERT))
    assert (found.component, found.version, found.fixed_version) == ("django", "", "2.0.2")
    assert found.vulnerability_ids == ["CVE-2018-6188", "GHSA-rf4j-j272-fj86"]
    assert (found.cvss_score, found.cvss_vector[:8], found.severity) == (7.5, "CVSS:3.1", 3)
    assert (found.cwe, found.file) == ("CWE-200", "api/requirements.txt")
    assert (found.state, found.state_reason) == ("accepted", "auto-dismissed")
    assert found.attributes["epss"] == 0.00442
    assert found.attributes["package_type"] == "pip"


def test_a_filled_in_cvss_4_goes_before_cvss_3():
    advisory = json.loads(json.dumps(DEPENDABOT_ALERT["security_advisory"]))
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"
    advisory["cvss_severities"]["cvss_v4"] = {"vector_string": vector, "score": 8.7}
    [found] = findings_of(as_bytes({**DEPENDABOT_ALERT, "security_advisory": advisory}))
    assert (found.cvss_vector, found.cvss_score) == (vector, 8.7)


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("inaccurate", "false positive"),
        ("not_used", "false positive"),
        ("tolerable_risk", "accepted"),
        ("no_bandwidth", "accepted"),
        ("fix_started", "confirmed"),
    ],
)
def test_dependabots_reasons_of_dismissal(reason, state):
    [found] = findings_of(as_bytes({**DEPENDABOT_ALERT, "state": "dismissed", "dismissed_reason": reason}))
    assert (found.state, found.state_reason) == (state, reason.replace("_", " "))


def test_one_alert_has_the_same_keys_through_rest_and_through_graphql():
    node = {
        "number": 2,
        "state": "OPEN",
        "vulnerableManifestPath": "api/requirements.txt",
        "securityVulnerability": {
            "severity": "HIGH",
            "package": {"name": "django", "ecosystem": "PIP"},
            "advisory": {
                "summary": "s",
                "identifiers": DEPENDABOT_ALERT["security_advisory"]["identifiers"],
            },
        },
    }
    graph = {"data": {"repository": {"nameWithOwner": "shop/api", "vulnerabilityAlerts": {"nodes": [node]}}}}
    [through_graph] = findings_of(json.dumps(graph).encode())
    [through_rest] = findings_of(as_bytes(DEPENDABOT_ALERT))
    assert through_graph.keys() == through_rest.keys()


def test_alerts_of_several_repositories_in_one_answer_keep_their_repository():
    node = {"number": 1, "securityVulnerability": {"package": {"name": "x"}, "advisory": {"summary": "s"}}}
    repositories = [
        {"name": "a", "vulnerabilityAlerts": {"nodes": [node]}},
        {"name": "b", "vulnerabilityAlerts": {"edges": [{"node": node}]}},
    ]
    found = findings_of(json.dumps({"data": {"search": {"nodes": repositories}}}).encode())
    assert [each.tool_id for each in found] == ["a#1", "b#1"]


@pytest.mark.parametrize(
    ("resolution", "state", "mitigated"),
    [
        (None, "", ""),
        ("revoked", "confirmed", "2020-11-07T02:47:13Z"),
        ("wont_fix", "accepted", ""),
        ("false_positive", "false positive", ""),
    ],
)
def test_a_secret_is_mitigated_only_when_it_was_revoked(resolution, state, mitigated):
    [alert] = json.loads((SCANS / SECRETS).read_bytes())
    alert |= {"resolution": resolution, "state": "resolved" if resolution else "open"}
    [found] = findings_of(as_bytes(alert))
    assert (found.state, found.mitigated) == (state, mitigated)


def test_no_letter_of_a_secret_beyond_its_first_four_is_kept():
    [alert] = json.loads((SCANS / SECRETS).read_bytes())
    alert["resolution_comment"] = f"rotated {alert['secret']} by hand"
    [found] = findings_of(as_bytes(alert))
    kept = msgspec.json.encode(found).decode() + str(found.keys())
    assert alert["secret"] not in kept
    assert alert["secret"][4:] not in kept
    assert "rotated aio_…" in found.state_reason


def test_a_hidden_secret_is_no_fault():
    [alert] = json.loads((SCANS / SECRETS).read_bytes())
    [found] = findings_of(as_bytes({**alert, "secret": None}))
    assert found.description == ""


def test_a_broken_alert_is_named_with_its_place():
    broken = {**CODE_ALERT, "most_recent_instance": {"location": "nowhere"}}
    with pytest.raises(BadFile, match=r"alert 2.*most_recent_instance\.location: expected an object"):
        findings_of(as_bytes(CODE_ALERT, broken))


def test_a_node_that_graphql_withholds_is_passed_over():
    answer = {"data": {"repository": {"vulnerabilityAlerts": {"nodes": [None]}}}}
    assert findings_of(json.dumps(answer).encode()) == []
