"""Grype's reports."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import keys_in, report_of
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile


def report(*matches, ignored=(), **more):
    said = {
        "matches": list(matches),
        "descriptor": {"name": "grype", "timestamp": "2024-05-01T10:00:00+02:00"},
    }
    return json.dumps(
        said | {"ignoredMatches": list(ignored), "source": {"type": "directory"}} | more
    ).encode()


def match(severity="High", *, related=(), artifact=None, **more):
    said = {"id": "GHSA-v6rh-hp5x-86rv", "severity": severity, "dataSource": "https://example.org/1"}
    package = {
        "name": "Django",
        "version": "3.2.9",
        "type": "python",
        "locations": [{"path": "a/Django-3.2.9/M"}],
    }
    found = {"vulnerability": said | more, "artifact": package | (artifact or {})}
    return found | {"relatedVulnerabilities": list(related)}


@pytest.mark.parametrize("name", named("anchore_grype"))
def test_real_reports_are_read_as_expected_and_their_findings_known_again(name):
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == "grype"
    assert list(differences(name, findings_of(name))) == []
    assert keys_in(findings_of(before)) == keys_in(findings_of(shaken(before)))


def test_the_scope_is_the_image_without_its_tag_or_the_folder_without_quotes():
    assert report_of((SCANS / "anchore_grype/no_vuln.json").read_bytes()).scope == "busybox"
    assert report_of((SCANS / "anchore_grype/many_vulns4.json").read_bytes()).scope == ""
    assert report_of(report(source={"type": "directory", "target": "/srv/shop"})).scope == "/srv/shop"


def test_the_cve_of_a_ghsa_comes_first_with_its_rating_and_description():
    rated = [
        {"version": "2.0", "vector": "AV:N/AC:L/Au:N/C:N/I:P/A:N", "metrics": {"baseScore": 5}},
        {
            "version": "3.1",
            "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "metrics": {"baseScore": 9.8},
        },
    ]
    cve = {"id": "CVE-2021-44420", "description": "A bypass.", "cvss": rated}
    [found] = findings_of(report(match(related=[cve])))
    assert found.vulnerability_ids == ["CVE-2021-44420", "GHSA-v6rh-hp5x-86rv"]
    assert (found.cvss_score, found.description) == (9.8, "A bypass.")
    assert (found.title, found.identified) == ("CVE-2021-44420 in Django", "2024-05-01T08:00:00Z")


def test_a_negligible_vulnerability_is_an_info_and_an_unknown_one_has_no_severity():
    found = findings_of(report(match("Negligible"), match("Unknown")))
    assert [each.severity for each in found] == [0, None]


def test_an_upgrade_keeps_the_package_where_it_is():
    newer = {"version": "3.2.10", "locations": [{"path": "a/Django-3.2.10/M"}]}
    [old], [new] = findings_of(report(match())), findings_of(report(match(artifact=newer)))
    assert (old.artefact, set(old.keys()) & set(new.keys()) != set()) == ("a/Django-/M", True)


def test_likelihood_and_known_exploits_are_told():
    more = {
        "epss": [{"cve": "CVE-1", "epss": 0.94}],
        "knownExploited": [{"cve": "CVE-1"}],
        "cwes": [{"cwe": "CWE-79"}],
    }
    [found] = findings_of(report(match(**more)))
    assert (found.attributes["epss"], found.attributes["kev"], found.cwe) == (0.94, True, "CWE-79")


def test_the_first_versions_had_a_rating_for_each_cvss_and_one_fixed_version():
    older = {"fixedInVersion": "3.2.10", "cvssV2": {"baseScore": 5, "vector": "AV:N/AC:L/Au:N/C:N/I:P/A:N"}}
    [found] = findings_of(report(match(**older), match(fix={"versions": ["4.0", "3.2.10"]})))[:1]
    assert (found.fixed_version, found.cvss_score) == ("3.2.10", 5.0)


@pytest.mark.parametrize(
    ("rule", "states"),
    [
        ({"vulnerability": "GHSA-v6rh-hp5x-86rv", "reason": "no such view"}, [("accepted", "no such view")]),
        ({"vex-status": "not_affected", "vex-justification": "absent"}, [("false positive", "absent")]),
        ({"fix-state": "not-fixed"}, []),
    ],
)
def test_what_somebody_ignored_is_judged_and_what_a_filter_left_out_is_not_there(rule, states):
    ignored = match() | {"appliedIgnoreRules": [rule]}
    assert [(each.state, each.state_reason) for each in findings_of(report(ignored=[ignored]))] == states


@pytest.mark.parametrize(
    "content",
    [report(), report(ignored=[], matches=None), b'{"matches": [], "descriptor": {"name": "grype"}}'],
)
def test_a_report_without_matches_is_a_report(content):
    assert findings_of(content) == []


def test_a_broken_match_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"match 2.*artifact\.name: expected a text"):
        findings_of(report(match(), match(artifact={"name": []})))


@pytest.mark.parametrize("indent", [None, 2])
def test_matches_one_a_line_are_those_of_the_report(indent):
    matches = [match() | {"matchDetails": []}, match("Low") | {"matchDetails": []}]
    alone = "\n".join(json.dumps(each, indent=indent) for each in matches).encode()
    found = findings_of(alone)
    assert [each.severity for each in found] == [3, 1]
    assert [each.keys() for each in found] == [each.keys() for each in findings_of(report(*matches))]
    assert len(findings_of(json.dumps(matches[0]).encode())) == 1
