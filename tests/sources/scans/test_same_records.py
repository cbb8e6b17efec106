"""A record in the same bytes as in an earlier report is known without being read, and nothing else is."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from throughline.sources.actions import import_file
from throughline.sources.formats import sarif, trivy
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.models import Finding
from throughline.sources.scans import reading
from throughline.sources.scans.proof import differences
from throughline.sources.scans.same import UNKNOWN, Told
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.models import Vulnerability

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
RULE = {"id": "R1", "shortDescription": {"text": "A weakness"}}


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []
    assert list(differences()) == []


def result(file="a.py", line=1, **more):
    place = {"artifactLocation": {"uri": file}, "region": {"startLine": line}}
    return {
        "ruleId": "R1",
        "message": {"text": "A finding"},
        "locations": [{"physicalLocation": place}],
        **more,
    }


def document(*results, day=0, rule=RULE, **more):
    run = {
        "tool": {"driver": {"name": "Checker", "version": f"1.{day}", "rules": [rule]}},
        "invocations": [{"endTimeUtc": f"{DAY + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"}],
        "results": results,
        **more,
    }
    return {"version": "2.1.0", "runs": [run]}


def put_in(document, *, day=0, indent=None, wish=None, **more):
    now = DAY + timedelta(days=day)
    content = io.BytesIO(json.dumps(document, indent=indent).encode())
    done = import_file(content, name="a.json", wish=wish or Wish(full=True), actor="tests", now=now, **more)
    return {name: count for name, count in done.counts.items() if count and name != "read"}


def unread(record: Any, *_: Any) -> Any:
    raise AssertionError(f"this was read: {record}")


def test_a_record_in_the_same_bytes_is_counted_and_seen_without_being_read(monkeypatch):
    put_in(document(result(), result("b.py")))
    monkeypatch.setattr(sarif, "RESULTS", None)
    assert put_in(document(result(), result("b.py"), day=7), day=7) == {"unchanged": 2}
    assert set(Finding.objects.values_list("seen_at", flat=True)) == {DAY + timedelta(days=7)}


def test_another_description_of_the_check_is_told_to_every_finding_of_it():
    put_in(document(result()))
    renamed = RULE | {"shortDescription": {"text": "Another weakness"}}
    assert put_in(document(result(), day=7, rule=renamed), day=7) == {"updated": 1}
    assert Vulnerability.objects.get().title == "Another weakness"


def test_another_base_of_the_run_moves_its_files():
    based = result()
    based["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "LIB"
    put_in(document(based))
    moved = document(based, day=7, originalUriBaseIds={"LIB": {"uri": "lib/"}})
    assert put_in(moved, day=7) == {"created": 1, "missed": 1}


def test_records_in_the_same_bytes_are_as_many_findings_as_there_are_of_them():
    twins = [result()] * 3
    assert put_in(document(*twins)) == {"created": 3}
    assert put_in(document(*twins[:2], day=1), day=1) == {"unchanged": 2, "missed": 1}
    assert put_in(document(*twins, result(), day=2), day=2) == {"created": 1, "unchanged": 3}


def test_what_was_missed_and_is_back_in_the_same_bytes_is_open_again():
    put_in(document(result(), result("b.py")))
    for day in (1, 2):
        put_in(document(result("b.py"), day=day), day=day)
    assert put_in(document(result(), result("b.py"), day=3), day=3) == {"unchanged": 1, "updated": 1}
    assert not Vulnerability.objects.exclude(mitigated_at=None).exists()


def test_the_same_words_in_another_writing_are_unchanged_and_known_by_it_from_then_on(monkeypatch):
    put_in(document(result()))
    assert put_in(document(result(), day=1), day=1, indent=1) == {"unchanged": 1}
    monkeypatch.setattr(sarif, "RESULTS", None)
    assert put_in(document(result(), day=2), day=2, indent=1) == {"unchanged": 1}


def test_a_broken_record_is_told_of_in_every_report():
    broken = document(result(), {"ruleId": {}})
    for day, done in ((0, "created"), (1, "unchanged")):
        assert put_in(broken, day=day, wish=Wish(skip_invalid=True)) == {done: 1, "skipped": 1}


def test_a_finding_that_is_gone_keeps_the_day_on_which_it_was_first_said_to_be():
    put_in(document(result()))
    for day in (1, 2):
        put_in(document(result(baselineState="absent"), day=day), day=day)
    assert Vulnerability.objects.get().mitigated_at == DAY + timedelta(days=1)


def trivy_report(*targets, day=0):
    found = [{"VulnerabilityID": "CVE-2024-1", "PkgName": "lodash", "InstalledVersion": "4"}]
    results = [{"Target": target, "Class": "lang-pkgs", "Vulnerabilities": found} for target in targets]
    made = f"{DAY + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
    return {"SchemaVersion": 2, "CreatedAt": made, "ArtifactName": "shop", "Results": results}


def test_the_same_record_of_another_lockfile_is_another_finding():
    assert put_in(trivy_report("a.lock")) == {"created": 1}
    assert put_in(trivy_report("b.lock", day=1), day=1) == {"created": 1, "missed": 1}


def test_trivy_records_in_the_same_bytes_are_not_read(monkeypatch):
    put_in(trivy_report("a.lock", "b.lock"))
    monkeypatch.setitem(trivy._LISTS, "Vulnerabilities", unread)
    assert put_in(trivy_report("a.lock", "b.lock", day=1), day=1) == {"unchanged": 2}


def test_what_the_source_says_while_a_report_is_compared_is_what_it_is_compared_with():
    put_in(document(result(level="error")))
    others = iter([document(result(level="note"), day=1)])

    def meanwhile(done: int, total: int, message: str) -> None:
        if message == "writing" and (other := next(others, None)):
            assert put_in(other, day=1) == {"updated": 1}

    assert put_in(document(result(level="error"), day=2), day=2, progress=meanwhile) == {"updated": 1}
    assert Vulnerability.objects.get().severity == 3


def records_of(*findings: Any) -> list[bytes]:
    """The second half of what is kept of each finding of one record: a hash of the record."""

    def read(record: bytes) -> Any:
        for found in findings:
            if found is None:
                raise BadRecord("the second part is broken")
            yield found

    report = Report("tool", [b"a record"], read, same=bytes)
    scan = reading.read_scan(
        report, name="a", format=sarif.FORMAT, skip_invalid=True, progress=lambda *_: None
    )
    return [scan.said_by(number)[16:] for number in range(scan.count)]


def test_only_a_record_of_one_finding_and_nothing_else_is_known_by_its_bytes():
    one, other = Found(title="one"), Found(title="other")
    assert records_of(one) != [UNKNOWN]
    assert records_of(one, other) == records_of(one, other, None)[:2] == [UNKNOWN, UNKNOWN]
    assert records_of(one, None) == [UNKNOWN]


def test_many_records_in_the_same_bytes_are_told_apart_in_no_time():
    told = Told((b"same", place) for place in reversed(range(100_000)))
    assert [told.take(b"same") for _ in range(3)] == [0, 1, 2]
