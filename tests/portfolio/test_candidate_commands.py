"""`throughline candidate`: written, read, and refused with the option that is wrong."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.portfolio.quarter import a_quarter, key_result

from throughline.cli import main
from throughline.portfolio.models import Candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """A command on the test's own database, which holds a quarter."""
    a_quarter()
    monkeypatch.setattr("throughline.cli.candidate.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.candidate.there", lambda home: home)
    return lambda *words: CliRunner().invoke(main, ["candidate", *words])


ADD = ("add", "2027-q1", "Patch by robot")


def test_a_candidate_is_added_changed_listed_dropped_and_made(run):
    days = key_result("Days to repair").key
    figures = ("--effort", "8..14", "--delay", "2k..9k", "--kind", "big-bet=40%", "--must")
    said = json.loads(run(*ADD, *figures, "--impact", f"{days}=-12..-5", "--json").output)
    assert said["effort"] == {"low": 8.0, "high": 14.0}
    assert said["delay"] == {"low": 2000.0, "high": 9000.0}
    assert (said["kinds"], said["must"]) == ({"big-bet": 0.4}, True)
    assert said["impacts"] == [{"key_result": days, "low": -12.0, "high": -5.0}]
    changed = json.loads(run("change", said["key"], "--effort", "3", "--may", "--json").output)
    assert (changed["effort"], changed["must"], changed["changed"]) == (
        {"low": 3.0, "high": 3.0},
        False,
        True,
    )
    assert changed["impacts"] == said["impacts"]
    assert "3 to 3 weeks  Patch by robot" in run("list", "2027-q1").output
    made = json.loads(run("make", str(said["id"]), "--json").output)
    assert made["initiative"] == "patch-by-robot"
    dropped = run("drop", str(said["id"]), "--reason", "Bought instead")
    assert dropped.output == f"{said['key']}: dropped.\n"
    assert run("list", "2027-q1").output == "No candidates.\n"
    assert json.loads(run("list", "2027-q1", "--dropped", "--json").output)["candidates"][0]["dropped_at"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*ADD, "--effort", "9..3"), "--effort: the range is reversed"),
        ((*ADD, "--effort", "many"), "--effort: expected person-weeks"),
        (
            (*ADD, "--confidence", "40"),
            "--confidence: a confidence lies between 0 and 1, found 40",
        ),
        ((*ADD, "--kind", "big-bet=40"), "--kind: a share lies between 0 and 1"),
        ((*ADD, "--kind", "big-bet=150"), "--kind: a share lies above 0 % and at 100 % at most"),
        ((*ADD, "--impact", "days"), "--impact: expected KR=LOW..HIGH"),
        ((*ADD, "--impact", "nothing=1..2"), "--impact: there is no key result 'nothing'"),
        ((*ADD, "--impact", "days-to-repair=-3..-8"), "--impact: the range is reversed"),
        ((*ADD, "--impact", "days-to-repair=few"), "--impact: expected the change as a number"),
        ((*ADD, "--objective", "nothing"), "--objective: there is no objective 'nothing'"),
        ((*ADD, "--delay", "1k", "--delay-profile", "deadline"), "--deadline: a cost that begins"),
        (("add", "2027-q1", " "), "TITLE: say in one line"),
        (("add", "2031-q1", "Late"), "CYCLE: there is no cycle '2031-q1'"),
        (("change", "robot-99", "--effort", "3"), "CANDIDATE: there is no candidate 'robot-99'"),
        (("drop", "99999999999999999999", "--reason", "No"), "CANDIDATE: there is no candidate"),
    ],
)
def test_bad_input_names_the_option_and_ends_with_2(run, words, says):
    answer = run(*words)
    assert answer.exit_code == 2
    assert says in answer.output
    assert not Candidate.objects.exists()


def test_a_key_that_only_ends_like_one_names_nothing(run):
    said = json.loads(run(*ADD, "--json").output)
    assert run("make", f"other-{said['id']}").exit_code == 2
    refused = run("make", said["key"])
    assert refused.exit_code == 2
    assert "its effort is missing" in refused.output
