"""What a command makes of a data folder that is not there: reading never makes one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

READING = (
    ["metric", "arrivals"],
    ["kr", "list"],
    ["kr", "show", "1"],
    ["kr", "change", "1", "--reason", "target moved", "--text", "Two people left."],
    ["kr", "close", "1"],
    ["check"],
)


def said(*words: str, home: Path | None, **environment: str) -> subprocess.CompletedProcess[str]:
    place = [] if home is None else ["--home", str(home)]
    usual = {name: text for name, text in os.environ.items() if name != "THROUGHLINE_HOME"}
    command = [sys.executable, "-m", "throughline.cli", *words, *place]
    return subprocess.run(command, capture_output=True, text=True, env=usual | environment, timeout=60)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_from_a_folder_that_is_not_there_is_refused_and_makes_none(words, tmp_path):
    answer = said(*words, home=tmp_path / "mnie")
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"Error: --home: there is no data folder at {tmp_path / 'mnie'}")
    assert "throughline import" in answer.stderr
    assert not (tmp_path / "mnie").exists()


def test_a_folder_of_other_things_is_no_data_folder(tmp_path):
    (tmp_path / "notes.txt").touch()
    assert "there is no data folder" in said("metric", "arrivals", home=tmp_path).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_usual_folder_that_is_not_there_yet_is_named(tmp_path):
    answer = said("metric", "arrivals", home=None, HOME=str(tmp_path))
    assert answer.returncode == 2
    assert str(tmp_path / ".local" / "share" / "throughline") in answer.stderr


def test_an_empty_folder_is_one_that_somebody_made_for_it(tmp_path):
    answer = said("kr", "list", home=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "No key results yet" in answer.stdout


def test_the_list_of_metrics_needs_no_data_folder(tmp_path):
    answer = said("metric", home=tmp_path / "mnie")
    assert answer.returncode == 0, answer.stderr
    assert "time_to_remediate" in answer.stdout
    assert not (tmp_path / "mnie").exists()


def test_a_command_that_may_make_a_folder_says_that_it_did(tmp_path):
    promise = ["--metric", "arrivals", "--baseline", "40", "--target", "20", "--owner", "Ada"]
    words = ["kr", "add", *promise, "--start", "2026-10-01", "--due", "2030-12-31"]
    first, second = (said(*words, home=tmp_path / "new") for _ in range(2))
    assert first.stderr == f"Making a new data folder at {tmp_path / 'new'}.\n"
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    # Made for its owner alone; that a server closes one that was there is said with the server.
    assert oct((tmp_path / "new").stat().st_mode & 0o777) == "0o700"
    assert oct((tmp_path / "new" / "secret.key").stat().st_mode & 0o777) == "0o600"


def test_the_library_of_stories_needs_no_data_folder(tmp_path):
    answer = said("narratives", "secrets", home=None, HOME=str(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert "To the board: " in answer.stdout
    assert not list(tmp_path.iterdir())
