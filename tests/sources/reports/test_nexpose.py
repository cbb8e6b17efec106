"""Nexpose's and InsightVM's reports."""

from __future__ import annotations

import pytest
from tests.sources.reports.scans import content_of, findings_of, named, severities
from tests.sources.reports.shaking import differing, keys, sample, shaken_xml, told_apart

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

# The other product makes one finding of a vulnerability on all hosts and ports, and one more of each host
# that is up and each port that is open; here a vulnerability of an asset or service is closed by itself.
OURS = {
    "nexpose/dns.xml": {"Medium": 4, "Low": 1},
    "nexpose/report_auth.xml": {"High": 4, "Medium": 4, "Low": 6},
}
XML = """<NexposeReport version="2.0"><scans><scan id="1" name="Site" startTime="20210228T225351463"
 endTime="20210228T225429678"/></scans><nodes><node address="10.0.0.1" site-name="Site"><names>
<name>shop</name></names><tests>{tests}</tests><endpoints><endpoint protocol="tcp" port="22"><services>
<service name="SSH"><tests>{service}</tests></service></services></endpoint></endpoints></node>
<node address="10.0.0.2"><tests>{second}
</tests></node></nodes><VulnerabilityDefinitions><vulnerability id="weak-key" title="Weak key" severity="8"
 cvssScore="7.1" cvssVector="(AV:N/AC:M/Au:N/C:C/I:N/A:N)" cvssV3Score="7.5"
 cvssV3Vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" published="19990101T000000000"><description>
<ContainerBlockElement><Paragraph>First.<Paragraph>Second.</Paragraph></Paragraph></ContainerBlockElement>
</description><references><reference source="CVE">CVE-2020-1234</reference>
<reference source="URL">https://a.example</reference></references></vulnerability></VulnerabilityDefinitions>
</NexposeReport>"""
TEST = '<test id="{id}" key="{key}" status="{status}" vulnerable-since="20210211T164506081"/>'


def check(*, id="weak-key", key="", status="vulnerable-exploited") -> str:
    return TEST.format(id=id, key=key, status=status)


def report(*, tests="", service="", second="") -> bytes:
    return XML.format(tests=tests, service=service, second=second).encode()


@pytest.mark.parametrize("name", named("nexpose"))
def test_real_reports_are_read_one_finding_for_each_vulnerability_of_an_asset_or_service(name):
    assert differing(name) == {"findings", "severities"}
    assert severities(findings_of(name)) == OURS[name]


@pytest.mark.parametrize("name", named("nexpose"))
def test_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    after = shaken_xml(before, levels=("severity",), words=("Paragraph",), lists=("nodes", "tests"))
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_a_test_is_described_by_its_definition():
    [found] = findings_of(report(service=check()))
    assert (found.title, found.rule, found.severity) == ("Weak key", "weak-key", 3)
    assert (found.cvss_score, found.cvss_vector[:8]) == (7.5, "CVSS:3.1")
    assert (found.endpoint, found.vulnerability_ids) == ("10.0.0.1:22", ["CVE-2020-1234"])
    assert found.description == "First.\n\nSecond."
    assert (found.identified, found.published) == ("2021-02-11T16:45:06Z", "1999-01-01T00:00:00Z")
    assert (found.attributes["hostname"], found.attributes["service"]) == ("shop", "SSH")


def test_proofs_of_one_vulnerability_at_one_place_are_one_finding_and_keys_tell_them_apart():
    found = findings_of(report(tests=check() + check() + check(key="/home/a")))
    assert [each.attributes["instances"] for each in found] == [2, 1]
    assert found[0].keys() != found[1].keys()


def test_the_name_of_a_node_is_not_that_of_the_next():
    [found] = findings_of(report(second=check()))
    assert found.endpoint == "10.0.0.2"
    assert "hostname" not in found.attributes


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("vulnerable-version", ""),
        ("vulnerable-potential", ""),
        ("exception-vulnerable-exploited", "accepted"),
    ],
)
def test_what_is_vulnerable_is_found_and_an_exception_is_accepted(status, state):
    assert [found.state for found in findings_of(report(tests=check(status=status)))] == [state]


@pytest.mark.parametrize("status", ["not-vulnerable", "skipped-version", "error", "unknown"])
def test_what_is_not_vulnerable_is_no_finding(status):
    assert findings_of(report(tests=check(status=status))) == []


def test_a_test_without_definition_is_named_by_its_id():
    [found] = findings_of(report(tests=check(id="other-check")))
    assert (found.title, found.severity) == ("other-check", None)


def test_an_empty_report_is_known_and_names_its_scan():
    assert findings_of(b'<NexposeReport version="2.0"><nodes/></NexposeReport>') == []
    read = registry.detected(content_of("nexpose/dns.xml")).report(content_of("nexpose/dns.xml"))
    assert (read.tool, read.scope, read.scanned_at) == ("Nexpose", "Localhost", "2021-02-28T22:54:29Z")


def test_a_test_without_id_is_refused_with_its_place():
    with pytest.raises(BadFile, match=r"vulnerability of a node 1.*nothing names the finding"):
        findings_of(report(tests=check(id="")))
