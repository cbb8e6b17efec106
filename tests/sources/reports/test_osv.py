"""OSV's advisories, and OSV-Scanner's reports."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, expected, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

GHSA = "GHSA-jf85-cpcp-j695"
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H"


def affected(name="lodash", fixed="4.17.12", **said):
    spans = [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    return {"package": {"ecosystem": "npm", "name": name}, "ranges": spans} | said


def advisory(**said):
    base = {"id": GHSA, "modified": "2024-01-01T00:00:00Z", "aliases": ["CVE-2019-10744"]}
    return base | {"summary": "Prototype Pollution in lodash", "affected": [affected()]} | said


def scanned(*advisories, groups=None, **said):
    package = {"package": {"name": "lodash", "version": "4.17.4", "ecosystem": "npm"}}
    package |= {"vulnerabilities": list(advisories), "groups": groups}
    path = "/home/runner/work/shop/shop/yarn.lock"
    return {"results": [{"source": {"path": path, "type": "lockfile"}, "packages": [package]}]} | said


def content(said) -> Content:
    return Content(BytesIO(json.dumps(said).encode()), name="report")


def findings(said):
    return findings_of(json.dumps(said).encode())


def keys(found):
    return Counter(tuple(each.keys()) for each in found)


@pytest.mark.parametrize("name", named("osv_scanner"))
def test_real_reports_have_the_expected_findings(name):
    [found], [wanted] = findings_of(name), expected()[name]["findings"]
    assert (found.cwe, found.vulnerability_ids) == (wanted["cwe"], wanted["vuln_ids"])
    assert (found.component, found.version) == (wanted["component"], wanted["component_version"])
    assert found.file == wanted["file"]
    assert found.tags == ["CWE-89"]
    # The other product takes "low" where the report says nothing.
    assert (wanted["severity"], found.severity) == ("Low", None)


@pytest.mark.parametrize("name", named("osv_scanner"))
def test_findings_are_known_again_after_words_changed(name):
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == "osv_scanner"
    assert keys(findings_of(before)) == keys(findings_of(shaken(before)))


@pytest.mark.parametrize("empty", [{"results": []}, {"results": None, "experimental_config": {}}])
def test_a_scan_that_found_nothing_is_recognised(empty):
    assert registry.detected(content(empty)).name == "osv_scanner"
    assert findings(empty) == []


@pytest.mark.parametrize("said", [advisory(), [advisory()], {"vulns": [advisory()]}])
def test_an_advisory_is_read_alone_in_a_list_and_as_an_answer(said):
    assert registry.detected(content(said)).name == "osv"
    [found] = findings(said)
    assert found.vulnerability_ids == ["CVE-2019-10744", GHSA]
    assert (found.component, found.fixed_version) == ("lodash", "4.17.12")


def test_a_package_listed_once_for_each_range_is_one_finding_with_every_fix():
    [lodash, es] = findings(advisory(affected=[affected(), affected(fixed="5.0.1"), affected("lodash-es")]))
    assert (lodash.component, lodash.fixed_version) == ("lodash", "4.17.12, 5.0.1")
    assert es.component == "lodash-es"


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ({"database_specific": {"severity": "MODERATE"}}, 2),
        ({"severity": [{"type": "CVSS_V3", "score": VECTOR}]}, 4),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}]}, None),
        ({"affected": [affected(ecosystem_specific={"severity": "High"})]}, 3),
        ({}, None),
    ],
)
def test_severity_is_the_databases_word_then_that_of_the_vectors_score(said, severity):
    [found] = findings(advisory(**said))
    assert found.severity == severity


def test_a_withdrawn_advisory_is_a_false_positive():
    [found] = findings(advisory(withdrawn="2024-02-01T00:00:00Z"))
    assert found.state == "false positive"
    assert found.state_reason == "the advisory was withdrawn on 2024-02-01"


def test_an_advisory_on_no_package_is_known_by_its_id():
    [found] = findings(advisory(affected=None))
    assert (found.component, found.rule) == ("", GHSA)


def test_advisories_that_the_report_groups_are_one_vulnerability():
    other = advisory(id="PYSEC-2024-1", aliases=[])
    groups = [{"ids": [GHSA, "PYSEC-2024-1"], "aliases": ["CVE-2019-10744"], "max_severity": "9.1"}]
    [found] = findings(scanned(advisory(), other, groups=groups))
    assert found.vulnerability_ids == ["CVE-2019-10744", GHSA, "PYSEC-2024-1"]
    assert (found.severity, found.cvss_score) == (4, 9.1)
    assert len(findings(scanned(advisory(), other))) == 2


def test_a_call_analysis_says_whether_it_is_reachable():
    groups = [{"ids": [GHSA], "experimentalAnalysis": {GHSA: {"called": False}}}]
    [found] = findings(scanned(advisory(), groups=groups))
    assert found.attributes["reachable"] is False


def test_the_folder_of_a_build_machine_is_in_no_key():
    [found] = findings(scanned(advisory()))
    assert found.file.endswith("/shop/yarn.lock")
    keys = found.keys()
    assert {key.value.rpartition("|")[2] for key in keys} == {"yarn.lock"}


def test_an_image_is_the_scope_and_its_packages_are_of_a_container():
    said = scanned(advisory(), image_metadata={"os": "Debian", "layer_metadata": []})
    [found] = findings(said)
    assert found.kind == "container"


def test_broken_records_are_named_with_their_place():
    with pytest.raises(BadFile, match=r"source 1.*packages\[0\]"):
        findings({"results": [{"source": {"path": "a"}, "packages": ["lodash"]}]})
    with pytest.raises(BadFile, match=r"advisory 2.*affected"):
        findings([advisory(), advisory(affected="lodash")])


def test_the_first_versions_call_the_source_otherwise_and_newer_ones_may_write_more():
    said = scanned(advisory(), experimental_more={})
    said["results"][0]["packageSource"] = said["results"][0].pop("source")
    assert registry.detected(content(said)).name == "osv_scanner"
    assert keys(findings(said)) == keys(findings(scanned(advisory())))
