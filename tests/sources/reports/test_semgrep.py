"""Semgrep: its own reports, and exports of the platform."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import msgspec
import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

NOTHING = "semgrep_pro/no_vuln.json"
EXPLAINED = {
    # The other product takes the tag of what the assistant guesses the code to do for a component.
    "semgrep_pro/one_vuln.json": ["component: {'user data': 1} expected; ours {None: 1}"]
}
RESULT = {
    "check_id": "python.lang.security.eval-detected",
    "path": "app.py",
    "start": {"line": 3, "col": 1},
    "end": {"line": 3, "col": 9},
    "extra": {"message": "Do not eval.", "severity": "ERROR", "metadata": {}, "lines": "eval(x)"},
}


def report(*results):
    return json.dumps({"results": results, "errors": [], "version": "1.97.0", "paths": {}}).encode()


def platform(*findings):
    return json.dumps({"findings": findings}).encode()


def with_extra(**extra):
    return {**RESULT, "extra": {**RESULT["extra"], **extra}}


@pytest.mark.parametrize("name", named("semgrep", "semgrep_pro"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    format = "semgrep" if name.startswith("semgrep/") else "semgrep_platform"
    assert registry.reports()[format].detect(content_of(name))
    assert list(differences(name, findings_of(name, format=format))) == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", [name for name in named("semgrep", "semgrep_pro") if name != NOTHING])
def test_a_finding_is_known_again_after_a_rewrite_of_the_code_around(name):
    before = (SCANS / name).read_bytes()
    old = Counter(tuple(found.keys()) for found in findings_of(before))
    assert Counter(tuple(found.keys()) for found in findings_of(shaken(before))) == old


def test_a_result_that_repeats_its_neighbour_to_the_letter_is_one_finding():
    other = {**RESULT, "start": {"line": 9}}
    assert [found.line for found in findings_of(report(RESULT, RESULT, other))] == [3, 9]


def test_an_empty_report_is_recognised():
    assert findings_of(report()) == []
    assert findings_of(b'{"results": [], "errors": []}') == []


@pytest.mark.parametrize(
    ("word", "level"),
    [("ERROR", 3), ("WARNING", 2), ("INFO", 1), ("CRITICAL", 4), ("LOW", 1), ("INVENTORY", 0), ("odd", None)],
)
def test_its_severities_old_and_new(word, level):
    [found] = findings_of(report(with_extra(severity=word)))
    assert found.severity == level


def test_what_is_withheld_from_strangers_is_no_fingerprint_and_no_source():
    withheld = with_extra(fingerprint="requires login", lines="requires login")
    [found] = findings_of(report(withheld))
    assert (found.tool_id, found.context) == ("", "")


def test_a_finding_ignored_in_the_code_is_accepted():
    [found] = findings_of(report(with_extra(is_ignored=True)))
    assert (found.state, found.state_reason) == ("accepted", "nosemgrep")


def test_a_supply_chain_finding_names_package_advisory_and_lockfile():
    metadata = {
        "sca-vuln-database-identifier": "CVE-2021-44906",
        "sca-severity": "CRITICAL",
        "sca-fix-versions": [{"minimist": "1.2.6"}],
        "cwe": ["CWE-1321: Prototype pollution"],
    }
    package = {"package": "minimist", "version": "1.2.0", "ecosystem": "npm"}
    sca = {"reachable": True, "dependency_match": {"found_dependency": package, "lockfile": "web/yarn.lock"}}
    [found] = findings_of(report(with_extra(metadata=metadata, sca_info=sca)))
    assert (found.kind, found.component, found.version) == ("dependency", "minimist", "1.2.0")
    assert (found.vulnerability_ids, found.severity, found.fixed_version) == (["CVE-2021-44906"], 4, "1.2.6")
    assert str(found.keys()[-1]) == "3:package:CVE-2021-44906|minimist|web/yarn.lock"
    assert found.attributes["reachable"] is True


def test_no_secret_that_a_rule_matched_is_kept():
    secret = {
        **RESULT,
        "check_id": "generic.secrets.security.detected-aws-key",
        "extra": {
            "message": "Found AKIAIOSFODNN7EXAMPLE in the source.",
            "severity": "ERROR",
            "metadata": {"technology": ["secrets"]},
            "metavars": {"$KEY": {"abstract_content": "AKIAIOSFODNN7EXAMPLE"}},
            "lines": "key = 'AKIAIOSFODNN7EXAMPLE'",
            "validation_state": "CONFIRMED_VALID",
        },
    }
    [found] = findings_of(report(secret))
    assert found.kind == "secret"
    assert found.attributes["validity"] == "confirmed_valid"
    assert "IOSFODNN7EXAMPLE" not in msgspec.json.encode(found).decode() + str(found.keys())


@pytest.mark.parametrize(
    "source",
    [
        ["CliLoc", [{"path": "a.py", "start": {}}, "request.args"]],
        ["CliCall", [[{"path": "a.py"}, "request.args"], [], []]],
        [{"path": "a.py"}, "request.args"],
        {"location": {"path": "a.py"}, "content": "request.args"},
    ],
)
def test_the_source_of_tainted_data_is_told_as_its_text(source):
    [found] = findings_of(report(with_extra(dataflow_trace={"taint_source": source})))
    assert found.attributes["taint_source"] == "request.args"


def test_a_finding_of_the_platform_is_known_by_its_match_within_its_repository():
    one = {"match_based_id": "0f8c_1", "rule_name": "a.b.rule", "severity": "high"}
    here, there = findings_of(
        platform({**one, "repository": {"name": "shop"}}, {**one, "repository": {"name": "bank"}})
    )
    assert (here.tool_id, there.tool_id) == ("shop|0f8c_1", "bank|0f8c_1")


@pytest.mark.parametrize(
    ("triage", "reason", "state"),
    [
        ("ignored", "false_positive", "false positive"),
        ("ignored", "acceptable_risk", "accepted"),
        ("fixing", None, "confirmed"),
        ("untriaged", "acceptable_risk", ""),
    ],
)
def test_the_platforms_triage_is_kept(triage, reason, state):
    finding = {"match_based_id": "1", "rule_name": "r", "triage_state": triage, "triage_reason": reason}
    [found] = findings_of(platform(finding))
    assert found.state == state


def test_a_finding_fixed_on_the_platform_is_mitigated_when_its_state_changed():
    finding = {"match_based_id": "1", "rule_name": "r", "status": "fixed"}
    [found] = findings_of(platform({**finding, "state_updated_at": "2024-03-01T00:00:00Z"}))
    assert found.mitigated == "2024-03-01T00:00:00Z"


def test_an_empty_answer_which_other_tools_write_alike_names_no_tool():
    read = registry.reports()["semgrep_platform"].read
    assert read(Content(BytesIO(platform()), name="answer")).tool == ""
    assert read(Content(BytesIO(platform({"match_based_id": "1"})), name="answer")).tool == "Semgrep"


def test_a_supply_chain_finding_of_the_platform_names_its_advisory():
    finding = {
        "match_based_id": "1",
        "rule_name": "ssc-9",
        "vulnerability_identifier": "CVE-2024-1",
        "found_dependency": {"package": "lodash", "version": "4.0.0", "ecosystem": "npm"},
        "fix_recommendations": [{"package": "lodash", "version": "4.17.21"}],
        "epss_score": {"score": 0.5, "percentile": 0.9},
    }
    [found] = findings_of(platform(finding | {"vulnerability_identifier": "CVE-2024-1234"}))
    assert (found.title, found.rule, found.kind) == ("CVE-2024-1234 in lodash", "", "dependency")
    assert (found.fixed_version, found.attributes["epss"]) == ("4.17.21", 0.5)


def test_a_secret_of_the_platform_has_its_place_and_its_validity():
    finding = {
        "id": "77",
        "type": "AWS",
        "findingPath": "src/a.py:42",
        "severity": "SEVERITY_HIGH",
        "validationState": "VALIDATION_STATE_CONFIRMED_VALID",
        "status": "FINDING_STATUS_OPEN",
        "repository": {"name": "shop"},
    }
    [found] = findings_of(platform(finding))
    assert (found.file, found.line, found.severity, found.tool_id) == ("src/a.py", 42, 3, "shop|77")
    assert found.attributes == {"status": "open", "repository": "shop", "validity": "confirmed_valid"}


def test_the_older_list_of_vulnerabilities_is_read_too():
    vulnerability = {
        "title": "Prototype pollution in lodash",
        "advisory": {
            "severity": "HIGH",
            "references": {"cveIds": ["CVE-2020-8203"], "cweIds": ["CWE-1321: x"]},
        },
        "dependencyFileLocation": {"path": "yarn.lock", "startLine": "12"},
        "matchedDependency": {"name": "lodash", "versionSpecifier": "4.0.0"},
        "repositoryId": "12",
    }
    [found] = findings_of(json.dumps({"vulns": [vulnerability]}).encode())
    assert (found.component, found.version, found.line) == ("lodash", "4.0.0", 12)
    assert (found.vulnerability_ids, found.cwe) == (["CVE-2020-8203"], "CWE-1321")


def test_a_broken_result_is_named_with_its_place():
    broken = {**RESULT, "extra": ["nothing"]}
    with pytest.raises(BadFile, match=r"result 2: extra: expected an object, found a list"):
        findings_of(report(RESULT, broken))


@pytest.mark.parametrize(
    ("error", "succeeded"),
    [
        ({"code": 2, "level": "error", "type": "SemgrepError", "message": "no rules"}, False),
        ({"code": 3, "level": "warn", "type": "PartialParsing", "path": "a.py"}, True),
        ({"code": 3, "level": "error", "type": "Syntax error", "path": "a.py"}, True),
        ("out of memory", True),
    ],
)
def test_a_scan_that_broke_off_proves_nothing_and_one_file_that_could_not_be_parsed_is_no_such_scan(
    error, succeeded
):
    said = {"results": [], "errors": [error], "version": "1.68.0"}
    content = Content(BytesIO(json.dumps(said).encode()), name="semgrep.json")
    assert registry.reports()["semgrep"].report(content).succeeded is succeeded
