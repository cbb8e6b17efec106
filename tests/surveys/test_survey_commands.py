"""`throughline survey`: surveys made, asked, closed and answered from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests.surveys.asking import answer_all

from throughline.cli import main
from throughline.series.models import Reading
from throughline.surveys.models import Response, Survey, Wave

pytestmark = pytest.mark.django_db
ANSWERS = 'score,why\n10,Quick\n9,\n9,\n8,\n3,"Late, and\nlong"\n'


def run(*words: str, text: str = "") -> Result:
    return CliRunner().invoke(main, ["survey", *words, "--home", str(settings.HOME)], input=text)


def answer(*words: str, text: str = "") -> dict:
    done = run(*words, "--json", text=text)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def refusal(*words: str, text: str = "") -> str:
    done = run(*words, text=text)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


@pytest.fixture
def review() -> str:
    return answer("add", "The review", "--question", "Would you recommend it?")["series"]


def test_a_survey_is_made_asked_answered_and_closed(review):
    assert review == "the_review"
    opened = answer("open", review, "--asked", "12", "--personal", "6")
    assert (opened["wave"], len(opened["links"])) == (1, 6)
    assert opened["link"].startswith("http")
    answer_all(opened["link"], [10, 9, 9, 8, 3, 0])
    assert answer("list")["surveys"][0]["score"] == 40.0
    closed = answer("close", review)["waves"][0]
    assert (closed["n"], closed["answered"], closed["response_rate"]) == (5, 6, 0.5)
    said = run("show", review).stdout
    assert "Wave 1: +40 (−30 to +80), from 5 answers" in said
    assert "1 answer came after the last full 5 and was removed unread" in said


def test_answers_from_elsewhere_are_a_wave_of_their_own_where_none_is_open(review):
    found = answer("answers-import", review, "-", "--asked", "8", text=ANSWERS)["waves"]
    assert [(each["n"], each["score"], each["asked"]) for each in found] == [(5, 40.0, 8)]
    assert found[0]["closed_at"] is not None
    assert "Late, and\nlong" in found[0]["whys"][0]
    assert Reading.objects.get().value == 40.0
    answer("open", review)
    assert answer("answers-import", review, "-", text=ANSWERS)["waves"][1]["closed_at"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "standard input: the file is empty"),
        (
            "felt\n9\n",
            "standard input:1: expected a header with the columns score and, if any, why; found felt",
        ),
        (
            ANSWERS.replace("9,\n8", "11,\n8"),
            "standard input:4, column 'score': expected a number from 0 to 10",
        ),
        (ANSWERS.replace("10,Q", "great,Q"), "standard input:2, column 'score': expected a whole number"),
        (ANSWERS.replace("Quick", "x" * 2001), "standard input:2, column 'why': expected at most 2,000"),
        (ANSWERS.replace("Quick", "\x07"), "standard input:2, column 'why': character 1 (U+0007)"),
        (ANSWERS.replace("10,Quick", "10"), "standard input:2: expected 2 cells, found 1"),
        ("score\n9\n9\n9\n9\n", "standard input: expected at least 5 answers, found 4"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_out_whole(text, said, review):
    assert said in refusal("answers-import", review, "-", text=text)
    assert not Response.objects.exists()
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "the_reviw"), "SURVEY: there is no survey 'the_reviw' (did you mean the_review?)"),
        (("close", "the_review"), "SURVEY: no wave of 'the_review' is open"),
        (("open", "the_review", "--asked", "2"), "--asked: expected 5 to 1,000,000 people asked, found 2"),
        (("open", "the_review", "--no-shared"), "--no-shared: choose a shared link"),
        (("add", " ", "--question", "So?"), "TITLE: say what the survey is about"),
        (("add", "More", "--question", "So?", "--cycle", "never"), "--cycle: there is no cycle 'never'"),
        (("add", "More", "--question", "So?", "--kind", "stars"), "--kind: expected nps or agreement"),
    ],
)
def test_what_cannot_be_done_is_one_message_that_names_the_place(words, said, review):
    assert said in refusal(*words)
    assert Survey.objects.count() == 1


def test_an_empty_folder_says_how_to_begin():
    assert "throughline survey add" in run("list").stdout
