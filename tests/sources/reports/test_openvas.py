"""Reports of OpenVAS and Greenbone, XML and CSV."""

from __future__ import annotations

from io import BytesIO

import pytest
from tests.sources.reports.scans import content_of, differences, findings_of, named
from tests.sources.reports.shaking import keys, sample, shaken_table, shaken_xml, told_apart

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

XML = """<report id="1" format_id="x" extension="xml"><report id="1"><gmp><version>20.08</version></gmp>
<task id="t"><name>Weekly</name></task><scan_start>2020-01-02T03:04:05Z</scan_start><results>
<result id="{id}"><name>SSL/TLS: weak</name>{created}<host>10.0.0.1<hostname>shop</hostname></host>
<port>{port}</port><nvt oid="1.3.6.1.4.1.25623.1.0.1"><name>SSL/TLS: weak</name><family>SSL</family>
<cvss_base>4.3</cvss_base>{old}<tags>cvss_base_vector=AV:N/AC:M/Au:N/C:P/I:N/A:N|summary=Weak|insight=a|b</tags>
</nvt><threat>{threat}</threat><severity>{score}</severity>{more}</result></results></report></report>"""
DETECTED = """<detection><result id="9"><details><detail><name>product</name>
<value>cpe:/a:apache:http_server:2.4.29</value></detail></details></result></detection>"""


def result(*, id="1", port="443/tcp", threat="Medium", score="4.3", created="", old="", more="") -> bytes:
    return XML.format(
        id=id, port=port, threat=threat, score=score, created=created, old=old, more=more
    ).encode()


@pytest.mark.parametrize("name", named("openvas"))
def test_real_reports_are_read_as_expected(name):
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", ["openvas/many_vuln.csv", "openvas/report_using_openVAS.csv"])
def test_a_table_of_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    words = ("Summary", "Specific Result", "Solution", "NVT Name", "Vulnerability Insight", "Result ID")
    old, new = told_apart(before, shaken_table(before, levels=("Severity",), words=words))
    assert keys(old) == keys(new)


def test_an_xml_file_of_a_later_scan_has_the_same_keys():
    before = sample("openvas/report_detail_v2.xml")
    after = shaken_xml(before, levels=("threat",), words=("description", "solution"), lists=("results",))
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_the_id_of_a_result_is_new_with_every_scan_and_no_identity():
    [old], [new] = findings_of(result(id="1")), findings_of(result(id="2"))
    assert old.keys() == new.keys()


def test_a_result_has_its_place_score_and_advisories():
    [found] = findings_of("openvas/report_detail_v2.xml")
    assert (found.endpoint, found.cvss_score, found.cvss_vector[:9]) == ("10.99.99.99:42", 9.8, "CVSS:3.1/")
    assert (len(found.vulnerability_ids), found.vulnerability_ids[0]) == (50, "CVE-2025-49659")
    assert found.identified == "2025-08-22T14:55:31Z"
    assert found.attributes["hostname"] == "server99"
    assert found.attributes["quality"] == 80


def test_the_report_names_its_task_and_its_start():
    report = registry.detected(content_of("openvas/report_detail_v2.xml")).read(
        content_of("openvas/report_detail_v2.xml")
    )
    assert (report.tool, report.scope, report.scanned_at) == ("OpenVAS", "Report", "2025-08-22T13:01:38Z")


@pytest.mark.parametrize(
    ("threat", "score", "severity", "state"),
    [
        ("Log", "0.0", 0, ""),
        ("Critical", "9.8", 4, ""),
        ("", "7.5", 3, ""),
        ("False Positive", "-1.0", None, "false positive"),
    ],
)
def test_threats_become_severities_and_a_false_positive_a_state(threat, score, severity, state):
    [found] = findings_of(result(threat=threat, score=score))
    assert (found.severity, found.state) == (severity, state)


@pytest.mark.parametrize(
    ("port", "endpoint"),
    [
        ("general/tcp", "10.0.0.1"),
        ("https (443/tcp)", "10.0.0.1:443"),
        ("53/udp", "10.0.0.1:53"),
        ("", "10.0.0.1"),
    ],
)
def test_old_and_new_spellings_of_ports_are_read(port, endpoint):
    assert findings_of(result(port=port))[0].endpoint == endpoint


def test_an_old_report_lists_its_advisories_in_one_text():
    [found] = findings_of(result(old="<cve>CVE-2011-3389, CVE-2015-0204</cve><bid>1</bid>"))
    assert found.vulnerability_ids == ["CVE-2011-3389", "CVE-2015-0204"]
    assert found.cvss_vector == "AV:N/AC:M/Au:N/C:P/I:N/A:N"
    assert found.description == "Weak\n\na|b"
    assert found.identified == "2020-01-02T03:04:05Z"


def test_the_detected_product_is_the_component():
    [found] = findings_of(result(more=DETECTED))
    assert (found.component, found.version) == ("http_server", "2.4.29")
    assert str(found.keys()[0]) == "1:tool:1.3.6.1.4.1.25623.1.0.1|10.0.0.1|tcp|443"


def test_empty_reports_are_known():
    empty = b'<report id="1" format_id="x"><report id="1"><results start="1"/></report></report>'
    assert findings_of(empty) == []
    content = Content(BytesIO(b"<report><gmp><version>22.4</version></gmp></report>"), name="r.xml")
    assert registry.detected(content).name == "openvas"


def test_a_result_that_names_nothing_is_refused_with_its_place():
    broken = b'<report format_id="x"><results><result><threat>High</threat></result></results></report>'
    with pytest.raises(BadFile, match=r"result 1.*nothing names the finding"):
        findings_of(broken)
