"""Scanners of secrets: Gitleaks, TruffleHog. Of a secret nothing may be kept but its first letters."""

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

LEAK = {
    "Description": "AWS Access Key",
    "StartLine": 20,
    "EndLine": 20,
    "Match": 'key = "AKIALALEMEL33243OLIA"',
    "Secret": "AKIALALEMEL33243OLIA",
    "File": "api/api.go",
    "Commit": "60a6ae2",
    "Link": "https://github.com/shop/api/blob/60a6ae2/api/api.go#L20",
    "Entropy": 3.08,
    "Author": "Ann",
    "Email": "ann@shop.example",
    "Date": "2019-10-25T20:38:13Z",
    "Message": "add AKIALALEMEL33243OLIA for now",
    "Tags": ["key"],
    "RuleID": "aws-access-key",
    "Fingerprint": "60a6ae2:api/api.go:aws-access-key:20",
}
OLD_LEAK = {
    "line": 'key = "AKIALALEMEL33243OLIA"',
    "lineNumber": 20,
    "offender": "AKIALALEMEL33243OLIA",
    "commit": "60a6ae2",
    "repo": "api",
    "leakURL": "https://github.com/shop/api/blob/60a6ae2/api/api.go#L20",
    "rule": "AWS Access Key",
    "commitMessage": "add AKIALALEMEL33243OLIA for now",
    "author": "Ann",
    "file": "api/api.go",
    "date": "2019-10-25T20:38:13Z",
    "tags": "key, AWS",
}
GIT = {
    "commit": "fbc14303",
    "file": "keys",
    "email": "ann <ann@shop.example>",
    "repository": "https://github.com/shop/api.git",
    "timestamp": "2022-06-16 17:17:40 +0000",
    "line": 4,
}
SECRET = {
    "SourceMetadata": {"Data": {"Git": GIT}},
    "SourceID": 1,
    "SourceType": 16,
    "SourceName": "trufflehog - git",
    "DetectorType": 2,
    "DetectorName": "AWS",
    "DecoderName": "PLAIN",
    "Verified": True,
    "Raw": "AKIAYVP4CIPPERUVIFXG",
    "RawV2": "AKIAYVP4CIPPERUVIFXG:Zt2U1h267eViPnuSA+JO5ABhiu4T7XUMSZ+Y2Oth",
    "Redacted": "AKIAYVP4CIPPERUVIFXG",
    "ExtraData": {"account": "595918472158"},
    "StructuredData": None,
}
HIT = {
    "branch": "origin/master",
    "commit": "add AKIALALEMEL33243OLIA for now",
    "commitHash": "d15627104d07846ac2914a976e8e347a663bbd9b",
    "date": "2020-05-13 10:29:11",
    "diff": "@@ -0,0 +1 @@\n+AKIALALEMEL33243OLIA",
    "path": "conf/keys",
    "printDiff": "\x1b[93mAKIALALEMEL33243OLIA\x1b[0m",
    "reason": "AWS API Key",
    "stringsFound": ["AKIALALEMEL33243OLIA"],
}
SECRETS = ("AKIALALEMEL33243OLIA", "AKIAYVP4CIPPERUVIFXG", "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")


def listed(*leaks):
    return json.dumps(leaks).encode()


def lines(*secrets):
    return b"".join(json.dumps(secret).encode() + b"\n" for secret in secrets)


@pytest.mark.parametrize("name", named("gitleaks"))
def test_real_reports_are_read_as_expected(name):
    assert registry.detected(content_of(name)).name == "gitleaks"
    assert list(differences(name, findings_of(name))) == []


@pytest.mark.parametrize("name", named("gitleaks"))
def test_no_secret_of_a_real_report_is_anywhere_in_what_is_kept(name):
    leaks = json.loads((SCANS / name).read_bytes())
    kept = "".join(msgspec.json.encode(found).decode() + str(found.keys()) for found in findings_of(name))
    assert [leak["offender"] for leak in leaks if leak["offender"] in kept] == []
    assert [leak["line"] for leak in leaks if leak["line"] in kept] == []


@pytest.mark.parametrize("content", [listed(LEAK), listed(OLD_LEAK), lines(SECRET), lines(HIT)])
def test_no_secret_is_anywhere_in_what_is_kept(content):
    [found] = findings_of(content)
    kept = msgspec.json.encode(found).decode() + str(found.keys())
    assert [secret for secret in SECRETS if secret in kept or secret[4:] in kept] == []
    assert (
        found.description == "Leaked: AKIA… (20 characters)" or found.description == "AKIA… (20 characters)"
    )
    assert found.context == ""


def test_a_secret_in_the_name_of_its_file_is_masked_there():
    [found] = findings_of(listed({**LEAK, "File": "keys/AKIALALEMEL33243OLIA.txt"}))
    assert found.file == "keys/AKIA… (20 characters).txt"


@pytest.mark.parametrize("content", [listed(LEAK), listed(OLD_LEAK), lines(SECRET, SECRET), lines(HIT, HIT)])
def test_a_secret_is_known_again_after_its_lines_moved(content):
    whole = content.startswith(b"[")
    moved = shaken(content) if whole else b"\n".join(map(shaken, content.splitlines()))
    old = Counter(tuple(found.keys()) for found in findings_of(content))
    assert Counter(tuple(found.keys()) for found in findings_of(moved)) == old


def test_a_leak_of_gitleaks_8():
    [found] = findings_of(listed(LEAK))
    assert (found.rule, found.title, found.line, found.cwe) == (
        "aws-access-key",
        "AWS Access Key",
        20,
        "CWE-798",
    )
    assert (found.kind, found.severity, found.tool_id) == ("secret", 3, "")
    assert found.attributes == {
        "commit": "60a6ae2",
        "author": "Ann",
        "committed": "2019-10-25T20:38:13Z",
        "entropy": 3.08,
    }


def test_a_leak_of_older_versions_has_other_names_for_the_same():
    [found] = findings_of(listed(OLD_LEAK))
    assert (found.rule, found.line, found.file, found.tags) == (
        "AWS Access Key",
        20,
        "api/api.go",
        ["key", "AWS"],
    )
    assert found.link.endswith("#L20")


def test_secrets_of_one_rule_in_one_file_are_told_apart_by_commit_and_first_letters():
    other = {**LEAK, "Secret": "AKIBLALEMEL33243OLIB", "Match": "x"}
    later = {**LEAK, "Commit": "77777"}
    keys = [found.keys()[0] for found in findings_of(listed(LEAK, other, later))]
    assert len(set(keys)) == 3


def test_a_leak_found_without_history_is_known_by_its_file():
    [found] = findings_of(listed({**LEAK, "Commit": "", "Date": "0001-01-01T00:00:00Z"}))
    assert "commit" not in found.attributes
    assert "committed" not in found.attributes


def test_a_secret_of_trufflehog_3():
    [found] = findings_of(lines(SECRET))
    assert (found.rule, found.file, found.line, found.severity) == ("AWS", "keys", 4, 4)
    assert found.artefact == "fbc14303"
    assert found.attributes["validity"] == "active"


def test_a_secret_that_trufflehog_could_not_verify_is_high():
    [found] = findings_of(lines({**SECRET, "Verified": False}))
    assert found.severity == 3


@pytest.mark.parametrize(
    ("source", "file", "artefact"),
    [
        ({"Filesystem": {"file": "/src/a.env", "line": 3}}, "/src/a.env", ""),
        (
            {"Docker": {"file": "/app/.env", "image": "shop/api:1.2", "layer": "sha256:1"}},
            "/app/.env",
            "shop/api",
        ),
        ({"S3": {"bucket": "backups", "file": "dump.sql"}}, "dump.sql", "backups"),
        ({}, "", ""),
        (None, "", ""),
    ],
)
def test_the_places_that_trufflehog_looks_into(source, file, artefact):
    [found] = findings_of(lines({**SECRET, "SourceMetadata": {"Data": source}}))
    assert (found.file, found.artefact) == (file, artefact)


def test_the_scope_is_the_repository_without_its_suffix():
    report = registry.reports()["trufflehog"].read(Content(BytesIO(lines(SECRET, SECRET)), name="report"))
    assert report.scope == "https://github.com/shop/api"


def test_what_trufflehog_logs_between_its_secrets_is_passed_over():
    log = {"level": "info-0", "ts": "2024-05-01", "logger": "trufflehog", "msg": "running source"}
    assert len(findings_of(lines(log, SECRET, log))) == 1
    assert findings_of(lines(log, log)) == []


def test_secrets_gathered_into_one_list_are_read_too():
    assert findings_of(listed(SECRET)) == findings_of(lines(SECRET))


def test_entropy_alone_is_no_rated_secret():
    [found] = findings_of(lines({**HIT, "reason": "High Entropy"}))
    assert (found.severity, found.rule) == (None, "High Entropy")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (listed(LEAK, {**LEAK, "File": {}}), "leak 2: File: expected a text, found an object"),
        (lines(SECRET, {**SECRET, "SourceMetadata": []}), "line 2: SourceMetadata: expected an object"),
    ],
)
def test_a_broken_record_is_named_with_its_place(content, message):
    with pytest.raises(BadFile, match=message):
        findings_of(content)


def test_leaks_in_a_table_are_read_and_their_secrets_masked():
    columns = "RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,Author,Date"
    row = "aws-access-key,60a6ae2,api.go,,AKIALALEMEL33243OLIA,key = AKIALALEMEL33243OLIA,20,Ann,2019-10-25"
    [found] = findings_of(f"{columns}\n{row}\n".encode())
    assert (found.rule, found.file, found.line) == ("aws-access-key", "api.go", 20)
    assert "LALEMEL" not in msgspec.json.encode(found).decode() + repr(found.keys())


@pytest.mark.parametrize("record", [LEAK, OLD_LEAK, SECRET])
def test_records_that_another_tool_spread_over_many_lines_are_the_same(record):
    pretty = "\n".join([json.dumps(record, indent=2)] * 2).encode()
    assert findings_of(pretty) == findings_of(json.dumps([record, record]).encode())
