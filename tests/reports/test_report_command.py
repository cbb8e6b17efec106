"""`throughline report quarter`: files, standard output, and what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.cycles.plans import a_cycle

from throughline.cli import main


@pytest.fixture
def report(db, monkeypatch, tmp_path):
    """Runs `throughline report quarter …` in the test's own database."""
    monkeypatch.setattr("throughline.cli.report.open_home", lambda home: home)

    home = tmp_path / "home"
    home.mkdir()

    def run(*words: str, code: int = 0):
        answer = CliRunner().invoke(main, ["report", "quarter", *words, "--home", str(home)])
        assert answer.exit_code == code, answer.output
        return answer

    return run


def test_every_form_is_written_and_one_goes_to_standard_output(report, tmp_path):
    a_cycle()
    files = {ending: tmp_path / f"q.{ending}" for ending in ("pdf", "pptx", "md", "xlsx")}
    given = [word for ending, file in files.items() for word in (f"--{ending}", str(file))]
    said = report("--cycle", "2026-q4", *given).output
    assert "No key result is in force." in said
    assert said.count("Written:") == 4
    starts = {"pdf": b"%PDF", "pptx": b"PK", "md": b"# Security in 2026-Q4", "xlsx": b"PK"}
    for ending, file in files.items():
        assert file.read_bytes().startswith(starts[ending])
    assert report("--cycle", "2026-q4", "--full", "--pdf", "-").stdout_bytes.startswith(b"%PDF")
    # As pages and reports write it.
    assert json.loads(report("--cycle", "2026-Q4", "--json").output)["report"]["key"] == "2026-q4"


def test_what_cannot_be_told_or_written_is_refused_by_its_option(report, tmp_path):
    a_cycle()
    assert "--cycle: no quarter has begun" in report("--pdf", str(tmp_path / "a.pdf"), code=2).output
    assert "there is no cycle 'q9'" in report("--cycle", "q9", "--json", code=2).output
    unwritable = report("--cycle", "2026-q4", "--md", str(tmp_path / "no" / "a.md"), code=2).output
    assert "--md:" in unwritable
    assert "cannot be written" in unwritable
    both = report("--cycle", "2026-q4", "--md", "-", "--json", code=2).output
    assert "--md goes to standard output already" in both
