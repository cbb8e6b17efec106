"""Nuclei's reports: JSON Lines, a list, one object, and nothing at all."""

from __future__ import annotations

import json

import pytest
from tests.sources.reports.scans import findings_of, named, shaken
from tests.sources.reports.shaking import differing, keys, sample

from throughline.sources.formats import registry
from throughline.sources.formats.tables import BadFile

RESULT = {
    "template-id": "exposed-panel",
    "info": {
        "name": "Exposed panel",
        "severity": "medium",
        "tags": ["panel", "tech"],
        "reference": ["https://a.example/ref"],
        "classification": {
            "cve-id": ["cve-2021-0001"],
            "cwe-id": ["cwe-200", "cwe-79"],
            "cvss-metrics": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
            "cvss-score": 5.3,
            "epss-score": 0.4,
        },
    },
    "matcher-name": "grafana",
    "type": "http",
    "host": "https://shop.example:8443",
    "matched-at": "https://shop.example:8443/login?x=1",
    "extracted-results": ["9.1.0"],
    "ip": "10.0.0.1",
    "timestamp": "2023-11-06T14:48:31.591398+01:00",
    "curl-command": "curl -H 'Cookie: c2VjcmV0'",
    "request": "GET /login c2VjcmV0",
}
OLD = {
    "templateID": "exposed-panel",
    "info": {
        "name": "Exposed panel",
        "severity": "unknown",
        "tags": "panel,tech",
        "reference": "https://a.example",
    },
    "matcher_name": "grafana",
    "type": "http",
    "host": "https://shop.example:8443",
    "matched": "https://shop.example:8443/login",
    "extracted_results": ["9.1.0"],
}


def lines(*results: dict[str, object]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in results)


@pytest.mark.parametrize("name", named("nuclei"))
def test_real_reports_are_read_as_expected_but_for_a_matcher_that_is_no_component(name):
    # A matcher is the branch of the template that fired (often "status-code"), so it says which finding it
    # is; the other product calls it the component.
    content = sample(name)
    found = findings_of(content, format="nuclei")
    assert len(found) == (1 if content else 0)
    if "9201" in name:
        assert differing(name) == {"component"}
        assert found[0].logical == "asp.net-favicon"
    elif content:
        assert differing(name) == set()


@pytest.mark.parametrize("name", ["nuclei/issue_9201.json", "nuclei/multi_cwe_fabricated.json"])
def test_a_later_scan_has_the_same_keys(name):
    before = sample(name)
    assert keys(findings_of(before)) == keys(findings_of(shaken(before)))


def test_an_empty_file_is_a_scan_that_found_nothing():
    assert registry.reports()["nuclei"].empty
    assert findings_of(b"", format="nuclei") == []


def test_a_result_is_read_alone_in_a_list_and_on_lines():
    alone, listed = (
        findings_of(json.dumps(RESULT).encode()),
        findings_of(json.dumps([RESULT, RESULT]).encode()),
    )
    spread, indented = findings_of(lines(RESULT, OLD)), findings_of(json.dumps(RESULT, indent=2).encode())
    assert [len(each) for each in (alone, listed, spread, indented)] == [1, 2, 2, 1]
    assert alone[0] == listed[0] == spread[0] == indented[0]


def test_a_result_has_its_classification_and_place_and_no_request():
    [found] = findings_of(lines(RESULT))
    assert (found.rule, found.severity, found.cwe) == ("exposed-panel", 2, "CWE-200")
    assert (found.cvss_score, found.vulnerability_ids) == (5.3, ["CVE-2021-0001"])
    assert (found.endpoint, found.artefact) == ("https://shop.example:8443/login?x=1", "shop.example:8443")
    assert found.attributes == {
        "matcher": "grafana",
        "protocol": "http",
        "ip": "10.0.0.1",
        "extracted": "9.1.0",
        "epss": 0.4,
    }
    assert "c2VjcmV0" not in repr(found)


def test_old_names_of_fields_give_the_same_keys():
    [old], [new] = findings_of(lines(OLD)), findings_of(lines(RESULT))
    assert keys([old]) == keys([new])
    assert (old.severity, old.tags) == (None, ["panel", "tech"])


def test_two_matchers_of_a_template_are_two_findings():
    one, other = findings_of(lines(RESULT, RESULT | {"matcher-name": "kibana"}))
    assert one.keys()[0] != other.keys()[0]


def test_what_did_not_match_is_no_finding():
    assert findings_of(lines(RESULT | {"matcher-status": False}, RESULT)) == findings_of(lines(RESULT))


def test_what_a_template_for_secrets_extracts_is_not_kept():
    info = RESULT["info"] | {"tags": ["exposure", "token", "tech"]}
    [found] = findings_of(lines(RESULT | {"info": info, "extracted-results": ["AKIAIOSFODNN7EXAMPLE"]}))
    assert found.kind == "secret"
    assert "AKIA" not in repr(found)


def test_nulls_are_passed_over():
    bare = {
        "template-id": "x",
        "info": {"name": None, "tags": None, "classification": None},
        "host": "a.example",
    }
    [found] = findings_of(lines(bare | {"extracted-results": None, "matched-at": None}))
    assert (found.title, found.endpoint) == ("x", "a.example")


def test_a_broken_result_is_refused_with_its_line():
    with pytest.raises(BadFile, match=r"line 3.*info: expected an object"):
        findings_of(lines(RESULT, OLD, RESULT | {"info": ["x"]}))


def test_results_that_another_tool_spread_over_many_lines_are_the_same():
    pretty = "\n".join([json.dumps(RESULT, indent=2)] * 2).encode()
    assert findings_of(pretty) == findings_of(lines(RESULT, RESULT))
