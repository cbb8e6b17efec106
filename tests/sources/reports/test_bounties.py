"""Reports to bug bounty platforms: HackerOne and Bugcrowd."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.sources.reports.rewrites import keys_in, shaken_table
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

# Nothing in it says whose it is; see test_an_answer_without_anything_but_an_empty_list_is_read_as_none.
NAMELESS = "h1/bug_bounty_zero.json"
CURL = SCANS.parent


def api(*, state="triaged", closed=None, severity=None, relations=None, **more):
    attributes = {"title": "SSRF", "state": state, "created_at": "2024-01-02T03:04:05.000Z"}
    attributes |= {"vulnerability_information": "Steps: …", "closed_at": closed} | more
    related = {"severity": {"data": {"attributes": severity}} if severity else {"data": None}}
    related |= relations or {}
    return {"id": "7", "type": "report", "attributes": attributes, "relationships": related}


def page(*reports):
    return json.dumps({"data": reports, "links": {}}).encode()


def table(**cells):
    written = io.StringIO()
    writer = csv.DictWriter(written, cells)
    writer.writeheader()
    writer.writerow(cells)
    return written.getvalue().encode()


def submission(**cells):
    return table(
        **{
            "reference_number": "r1",
            "title": "XSS",
            "priority": "P1",
            "vrt_lineage": "Cross-Site Scripting (XSS) > Stored",
            "substate": "unresolved",
            "submitted_at": "2024-01-02 03:04:05 UTC",
        }
        | cells
    )


@pytest.mark.parametrize("name", named("h1", "bugcrowd"))
def test_real_reports_are_read_as_expected(name):
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", named("h1", "bugcrowd"))
def test_each_is_detected(name):
    expected = {"h1": "hackerone", "bugcrowd": "bugcrowd"}[name.split("/")[0]]
    found = registry.detected(content_of(name))
    assert name == NAMELESS or (found is not None and found.name == expected)


def test_an_answer_without_anything_but_an_empty_list_is_read_as_none():
    assert findings_of(b'{"findings": []}') == []
    assert findings_of(b'{"findings": []}', format="hackerone") == []


@pytest.mark.parametrize("name", [name for name in named("h1") if "zero" not in str(name)])
def test_a_report_is_known_again_after_it_was_rated_anew(name):
    before = (SCANS / name).read_bytes()
    after = shaken(before).replace(b"CSRF in admin", b"Forged request in admin")
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


@pytest.mark.parametrize("name", named("bugcrowd"))
def test_a_submission_is_known_again_after_it_was_reworded(name):
    before = (SCANS / name).read_bytes()
    after = shaken_table(before, reworded=["title", "caption", "description"])
    assert keys_in(findings_of(after)) == keys_in(findings_of(before))


def test_two_reports_of_one_weakness_on_one_asset_stay_two():
    asset = {"structured_scope": {"data": {"attributes": {"asset_identifier": "shop.example"}}}}
    [old] = findings_of(page(api(relations=asset)))
    [new] = findings_of(page(api(relations=asset) | {"id": "8"}))
    assert not set(old.keys()) & set(new.keys())


@pytest.mark.parametrize(
    ("word", "state", "mitigated"),
    [
        ("new", "", ""),
        ("needs-more-info", "", ""),
        ("triaged", "confirmed", ""),
        ("resolved", "confirmed", "2024-02-03T00:00:00Z"),
        ("not-applicable", "false positive", ""),
        ("informative", "out of scope", ""),
        ("duplicate", "duplicate", ""),
        ("spam", "out of scope", ""),
        ("something-newer", "", ""),
    ],
)
def test_hackerones_states_say_what_a_person_judged(word, state, mitigated):
    [found] = findings_of(page(api(state=word, closed="2024-02-03T00:00:00.000Z")))
    assert (found.state, found.mitigated) == (state, mitigated)


def test_hackerones_facts_are_kept():
    severity = {
        "rating": "critical",
        "score": 9.8,
        "cvss_vector_string": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H",
    }
    bounty = {"attributes": {"awarded_amount": "500.00", "awarded_bonus_amount": "50.00"}}
    bounty["attributes"] |= {"awarded_currency": "EUR"}
    relations = {
        "bounties": {"data": [bounty, bounty]},
        "weakness": {"data": {"attributes": {"name": "SSRF", "external_id": "cwe-918"}}},
        "structured_scope": {
            "data": {"attributes": {"asset_identifier": "com.shop", "asset_type": "GOOGLE_PLAY_APP_ID"}}
        },
    }
    reported = api(
        severity=severity, relations=relations, cve_ids=["cve-2024-0001"], disclosed_at="2024-05-06"
    )
    [found] = findings_of(page(reported))
    assert (found.title, found.rule, found.cwe) == ("SSRF", "SSRF", "CWE-918")
    assert (found.severity, found.cvss_score, found.cvss_vector[:8]) == (4, 9.8, "CVSS:3.0")
    assert (found.award, found.award_currency) == (1100.0, "EUR")
    assert found.vulnerability_ids == ["CVE-2024-0001"]
    assert (found.identified, found.published[:10]) == ("2024-01-02T03:04:05Z", "2024-05-06")
    assert (found.endpoint, found.attributes["asset"]) == ("", "com.shop")
    assert (found.tool_id, found.link) == ("7", "https://hackerone.com/reports/7")


def test_a_severity_that_only_has_a_score_is_rated_by_it():
    [found] = findings_of(page(api(severity={"rating": None, "score": 7.0})))
    assert found.severity == 3


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"data": api()}).encode(),
        json.dumps([api()]).encode(),
        json.dumps(api()).encode() + b"\n" + json.dumps(api()).encode() + b"\n",
    ],
)
def test_one_report_a_list_and_lines_of_reports_are_read(content):
    assert {found.tool_id for found in findings_of(content)} == {"7"}


def test_hackerones_table_is_read():
    [found] = findings_of(
        table(
            id="9",
            title="Open redirect",
            severity_rating="low",
            substate="resolved",
            weakness="Open Redirect",
            reported_at="2024-01-02 03:04:05 UTC",
            closed_at="2024-01-09 00:00:00 UTC",
            bounty="400.0",
            bonus="25",
            structured_scope="www.shop.example",
        )
    )
    assert (found.tool_id, found.severity, found.state) == ("9", 1, "confirmed")
    assert (found.identified, found.mitigated) == ("2024-01-02T03:04:05Z", "2024-01-09T00:00:00Z")
    assert (found.award, found.endpoint) == (425.0, "www.shop.example")


@pytest.mark.parametrize(
    ("priority", "severity"), [("1", 4), ("P2", 3), ("3", 2), ("p4", 1), ("5", 0), ("", None), ("?", None)]
)
def test_bugcrowds_priorities_are_severities(priority, severity):
    [found] = findings_of(submission(priority=priority))
    assert found.severity == severity


@pytest.mark.parametrize(
    ("cells", "state", "mitigated"),
    [
        ({"substate": "new"}, "", ""),
        ({"substate": "triaged"}, "confirmed", ""),
        ({"substate": "resolved", "closed_at": "2024-02-03"}, "confirmed", "2024-02-03T00:00:00Z"),
        (
            {"substate": "resolved", "resolved_at": "2024-02-04", "closed_at": "2024-03-01"},
            "confirmed",
            "2024-02-04T00:00:00Z",
        ),
        ({"substate": "wont_fix", "closed_at": "2024-02-03"}, "accepted", ""),
        ({"substate": "informational"}, "accepted", ""),
        ({"substate": "not_applicable"}, "false positive", ""),
        ({"substate": "not-reproducible"}, "false positive", ""),
        ({"substate": "out_of_scope"}, "out of scope", ""),
        ({"substate": "unresolved", "duplicate": "TRUE"}, "duplicate", ""),
    ],
)
def test_bugcrowds_states_say_what_a_person_judged(cells, state, mitigated):
    [found] = findings_of(submission(**cells))
    assert (found.state, found.mitigated) == (state, mitigated)


def test_newer_names_of_columns_are_the_old_ones():
    content = table(
        **{
            "Submission ID": "s1",
            "Title": "IDOR",
            "Priority": "2",
            "VRT": "Broken Access Control (BAC) > IDOR",
            "State": "Resolved",
            "Submitted At": "2024-01-02T03:04:05Z",
            "Resolved At": "2024-01-05T00:00:00Z",
            "Target": "api.shop.example",
            "Target Type": "api",
            "Reward": "$1,250.00",
        }
    )
    [found] = findings_of(content)
    assert (found.tool_id, found.rule) == ("s1", "Broken Access Control (BAC) > IDOR")
    assert (found.severity, found.state, found.mitigated) == (3, "confirmed", "2024-01-05T00:00:00Z")
    assert (found.award, found.award_currency) == (1250.0, "USD")
    assert (found.endpoint, found.kind) == ("api.shop.example", "web")


@pytest.mark.parametrize(
    "content",
    [
        b"ID,Title,Severity,Status,Opened,Closed\n1,XSS,high,open,2024-01-02,\n",
        b"id,title,severity,state,created_at,closed_at,description\n1,XSS,high,open,2024-01-02,,x\n",
        b"Title,Severity,Description,Date,Owner\nXSS,high,x,2024-01-02,me\n",
        b"id;title;priority;status;reported\n1;XSS;P1;open;2024-01-02\n",
        b'[{"id": "1", "title": "XSS", "severity": "high", "status": "open"}]',
        b'{"id": "1", "title": "XSS", "severity": "high"}\n{"id": "2", "title": "SSRF"}\n',
    ],
)
def test_a_list_that_a_person_keeps_is_no_report_of_any_tool(content):
    with pytest.raises(AssertionError, match="no format takes"):
        findings_of(content)


@pytest.mark.parametrize("name", ["curl_vulnerabilities.csv", "curl_snapshots.csv"])
def test_the_lists_of_a_project_are_no_report_of_any_tool(name):
    if not (CURL / name).exists():
        pytest.skip("../shared/data is not there")
    with pytest.raises(AssertionError, match="no format takes"):
        findings_of((CURL / name).read_bytes())


def test_a_broken_report_is_named_with_its_place():
    broken = api(relations={"weakness": {"data": ["CWE-79"]}})
    with pytest.raises(BadFile, match=r"report 2.*weakness\.data"):
        findings_of(page(api(), broken))


def test_a_submission_without_any_name_is_refused_by_its_line():
    with pytest.raises(BadFile, match="line 2"):
        findings_of(submission(title="", vrt_lineage=""))
