"""`throughline import` as it is called: what it prints, its exit codes, and a kill in the middle."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.commands import answered
from tests.homes import ready
from tests.sources.scans.flagged import Flag, report

ROWS = 4_000
BIG = "id,title,severity,identified\n" + "".join(
    f"N{n},number {n},low,2024-01-{n % 28 + 1:02}\n" for n in range(ROWS)
)


def throughline(*arguments, home=None, stdin=b""):
    where = ["--home", str(home)] if home else []
    if home and "--dry-run" not in arguments:
        ready(home)
    words = ["import", *map(str, arguments), *where]
    return answered(words, folder=Path.cwd(), environment=os.environ, given=stdin)


def answer(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "register-2024-01-31.csv"
    path.write_text("id,severity\nA,high\nB,low\n")
    return path


def test_a_dry_run_shows_the_findings_and_makes_no_data_folder(register, tmp_path):
    home = tmp_path / "home"
    found = answer(throughline(register, "--dry-run", "--json", home=home))
    assert (found["read"], found["created"], found["refused"]) == (2, 0, [])
    assert found["findings"][0]["id"] == "A"
    assert found["findings"][0]["severity"] == "high"
    assert found["findings"][0]["state"] == "confirmed"
    assert not home.exists()


def test_an_import_answers_with_counts_and_a_second_one_changes_nothing(register, tmp_path):
    home = tmp_path / "home"
    first = answer(throughline(register, "--json", home=home))
    assert {
        name: first[name] for name in ("read", "created", "updated", "unchanged", "vanished", "refused")
    } == {
        "read": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "vanished": 0,
        "refused": [],
    }
    assert first["source"] == "register"
    again = throughline(register, home=home)
    assert "0 created, 0 updated, 2 unchanged" in again.stdout


def test_standard_input_is_a_file_too(tmp_path):
    done = throughline(
        "-", "--json", "--source", "pipe", home=tmp_path / "home", stdin=b'{"id": 1}\n{"id": 2}\n'
    )
    assert answer(done)["created"] == 2


def test_wrong_input_ends_with_two_one_message_and_nothing_stored(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("id,severity\nA,high\nB,hihg\n")
    home = tmp_path / "home"
    done = throughline(bad, "--json", home=home)
    assert done.returncode == 2
    refused = json.loads(done.stdout)["refused"]
    assert [(problem["line"], problem["column"], problem["value"]) for problem in refused] == [
        (3, "severity", "hihg")
    ]
    assert done.stderr == f"Error: {refused[0]['message']}\n"
    assert "expected one of info, low, medium, high, critical" in refused[0]["message"]
    assert count(home, "vulnerability") == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("id,title,severity\n", "line 1: it names columns and holds no row"),
        ("Nothing was found today.\n", "its one column 'Nothing was found today.'"),
        ("Dear all\nnothing was found\ntoday\n", "its one column 'Dear all'"),
        ("[]", "it holds no record, and nothing says whose it is"),
        ("{}", "its records say nothing"),
        ("[{}, {}]", "its records say nothing"),
        ('{"vulnerabilities": []}', "it holds no record"),
        ("42", "its one column '42'"),
    ],
)
def test_a_file_with_nothing_in_it_is_refused_with_the_way_out(tmp_path, content, said):
    file = tmp_path / "file"
    file.write_text(content)
    for more in ([], ["--dry-run"]):
        done = throughline(file, *more, home=tmp_path / "home")
        assert done.returncode == 2
        told = done.stderr
        assert told.startswith("Error: file")
        assert said in told
        assert "name its format" in told


@pytest.mark.parametrize(
    ("content", "format"), [("[]", "gitleaks"), ("[]", "json"), ("id,title\n", "csv"), ("", "nuclei")]
)
def test_nothing_is_an_answer_where_a_person_says_whose_it_is(tmp_path, content, format):
    file = tmp_path / "file"
    file.write_text(content)
    done = throughline(file, "--format", format, "--json", home=tmp_path / "home")
    assert (done.returncode, answer(done)["read"]) == (0, 0)


def test_one_column_is_a_table_once_it_is_mapped(tmp_path):
    file = tmp_path / "notes.csv"
    file.write_text("what we saw\nA door stands open\n")
    done = throughline(file, "--map", "title=what we saw", "--json", home=tmp_path / "home")
    assert answer(done)["created"] == 1


def test_a_report_that_is_cut_off_is_refused_with_line_and_byte(tmp_path):
    file = tmp_path / "trivy.json"
    file.write_text('{"SchemaVersion": 2,\n "ArtifactName": "shop",\n "Results": [{"Target": "a.lo')
    done = throughline(file, "--json", home=tmp_path / "home")
    assert done.returncode == 2
    [refused] = json.loads(done.stdout)["refused"]
    assert refused["line"] == 3
    assert "trivy.json, line 3: this is not valid JSON: it breaks off at its end (byte 75)" in (done.stderr)


def test_wrong_options_are_told_as_json_too(register):
    done = throughline(register, "--map", "severty=Risk", "--dry-run", "--json")
    assert done.returncode == 2
    assert "did you mean severity?" in json.loads(done.stdout)["refused"][0]["message"]


def test_several_files_are_stored_one_by_one_until_one_is_refused(register, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("id,severity\nB,hihg\n")
    done = throughline(register, bad, "--json", home=tmp_path / "home")
    assert done.returncode == 2
    assert json.loads(done.stdout)["created"] == 2
    assert "stored before that: register-2024-01-31.csv" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.csv"], "missing.csv: there is no such file"),
        (["tests"], "this is a folder"),
        (["x.csv", "--map", "severty=a"], "did you mean severity?"),
        (["x.csv", "--zone", "Mars"], "is no time zone"),
        (["x.csv", "--format", "xml"], "there is no format 'xml'"),
        (["x.csv", "--as-of", "2199-01-01"], "in the future"),
        (["x.csv", "--as-of", "2024-01-01", "--as-of-column", "id"], "give one of --as-of"),
        (["x.csv", "--as-of-column", "day"], "no column 'day'"),
        (["x.csv", "--as-of-column", "severity"], "does not say when the row was known"),
    ],
)
def test_wrong_options_end_with_two_and_a_sentence(arguments, said, tmp_path):
    (tmp_path / "x.csv").write_text("id,severity\nA,high\n")
    paths = [str(tmp_path / part) if part == "x.csv" else part for part in arguments]
    done = throughline(*paths, "--dry-run")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_prints_the_first_rows_as_they_would_be_stored(register):
    printed = throughline(register, "--dry-run").stdout
    lines = [line.split() for line in printed.splitlines()]
    assert any(line[:3] == ["id", "severity", "state"] for line in lines)
    assert any(line[:3] == ["A", "high", "confirmed"] for line in lines)


def test_the_mapping_is_told_under_the_names_that_map_takes(register):
    mapping = answer(throughline(register, "--dry-run", "--json"))["mapping"]
    assert (mapping["id"], "key" in mapping) == ("id", False)


def test_a_dry_run_names_rows_whose_dates_cannot_be(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("id,identified,mitigated\nA,2024-03-01,2024-02-01\nB,2024-01-01,2099-01-01\n")
    notices = answer(throughline(file, "--dry-run", "--json"))["notices"]
    assert ["(line 2)" in notices[0], "(line 3)" in notices[1]] == [True, True]


def test_a_report_can_be_read_as_a_table_where_that_is_said(tmp_path):
    file, home = tmp_path / "report.json", tmp_path / "home"
    file.write_bytes(report(Flag()))
    refused = throughline(file, "--map", "title=issue_text", home=home)
    assert refused.returncode == 2
    assert "say --format csv, json or jsonl to read it as a table" in refused.stderr
    done = answer(throughline(file, "--map", "title=issue_text", "--format", "json", "--json", home=home))
    assert (done["created"], done["mapping"]["title"]) == (1, "issue_text")


def test_compressed_files_are_the_files_in_them(tmp_path):
    packed = tmp_path / "reports.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/first.csv", "id,severity\nA,high\n")
        archive.writestr("second.json", '[{"id": "B"}, {"id": "C"}]')
    alone = tmp_path / "third.csv.gz"
    alone.write_bytes(gzip.compress(b"id,severity\nD,low\n"))
    done = answer(throughline(packed, alone, "--json", home=tmp_path / "home"))
    assert [each["file"] for each in done["files"]] == ["a/first.csv", "second.json", "third.csv"]
    assert [each["source"] for each in done["files"]] == ["first", "second", "third"]
    assert done["created"] == 4


def test_of_a_damaged_archive_nothing_is_stored(tmp_path):
    packed, home = tmp_path / "reports.zip", tmp_path / "home"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("first.csv", "id,severity\nA,high\n")
        archive.writestr("second.csv", "id,severity\nB,high\n")
    packed.write_bytes(packed.read_bytes().replace(b"B,high", b"B,hihg"))
    done = throughline(packed, home=home)
    assert (done.returncode, count(home, "vulnerability")) == (2, 0)
    assert "damaged or cut short" in done.stderr


def test_rows_that_cannot_be_read_are_left_out_where_that_is_said(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("id,severity\nA,high\nB,hihg\n")
    found = answer(throughline(bad, "--skip-invalid", "--json", home=tmp_path / "home"))
    assert (found["created"], found["skipped"]) == (1, 1)
    assert [(each["line"], each["value"]) for each in found["refused"]] == [(3, "hihg")]
    printed = throughline(bad, "--skip-invalid", "--dry-run").stdout
    assert "left out: bad.csv, line 3, column 'severity': found 'hihg'" in printed


# Runs an import that is killed some seconds after it began to write; prints how long writing took.
KILLED = """
import os, signal, sys, threading, time
from pathlib import Path
from throughline.site.home import open_home
open_home(Path(sys.argv[1]))
from datetime import UTC, datetime
from throughline.sources import actions
from throughline.sources.wishes import Wish
store, delay, began = actions.store, float(sys.argv[3]), []
def kill():
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)
def timed(*a, **k):
    began.append(time.monotonic())
    if delay >= 0:
        threading.Thread(target=kill, daemon=True).start()
    return store(*a, **k)
actions.store = timed
with open(sys.argv[2], "rb") as file:
    actions.import_file(file, name="big.csv", wish=Wish(source="s"), actor="test", now=datetime.now(UTC))
print(time.monotonic() - began[0])
"""


def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_state(tmp_path):
    small, big, old = tmp_path / "small.csv", tmp_path / "big.csv", tmp_path / "old"
    small.write_text("id,title\nOLD,old\n")
    big.write_text(BIG)
    answer(throughline(small, "--source", "s", "--json", home=old))
    whole = run_killed(copied(old, tmp_path / "whole"), big, delay=-1)
    assert whole.returncode == 0, whole.stderr.decode()
    takes = float(whole.stdout)
    chance = random.Random(7)
    homes = [copied(old, tmp_path / f"home-{number}") for number in range(12)]
    killed = [run_killed(home, big, delay=chance.uniform(0, takes)).returncode for home in homes]
    # Those that a machine which became faster lets end are in the new state, which is looked at too.
    assert killed.count(-signal.SIGKILL) >= 6
    for home in homes:
        assert integrity(home) == "ok"
        assert count(home, "vulnerability") in (1, ROWS + 1)
        assert count(home, "event") == count(home, "vulnerability")
        audited = count(home, "entry", subject="audit", where="action = 'import'")
        assert count(home, "import", subject="sources") == audited
    assert run_killed(homes[0], big, delay=-1).returncode == 0
    assert count(homes[0], "vulnerability") == count(homes[0], "event") == ROWS + 1


def copied(home, to):
    return shutil.copytree(home, to)


def run_killed(home, path, *, delay):
    command = [sys.executable, "-c", KILLED, str(home), str(path), str(delay)]
    environment = {**os.environ, "PYTHONPATH": "src"}
    return subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)


def count(home, table, *, subject="vulnerabilities", where="1=1"):
    with sqlite3.connect(home / "throughline.sqlite3") as database:
        return database.execute(f"SELECT COUNT(*) FROM {subject}_{table} WHERE {where}").fetchone()[0]


def integrity(home):
    with sqlite3.connect(home / "throughline.sqlite3") as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]
