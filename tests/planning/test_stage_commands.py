"""`throughline cycle stages`, `cycle stage` and `cycle other-teams`: the pages' words and refusals."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.planning.quarter import next_cycle

from throughline.cli import main
from throughline.planning.models import OtherObjective

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> str:
    """A data folder that is open already: the commands work on the database of the tests."""
    import throughline.cli.cycle_stages as command

    monkeypatch.setattr(command, "open_home", lambda home: None)
    (tmp_path / "throughline.sqlite3").touch()
    return str(tmp_path)


def run(home: str, *words: str, code: int = 0, given: bytes | None = None) -> str:
    answer = CliRunner().invoke(main, ["cycle", *words, "--home", home], input=given)
    assert answer.exit_code == code, answer.output
    return answer.output


def test_the_stages_are_told_and_moved(home):
    key = next_cycle().key
    assert "Next: risk assessment" in run(home, "stages", key)
    moved = json.loads(run(home, "stage", key, "risks", "--skip", "None of us is free", "--json"))
    assert moved["next"]["stage"] == "inspiration"
    assert moved["stages"][1]["reason"] == "None of us is free"
    run(home, "stage", key, "risks", "--begin")
    run(home, "stage", key, "risks", "--done")
    assert "[x] Risk assessment" in run(home, "stages", key)


def test_bad_input_names_the_place(home):
    key = next_cycle().key
    assert "there is no cycle 'nothing'" in run(home, "stages", "nothing", code=2)
    assert "(did you mean vote?)" in run(home, "stage", key, "votes", "--done", code=2)
    assert "say one of --begin, --done and --skip" in run(home, "stage", key, "vote", code=2)
    assert "--skip: say why" in run(home, "stage", key, "vote", "--skip", " ", code=2)


def test_other_teams_come_in_from_a_file_or_not_at_all(home, tmp_path):
    key, file = next_cycle().key, tmp_path / "teams.csv"
    file.write_text("team,title\nSearch,Index less\n,Nothing\n")
    assert "teams.csv:3: the team is empty" in run(home, "other-teams", key, str(file), code=2)
    assert not OtherObjective.objects.exists()
    file.write_text("team,title\nSearch,Index less\n")
    assert json.loads(run(home, "other-teams", key, str(file), "--json"))["new"] == 1
    assert "no such file" in run(home, "other-teams", key, str(tmp_path / "none.csv"), code=2)
