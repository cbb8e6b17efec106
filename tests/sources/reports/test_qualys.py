"""Qualys' reports: XML of scans, assets and detections, CSV with and without preamble, web applications."""

from __future__ import annotations

import pytest
from tests.sources.reports.scans import findings_of, named
from tests.sources.reports.shaking import differing, keys, sample, shaken_table, shaken_xml, told_apart

from throughline.sources.formats.findings import Found
from throughline.sources.formats.tables import BadFile

SAMPLE = "qualys/Qualys_Sample_Report.csv"
SCAN = """<?xml version="1.0"?>{dtd}<SCAN value="scan/1.1"><HEADER><KEY value="TITLE">Weekly</KEY>
<KEY value="DATE">2011-06-20T10:22:27Z</KEY></HEADER><IP value="10.0.0.1" name="shop.example">
<INFOS><CAT value="Information gathering">
<INFO number="45004" severity="1"><TITLE>Targets</TITLE></INFO></CAT>
</INFOS><VULNS><CAT value="Web server" port="443" protocol="tcp"><VULN number="38657" severity="{severity}"
 cveid="CVE-2016-2183"><TITLE>Sweet32</TITLE><CVSS_BASE source="service">5</CVSS_BASE><CVE_ID_LIST><CVE_ID>
<ID>CVE-2016-2183</ID></CVE_ID></CVE_ID_LIST><DIAGNOSIS>{words}</DIAGNOSIS><SOLUTION>See https://a.example.
</SOLUTION></VULN></CAT></VULNS></IP></SCAN>"""
ASSETS = """<ASSET_DATA_REPORT><HEADER>
<GENERATION_DATETIME>2020-02-03T04:05:06Z</GENERATION_DATETIME></HEADER>
<HOST_LIST><HOST><IP>10.0.0.1</IP><DNS>shop.example</DNS><VULN_INFO_LIST>
<VULN_INFO><QID id="qid_38657">38657</QID><TYPE>Vuln</TYPE><PORT>443</PORT><PROTOCOL>tcp</PROTOCOL>
<FIRST_FOUND>2019-01-02T03:04:05Z</FIRST_FOUND><LAST_FOUND>2020-02-01T00:00:00Z</LAST_FOUND>
<VULN_STATUS>{status}</VULN_STATUS><LAST_FIXED>2020-02-02T00:00:00Z</LAST_FIXED>
<CVSS3_FINAL>7.5 (AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N)</CVSS3_FINAL></VULN_INFO></VULN_INFO_LIST></HOST>
<HOST><IP>10.0.0.2</IP><VULN_INFO_LIST><VULN_INFO><QID id="qid_45004">45004</QID><TYPE>Ig</TYPE></VULN_INFO>
</VULN_INFO_LIST></HOST></HOST_LIST><GLOSSARY><VULN_DETAILS_LIST><VULN_DETAILS id="qid_38657">
<QID id="qid_38657">38657</QID><TITLE>Sweet32</TITLE><SEVERITY>3</SEVERITY><CATEGORY>General</CATEGORY>
<THREAT>&lt;P&gt;Old &lt;B&gt;ciphers&lt;/B&gt;.</THREAT><CVE_ID_LIST><CVE_ID><ID>CVE-2016-2183</ID></CVE_ID>
</CVE_ID_LIST></VULN_DETAILS></VULN_DETAILS_LIST></GLOSSARY></ASSET_DATA_REPORT>"""
DETECTIONS = b"""<HOST_LIST_VM_DETECTION_OUTPUT><RESPONSE><DATETIME>2020-02-03T04:05:06Z</DATETIME><HOST_LIST>
<HOST><ID>1</ID><IP>10.0.0.1</IP><DETECTION_LIST><DETECTION><UNIQUE_VULN_ID>777</UNIQUE_VULN_ID><QID>38657</QID>
<TYPE>Confirmed</TYPE><SEVERITY>4</SEVERITY><PORT>443</PORT><PROTOCOL>TCP</PROTOCOL><STATUS>Active</STATUS>
<FIRST_FOUND_DATETIME>2019-01-02T03:04:05Z</FIRST_FOUND_DATETIME><IS_IGNORED>1</IS_IGNORED></DETECTION>
</DETECTION_LIST></HOST></HOST_LIST></RESPONSE></HOST_LIST_VM_DETECTION_OUTPUT>"""
COLUMNS = (
    '"IP","DNS","OS","IP Status","QID","Title","Type","Severity","Port","Protocol","CVE ID","CVSS3.1 Base"'
)
PREAMBLE = f"""\ufeff"Scan Results","06/01/2021 at 12:01:02 (GMT+0200)"
"ACME","1 Street","Town"

{COLUMNS}
"10.0.0.1","shop.example","Linux","host scanned, found vuln","38657","Sweet32","Vuln","3","443","tcp",\
"CVE-2016-2183","7.5 (AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N)"
"10.0.0.9","","","host not alive","","","","","","","",""
""".encode()
WAS = b"""<WAS_SCAN_REPORT><RESULTS><VULNERABILITY_LIST><VULNERABILITY><UNIQUE_ID>u-1</UNIQUE_ID><ID>9</ID>
<QID>150001</QID><URL>https://shop.example/a?q=1</URL><PARAM>q</PARAM><STATUS>FIXED</STATUS>
<FIRST_TIME_DETECTED>15 Feb 2020 03:15AM GMT-0500</FIRST_TIME_DETECTED>
<LAST_TIME_TESTED>16 Mar 2020 03:15AM GMT</LAST_TIME_TESTED><PAYLOADS><PAYLOAD>c2VjcmV0</PAYLOAD></PAYLOADS>
</VULNERABILITY></VULNERABILITY_LIST><INFORMATION_GATHERED_LIST><INFORMATION_GATHERED><QID>150021</QID>
<DATA base64="true">c2VjcmV0</DATA></INFORMATION_GATHERED></INFORMATION_GATHERED_LIST></RESULTS><GLOSSARY>
<QID_LIST><QID><QID>150001</QID><SEVERITY>5</SEVERITY><TITLE>XSS</TITLE><CWE>CWE-79</CWE><CVSS_BASE>4.3</CVSS_BASE>
</QID></QID_LIST></GLOSSARY></WAS_SCAN_REPORT>"""


def scanned(*, severity="3", words="Old ciphers.", dtd="") -> list[Found]:
    return findings_of(SCAN.format(severity=severity, words=words, dtd=dtd).encode())


def assets(status: str) -> list[Found]:
    return findings_of(ASSETS.format(status=status).encode())


@pytest.mark.parametrize("name", named("qualys"))
def test_real_reports_are_read_one_finding_for_each_row(name):
    # The other product makes one finding of a QID on all hosts, and takes the day it was last detected; here
    # each host is closed by itself, and known since it was first detected.
    assert differing(name) == ({"findings", "severities", "date"} if name == SAMPLE else set())
    days = [found.identified[:10] for found in findings_of(name)]
    expected = ["2021-05-13", "2021-05-13", "2021-05-13", "2021-05-25", "2021-05-26", "2021-06-02"]
    assert sorted(days) == (expected if name == SAMPLE else [])


def test_a_table_of_a_later_scan_has_the_same_keys():
    before = sample(SAMPLE)
    after = shaken_table(before, levels=("Severity",), words=("Title", "Threat", "Impact", "Solution"))
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


@pytest.mark.parametrize("text", [SCAN.format(severity=3, words="x", dtd=""), ASSETS.format(status="Active")])
def test_an_xml_file_of_a_later_scan_has_the_same_keys(text):
    after = shaken_xml(
        text.encode(),
        levels=("SEVERITY", "severity"),
        words=("THREAT", "DIAGNOSIS", "TITLE"),
        lists=("HOST_LIST", "SCAN"),
    )
    old, new = told_apart(text.encode(), after)
    assert keys(old) == keys(new)


def test_a_row_has_its_score_and_advisories():
    found = findings_of(SAMPLE)[2]
    assert (found.rule, found.severity, found.cvss_score) == ("91762", 4, 9.9)
    assert found.cvss_vector == "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"
    assert (len(found.vulnerability_ids), found.vulnerability_ids[0]) == (23, "CVE-2021-31192")


def test_a_finding_that_came_back_is_open_though_it_was_fixed_once():
    found = findings_of(SAMPLE)[3]
    assert found.mitigated == ""


def test_a_table_with_a_preamble_is_read_and_hosts_without_a_check_are_passed_over():
    [found] = findings_of(PREAMBLE)
    assert (found.rule, found.endpoint, found.severity) == ("38657", "10.0.0.1:443", 2)
    assert found.cvss_vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
    assert found.attributes["hostname"] == "shop.example"


def test_a_scan_has_vulnerabilities_and_what_it_gathered():
    information, found = scanned()
    assert (information.rule, information.severity) == ("45004", 0)
    assert (found.rule, found.severity, found.endpoint) == ("38657", 2, "10.0.0.1:443")
    assert (found.vulnerability_ids, found.cvss_score) == (["CVE-2016-2183"], 5.0)
    assert found.link == "https://a.example"


def test_a_report_on_assets_takes_titles_from_its_glossary():
    found, information = assets("Active")
    assert (found.title, found.severity, found.description) == ("Sweet32", 2, "Old ciphers.")
    assert (found.cvss_score, found.identified) == (7.5, "2019-01-02T03:04:05Z")
    assert (found.mitigated, found.attributes["hostname"]) == ("", "shop.example")
    assert (information.title, information.endpoint, information.severity) == ("QID 45004", "10.0.0.2", 0)


def test_what_qualys_says_is_fixed_is_mitigated_then():
    assert assets("Fixed")[0].mitigated == "2020-02-02T00:00:00Z"


def test_the_reports_of_one_weakness_agree_on_its_weaker_keys():
    keys_of_scan, keys_of_assets = scanned()[1].keys(), assets("Active")[0].keys()
    assert keys_of_scan == keys_of_assets
    assert findings_of(DETECTIONS)[0].keys()[1:] == keys_of_scan
    assert findings_of(PREAMBLE)[0].keys() == keys_of_scan


def test_a_detection_has_the_id_that_qualys_keeps_and_says_whether_it_is_ignored():
    [found] = findings_of(DETECTIONS)
    assert (found.tool_id, found.title, found.severity, found.state) == ("777", "QID 38657", 3, "accepted")


def test_a_web_application_has_its_parameter_and_no_payload():
    found, information = findings_of(WAS)
    assert (found.title, found.severity, found.cwe, found.tool_id) == ("XSS", 4, "CWE-79", "u-1")
    assert (found.endpoint, found.logical) == ("https://shop.example/a?q=1", "q")
    assert (found.identified, found.mitigated) == ("2020-02-15T08:15:00Z", "2020-03-16T03:15:00Z")
    assert information.severity == 0
    assert "c2VjcmV0" not in repr([found, information])


def test_the_declaration_that_every_export_begins_with_is_passed_over_and_one_of_entities_refused():
    assert len(scanned(dtd='<!DOCTYPE SCAN SYSTEM "https://a.example/scan-1.dtd">')) == 2
    assert len(scanned(dtd="<!DOCTYPE SCAN [<!ELEMENT SCAN ANY>]>")) == 2
    with pytest.raises(BadFile, match="declaration is refused"):
        scanned(dtd='<!DOCTYPE SCAN SYSTEM "https://a.example/scan-1.dtd" [<!ENTITY a "b">]>')


def test_empty_reports_are_known():
    assert findings_of(b'<SCAN value="scan/1"><ERROR number="3509">No host alive</ERROR></SCAN>') == []
    assert findings_of(b"<ASSET_DATA_REPORT><HOST_LIST/></ASSET_DATA_REPORT>") == []
    assert findings_of(b"<WAS_WEBAPP_REPORT/>") == []


def test_a_table_that_is_not_utf_8_is_refused():
    with pytest.raises(BadFile, match="not UTF-8"):
        findings_of(PREAMBLE + b'"10.0.0.1","caf\xe9"\n')


WEB = """"Web Application Report"
"Acme","jo","2026-11-03"

"Web Application Name","VULNERABILITY","ID","QID","Url","Param","Status","Ignored","Ignore Reason",\
"First Time Detected","Last Time Detected","Unique ID"
"shop","VULNERABILITY","11","150001","https://shop.example/find?q=1","q","ACTIVE","false","",\
"01 Oct 2026 10:00AM GMT","03 Nov 2026 10:00AM GMT","u-1"
"shop","VULNERABILITY","12","150001","https://shop.example/buy","card","NEW","true","FALSE_POSITIVE","","","u-2"
"Web Application Name","INFORMATION GATHERED","ID","QID","Results","Detection Date"
"shop","INFORMATION GATHERED","13","150009","Links: 4","03 Nov 2026 10:00AM GMT"
"QID","Id","Title","Category","Severity Level","Groups","OWASP","WASC","CWE","CVSS Base","Description"
"QID","150001","Reflected XSS","XSS","5","XSS","OWASP-A3","WASC-8","CWE-79","4.3","Input comes back."
"QID","150009","Links crawled","IG","1","IG_DIAG","","","","",""
"GROUP","Name","Category"
"GROUP","XSS","Cross-Site Scripting"
""".replace("\\\n", "").encode()


def test_results_of_web_applications_in_a_table_are_read_with_their_glossary():
    first, second, third = findings_of(WEB)
    assert (first.title, first.rule, first.severity, first.cwe) == ("Reflected XSS", "150001", 4, "CWE-79")
    assert (first.endpoint, first.logical) == ("https://shop.example/find?q=1", "q")
    assert (first.identified, first.tool_id) == ("2026-10-01T10:00:00Z", "u-1")
    assert (first.cvss_score, first.description) == (4.3, "Input comes back.")
    assert (second.state, third.severity, third.title) == ("false positive", 0, "Links crawled")


def test_results_of_web_applications_may_start_with_their_columns_and_end_with_them():
    lines = WEB.splitlines(keepends=True)
    assert [each.rule for each in findings_of(b"".join(lines[3:6]))] == ["150001", "150001"]
    assert findings_of(lines[3]) == []
