"""Scanners of source code with reports of their own: gosec, Brakeman, and what is new of Bandit."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

EXPLAINED = {
    # Brakeman rates confidence alone (here: weak); the other product calls every warning medium.
    "brakeman/two_findings.json": ["severities {'Low': 2}, expected {'Medium': 2}"]
}
ISSUE = {
    "severity": "HIGH",
    "confidence": "LOW",
    "cwe": {"ID": "798", "URL": "https://cwe.mitre.org/data/definitions/798.html"},
    "rule_id": "G101",
    "details": "Potential hardcoded credentials",
    "file": "main.go",
    "code": "11: \n12: password := x\n13: \n",
    "line": "12-13",
    "column": "2",
}
WARNING = {
    "warning_type": "SQL Injection",
    "warning_code": 0,
    "fingerprint": "ab12",
    "check_name": "SQL",
    "message": "Possible SQL injection",
    "file": "app/models/user.rb",
    "line": 7,
    "code": "User.where(params[:q])",
    "location": {"type": "method", "class": "User", "method": "find_by_q"},
    "confidence": "High",
    "cwe_id": [89],
}


def gosec(*issues):
    return json.dumps({"Golang errors": {}, "Issues": issues, "Stats": {"found": len(issues)}}).encode()


def brakeman(*warnings, ignored=()):
    scan = {
        "app_path": "/srv/shop",
        "end_time": "2024-05-01 10:00:00 +0200",
        "checks_performed": ["SQL", "XSS"],
    }
    return json.dumps({"scan_info": scan, "warnings": warnings, "ignored_warnings": ignored}).encode()


@pytest.mark.parametrize("name", named("gosec", "brakeman"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert registry.detected(content_of(name)).name == name.split("/")[0]
    assert list(differences(name, findings_of(name))) == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named("gosec", "brakeman"))
def test_a_finding_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


def test_the_line_numbers_in_gosecs_source_are_no_part_of_what_it_is_known_by():
    moved = {**ISSUE, "code": "98: \n99: password := x\n100: \n", "line": "99"}
    [old], [new] = findings_of(gosec(ISSUE)), findings_of(gosec(moved))
    assert old.keys() == new.keys()
    assert (old.line, new.line, old.cwe) == (12, 99, "CWE-798")


def test_an_issue_suppressed_in_gosec_is_accepted_with_its_justification():
    suppressed = {**ISSUE, "suppressions": [{"kind": "inSource", "justification": "a test key"}]}
    [found] = findings_of(gosec(suppressed))
    assert (found.state, found.state_reason) == ("accepted", "a test key")


def test_gosec_writes_null_for_no_issues():
    assert findings_of(b'{"Issues": null, "Stats": {"files": 1}}') == []


def test_brakemans_confidence_stands_for_the_severity_that_it_does_not_have():
    found = findings_of(brakeman(*({**WARNING, "confidence": word} for word in ("High", "Medium", "Weak"))))
    assert [each.severity for each in found] == [3, 2, 1]


def test_a_warning_is_known_by_its_fingerprint_then_by_its_method():
    [found] = findings_of(brakeman(WARNING))
    assert found.tool_id == "ab12"
    assert str(found.keys()[1]) == "2:rule:SQL||app/models/user.rb|User#find_by_q|"
    assert found.cwe == "CWE-89"


def test_ignored_warnings_are_accepted_findings():
    open_, ignored = findings_of(brakeman(WARNING, ignored=[WARNING]))
    assert (open_.state, ignored.state) == ("", "accepted")


def test_brakeman_names_the_checks_that_ran_and_the_program():
    read = registry.reports()["brakeman"].read
    report = read(Content(BytesIO(brakeman(WARNING)), name="report"))
    assert (report.rules, report.scope) == ({"SQL", "XSS"}, "shop")
    assert report.scanned_at == "2024-05-01T08:00:00Z"


def test_where_warnings_name_no_check_the_list_of_checks_proves_nothing():
    old = {name: value for name, value in WARNING.items() if name != "check_name"}
    read = registry.reports()["brakeman"].read
    assert read(Content(BytesIO(brakeman(old)), name="report")).rules is None


def test_a_warning_with_nothing_but_nulls_beside_its_type_is_read():
    nulls = dict.fromkeys(WARNING) | {"warning_type": "SQL Injection"}
    [found] = findings_of(brakeman(nulls))
    assert (found.title, found.severity, found.file) == ("SQL Injection", None, "")


def bandit(*results):
    return json.dumps({"results": results, "metrics": {}, "generated_at": "2024-05-01T00:00:00Z"}).encode()


def test_a_password_that_bandit_quotes_is_masked():
    quoted = {"test_id": "B105", "issue_text": "Possible hardcoded password: 'it''s hunter2'"}
    [found] = findings_of(bandit(quoted | {"issue_severity": "LOW", "filename": "a.py", "line_number": 3}))
    assert found.title == "Possible hardcoded password: … (13 characters)"
    assert "hunter2" not in found.description


def test_a_result_of_a_bandit_that_knew_no_weaknesses_is_read():
    old = {"test_id": "B101", "issue_text": "Use of assert.", "filename": "a.py", "line_range": [3]}
    [found] = findings_of(bandit(old))
    assert (found.rule, found.cwe, found.line, found.attributes) == ("B101", "", None, {})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gosec(ISSUE, {**ISSUE, "file": {}}), "issue 2: file: expected a text, found an object"),
        (brakeman(WARNING, {**WARNING, "location": 3}), "warning 2: location: expected an object"),
    ],
)
def test_a_broken_record_is_named_with_its_place(content, message):
    with pytest.raises(BadFile, match=message):
        findings_of(content)


def test_a_scan_of_code_that_gosec_could_not_load_proves_nothing():
    broken = {
        "Golang errors": {"app.go": [{"line": 5, "error": "undeclared name"}]},
        "Issues": [],
        "Stats": {},
    }
    read = registry.reports()["gosec"].report
    assert not read(Content(BytesIO(json.dumps(broken).encode()), name="gosec.json")).succeeded
    assert read(Content(BytesIO(gosec()), name="gosec.json")).succeeded
