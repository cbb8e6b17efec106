"""SonarQube: issues and hotspots by API, and the two kinds of file that sonar-report writes."""

from __future__ import annotations

import json
import re
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

# The API names a file by its component's key, which holds the project's; beside it stands the path, which is
# what a repository and other tools call the file. An issue of the project itself has none.
EXPLAINED = {
    "sonarqube/findings_over_api_multi_cwe_fabricated.json": [
        "file: {'testapplication': 1, 'testapplication:src/app/services/fjweiofwefjiofiwofjwof.fjewoi': 1} "
        "expected; ours {None: 1, 'src/app/pages/fjiowefjewio/fjwieof/fjiwoe/details.html': 1, "
        "'src/app/services/fjweiofwefjiofiwofjwof.fjewoi': 1}"
    ],
    "sonarqube/findings_over_api_hotspots.json": [
        "file: {'keyfoot.htmlfjoes': 2, 'nana-ofewfe:src/app/component.asdf': 1, "
        "'nana-ofewfe:src/path/to//1231235/ccommp.html': 1} expected; ours "
        "{'src/app/2389479284379021-footer.component.html': 2, 'src/app/component.asdf': 1, "
        "'src/path/to//1231235/ccommp.html': 1}"
    ],
}
HTML = "sonarqube/sonar-rule-undefined.html"
ISSUE = {
    "key": "AY1",
    "rule": "java:S2077",
    "severity": "CRITICAL",
    "component": "shop:src/A.java",
    "project": "shop",
    "line": 9,
    "hash": "1de6211e",
    "status": "OPEN",
    "message": "Format this query.",
    "tags": ["cwe-89"],
    "creationDate": "2024-01-02T03:04:05+0000",
    "type": "VULNERABILITY",
}
HOTSPOT = {
    "key": "H1",
    "component": "shop:src/A.java",
    "project": "shop",
    "securityCategory": "sql-injection",
    "vulnerabilityProbability": "HIGH",
    "status": "TO_REVIEW",
    "message": "Make sure it is safe.",
    "ruleKey": "java:S2077",
    "creationDate": "2024-01-02T03:04:05+0000",
    "updateDate": "2024-02-02T03:04:05+0000",
}
COMPONENTS = [{"key": "shop", "qualifier": "TRK", "name": "shop"}]


def issues(*issues, **more):
    return json.dumps({"issues": issues, "components": COMPONENTS, "effortTotal": 0, **more}).encode()


def hotspots(*hotspots):
    return json.dumps({"paging": {}, "hotspots": hotspots, "components": COMPONENTS}).encode()


def opened(content):
    return Content(BytesIO(content), name="report")


@pytest.mark.parametrize("name", named("sonarqube"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    format = "sonarqube_html" if name.endswith(".html") else "sonarqube"
    assert registry.detected(content_of(name)).name == format
    assert list(differences(name, findings_of(name))) == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", [name for name in named("sonarqube") if name != HTML])
def test_an_issue_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


@pytest.mark.parametrize("name", [name for name in named("sonarqube") if name == HTML])
def test_a_row_is_known_again_after_its_line_moved_and_its_severity_changed(name):
    before = (SCANS / name).read_bytes()
    after = re.sub(rb"<td>BLOCKER</td>(?=\s*<td class)", b"<td>MINOR</td>", before)
    after = after.replace(b"<td>190</td>", b"<td>197</td>")
    [old], [new] = findings_of(before), findings_of(after)
    assert (old.line, new.line, old.severity, new.severity) == (190, 197, 4, 1)
    assert old.keys() == new.keys()


def test_the_weaknesses_of_a_row_are_those_of_its_rule_described_further_down():
    content = (SCANS / HTML).read_bytes() if (SCANS / HTML).exists() else pytest.skip("no shared data")
    described = content.replace(b">squid:S2975<", b">squid:S864<").replace(b"=squid:S2975", b"=squid:S864")
    [found] = findings_of(described)
    assert (found.rule, found.cwe) == ("squid:S864", "CWE-783")
    assert found.identified == "2019-08-02T00:00:00Z"


def test_a_table_within_a_rules_description_is_no_row():
    html = (
        "<!DOCTYPE html><html><head><title>SonarQube Vulnerability Report</title></head><body>"
        "<table><thead><tr><th>Rule</th><th>Severity</th><th>Component</th><th>Line</th><th>Description</th>"
        "<th>Message</th><th>Key</th><th>Status</th></tr></thead><tbody>"
        "<tr><td><a>a:1</a></td><td>MAJOR</td><td>x.py</td><td></td><td>T &amp; t</td><td>m</td><td>K</td>"
        "<td><a>OPEN</a></td></tr></tbody></table>"
        "<table><thead><tr><th>Rule</th><th>Description</th></tr></thead><tbody><tr><td>a:1</td><td>"
        "<table><tr><th>Rule</th></tr><tr><td>inner</td></tr></table> MITRE, CWE-79 and CWE-80</td></tr>"
        "</tbody></table></body></html>"
    )
    [found] = findings_of(html.encode())
    assert (found.rule, found.title, found.severity, found.line) == ("a:1", "T & t", 2, None)
    assert (found.cwe, found.tags, found.tool_id) == ("CWE-79", ["CWE-80"], "K")
    assert found.attributes == {"status": "open"}


def test_a_report_in_html_without_issues_finds_nothing():
    html = b"<!DOCTYPE html><html><head><title>SonarQube Vulnerability Report</title></head></html>"
    assert findings_of(html) == []


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ({"severity": "BLOCKER"}, 4),
        ({"severity": "CRITICAL"}, 3),
        ({"severity": "MAJOR"}, 2),
        ({"severity": "odd"}, None),
        ({"severity": "INFO", "impacts": [{"softwareQuality": "SECURITY", "severity": "HIGH"}]}, 3),
        ({"severity": None, "impacts": [{"softwareQuality": "MAINTAINABILITY", "severity": "LOW"}]}, 1),
    ],
)
def test_the_impact_on_security_goes_before_the_older_severity(words, level):
    [found] = findings_of(issues({**ISSUE, **words}))
    assert found.severity == level


@pytest.mark.parametrize(
    ("words", "state", "mitigated"),
    [
        ({"status": "RESOLVED", "resolution": "FALSE-POSITIVE"}, "false positive", ""),
        ({"status": "RESOLVED", "resolution": "WONTFIX"}, "accepted", ""),
        ({"issueStatus": "ACCEPTED"}, "accepted", ""),
        ({"status": "CONFIRMED"}, "confirmed", ""),
        (
            {"status": "CLOSED", "resolution": "FIXED", "closeDate": "2024-03-01T00:00:00+0000"},
            "",
            "2024-03-01T00:00:00Z",
        ),
    ],
)
def test_what_became_of_an_issue(words, state, mitigated):
    [found] = findings_of(issues({**ISSUE, **words}))
    assert (found.state, found.mitigated) == (state, mitigated)


@pytest.mark.parametrize(
    ("words", "state", "mitigated"),
    [
        ({}, "", ""),
        ({"status": "REVIEWED", "resolution": "SAFE"}, "false positive", ""),
        ({"status": "REVIEWED", "resolution": "ACKNOWLEDGED"}, "accepted", ""),
        ({"status": "REVIEWED", "resolution": "FIXED"}, "", "2024-02-02T03:04:05Z"),
    ],
)
def test_what_a_review_said_of_a_hotspot(words, state, mitigated):
    [found] = findings_of(hotspots({**HOTSPOT, **words}))
    assert (found.state, found.mitigated, found.file) == (state, mitigated, "src/A.java")


def test_an_issue_of_a_dependency_names_package_advisory_and_score():
    message = (
        "Filename: log4j:1.2.17 | Reference: CVE-2019-17571 | CVSS Score: 9.8 | Category: CWE-502 | Text."
    )
    known = {**ISSUE, "rule": "OWASP:UsingComponentWithKnownVulnerability", "message": message, "tags": []}
    [found] = findings_of(issues({**known, "component": "shop"}))
    assert (found.component, found.version, found.cvss_score) == ("log4j", "1.2.17", 9.8)
    assert (found.vulnerability_ids, found.cwe, found.kind) == (["CVE-2019-17571"], "CWE-502", "dependency")
    assert found.file == ""


def test_issues_and_hotspots_in_one_file_are_all_read():
    assert len(findings_of(issues(ISSUE, hotspots=[HOTSPOT]))) == 2


def test_the_scope_is_the_one_project_of_the_file():
    read = registry.reports()["sonarqube"].read
    two = [*COMPONENTS, {"key": "bank", "qualifier": "TRK"}]
    assert read(opened(issues(ISSUE))).scope == "shop"
    assert read(opened(issues(ISSUE, components=two))).scope == ""


def test_an_answer_without_issues_finds_nothing():
    assert findings_of(issues()) == findings_of(hotspots()) == []


def test_the_hash_of_a_line_with_a_secret_is_not_kept():
    [found] = findings_of(issues({**ISSUE, "rule": "secrets:S6290"}))
    assert (found.kind, found.context) == ("secret", "")


def test_a_broken_issue_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"issue 2: message: expected a text, found a list"):
        findings_of(issues(ISSUE, {**ISSUE, "message": []}))


def test_issues_cut_out_of_their_answer_are_recognised():
    cut, alone = json.dumps({"issues": [ISSUE]}).encode(), json.dumps([ISSUE]).encode()
    assert findings_of(cut) == findings_of(alone)
    assert findings_of(cut)[0].file == "src/A.java"
