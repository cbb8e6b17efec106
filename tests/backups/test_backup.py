"""A backup is whole whatever happens around it: writers, kills, a second backup."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.commands import answered
from tests.homes import ready

from throughline.backups import making
from throughline.site.home import DATABASE

COMMAND = [sys.executable, "-m", "throughline.cli"]
# Two threads that each import a record and write audit entries until they are ended.
WRITERS = """
import io, sys, threading
from pathlib import Path
from throughline.site.home import open_home
open_home(Path(sys.argv[1]))
from throughline.audit.actions import record
from throughline.cli.common import now
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish

def write(name):
    number = 0
    while True:
        number += 1
        record(name, "wrote", now=now(), detail={"number": number})
        file = io.BytesIO(f"id,severity\\n{name}-{number},high\\n".encode())
        import_file(file, name="register.csv", wish=Wish(source=name), actor=name, now=now())
        if name == "a" and number == 2:
            print("writing", flush=True)

for name in "ab":
    threading.Thread(target=write, args=(name,), daemon=True).start()
threading.Event().wait()
"""


def run(*words: object, code: int = 0) -> dict:
    done = answered([*map(str, words), "--json"], folder=Path.cwd())
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def rows(database: Path) -> dict[str, list[tuple]]:
    """Every row of every table, in an order of its own."""
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
            for (table,) in tables
        }


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with somebody who has a link that was not used."""
    folder = ready(tmp_path_factory.mktemp("backup") / "home")
    run("user", "add", "Ada", "ada@example.org", "--role", "administrator", "--home", folder)
    return folder


def test_a_backup_under_writers_is_whole_and_restores_row_for_row(home, tmp_path):
    writers = subprocess.Popen([sys.executable, "-c", WRITERS, str(home)], stdout=subprocess.PIPE)
    try:
        assert writers.stdout.readline() == b"writing\n"
        made = run("backup", tmp_path / "a.zip", "--home", home)
        assert writers.poll() is None
    finally:
        writers.kill()
    assert made["failed"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert sorted(packed.namelist()) == ["manifest.json", DATABASE]
        packed.extract(DATABASE, tmp_path / "unpacked")
        said = json.loads(packed.read("manifest.json"))

    before = rows(tmp_path / "unpacked" / DATABASE)
    counted = {table: len(found) for table, found in before.items() if not table.startswith("sqlite_")}
    assert said["rows"] == counted
    assert said["rows"]["audit_entry"] > 4
    assert said["rows"]["vulnerabilities_vulnerability"] >= 2

    restored = run("restore", tmp_path / "a.zip", "--home", tmp_path / "restored")
    assert restored["ok"]
    assert restored["ended"]["links"] == 1
    after = rows(tmp_path / "restored" / DATABASE)
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"accounts_signinlink", "audit_entry", "sqlite_sequence"}
    assert len(after["audit_entry"]) == len(before["audit_entry"]) + 1
    assert "restored from a backup" in repr(after["audit_entry"])
    assert not [path.name for path in (tmp_path / "restored").iterdir() if path.name.startswith(".")]


def test_a_kill_at_any_step_leaves_the_old_file_and_the_next_backup_tidies_up(home, tmp_path):
    target = tmp_path / "b.zip"
    target.write_bytes(b"the old one")
    for step in (DATABASE, "backup.zip", "restored"):
        kill_when(step, home, target)
        assert target.read_bytes() == b"the old one"
    run("backup", target, "--home", home)
    assert zipfile.is_zipfile(target)
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]
    assert oct(target.stat().st_mode & 0o777) == "0o600"


def kill_when(step: str, home: Path, target: Path) -> None:
    process = subprocess.Popen([*COMMAND, "backup", str(target), "--home", str(home)], start_new_session=True)
    deadline = time.monotonic() + 30
    while not list(target.parent.glob(f".throughline-*/{step}")):
        assert process.poll() is None, f"it ended before {step}"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Stop(Exception):
    """What a job raises in the middle of its work."""


@pytest.mark.parametrize("at", ["Copying", "Packing", "Restoring"])
def test_whoever_stops_it_finds_nothing_left(home, tmp_path, at, monkeypatch):
    monkeypatch.setattr("throughline.backups.copying._STEPS", 1)

    def progress(done: int, total: int, message: str) -> None:
        if message.startswith(at):
            raise Stop

    with pytest.raises(Stop):
        making.make(home, tmp_path / "c.zip", now=making.datetime.now(making.UTC), progress=progress)
    assert not list(tmp_path.iterdir())


def test_what_was_deleted_is_not_in_the_copy_any_more(home, tmp_path):
    with closing(sqlite3.connect(home / DATABASE)) as connection:
        secret = "an answer that was taken back" * 20
        connection.execute("CREATE TABLE kept_for_a_moment (text TEXT)")
        connection.execute("INSERT INTO kept_for_a_moment VALUES (?)", [secret])
        connection.commit()
        connection.execute("DROP TABLE kept_for_a_moment")
        connection.commit()
    copied = tmp_path / "copy.sqlite3"
    making.copy(home / DATABASE, copied, progress=lambda *_: None)
    assert secret.encode() not in copied.read_bytes()


def test_only_the_newest_that_we_named_are_kept(tmp_path):
    names = [f"throughline-202611{day}T020000Z.zip" for day in (10, 11, 12, 13)]
    for name in (*names, "mine.zip", "throughline-20261109T020000Z-unproved.zip"):
        (tmp_path / name).touch()
    assert making.rotate(tmp_path, keep=2) == names[:2]
    assert {"mine.zip", "throughline-20261109T020000Z-unproved.zip", *names[2:]} == {
        path.name for path in tmp_path.iterdir()
    }


def test_a_copy_in_which_a_proof_fails_is_kept_under_another_name(home, tmp_path):
    broken = tmp_path / "home"
    broken.mkdir()
    with closing(sqlite3.connect(home / DATABASE)) as source:
        source.execute("VACUUM INTO ?", [str(broken / DATABASE)])
    with closing(sqlite3.connect(broken / DATABASE)) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE id = 1")
        connection.commit()
    (tmp_path / "d.zip").write_bytes(b"the old one")
    made = run("backup", tmp_path / "d.zip", "--home", broken, code=1)
    assert made["failed"] == ["the audit record is unbroken"]
    assert (tmp_path / "d.zip").read_bytes() == b"the old one"
    assert (tmp_path / "d-unproved.zip").exists()
