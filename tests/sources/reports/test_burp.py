"""Burp's reports: XML, REST API, GraphQL, Dastardly and the HTML of Burp Suite DAST."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.scans import differences, findings_of, named, severities, shaken
from tests.sources.reports.shaking import differing, keys, sample, shaken_xml, told_apart

from throughline.sources.formats.tables import BadFile

DTD = '<!DOCTYPE issues [<!ELEMENT issues (issue*)><!ATTLIST issues burpVersion CDATA "">%s]>'
XML = """<?xml version="1.0"?>{dtd}<issues burpVersion="2024.1" exportTime="Wed Jan 27 22:43:35 CET 2021">
<issue><serialNumber>{serial}</serialNumber><type>1049088</type><name>SQL injection</name>
<host ip="10.0.0.1">https://shop.example</host><path><![CDATA[/basket]]></path>
<location><![CDATA[/basket [{point}]]]></location><severity>{severity}</severity>
<confidence>Firm</confidence><issueDetail><![CDATA[The <b>id</b> cookie]]></issueDetail>
<vulnerabilityClassifications><![CDATA[<a href="https://cwe.example/89">CWE-89: SQL</a>]]>
</vulnerabilityClassifications><requestresponse><request base64="true"><![CDATA[c2VjcmV0]]></request>
</requestresponse></issue></issues>"""


def issue(*, serial="1", point="id cookie", severity="High", dtd="") -> bytes:
    return XML.format(serial=serial, point=point, severity=severity, dtd=dtd).encode()


@pytest.mark.parametrize("name", named("burp", "burp_api", "burp_graphql", "burp_dastardly"))
def test_real_reports_are_read_as_expected(name):
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", named("burp_suite_dast"))
def test_a_page_has_as_many_issues_as_it_counts_itself(name):
    # The other product makes one finding of each type of issue (12), and calls CWE and CAPEC numbers ids of
    # vulnerabilities; the page says "Total issues found: 29".
    found = findings_of(name)
    assert differing(name) == {"findings", "severities", "vuln_ids"}
    assert severities(found) == {"High": 1, "Low": 2, "Info": 26}
    assert {each.cwe for each in found} >= {"CWE-942", "CWE-523", "CWE-295", "CWE-200", "CWE-352"}
    assert {each.attributes["confidence"] for each in found} == {"certain", "firm", "tentative"}
    assert all(each.endpoint.startswith("https://example.com/") for each in found)


def test_a_page_with_other_severities_numbers_and_words_has_the_same_keys():
    before = sample("burp_suite_dast/many_vulns.html")
    after = before.replace(b"<td>High</td>", b"<td>Low</td>").replace(b"<p>", b"<p>Reworded: ")
    for serial in (b"6932387617674187776", b"8161438409648717824"):
        after = after.replace(serial, serial[::-1])
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


@pytest.mark.parametrize("name", named("burp"))
def test_an_xml_file_of_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    after = shaken_xml(
        before, levels=("severity",), words=("issueDetail", "issueBackground"), lists=("issues",)
    )
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_dastardly_of_a_later_scan_has_the_same_keys():
    before = sample("burp_dastardly/many_findings.xml")
    after = shaken_xml(before, levels=("type",), words=(), lists=("testsuites",))
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


@pytest.mark.parametrize("name", named("burp_api", "burp_graphql"))
def test_json_of_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    assert keys(findings_of(before)) == keys(findings_of(shaken(before)))


def test_a_serial_number_is_no_identity():
    [old], [new] = findings_of(issue(serial="1")), findings_of(issue(serial="2"))
    assert old.attributes["serial_number"] != new.attributes["serial_number"]
    assert old.keys() == new.keys()


def test_two_parameters_of_a_path_are_two_weaknesses():
    [one], [other] = findings_of(issue(point="id cookie")), findings_of(issue(point="q parameter"))
    assert (one.logical, other.logical) == ("id cookie", "q parameter")
    assert one.keys()[0] != other.keys()[0]


def test_an_issue_has_its_place_its_weakness_and_no_request():
    [found] = findings_of(issue())
    assert (found.rule, found.endpoint, found.cwe) == ("1049088", "https://shop.example/basket", "CWE-89")
    assert found.description == "The id cookie"
    assert found.identified == "2021-01-27T21:43:35Z"
    assert "c2VjcmV0" not in repr(found)


def test_a_false_positive_is_one():
    [found] = findings_of(issue(severity="False positive"))
    assert (found.severity, found.state) == (None, "false positive")


def test_the_declaration_of_elements_that_burp_writes_is_passed_and_one_of_entities_is_not():
    assert len(findings_of(issue(dtd=DTD % ""))) == 1
    with pytest.raises(BadFile, match="entity declaration is refused"):
        findings_of(issue(dtd=DTD % '<!ENTITY a "b">'))
    with pytest.raises(BadFile, match="document type declaration is refused"):
        findings_of(issue(dtd='<!DOCTYPE issues SYSTEM "http://evil.example/a.dtd">'))


def test_the_library_that_burp_names_is_the_component():
    detail = (
        "We observed a vulnerable JavaScript library.<br>We detected <b>angularjs</b> version <b>1.7.7</b>, "
    )
    detail += "which has the following vulnerabilities:<ul><li>CVE-2022-25844: ReDoS</li></ul>"
    event = {"name": "Vulnerable JavaScript dependency", "type_index": 5246208, "description": detail}
    events = {"scan_status": "succeeded", "issue_events": [{"type": "issue_found", "issue": event}]}
    [found] = findings_of(json.dumps(events).encode())
    assert (found.component, found.version) == ("angularjs", "1.7.7")
    assert found.vulnerability_ids == ["CVE-2022-25844"]


def test_an_answer_of_the_api_as_it_came_is_read():
    listed = {"issue_type": {"name": "XSS", "type_index": "2097920"}, "severity": "false_positive"}
    answer = {
        "data": {"scan": {"id": "1", "issues": [listed | {"origin": "https://a.example", "path": "/"}]}}
    }
    [found] = findings_of(json.dumps(answer).encode())
    assert (found.rule, found.state) == ("2097920", "false positive")


@pytest.mark.parametrize(
    "empty",
    [
        b'<issues burpVersion="2024.1" exportTime="x"></issues>',
        b'{"task_id": "5", "scan_status": "succeeded", "issue_events": []}',
        b'{"Issues": []}',
        b'{"data": {"scan": {"issues": null}}}',
        b'<testsuites failures="0" name="Dastardly scan results - have a nice day!" tests="0"/>',
        b"<html><head><title>Scan Remediation Report #1</title></head><body>"
        b"Generated by Burp Suite Enterprise Edition | 2022-06-28 11:03 AM</body></html>",
    ],
)
def test_empty_reports_are_known(empty):
    assert findings_of(empty) == []


def test_a_page_that_never_closes_a_tag_is_refused():
    page = b"<html><title>x</title>Generated by Burp Suite DAST <a " + b"b " * 100_000
    with pytest.raises(BadFile, match="a tag is not closed"):
        findings_of(page)


def test_a_broken_issue_is_refused_with_its_place():
    events = {"scan_status": "succeeded", "issue_events": [{"issue": {"name": ["no", "text"]}}]}
    with pytest.raises(BadFile, match=r"event 1.*name: expected a text"):
        findings_of(json.dumps(events).encode())
