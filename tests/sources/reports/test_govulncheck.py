"""govulncheck's messages, as a stream, a list and lines, and its object of before 1.0."""

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
    # Go's advisories have no severity: none is not "info".
    "govulncheck/many_vulns.json": ["severities"],
    # A package's path is no file: the place is where the own code makes the call.
    "govulncheck/many_vulns_new_version_custom_severity.json": ["file"],
}
CONFIG = {"config": {"protocol_version": "v1.0.0", "scanner_name": "govulncheck", "scan_level": "symbol"}}
OSV = {"osv": {"id": "GO-2021-0113", "aliases": ["CVE-2021-38561"], "summary": "Out-of-bounds read"}}
REQUIRED = {"module": "golang.org/x/text", "version": "v0.3.5"}
IMPORTED = REQUIRED | {"package": "golang.org/x/text/language"}
CALLED = IMPORTED | {"function": "Parse"}
CALL = {"module": "shop", "position": {"filename": "cmd/main.go", "line": 12}}


def finding(*trace):
    return {"finding": {"osv": "GO-2021-0113", "fixed_version": "v0.3.7", "trace": list(trace)}}


def stream(*messages):
    return "\n".join(json.dumps(message, indent=2) for message in messages).encode()


def content(said: bytes) -> Content:
    return Content(BytesIO(said), name="report")


def keys(found):
    return Counter(tuple(each.keys()) for each in found)


@pytest.mark.parametrize("name", named("govulncheck"))
def test_real_reports_are_read_as_expected_but_for_what_is_explained(name):
    found = [each.partition(":")[0].split()[0] for each in differences(name, findings_of(name))]
    assert found == EXPLAINED.get(name, [])


@pytest.mark.parametrize("name", named("govulncheck"))
def test_a_report_is_recognised(name):
    assert registry.detected(content_of(name)).name == "govulncheck"


@pytest.mark.parametrize("name", named("govulncheck"))
def test_findings_are_known_again_after_lines_moved_and_words_changed(name):
    before = (SCANS / name).read_bytes()
    assert keys(findings_of(before)) == keys(findings_of(shaken(before)))


def test_messages_are_read_alike_as_a_stream_as_lines_and_as_a_list():
    messages = [CONFIG, OSV, finding(CALLED, CALL)]
    written = [
        stream(*messages),
        "\n".join(map(json.dumps, messages)).encode(),
        json.dumps(messages).encode(),
    ]
    shapes = [content(said).shape for said in written]
    found = [findings_of(said) for said in written]
    assert shapes == ["stream", "lines", "list"]
    assert found[0] == found[1] == found[2]
    assert [each.component for each in found[0]] == ["golang.org/x/text"]


@pytest.mark.parametrize("said", [stream(CONFIG), stream(CONFIG, {"progress": {"message": "Scanning …"}})])
def test_a_run_that_found_nothing_is_recognised(said):
    assert registry.detected(content(said)).name == "govulncheck"
    assert findings_of(said) == []


def test_one_advisory_in_one_module_is_one_finding_with_its_farthest_reach():
    [found] = findings_of(stream(CONFIG, OSV, finding(REQUIRED), finding(CALLED, CALL), finding(IMPORTED)))
    assert (found.file, found.line, found.fixed_version) == ("cmd/main.go", 12, "v0.3.7")
    assert (found.attributes["reachable"], found.attributes["reach"]) == (True, "called")


def test_a_call_that_comes_or_goes_is_still_the_same_finding():
    [required] = findings_of(stream(CONFIG, OSV, finding(REQUIRED)))
    [called] = findings_of(stream(CONFIG, OSV, finding(CALLED, CALL)))
    assert required.keys() == called.keys()
    assert required.attributes["reachable"] is False


def test_an_advisory_may_come_after_its_finding_or_not_at_all():
    [late] = findings_of(stream(CONFIG, finding(REQUIRED), OSV))
    [never] = findings_of(stream(CONFIG, finding(REQUIRED)))
    assert late.vulnerability_ids == ["CVE-2021-38561", "GO-2021-0113"]
    assert never.vulnerability_ids == ["GO-2021-0113"]


def test_the_scope_is_the_main_module():
    bill = {"SBOM": {"go_version": "go1.22", "modules": [{"path": "example.com/shop"}], "roots": ["x"]}}
    said = content(stream(CONFIG, bill, OSV))
    assert registry.detected(said).read(said).scope == "example.com/shop"


def test_the_object_of_before_1_0_counts_advisories_not_symbols():
    found = findings_of("govulncheck/many_vulns.json")
    assert [each.vulnerability_ids[1] for each in found] == ["GO-2022-1144", "GO-2022-1143", "GO-2022-0969"]
    assert found[0].fixed_version == "1.18.9, 1.19.4"
    assert found[0].link == "https://pkg.go.dev/vuln/GO-2022-1144"


def test_a_broken_message_is_named_with_its_place():
    with pytest.raises(BadFile, match=r"message 2.*finding"):
        findings_of(stream(CONFIG, {"finding": "GO-2021-0113"}))


def test_a_stream_that_breaks_off_is_refused():
    with pytest.raises(BadFile, match="message 2: the message breaks off"):
        findings_of(stream(CONFIG, OSV)[:-1])


def test_something_else_within_a_stream_is_refused():
    said = stream(CONFIG, OSV) + b"\nexit status 3\n"
    with pytest.raises(BadFile, match="message 3: expected an object"):
        findings_of(said)


def test_brackets_within_texts_end_no_message():
    odd = {"progress": {"message": 'a "}{" and a \\'}}
    [found] = findings_of(stream(CONFIG, odd, OSV, finding(REQUIRED)))
    assert found.component == "golang.org/x/text"


def test_a_file_of_another_kind_keeps_its_shape():
    assert content(b'{"a": 1}\n{"a": 2}\n').shape == "lines"
    assert content(b'{\n"a": {"b": 1}\n}\n').shape == "object"
    assert content(b'{\n"a": {"b": 1}').shape == "object"


def test_a_message_longer_than_any_is_refused():
    said = stream(CONFIG, {"osv": {"details": "x" * (17 * 1024 * 1024)}})
    with pytest.raises(BadFile, match="longer than"):
        findings_of(said)
