"""`throughline review` as a person and a program use it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.reviews.quarter import ACTOR, after, ended, key_result, next_cycle

from throughline.audit.models import Entry
from throughline.cli import main
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import stand_of
from throughline.reviews import actions
from throughline.reviews.models import Override, PostMortem


@pytest.fixture
def review(db, monkeypatch, tmp_path):
    """Runs `throughline review …` in the test's own database."""
    monkeypatch.setattr("throughline.cli.review.open_home", lambda home: home)

    def run(*words: str):
        return CliRunner().invoke(main, ["review", *words, "--home", str(tmp_path)])

    return run


def test_a_quarter_is_looked_back_on_and_carried_on_by_commands(review):
    found = ended(key_result(), value=30)
    next_cycle()
    id = str(found.pk)
    lesson = ("--cause", "no capacity", "--next-step", "try again", "--lesson", "Plan for leave")
    for words in (
        ("override", id, "--grade", "0.9", "--reason", "A scanner was down"),
        ("post-mortem", id, *lesson),
        ("carry", id, "--into", "2026-q4"),
    ):
        answer = review(*words)
        assert answer.exit_code == 0, answer.output
    assert KeyResult.objects.get(carried_from=found).objective.cycle.key == "2026-q4"


def test_predictability_is_told_by_quarter(review):
    found = key_result()
    assert "Nothing to score yet" in review("predictability").stdout
    actions.check_in(ACTOR, found, confidence=0.8, now=after(30))
    ended(found, value=20)
    assert review("predictability").stdout.startswith(
        "2026-Q3: Brier 0.04 of 1 first check-ins; said 80%, hit 100%"
    )
    assert json.loads(review("predictability", "--json").stdout)["overall"]["said"] == 0.8


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check-in", "9", "--confidence", "70%"), "ID: there is no key result 9"),
        (("check-in", "1", "--confidence", "often"), "expected a probability such as 0.7 or 70%"),
        (("check-in", "1", "--confidence", "170%"), "--confidence: expected between 0 % and 100 %"),
        (("override", "1", "--grade", "1", "--reason", "x"), "not graded yet"),
        (("carry", "1", "--into", "2031-q1"), "--into: there is no cycle '2031-q1'"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_nothing_is_kept(review, words, message):
    made = key_result()
    words = tuple(str(made.pk) if word == "1" else word for word in words)
    answer = review(*words)
    assert (answer.exit_code, message in answer.stderr) == (2, True), answer.stderr
    assert not made.check_ins.exists()


def test_what_is_given_up_stands_there_with_its_reason_and_counts_for_nothing(review):
    found = key_result()
    assert review("drop", str(found.pk), "--reason", "The service is gone").exit_code == 0
    found.refresh_from_db()
    stand = stand_of(found, now=after(40))
    assert (stand.status.word, stand.verdict) == ("closed", "open")
    assert "The service is gone" in stand.status.reason


def test_what_a_person_says_by_command_is_hers_in_the_record_and_what_nobody_says_is_the_command_lines(
    organisation, review, monkeypatch
):
    monkeypatch.setattr("throughline.cli.review.now", lambda: after(30))
    found = key_result()
    id = str(found.pk)
    assert review("check-in", id, "--confidence", "70%", "--by", "mia@example.org").exit_code == 0
    assert review("check-in", id, "--confidence", "60%").exit_code == 0
    said = found.check_ins.order_by("id")
    assert [(each.author, each.author_name) for each in said] == [
        (organisation.mia, f"person:{organisation.mia.pk} Mia"),
        (None, "command line"),
    ]
    audited = Entry.objects.filter(action="checked in").order_by("id")
    assert [each.actor for each in audited] == [each.author_name for each in said]
    ended(found, value=30)
    grade = ("override", id, "--grade", "0.9", "--reason", "A scanner was down")
    assert "--by: Mia is a member" in review(*grade, "--by", "mia@example.org").stderr
    assert review(*grade, "--by", "max@example.org").exit_code == 0
    lesson = ("--cause", "no capacity", "--next-step", "try again", "--lesson", "Plan for leave")
    assert review("post-mortem", id, *lesson, "--by", "mia@example.org").exit_code == 0
    assert Override.objects.get().author_name == f"person:{organisation.max.pk} Max"
    assert PostMortem.objects.get().author_name == f"person:{organisation.mia.pk} Mia"


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("vera@example.org", "--by: Vera does not answer for key result"),
        ("eve@example.org", "Nobody active has the e-mail address eve@example.org"),
    ],
)
def test_who_does_not_answer_for_a_key_result_says_nothing_of_it_by_command(
    organisation, review, monkeypatch, email, message
):
    monkeypatch.setattr("throughline.cli.review.now", lambda: after(30))
    found = key_result()
    answer = review("check-in", str(found.pk), "--confidence", "70%", "--by", email)
    assert (answer.exit_code, message in answer.stderr) == (2, True)
    assert not found.check_ins.exists()
