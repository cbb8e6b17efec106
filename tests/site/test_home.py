"""The data folder is for its owner alone, however it came to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.homes import DATABASE, ready
from tests.site.test_serve import start, stop

from throughline.site.home import prepare


@pytest.fixture(autouse=True)
def _usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_what_a_server_writes_into_a_folder_that_others_may_read_is_for_its_owner_alone(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "notes.txt").touch()
    (ready(home) / DATABASE).chmod(0o644)
    process, _ = start(home, "--port", "0")
    written = {path.name: mode(path) for path in home.iterdir() if path.name != "notes.txt"}
    stop(process)
    assert {"throughline.sqlite3", "secret.key", "address"} <= set(written)
    assert set(written.values()) <= {"0o600", "0o700"}


def test_a_folder_of_ours_that_others_could_read_is_closed(tmp_path):
    tmp_path.chmod(0o755)
    database, uploads = tmp_path / "throughline.sqlite3", tmp_path / "uploads"
    database.touch(mode=0o644)
    uploads.mkdir(mode=0o755)
    prepare(tmp_path)
    assert [mode(path) for path in (tmp_path, database, uploads)] == ["0o700", "0o600", "0o700"]


def test_a_folder_with_things_of_others_stays_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    theirs, ours = tmp_path / "notes.txt", tmp_path / "throughline.sqlite3"
    for path in (theirs, ours):
        path.touch(mode=0o644)
    prepare(tmp_path)
    assert [mode(path) for path in (tmp_path, theirs, ours)] == ["0o755", "0o644", "0o600"]


def test_a_link_in_the_folder_changes_nothing_where_it_leads(tmp_path):
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir(mode=0o755)
    home.mkdir()
    (home / "uploads").symlink_to(elsewhere)
    prepare(home)
    assert mode(elsewhere) == "0o755"
