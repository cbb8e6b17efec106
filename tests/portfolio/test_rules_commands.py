"""`throughline candidate rules`, `state-rules` and `restore`: read, stated, and refused with the option."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.portfolio.quarter import a_quarter, candidate

from throughline.cli import main
from throughline.portfolio.models import Candidate, Rules
from throughline.portfolio.stored import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return a_quarter()


@pytest.fixture
def run(cycle, monkeypatch):
    for module in ("candidate", "candidate_rules"):
        monkeypatch.setattr(f"throughline.cli.{module}.open_home", lambda home: home)
        monkeypatch.setattr(f"throughline.cli.{module}.there", lambda home: home)
    return lambda *words: CliRunner().invoke(main, ["candidate", *words])


STATE = ("state-rules", "2027-q1")


def test_before_anybody_stated_rules_that_is_said(run):
    assert run("rules", "2027-q1").output == "2027-q1: no rules are stated yet.\n"
    said = json.loads(run("rules", "2027-q1", "--json").output)
    assert (said["capacity"], said["at"], said["weights"]) == (None, None, {"repair": 1.0, "detect": 1.0})


def test_rules_are_stated_and_read_in_the_words_of_the_options(run, cycle):
    owners, robot, hunt = (candidate(cycle, title) for title in ("Owners", "Robot", "Hunt"))
    answer = run(
        *STATE,
        *("--capacity", "34,5", "--person-weeks", "9", "--weight", "repair=2"),
        *("--balance", "objective:each=1..", "--balance", "kind:big-bet=15%..40%@0.05"),
        *("--requires", f"{robot.pk}={key_of(owners)}", "--excludes", f"{robot.pk}={hunt.pk}"),
    )
    assert answer.exit_code == 0, answer.output
    assert run("rules", "2027-q1").output == answer.output
    assert answer.output.splitlines() == [
        "34.5 person-weeks; one more person brings 9.",
        "weight    repair 2",
        "weight    detect 1",
        "balance   objective:each=1..",
        "balance   kind:big-bet=15%..40%@0.05",
        f"relation  {key_of(robot)} cannot be without {key_of(owners)}",
        f"relation  {key_of(robot)} cannot be beside {key_of(hunt)}",
    ]


def test_what_is_not_given_stays_as_it_was(run, cycle):
    owners, robot = (candidate(cycle, title) for title in ("Owners", "Robot"))
    full = ("--balance", "kind:big-bet=..7%", "--requires", f"{robot.pk}={owners.pk}", "--weight", "repair=2")
    run(*STATE, "--capacity", "30", "--person-weeks", "8", *full)
    before = json.loads(run("rules", "2027-q1", "--json").output)
    after = json.loads(run(*STATE, "--capacity", "20", "--weight", "detect=3", "--json").output)
    assert after["weights"] == {"repair": 2.0, "detect": 3.0}
    assert after["capacity"] == 20.0
    for name in ("person_weeks", "balance", "relations"):
        assert after[name] == before[name]
    bare = json.loads(run(*STATE, "--no-balance", "--no-relations", "--json").output)
    assert (bare["balance"], bare["relations"], bare["capacity"]) == ([], [], 20.0)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--capacity: say how many person-weeks"),
        (("--capacity", "lots"), "--capacity: expected person-weeks such as 40"),
        (("--capacity", "9", "--person-weeks", "0"), "--person-weeks: expected"),
        (("--capacity", "9", "--balance", "kind:big-bet=15%"), "--balance: expected OF=LOW..HIGH"),
        (("--capacity", "9", "--balance", "kind:big-bet=40.."), "--balance: a share lies between 0 and 1"),
        (("--capacity", "9", "--balance", "nothing=1.."), "--balance: choose what the rule is about"),
        (("--capacity", "9", "--balance", "objective:nothing=1.."), "--balance: choose what the rule"),
        (("--capacity", "9", "--balance", "objective:each=1..", "--no-balance"), "--no-balance: give either"),
        (("--capacity", "9", "--requires", "7"), "--requires: expected CANDIDATE=OTHER"),
        (("--capacity", "9", "--excludes", "987=988"), "--excludes: there is no candidate '987'"),
        (("--capacity", "9", "--weight", "repair"), "--weight: expected OBJECTIVE=NUMBER"),
        (("--capacity", "9", "--weight", "nothing=2"), "--weight: there is no objective 'nothing'"),
        (("--capacity", "9", "--weight", "repair=heavy"), "--weight: expected a weight such as 2"),
    ],
)
def test_bad_input_names_the_option_and_ends_with_2(run, words, says):
    answer = run(*STATE, *words)
    assert answer.exit_code == 2
    assert says in answer.output
    assert not Rules.objects.exists()


def test_one_that_is_related_to_itself_is_named_by_its_option(run, cycle):
    made = candidate(cycle, "Owners")
    answer = run(*STATE, "--capacity", "9", "--excludes", f"{made.pk}={made.pk}")
    assert (answer.exit_code, "--excludes: it is the same candidate" in answer.output) == (2, True)


def test_a_dropped_candidate_is_restored(run, cycle):
    made = candidate(cycle, "Owners")
    assert run("drop", str(made.pk), "--reason", "Bought instead").exit_code == 0
    assert run("restore", key_of(made)).output == f"{key_of(made)}: a candidate again.\n"
    assert Candidate.objects.get().dropped_at is None


def test_what_has_its_name_since_keeps_a_candidate_dropped(run, cycle):
    made = candidate(cycle, "Owners")
    run("drop", str(made.pk), "--reason", "Bought instead")
    candidate(cycle, "Owners")
    answer = run("restore", str(made.pk))
    assert answer.exit_code == 2
    assert "CANDIDATE: there is a candidate 'Owners'" in answer.output
