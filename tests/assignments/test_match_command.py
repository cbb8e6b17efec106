"""`throughline match`: who does what by the records of a cycle, its weights, and publishing it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.organisation import NOW

from throughline.assignments.models import Plan, Tie, Weighing, Work
from throughline.cli import main
from throughline.objectives.models import Assignment, Cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(works, monkeypatch):
    """The command over the database of the test."""
    monkeypatch.setattr("throughline.cli.match.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.match.there", lambda home: home)

    def command(*arguments: str, code: int = 0):
        done = CliRunner().invoke(main, ["match", *arguments])
        assert done.exit_code == code, done.output
        return json.loads(done.output) if "--json" in arguments and code == 0 else done.output

    return command


def test_it_says_who_does_what(run):
    said = run("plan", "--cycle", "2027-q1")
    assert "Rules that catch" in said
    document = run("plan", "--json")
    assert {each["name"] for each in document["people"]} == {"Mia", "Max", "Ada"}


@pytest.fixture
def run_next(run, monkeypatch):
    """`throughline next --cycle` over the same records."""
    monkeypatch.setattr("throughline.cli.next.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.next.there", lambda home: home)
    return lambda *words: CliRunner().invoke(main, ["next", "--cycle", "2027-q1", *words])


def test_it_finds_the_plan_that_next_finds_and_says_less_of_each_person(run, run_next):
    ours, theirs = run("plan", "--cycle", "2027-q1", "--json"), json.loads(run_next("--json").stdout)

    def who_does_what(document) -> set[tuple[str, str]]:
        return {(str(each["person"]), each["work"]) for each in document["plan"]}

    assert who_does_what(ours) == who_does_what(theirs)
    for her, there in zip(ours["people"], theirs["people"], strict=True):
        assert (her["id"], her["load"]) == (there["id"], there["load"])
        for one, other in zip(her["suggestions"], there["suggestions"], strict=True):
            assert (one["work"], one["toss_up"]) == (other["work"], other["toss_up"])
            assert "scores" in other
            assert not {"scores", "score", "stays_first_while"} & set(one)


def test_what_cannot_be_answered_is_refused_in_the_same_words(run, run_next, organisation, works):
    Tie.objects.create(work=works["rules"], person=organisation.mia, kind="must", author="test", at=NOW)
    Tie.objects.create(work=works["rules"], person=organisation.mia, kind="never", author="test", at=NOW)
    assert run("plan", "--cycle", "2027-q1", code=2) == run_next().output
    Work.objects.all().delete()
    said = run("plan", "--cycle", "2027-q1", code=2)
    assert "no work of Q1 2027 is described" in said
    assert said == run_next().output


def test_a_change_has_its_cost_and_other_weights_have_none(run):
    changed = run("plan", "--must", "mia~initiative:council", "--json")
    assert changed["cost"] > 0
    assert "suggestions" not in run("plan", "--weights", "0,1,0", "--json")["people"][0]


def test_a_change_by_which_the_team_gains_has_a_cost_under_nothing(run, organisation, works):
    Tie.objects.create(work=works["council"], person=organisation.mia, kind="must", author="test", at=NOW)
    assert run("plan", "--never", "mia~initiative:council", "--json")["cost"] < 0
    assert "The team gains 0." in run("plan", "--never", "mia~initiative:council")


def test_owning_a_key_result_is_named_by_its_number_or_by_its_key(run, works):
    by_key = run("plan", "--never", "max~key_result:close-doors", "--json")
    assert by_key == run("plan", "--never", f"max~{works['doors'].key}", "--json")
    assert works["doors"].key not in {each["work"] for each in by_key["plan"] if each["name"] == "Max"}


def test_what_a_change_cannot_be_beside_is_said_of_the_change(run, organisation, works):
    Tie.objects.create(work=works["rules"], person=organisation.mia, kind="must", author="test", at=NOW)
    works["robot"].weeks = 9.0
    works["robot"].save()
    assert "--must: 'Mia' must do" in run("plan", "--must", "mia~initiative:robot", code=2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("plan", "--cycle", "nowhere"), "--cycle"),
        (("plan", "--weights", "1,1"), "--weights: expected three numbers"),
        (("plan", "--weights", "1,x,1"), "--weights: expected a weight from 0"),
        (("plan", "--must", "zoe~initiative:rules"), "--must: expected PERSON~WORK"),
        (("plan", "--never", "mia~initiative:nothing"), "--never: there is no work"),
        (("plan", "--never", "mia"), "--never: expected PERSON~WORK, such as"),
        (("plan", "--must", "mia~initiative:rules", "--must", "mia~initiative:robot"), "--must: 'Mia' must"),
        (("plan", "--weights", "1,1,1", "--must", "mia~initiative:rules"), "leave --weights out"),
        (("weigh", "--weights", "1,1,1", "--reason", " "), "--reason: say in one line"),
        (("weigh", "--weights", "1,1,1", "--reason", "So", "--at-least", "see"), "--at-least: choose an"),
        (("publish", "--note", "x" * 501), "--note: expected at most 500"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_exit_code_2(run, arguments, says):
    assert says in run(*arguments, code=2)
    assert not Plan.objects.exists()


def test_a_closed_cycle_keeps_its_weights(run, quarter):
    Cycle.objects.filter(pk=quarter.pk).update(state=Cycle.State.CLOSED)
    said = run("weigh", "--cycle", "2027-q1", "--weights", "2,1,1", "--reason", "Too late", code=2)
    assert "--cycle: Q1 2027 is closed: its weights stay as they were stated" in said
    assert not Weighing.objects.exists()


def test_weights_are_stated_with_a_reason(run):
    said = run("weigh", "--weights", "2,1,1", "--reason", "A promise", "--phi", "1", "--json")
    assert (said["business"], said["phi"], said["reason"]) == (0.5, 1.0, "A promise")
    assert Weighing.objects.get().author.startswith("command line")


def test_publishing_can_be_tried_first_and_takes_nobody_off_unasked(run, organisation, works):
    Assignment.objects.create(initiative=works["school"].initiative, name="Vera", user=organisation.vera)
    tried = run("publish", "--dry-run", "--json")
    assert tried["joins"]
    assert {"initiative": "school", "person": "Vera"} in tried["stays_beyond_the_plan"]
    assert not Plan.objects.exists()
    assert "Published." in run("publish")
    assert Assignment.objects.filter(name="Vera").exists()
    run("publish", "--take-off")
    assert not Assignment.objects.filter(name="Vera").exists()
    assert Plan.objects.count() == 2
