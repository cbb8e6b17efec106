"""Rules in the page: begun from a finding, tried while they are written, saved, switched off."""

from __future__ import annotations

import pytest
from tests.sources.scans.flagged import Flag, scan

from throughline.vulnerabilities.models import TriageRule, Vulnerability

TEST, CODE = Flag(file="tests/unit/test_pay.py", rule="B101"), Flag(file="src/pay.py", rule="B101")
ASKED = {
    "name": "Asserts in tests",
    "rule": "B101",
    "path": "tests/**",
    "state": "false positive",
    "reason": "tests may assert",
}


@pytest.fixture
def page(organisation, browser_of):
    return browser_of(organisation.ada)


def text(answer):
    return answer.content.decode()


def test_an_empty_list_says_what_rules_are_for(page):
    assert "No rule yet" in text(page.get("/triage-rules/"))


def test_a_rule_begun_from_a_finding_names_its_source_check_and_folder(page):
    scan(TEST, CODE)
    found = Vulnerability.objects.get(file="tests/unit/test_pay.py")
    assert f"/triage-rules/new?from={found.pk}" in text(page.get(f"/vulnerabilities/{found.pk}/"))
    seen = text(page.get(f"/triage-rules/new?from={found.pk}"))
    assert 'value="tests/unit/**"' in seen
    assert "It would have decided 1, of which people later confirmed 0." in seen


def test_a_rule_is_tried_while_it_is_written(page):
    scan(TEST, CODE)
    seen = text(page.post("/triage-rules/tried", {"rule": "B101", "state": "false positive"}))
    assert "It would have decided 2" in seen
    assert "src/pay.py" in seen
    assert not TriageRule.objects.exists()


def test_saving_decides_what_waits_only_where_that_was_asked(page):
    scan(TEST)
    page.post("/triage-rules/new", ASKED)
    assert Vulnerability.objects.get().state == "potential"
    rule = TriageRule.objects.get()
    page.post(f"/triage-rules/{rule.pk}/", {**ASKED, "apply": "1"})
    assert Vulnerability.objects.get().state == "false positive"
    assert '<td class="number" data-label="Decided">1</td>' in text(page.get("/triage-rules/"))


def test_what_is_missing_is_said_beside_its_field(page):
    answer = page.post("/triage-rules/new", {**ASKED, "reason": ""})
    assert answer.status_code == 422
    assert 'id="id_reason_error"' in text(answer)
    answer = page.post("/triage-rules/new", {**ASKED, "rule": "", "path": ""})
    assert 'id="id_source_error"' in text(answer)


def test_a_second_rule_of_the_same_name_is_refused(page):
    page.post("/triage-rules/new", ASKED)
    answer = page.post("/triage-rules/new", ASKED)
    assert answer.status_code == 422
    assert "There is a rule" in text(answer)


def test_a_rule_is_switched_off_and_its_versions_stay(page):
    page.post("/triage-rules/new", ASKED)
    rule = TriageRule.objects.get()
    page.post(f"/triage-rules/{rule.pk}/switch/", {"on": "0"})
    scan(TEST)
    assert Vulnerability.objects.get().state == "potential"
    versions = page.get("/triage-rules.json").json()["rules"]
    assert [(each["version"], each["is_on"]) for each in versions] == [(1, False)]
