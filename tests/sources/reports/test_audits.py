"""pip-audit, npm audit, and what pnpm and yarn write of an audit."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.packaged import differing, keys_in, report_of
from tests.sources.reports.scans import SCANS, content_of, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

FALLBACK = "npm says no CWE; the other product makes it CWE-1035 (a category)"
EXPLAINED = {
    "pip_audit/many_vulns_new.json": {
        "severities": "pip-audit says no severity; the other product makes it a medium",
        "cwe": "pip-audit says no CWE; the other product makes it CWE-1395",
    },
    "npm_audit/many_vuln.json": {
        "cwe": FALLBACK,
        "file": "the package that came from git is called that, not by who hid its changing hash",
    },
    "npm_audit/multiple_cwes2.json": {"cwe": FALLBACK, "vuln_ids": "the GHSA is an id, too"},
}


def encoded(said):
    return json.dumps(said).encode()


@pytest.mark.parametrize("name", named("pip_audit", "npm_audit"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    assert differing(name, format=name.split("/")[0]) == EXPLAINED.get(name, {}).keys()


@pytest.mark.parametrize("name", named("pip_audit", "npm_audit"))
def test_real_reports_are_known_and_their_findings_known_again(name):
    if name == "pip_audit/empty.json":
        # An empty list is what many tools write: whose it is, only the person who has it can say.
        assert findings_of(name, format="pip_audit") == []
        return
    before = (SCANS / name).read_bytes()
    assert registry.detected(content_of(name)).name == name.split("/")[0]
    assert keys_in(findings_of(before)) == keys_in(findings_of(shaken(before)))


@pytest.mark.parametrize("wrapped", [lambda each: [each], lambda each: {"dependencies": [each], "fixes": []}])
def test_pip_audit_names_the_cve_among_the_aliases_first(wrapped):
    said = {
        "id": "PYSEC-2021-439",
        "fix_versions": ["2.2.25", "3.2.10"],
        "aliases": ["ghsa-v6rh-hp5x-86rv", "CVE-2021-44420"],
    }
    [found] = findings_of(encoded(wrapped({"name": "django", "version": "3.2.9", "vulns": [said]})))
    assert found.vulnerability_ids == ["CVE-2021-44420", "GHSA-v6rh-hp5x-86rv", "PYSEC-2021-439"]
    assert (found.fixed_version, found.severity) == ("2.2.25, 3.2.10", None)


def test_what_pip_audit_skipped_or_found_well_is_no_finding():
    skipped = {"name": "shop", "skip_reason": "not on the index"}
    assert findings_of(encoded([skipped])) == []
    assert findings_of(encoded({"dependencies": [], "fixes": []})) == []


def test_a_broken_dependency_of_pip_audit_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"dependency 2.*vulns\[0\]: expected an object"):
        findings_of(encoded([{"name": "a", "vulns": []}, {"name": "b", "vulns": ["x"]}]))


def test_npm_6_has_one_finding_for_an_advisory_with_all_versions_it_is_in():
    found = {each.component: each for each in findings_of("npm_audit/multiple_cwes2.json")}
    ansi = found["ansi-regex"]
    assert (ansi.version, ansi.fixed_version, ansi.cvss_score) == ("3.0.0", ">=5.0.1", 7.5)
    assert ansi.attributes["versions"] == "4.1.0"
    assert ansi.vulnerability_ids == ["CVE-2021-3807", "GHSA-93q8-gq69-wqmw"]


def test_a_new_number_of_an_advisory_and_a_new_path_to_it_leave_the_keys():
    before = (SCANS / "npm_audit/multiple_cwes2.json").read_bytes()
    after = before.replace(b"1064843", b"1099999").replace(b"eslint>inquirer", b"eslint>prompts")
    assert keys_in(findings_of(before)) == keys_in(findings_of(after))


def via(**more):
    said = {
        "source": 1089270,
        "name": "nth-check",
        "title": "Inefficient Regular Expression Complexity in nth-check",
        "url": "https://github.com/advisories/GHSA-rp65-9cf3-cjxr",
        "severity": "high",
        "cwe": ["CWE-1333"],
        "cvss": {"score": 7.5, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"},
        "range": "<2.0.1",
    }
    return said | more


def npm_7(*packages, **more):
    return {"auditReportVersion": 2, "vulnerabilities": {each["name"]: each for each in packages}} | more


NTH_CHECK = {
    "name": "nth-check",
    "severity": "high",
    "via": [via()],
    "nodes": ["node_modules/svgo/node_modules/nth-check"],
    "fixAvailable": {"name": "react-scripts", "version": "3.0.1", "isSemVerMajor": True},
}


def test_npm_7_has_a_finding_for_each_advisory_and_none_for_what_only_depends_on_the_package():
    effect = {
        "name": "css-select",
        "severity": "high",
        "via": ["nth-check"],
        "nodes": [],
        "fixAvailable": False,
    }
    [found] = findings_of(encoded(npm_7(NTH_CHECK, effect)))
    assert (found.component, found.vulnerability_ids) == ("nth-check", ["GHSA-rp65-9cf3-cjxr"])
    assert (found.cwe, found.cvss_score, found.fixed_version) == ("CWE-1333", 7.5, "")
    assert found.file == "node_modules/svgo/node_modules/nth-check"
    assert found.attributes["fix"] == "react-scripts 3.0.1"


def test_a_fix_of_the_package_itself_is_its_fixed_version_and_a_score_of_nought_is_none():
    own = NTH_CHECK | {"fixAvailable": {"name": "nth-check", "version": "2.0.1"}}
    own |= {"via": [via(cvss={"score": 0, "vectorString": None})]}
    [found] = findings_of(encoded(npm_7(own)))
    assert (found.fixed_version, found.cvss_score, found.cvss_vector) == ("2.0.1", None, "")


def test_what_npm_fixed_at_once_has_the_audit_inside():
    assert len(findings_of(encoded({"added": 1, "audit": npm_7(NTH_CHECK)}))) == 1


@pytest.mark.parametrize("said", [npm_7(), {"advisories": {}, "metadata": {}}, npm_7(metadata={})])
def test_an_audit_without_vulnerabilities_is_a_report(said):
    assert findings_of(encoded(said)) == []


def test_an_audit_that_failed_proves_nothing():
    with pytest.raises(BadFile, match="npm could not audit: This command requires an existing lockfile"):
        findings_of(
            encoded({"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile."}})
        )


def test_a_broken_package_of_npm_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"package 2.*via: expected a list"):
        findings_of(encoded(npm_7(NTH_CHECK, {"name": "x", "via": 5})))


def test_yarn_1_writes_an_advisory_for_each_path_which_is_one_finding():
    advisory = {
        "id": 1751,
        "module_name": "glob-parent",
        "title": "Regular expression denial of service",
        "severity": "high",
        "cves": ["CVE-2020-28469"],
        "cwe": ["CWE-400"],
        "findings": [{"version": "3.1.0", "paths": ["webpack>glob-parent"]}],
    }
    line = encoded({"type": "auditAdvisory", "data": {"resolution": {"id": 1751}, "advisory": advisory}})
    summary = encoded({"type": "auditSummary", "data": {"vulnerabilities": {"high": 2}}})
    [found] = findings_of(b"\n".join([line, line, summary]))
    assert (found.component, found.version, found.severity) == ("glob-parent", "3.1.0", 3)
    assert findings_of(summary) == []


def test_yarn_4_writes_a_line_for_each_package():
    children = {
        "ID": 1096485,
        "Issue": "semver vulnerable to ReDoS",
        "URL": "https://github.com/advisories/GHSA-c2qf-rxjj-qqgw",
        "Severity": "moderate",
        "Vulnerable Versions": "<5.7.2",
        "Tree Versions": ["5.7.1", "5.3.0"],
        "Dependents": ["npm@npm:6.1.0"],
    }
    line = encoded({"value": "semver", "children": children})
    for content in (line, line + b"\n" + line.replace(b"semver", b"other")):
        found = findings_of(content)[0]
        assert (found.component, found.version, found.severity) == ("semver", "5.7.1", 2)
        assert found.vulnerability_ids == ["GHSA-c2qf-rxjj-qqgw"]


def test_yarn_1_may_warn_before_what_it_found():
    warning = {"type": "warning", "data": "package.json: No license field"}
    summary = {"type": "auditSummary", "data": {"vulnerabilities": {}}}
    assert report_of("\n".join(json.dumps(each) for each in (warning, summary)).encode()).tool == "yarn audit"
    assert findings_of("\n".join(json.dumps(each, indent=1) for each in (warning, summary)).encode()) == []


def test_lines_of_yarn_gathered_in_a_list_are_the_same():
    line = {
        "value": "lodash",
        "children": {"Issue": "Pollution", "Severity": "high", "Tree Versions": ["4.17.4"]},
    }
    assert findings_of(json.dumps([line]).encode()) == findings_of(json.dumps(line).encode())
    assert len(findings_of(json.dumps([line]).encode())) == 1


def test_bun_writes_what_the_registry_answers_for_each_package():
    said = {
        "id": 1065,
        "url": "https://github.com/advisories/GHSA-jf85-cpcp-j695",
        "title": "Prototype Pollution",
        "severity": "critical",
        "vulnerable_versions": "<4.17.12",
        "cwe": ["CWE-1321"],
        "cvss": {"score": 9.1, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H"},
    }
    answer = {"lodash": [said, said | {"severity": "moderate"}], "minimist": [said]}
    assert report_of(json.dumps(answer).encode()).tool == "bun audit"
    found = findings_of(json.dumps(answer).encode())
    assert [(each.component, each.severity) for each in found] == [
        ("lodash", 4),
        ("lodash", 2),
        ("minimist", 4),
    ]
    assert (found[0].vulnerability_ids, found[0].cwe) == (["GHSA-jf85-cpcp-j695"], "CWE-1321")
    with pytest.raises(BadFile, match=r"package 1.*expected an object"):
        findings_of(json.dumps({"lodash": [said, "x"]}).encode())
