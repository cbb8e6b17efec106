"""Reports of Nessus and Tenable: XML, and the CSV of its four products."""

from __future__ import annotations

import io

import pytest
from tests.sources.reports.scans import findings_of, named, severities
from tests.sources.reports.shaking import differing, keys, sample, shaken_table, shaken_xml, told_apart

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

# The other product makes one finding of what is on several ports or hosts, and of equal rows; a practitioner
# closes each host and port by itself, as Tenable does (its finding is a plugin on an asset, port, protocol).
MERGED_THERE = {
    "tenable/issue_9612.csv": {"findings", "severities"},
    "tenable/issue_11102.csv": {"findings", "severities", "vuln_ids"},
    "tenable/nessus_many_vuln2-all.csv": {"findings", "severities"},
}
OURS = {
    "tenable/issue_9612.csv": {"Critical": 3},
    "tenable/issue_11102.csv": {"High": 3},
    "tenable/nessus_many_vuln2-all.csv": {"Info": 29, "Medium": 1},
}
WORDS = ("Synopsis", "Description", "Solution", "Plugin Name", "Name", "Risk Factor", "Steps to Remediate")
NESSUS = """<?xml version="1.0"?><NessusClientData_v2><Policy><policyName>all</policyName></Policy>
<Report name="Weekly" xmlns:cm="http://www.nessus.org/cm">
<ReportHost name="10.0.0.1"><HostProperties><tag name="HOST_END">Wed Mar  4 10:11:12 2020</tag>
<tag name="host-fqdn">shop.example</tag></HostProperties>%s</ReportHost>
<ReportHost name="10.0.0.2"><ReportItem port="0" svc_name="general" protocol="tcp" severity="0"
 pluginID="19506" pluginName="Nessus Scan Information" pluginFamily="Settings"/></ReportHost>
</Report></NessusClientData_v2>"""
ITEM = """<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="42873"
 pluginName="SWEET32" pluginFamily="General"><synopsis>weak ciphers</synopsis>
<cve>CVE-2016-2183</cve><cve>CVE-2016-6329</cve>
<cvss3_vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N</cvss3_vector>
<cvss3_base_score>7.5</cvss3_base_score>
<cvss4_vector>CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N</cvss4_vector>
<cvss4_base_score>8.7</cvss4_base_score><cpe>cpe:/a:openssl:openssl</cpe><xref>CWE:327</xref>
<plugin_output>
  Installed version : 1.0.2k
  Fixed version     : 1.0.2zf
</plugin_output></ReportItem>"""
PROFESSIONAL = (
    "Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Description,Solution,See Also,Plugin Output"
)
MANAGED = (
    "asset.id,asset.name,definition.id,definition.name,definition.cve,severity,state,first_observed,"
    "last_seen,last_fixed,risk_modified,port,protocol,id"
)


def table(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows]).encode()


@pytest.mark.parametrize("name", named("tenable"))
def test_real_reports_are_read_as_expected_but_for_what_the_other_product_merges(name):
    assert differing(name) == MERGED_THERE.get(name, set())
    assert severities(findings_of(name)) == OURS.get(name, severities(findings_of(name)))


@pytest.mark.parametrize("name", [name for name in named("tenable") if str(name).endswith("csv")])
def test_a_table_of_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    after = shaken_table(before, levels=("Risk", "Severity"), words=WORDS)
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_an_xml_file_of_a_later_scan_has_the_same_keys():
    before = sample("tenable/nessus_was_many_vuln.xml")
    after = shaken_xml(
        before, levels=("severity", "risk_factor"), words=("description", "solution"), lists=("Report",)
    )
    old, new = told_apart(before, after)
    assert keys(old) == keys(new)


def test_the_table_of_a_web_scan_and_its_xml_have_the_same_keys():
    xml, rows = (
        findings_of("tenable/nessus_was_many_vuln.xml"),
        findings_of("tenable/nessus_was_many_vuln.csv"),
    )
    assert [found.rule for found in xml] == [found.rule for found in rows]
    assert [found.keys()[-1] for found in xml] == [found.keys()[-1] for found in rows]


def test_an_item_has_the_newest_score_the_component_and_the_versions_of_its_output():
    [found, _] = findings_of((NESSUS % ITEM).encode())
    assert (found.cvss_score, found.cvss_vector[:8]) == (8.7, "CVSS:4.0")
    assert (found.component, found.version, found.fixed_version) == ("openssl", "1.0.2k", "1.0.2zf")
    assert found.vulnerability_ids == ["CVE-2016-2183", "CVE-2016-6329"]
    assert (found.cwe, found.endpoint, found.severity) == ("CWE-327", "10.0.0.1:443", 3)
    assert found.identified == "2020-03-04T10:11:12Z"
    assert found.attributes["hostname"] == "shop.example"


def test_the_properties_of_a_host_are_not_those_of_the_next():
    [_, found] = findings_of((NESSUS % ITEM).encode())
    assert (found.endpoint, found.identified) == ("10.0.0.2", "")
    assert "hostname" not in found.attributes


def test_a_report_names_its_scan_and_an_empty_one_is_known_too():
    content = Content(io.BytesIO((NESSUS % ITEM).encode()), name="a.nessus")
    report = registry.detected(content).report(content)
    assert (report.tool, report.scope, report.scanned_at) == ("Nessus", "Weekly", "2020-03-04T10:11:12Z")
    assert findings_of(b"<NessusClientData_v2><Report name='x'/></NessusClientData_v2>") == []
    assert findings_of(table(PROFESSIONAL)) == []


def test_a_compliance_check_that_passed_is_no_finding_and_one_that_failed_is_known_by_its_name():
    check = (
        '<ReportItem port="0" protocol="tcp" severity="{0}" pluginID="21157" pluginName="Unix Compliance">'
        "<cm:compliance-check-name>1.1 {1}</cm:compliance-check-name>"
        "<cm:compliance-result>{1}</cm:compliance-result></ReportItem>"
    )
    both = check.format(3, "FAILED") + check.format(1, "PASSED")
    [found, _] = findings_of((NESSUS % both).encode())
    assert (found.title, found.rule) == ("1.1 FAILED", "21157:1.1 FAILED")


def test_rows_that_differ_in_their_cve_only_are_one_finding():
    rows = [f'1,{cve},,High,10.0.0.1,tcp,443,TLS,s,d,,,"same"' for cve in ("CVE-2013-2566", "CVE-2015-2808")]
    other = '1,CVE-2013-2566,,High,10.0.0.2,tcp,443,TLS,s,d,,,"same"'
    found = findings_of(table(PROFESSIONAL, *rows, other))
    assert [each.vulnerability_ids for each in found] == [
        ["CVE-2013-2566", "CVE-2015-2808"],
        ["CVE-2013-2566"],
    ]


def test_what_the_tool_says_is_fixed_is_mitigated_then_and_what_is_accepted_is_accepted():
    rows = (
        "u-1,web,42873,SWEET32,CVE-2016-2183,HIGH,FIXED,2024-01-02T03:04:05Z,2024-03-01T00:00:00Z,"
        "2024-03-02T00:00:00Z,NONE,443,TCP,f-1",
        "u-1,web,51192,Untrusted,,MEDIUM,ACTIVE,2024-01-02T03:04:05Z,2024-03-01T00:00:00Z,,ACCEPTED,443,TCP,f-2",
    )
    fixed, accepted = findings_of(table(MANAGED, *rows))
    assert (fixed.identified, fixed.mitigated) == ("2024-01-02T03:04:05Z", "2024-03-02T00:00:00Z")
    assert (fixed.tool_id, fixed.state) == ("f-1", "")
    assert (accepted.mitigated, accepted.state) == ("", "accepted")


def test_a_plugin_is_known_again_on_another_port_of_its_host_by_a_weaker_key():
    row = '1,,,High,10.0.0.1,tcp,%s,DCE,s,d,,,"output"'
    [old], [new] = (
        findings_of(table(PROFESSIONAL, row % 49152)),
        findings_of(table(PROFESSIONAL, row % 49153)),
    )
    assert old.keys() != new.keys()
    assert old.keys()[-1] == new.keys()[-1]


def test_semicolons_and_words_in_capitals_are_read():
    found = findings_of(table(PROFESSIONAL.replace(",", ";"), "1;;;CRITICAL;10.0.0.1;TCP;22;SSH;s;d;;;"))
    assert [(each.severity, each.endpoint) for each in found] == [(4, "10.0.0.1:22")]


def test_a_plugin_without_id_and_name_is_refused_with_its_place():
    with pytest.raises(BadFile, match=r"item 1.*nothing names the finding"):
        findings_of((NESSUS % '<ReportItem port="1" protocol="tcp" severity="1"/>').encode())


def test_a_document_type_declaration_is_refused():
    evil = b'<!DOCTYPE a [<!ENTITY b "c">]><NessusClientData_v2/>'
    with pytest.raises(BadFile, match="declaration is refused"):
        findings_of(evil)
