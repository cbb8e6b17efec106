"""ZAP's reports, XML and JSON."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from tests.sources.reports.scans import differences, findings_of, named
from tests.sources.reports.shaking import keys, sample, shaken_xml, told_apart

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

ALERT = {
    "pluginid": "40012",
    "alertRef": "40012-1",
    "alert": "Cross Site Scripting (Reflected)",
    "riskcode": "3",
    "confidence": "2",
    "desc": "<p>Echoed &amp; run.</p>",
    "instances": [
        {"uri": "https://shop.example/a?q=1", "method": "GET", "param": "q"},
        {"uri": "https://shop.example/b", "method": "GET", "param": "q"},
    ],
    "reference": "<p>https://owasp.example/xss</p><p>https://cwe.example/79</p>",
    "cweid": "79",
    "wascid": "8",
    "tags": [{"tag": "CVE-2021-44228", "link": "https://cve.example"}],
}
SITE = {"@name": "https://shop.example", "@host": "shop.example", "@port": "443", "@ssl": "true"}


def report(*alerts: dict[str, object]) -> bytes:
    head = {"@programName": "ZAP", "@version": "2.16.1", "@generated": "Sun, 22 Jun 2025 04:04:14"}
    return json.dumps(head | {"site": [SITE | {"alerts": alerts}]}).encode()


@pytest.mark.parametrize("name", named("zap"))
def test_real_reports_are_read_as_expected_one_finding_for_each_alert_of_a_site(name):
    # Instances are samples of what the spider met; ZAP's own summary counts alerts.
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", named("zap"))
def test_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    after = shaken_xml(
        before, levels=("riskcode",), words=("desc", "solution", "otherinfo"), lists=("alerts", "instances")
    )
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_json_says_what_xml_says():
    [found] = findings_of(report(ALERT))
    assert (found.title, found.rule, found.severity) == ("Cross Site Scripting (Reflected)", "40012-1", 3)
    assert (found.cwe, found.endpoint, found.artefact) == (
        "CWE-79",
        "https://shop.example",
        "shop.example:443",
    )
    assert found.vulnerability_ids == ["CVE-2021-44228"]
    assert found.link == "https://owasp.example/xss"
    assert found.identified == "2025-06-22T04:04:14Z"
    assert found.description == (
        "Echoed & run.\n\nGET https://shop.example/a?q=1 (q)\nGET https://shop.example/b (q)"
    )
    assert found.attributes == {
        "confidence": "medium",
        "wasc": "8",
        "instances": 2,
        "method": "GET",
        "parameter": "q",
    }


def test_an_alert_keeps_its_keys_when_other_pages_show_it():
    moved = ALERT | {"instances": [{"uri": "https://shop.example/z", "method": "POST", "param": "q"}]}
    [old], [new] = findings_of(report(ALERT)), findings_of(report(moved))
    assert old.keys() == new.keys()


def test_the_same_alert_on_http_and_https_is_two():
    plain = SITE | {"@name": "http://shop.example", "@port": "80", "alerts": [ALERT]}
    both = json.dumps({"@version": "2.11.1", "site": [SITE | {"alerts": [ALERT]}, plain]}).encode()
    first, second = findings_of(both)
    assert first.keys() != second.keys()


@pytest.mark.parametrize(("code", "state"), [("0", "false positive"), ("4", "confirmed"), ("3", "")])
def test_what_a_person_said_of_an_alert_is_its_state(code, state):
    assert findings_of(report(ALERT | {"confidence": code}))[0].state == state


def test_an_alert_without_weakness_instances_and_codes_is_read():
    bare = {"pluginid": 10, "name": "Old", "riskdesc": "Low (Medium)", "cweid": "-1", "instances": None}
    [found] = findings_of(report(bare))
    assert (found.title, found.rule, found.severity, found.cwe) == ("Old", "10", 1, "")


def test_one_site_that_is_no_list_is_read_and_names_the_scope():
    one = json.dumps({"@version": "2.7.0", "site": SITE | {"alerts": [ALERT]}}).encode()
    content = Content(BytesIO(one), name="zap.json")
    assert registry.detected(content).report(content).scope == "https://shop.example"
    assert len(findings_of(one)) == 1


def test_several_sites_are_no_scope():
    other = SITE | {"@name": "https://cdn.example", "alerts": []}
    both = json.dumps({"@version": "2.11.1", "site": [SITE, other]}).encode()
    content = Content(BytesIO(both), name="zap.json")
    assert registry.detected(content).report(content).scope == ""


def test_before_instances_each_alert_was_one():
    old = b"""<OWASPZAPReport version="2.4" generated="Tue, 12 May 2015 20:57:30"><site name="http://a.example"
    host="a.example" port="80"><alerts><alertitem><pluginid>1</pluginid><alert>X</alert><riskcode>1</riskcode>
    <confidence>1</confidence><uri>http://a.example/x</uri><param>q</param></alertitem></alerts></site>
    </OWASPZAPReport>"""
    [found] = findings_of(old)
    assert (found.endpoint, found.logical) == ("http://a.example/x", "q")


def test_empty_reports_are_known():
    assert findings_of(b'{"@version": "2.16.1", "@generated": "Sun, 22 Jun 2025 04:04:14", "site": []}') == []
    assert findings_of(b'<OWASPZAPReport version="2.11.1" generated="x"></OWASPZAPReport>') == []


def test_requests_and_responses_are_not_kept():
    found = findings_of("zap/zap_2.16.1_with_req_resp.xml")
    assert not [each for each in found if "authorization" in str(each).lower() and "Bearer" in str(each)]


def test_a_broken_alert_is_refused_with_its_place():
    with pytest.raises(BadFile, match="alert 2: instances: expected a list"):
        findings_of(report(ALERT, {"pluginid": "1", "instances": 7}))
