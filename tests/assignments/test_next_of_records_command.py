"""`throughline next --cycle`: the match of a cycle's records, for whoever has the data folder."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from tests.assignments.quarter import a_work, say, tie
from tests.organisation import NOW

from throughline.assignments.models import Work
from throughline.cli import main
from throughline.cli import next as next_command
from throughline.people import actions

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"
ANSWER = jsonschema.Draft202012Validator(json.loads((DOCS / "next-answer.schema.json").read_text()))


@pytest.fixture
def run(works, monkeypatch):
    """The command on the records of the test, in place of a data folder."""
    monkeypatch.setattr(next_command, "there", lambda home: home)
    monkeypatch.setattr(next_command, "open_home", lambda home: home)

    def run(*words: str):
        return CliRunner().invoke(main, ["next", *words])

    return run


def document(answer) -> dict:
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_it_says_what_the_page_says_with_every_score(run, organisation, browser_of):
    said = document(run("--cycle", "2027-q1", "--person", "mia@example.org", "--json"))
    ANSWER.validate(said)
    (hers,) = said["people"]
    (page,) = browser_of(organisation.mia).get("/next.json").json()["people"]
    assert [each["work"] for each in hers["suggestions"]] == [each["work"] for each in page["suggestions"]]
    assert [each["scores"] for each in hers["suggestions"]] == [
        each["scores"] for each in page["suggestions"]
    ]
    assert [each["planned"] for each in hers["suggestions"]] == [
        each["planned"] for each in page["suggestions"]
    ]


def test_it_speaks_of_people_and_work_by_name(run):
    said = run("--cycle", "2027-q1").output
    assert "Mia: Rules that catch" in said
    assert "initiative:" not in said


def test_everybody_is_answered_and_other_weights_are_tried(run):
    said = document(run("match", "--cycle", "2027-q1", "--weights", "1,0,0", "--json"))
    assert {each["name"] for each in said["people"]} == {"Mia", "Max", "Ada"}
    assert said["weights"]["business"] == 1


def test_the_triangle_of_a_cycle_is_answered(run):
    assert len(document(run("--cycle", "2027-q1", "--triangle", "--json"))["triangle"]["points"]) == 231


def test_what_was_set_aside_and_what_cannot_be_seen_is_warned_of(run, works, organisation, quarter):
    say(works["council"], organisation.mia, "accepted", quarter)
    say(works["council"], organisation.max, "accepted", quarter, at=NOW + timedelta(hours=1))
    a_work(quarter, "vague", "Something vague", {}, weeks=None)
    said = document(run("--cycle", "2027-q1", "--json"))["warnings"]
    assert any(each.startswith("Max takes “A council of owners” and cannot have it") for each in said)
    assert "'initiative:vague' is left out: nobody has said how many weeks it takes" in said


def test_what_cannot_be_is_named_with_exit_code_2(run, works, organisation):
    tie(works["rules"], organisation.mia, "must")
    tie(works["rules"], organisation.mia, "never")
    answer = run("--cycle", "2027-q1")
    assert answer.exit_code == 2
    assert "'Mia' must do 'Rules that catch' and never may" in answer.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "expected a file, or --cycle"),
        (("team.yaml", "--cycle", "2027-q1"), "expected a file, or --cycle"),
        (("--cycle", "nothing"), "--cycle: there is no cycle 'nothing'"),
        (("--cycle", "2027-q1", "--person", "mina@example.org"), "did you mean mia@example.org?"),
        (("--cycle", "2027-q1", "--weights", "a,b,c"), "expected three numbers"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(run, words, expected):
    answer = run("match", *words) if not words else run(*words)
    assert answer.exit_code == 2
    assert expected in answer.output


def test_a_cycle_without_work_says_where_to_begin(run):
    Work.objects.all().delete()
    answer = run("--cycle", "2027-q1")
    assert answer.exit_code == 2
    assert "throughline work list --cycle 2027-q1" in answer.output


def test_it_sees_what_somebody_keeps_to_herself_for_the_folder_is_open_anyway(run, organisation):
    actions.state_interests(organisation.mia, {"detection": 0.7317}, now=NOW)
    said = run("--cycle", "2027-q1", "--person", "mia@example.org", "--json").stdout
    assert "0.732" in said
