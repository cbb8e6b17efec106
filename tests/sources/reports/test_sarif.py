"""SARIF logs of any tool."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO

import pytest
from tests.sources.reports.scans import SCANS, content_of, differences, findings_of, named, shaken

from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.tables import BadFile

EXPLAINED = {
    # The standard: a result has several locations only where all of them must change to mend it.
    "sarif/njsscan.sarif": {"findings", "severities", "cwe", "file", "line", "date"},
    # Black Duck's own rating and advisory ids are in the log; the level alone is coarser.
    "sarif/blackduck_nested_fingerprints.sarif": {"severities", "vuln_ids"},
}
PLACE = {"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 3}}}


def log(*results, rules=(), tool="CodeScanner", **run):
    driver = {"name": tool, "rules": list(rules)}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]}


def result(**said):
    return {"ruleId": "R1", "message": {"text": "Something is wrong."}, "locations": [PLACE]} | said


def findings(said):
    return findings_of(json.dumps(said).encode())


def report_of(said):
    return registry.reports()["sarif"].read(Content(BytesIO(json.dumps(said).encode()), name="report"))


def keys(found):
    return Counter(tuple(each.keys()) for each in found)


def as_if_edited(content: bytes) -> bytes:
    """Shaken, but with the flagged code as it was: that is no wording of the tool."""

    def restored(value, inside=False):
        if isinstance(value, dict):
            return {name: restored(each, inside or name == "snippet") for name, each in value.items()}
        if isinstance(value, list):
            return [restored(each, inside) for each in value]
        return value.removeprefix("Reworded: ") if inside and isinstance(value, str) else value

    return json.dumps(restored(json.loads(shaken(content)))).encode()


@pytest.mark.parametrize("name", named("sarif"))
def test_real_logs_are_read_as_expected_but_for_what_is_explained(name):
    found = {each.replace(":", " ").split()[0] for each in differences(name, findings_of(name))}
    counts = {each for each in found if each.isdigit()}
    assert (found - counts) | ({"findings"} if counts else set()) == EXPLAINED.get(name, set())


@pytest.mark.parametrize("name", named("sarif"))
def test_a_log_is_recognised(name):
    assert registry.detected(content_of(name)).name == "sarif"


@pytest.mark.parametrize("name", named("sarif"))
def test_findings_are_known_again_after_lines_moved_and_words_changed(name):
    content = (SCANS / name).read_bytes()
    assert keys(findings_of(content)) == keys(findings_of(as_if_edited(content)))


@pytest.mark.parametrize(
    "empty", [{"version": "2.1.0", "runs": []}, {"$schema": "x/sarif-2.1.0.json"}, log()]
)
def test_a_log_without_results_is_a_log_that_found_nothing(empty):
    assert registry.detected(Content(BytesIO(json.dumps(empty).encode()), name="x")).name == "sarif"
    assert findings(empty) == []


def test_a_result_with_two_locations_is_one_finding_at_the_first():
    [first, second] = findings_of("sarif/njsscan.sarif")
    assert (second.rule, second.line, second.cwe) == ("node_password", 235, "CWE-798")
    assert first.identified == "2021-03-23T00:10:48Z"


def test_black_ducks_rating_component_and_advisories_are_read():
    found = findings_of("sarif/blackduck_nested_fingerprints.sarif")
    assert [each.severity for each in found] == [2, 3, 3, 1, 4]
    assert (found[0].component, found[0].version) == ("example-frontend-lib", "1.0.0")
    assert found[0].vulnerability_ids == ["CVE-2020-11022", "BDSA-2020-1001"]
    assert [each.state for each in found] == ["", "", "", "accepted", ""]


def test_a_hash_of_an_exported_row_is_no_identity():
    found = findings_of("sarif/blackduck_nested_fingerprints.sarif")
    assert not any(each.tool_id for each in found)


def test_suppressions_that_hold_are_accepted_with_their_reason():
    found = findings_of("sarif/suppression_test.sarif")
    assert [each.state for each in found] == ["accepted"] * 3 + ["", ""]
    assert found[2].state_reason == "suppressed in the source"


@pytest.mark.parametrize(
    ("suppressions", "state"),
    [
        ([{"kind": "external", "status": "underReview"}], ""),
        ([{"kind": "external", "status": "rejected"}, {"kind": "inSource"}], ""),
        ([{"kind": "external", "justification": "a false positive: dead code"}], "false positive"),
        ([{"kind": "external", "status": "accepted", "justification": "next year"}], "accepted"),
        (None, ""),
    ],
)
def test_a_suppression_counts_once_it_is_accepted(suppressions, state):
    [found] = findings(log(result(suppressions=suppressions)))
    assert found.state == state


def test_the_first_sarif_of_grype_which_marks_every_result_as_suppressed_suppresses_none():
    said = log(
        result(suppressions=[{"kind": "external"}]), tool="Anchore Container Vulnerability Report (T0)"
    )
    [found] = findings(said)
    assert found.state == ""
    assert report_of(said).tool == "Grype"


@pytest.mark.parametrize(
    ("kind", "count"), [("pass", 0), ("notApplicable", 0), ("informational", 0), ("fail", 1)]
)
def test_only_what_failed_is_a_finding(kind, count):
    assert len(findings(log(result(kind=kind)))) == count


def test_a_result_that_is_absent_since_the_baseline_is_mitigated_when_it_was_looked_for():
    ended = [{"endTimeUtc": "2024-05-01T10:00:00Z"}]
    [found] = findings(log(result(baselineState="absent"), invocations=ended))
    assert found.mitigated == "2024-05-01T10:00:00Z"
    assert findings(log(result(baselineState="absent"))) == []


@pytest.mark.parametrize(
    ("rule", "said", "severity"),
    [
        ({"properties": {"security-severity": "9.8"}}, {"level": "note"}, 4),
        ({"properties": {"security-severity": "0.0"}}, {"level": "error"}, 0),
        ({"properties": {"tags": ["security", "HIGH"]}}, {"level": "warning"}, 3),
        ({"defaultConfiguration": {"level": "error"}}, {}, 3),
        ({"defaultConfiguration": {"level": "error"}}, {"level": "note"}, 0),
        ({"properties": {"security-severity": "nonsense"}}, {}, 2),
        ({}, {"properties": {"issue_severity": "LOW"}}, 1),
        ({}, {"level": None}, 2),
    ],
)
def test_severity_is_the_tools_own_rating_then_the_level_then_the_default(rule, said, severity):
    [found] = findings(log(result(**said), rules=[{"id": "R1"} | rule]))
    assert found.severity == severity


@pytest.mark.parametrize(
    "rule",
    [
        {"properties": {"tags": ["security", "external/cwe/cwe-079", "2021"]}},
        {"properties": {"tags": ["CWE-79: Cross-site Scripting"]}},
        {"properties": {"cwe": ["CWE-79"]}},
        {"relationships": [{"target": {"id": "79", "toolComponent": {"name": "CWE"}}}]},
        {"relationships": [{"target": {"index": 1, "toolComponent": {"index": 0}}}]},
    ],
)
def test_a_rules_weakness_is_read_from_tags_properties_and_taxa(rule):
    taxonomies = [{"name": "CWE", "taxa": [{"id": "20"}, {"id": "79"}]}]
    [found] = findings(log(result(), rules=[{"id": "R1"} | rule], taxonomies=taxonomies))
    assert (found.cwe, found.tags) == ("CWE-79", [])


def test_rules_are_found_by_id_before_number_in_extensions_and_by_their_hierarchy():
    said = log(
        result(ruleIndex=0),
        result(ruleId=None, rule={"index": 0, "toolComponent": {"index": 0}}),
        result(ruleId="R1/part"),
        rules=[{"id": "R0"}, {"id": "R1", "shortDescription": {"text": "Right"}}],
    )
    said["runs"][0]["tool"]["extensions"] = [
        {"name": "pack", "rules": [{"id": "E0", "helpUri": "https://e"}]}
    ]
    by_id, extension, part = findings(said)
    assert (by_id.rule, by_id.title) == ("R1", "Right")
    assert (extension.rule, extension.link) == ("E0", "https://e")
    assert part.rule == "R1"


def test_placeholders_are_filled_in_and_embedded_links_unwrapped():
    rule = {"id": "R1", "messageStrings": {"default": {"text": "'{0}' is {1}, see [here](1)."}}}
    [found] = findings(log(result(message={"id": "default", "arguments": ["count", "unset"]}), rules=[rule]))
    assert found.description == "'count' is unset, see here."
    [found] = findings(log(result(message={"markdown": "only **this**"})))
    assert found.description == "only **this**"


def test_a_semgrep_fingerprint_is_an_id_unless_it_asks_for_a_login():
    known, unknown = findings(
        log(
            result(fingerprints={"matchBasedId/v1": "4f1c9b2e77_0"}),
            result(fingerprints={"matchBasedId/v1": "requires login"}),
        )
    )
    assert known.tool_id == "R1|matchBasedId/v1|4f1c9b2e77_0"
    assert unknown.tool_id == ""


def test_a_hash_of_the_flagged_line_is_context_and_the_guid_of_a_run_is_nothing():
    prints = {
        "primaryLocationLineHash": "39fa2ee980eb94b0:1",
        "primaryLocationStartColumnFingerprint": "4abcdef",
    }
    [found] = findings(log(result(partialFingerprints=prints, guid="00000000-1111-2222-3333-444444444444")))
    assert (found.tool_id, found.context) == ("", "primaryLocationLineHash:39fa2ee980eb94b0")
    [found] = findings(log(result(correlationGuid="00000000-1111-2222-3333-444444444444")))
    assert found.tool_id.endswith("444444444444")


def test_the_scope_is_the_repository_and_the_category_without_the_run():
    said = log(
        versionControlProvenance=[{"repositoryUri": "https://me:secret@git.example/shop/api.git"}],
        automationDetails={"id": "codeql/language:python/run-17"},
    )
    assert report_of(said).scope == "git.example/shop/api codeql/language:python"
    assert report_of(log(automationDetails={"id": "run-17"})).scope == ""


def test_an_image_is_the_scope_without_its_tag_and_its_packages_are_of_a_container():
    message = "Package: openssl\nInstalled Version: 1.1.1\nVulnerability CVE-2023-1\nFixed Version: 1.1.2"
    said = log(
        result(ruleId="CVE-2023-12345", message={"text": message}),
        rules=[{"id": "CVE-2023-12345", "name": "OsPackageVulnerability"}],
        tool="Trivy",
        properties={"imageName": "registry:5000/shop/api:1.2"},
    )
    [found] = findings(said)
    assert report_of(said).scope == "registry:5000/shop/api"
    assert (found.component, found.version, found.fixed_version) == ("openssl", "1.1.1", "1.1.2")
    assert (found.kind, found.rule, found.vulnerability_ids) == ("container", "", ["CVE-2023-12345"])


@pytest.mark.parametrize(
    ("said", "component"),
    [
        ({"message": {"text": "Package 'lodash@4.17.4' is vulnerable to 'CVE-2019-10744'."}}, "lodash"),
        ({"message": {"text": "The path /app reports lodash at version 4.17.4 which …"}}, "lodash"),
        ({"locations": [{"logicalLocations": [{"fullyQualifiedName": "lodash@4.17.4"}]}]}, "lodash"),
        ({"locations": [{"logicalLocations": [{"fullyQualifiedName": "pkg:npm/lodash@4.17.4"}]}]}, "lodash"),
    ],
)
def test_the_package_of_an_advisory_is_read_where_its_tool_says_it(said, component):
    rule = {"id": "SNYK-JS-LODASH-450202", "properties": {"tags": ["CVE-2019-10744"]}}
    [found] = findings(log(result(ruleId="SNYK-JS-LODASH-450202", **said), rules=[rule]))
    assert (found.component, found.version) == (component, "4.17.4")
    assert found.vulnerability_ids == ["CVE-2019-10744", "SNYK-JS-LODASH-450202"]


def test_a_secret_reaches_no_field_and_no_key():
    secret = "AKIAIOSFODNN7EXAMPLE"
    place = {"physicalLocation": PLACE["physicalLocation"] | {"region": {"snippet": {"text": secret}}}}
    said = result(
        message={"text": f"aws-key has detected secret {secret}"},
        locations=[place],
        partialFingerprints={"commitSha": "abc123", "author": "Ada"},
    )
    [found] = findings(log(said, rules=[{"id": "R1", "name": "AWS Key"}], tool="gitleaks"))
    assert secret not in repr(found)
    assert secret not in repr(found.keys())
    assert (found.kind, found.title) == ("secret", "AWS Key")
    assert found.attributes == {"commit": "abc123", "author": "Ada"}


def test_a_hard_coded_password_is_masked_in_the_message_and_is_no_context():
    place = {"physicalLocation": {"region": {"snippet": {"text": 'password = "hunter2"'}}}}
    said = result(
        message={"text": "Possible hardcoded password: 'hunter2' isn't safe."},
        locations=[place],
        properties={"cwe": "CWE-259"},
    )
    [found] = findings(log(said))
    assert "hunter2" not in repr(found)
    assert found.description == "Possible hardcoded password: '… (7 characters)' isn't safe."


def test_a_file_is_named_from_the_base_that_the_log_gives():
    bases = {"ROOT": {"uri": "file:///tmp/build-17/"}, "PART": {"uri": "shop/", "uriBaseId": "ROOT"}}
    uris = [
        {"uri": "file:///tmp/build-17/src/a.py"},
        {"uri": "src/a.py", "uriBaseId": "ROOT"},
        {"uri": "src/a.py", "uriBaseId": "PART"},
        {"index": 0},
    ]
    places = [result(locations=[{"physicalLocation": {"artifactLocation": uri}}]) for uri in uris]
    artifacts = [{"location": {"uri": "lib/b.py"}}]
    found = findings(log(*places, originalUriBaseIds=bases, artifacts=artifacts))
    assert [each.file for each in found] == ["src/a.py", "src/a.py", "shop/src/a.py", "lib/b.py"]


def test_the_rules_that_ran_are_told_only_by_a_log_that_lists_silent_ones():
    rules = [{"id": "R1"}, {"id": "R2"}, {"id": "R3", "defaultConfiguration": {"enabled": False}}]
    assert report_of(log(result(), rules=rules)).rules == {"R1", "R2"}
    assert report_of(log(result(), rules=rules[:1])).rules is None
    assert report_of(log()).rules is None


def test_results_in_other_files_are_asked_for_instead_of_passed_over():
    said = log(externalPropertyFileReferences={"results": [{"location": {"uri": "results.json"}}]})
    with pytest.raises(BadFile, match=r"which are not in this one: put results\.json into it"):
        report_of(said)


def test_a_file_that_a_log_refers_to_is_no_empty_log():
    said = {"$schema": "https://json.schemastore.org/sarif-external-property-file-2.1.0.json", "results": []}
    with pytest.raises(BadFile, match="a part that a SARIF log refers to"):
        report_of(said)


def test_runs_of_two_tools_are_one_report_of_both():
    said = log(result())
    said["runs"].append(log(result(ruleId="R2"), tool="Semgrep OSS")["runs"][0])
    assert [each.rule for each in findings(said)] == ["R1", "R2"]
    assert report_of(said).tool == "CodeScanner + Semgrep"


def test_an_odd_log_is_read_as_far_as_it_goes():
    odd = {"ruleId": 7, "message": "only text", "locations": [None], "level": "", "properties": None}
    [found] = findings(log(odd))
    assert (found.rule, found.title, found.file) == ("7", "only text", "")


def test_a_broken_result_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"result 2.*locations\[0\]"):
        findings(log(result(), result(locations=["src/a.py"])))


def test_a_broken_rule_is_named_as_part_of_the_head():
    with pytest.raises(BadFile, match="head"):
        findings(log(result(), rules=["R1"]))
