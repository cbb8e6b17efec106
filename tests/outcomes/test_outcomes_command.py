"""`throughline outcomes`: what is graded leads to the same weights as its file does."""

from __future__ import annotations

import json
import random

import pytest
from click.testing import CliRunner
from tests.organisation import NOW

from throughline.cli import main
from throughline.objectives.models import Initiative, KeyResult
from throughline.outcomes import queries
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import grade
from throughline.outcomes.documents import rounded
from throughline.outcomes.models import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(organisation, monkeypatch):
    monkeypatch.setattr("throughline.cli.outcomes.open_home", lambda home: None)
    monkeypatch.setattr("throughline.cli.outcomes.there", lambda home: None)
    return lambda *words, given="": CliRunner().invoke(main, [*words], input=given)


@pytest.fixture
def graded(organisation) -> None:
    """Fourteen pieces of work whose graders do not agree, so that means are no round numbers."""
    chance = random.Random(7)
    for number in range(14):
        work = Initiative.objects.create(key=f"w{number}", title=f"W{number}", status="done", created_at=NOW)
        for each in (organisation.mia, organisation.max, organisation.ada):
            names = ("overall", "impact", "engagement", "growth")
            said = {name: chance.randint(1, 5) for name in names}
            grade(each, Piece(work, True), **said, now=NOW)


def test_the_rows_in_a_file_lead_to_exactly_the_same_weights(run, graded):
    rows = run("outcomes", "rows").output
    assert rows.splitlines()[0] == "business,interest,growth,outcome"
    assert len(rows.splitlines()) == 15
    of_the_file = json.loads(run("next", "learn", "-", "--json", given=rows).output)
    of_the_records = json.loads(run("outcomes", "learn", "--json").output)["learnt"]
    assert of_the_file.pop("grades") == [0, 1]
    assert of_the_records.pop("grades") == [1, 5]
    assert of_the_file == of_the_records


def test_the_page_says_the_same_to_two_places(run, graded, organisation, browser_of):
    of_the_records = json.loads(run("outcomes", "learn", "--json").output)["learnt"]
    assert browser_of(organisation.max).get("/learning.json").json()["learnt"] == rounded(of_the_records)


def test_rows_name_nobody_and_come_in_the_order_of_their_figures(run, graded):
    rows = json.loads(run("outcomes", "rows", "--json").output)
    assert all(set(each) == {"business", "interest", "growth", "outcome"} for each in rows)
    assert [list(each.values()) for each in rows] == sorted(list(each.values()) for each in rows)


def test_nothing_graded_is_said_in_a_sentence(run):
    assert "Nothing counts yet" in run("outcomes", "learn").output
    assert run("outcomes", "rows").output.split() == ["business,interest,growth,outcome"]


def test_what_waits_is_graded_by_its_name(run, organisation, finished):
    finished("hers", organisation.mia)
    by = ("--by", organisation.mia.email)
    waiting = json.loads(run("outcomes", "waiting", *by, "--json").output)
    assert waiting == [{"work": "initiative:hers", "title": "Work hers", "own": True}]
    answer = run("outcomes", "grade", "initiative:hers", *by, "--overall", "4", "--growth", "2")
    assert "once the grades of three people are in" in answer.output
    assert (Outcome.objects.get().overall, Outcome.objects.get().growth) == (4, 2)
    assert "Nothing waits." in run("outcomes", "waiting", *by).output


def test_a_key_result_is_graded_by_its_key_as_it_waits_or_by_its_number(run, objects, organisation):
    by = ("--by", organisation.max.email)
    key = f"key_result:{KeyResult.objects.get(pk=objects['closed_key_result']).key}"
    assert key in [each["work"] for each in json.loads(run("outcomes", "waiting", *by, "--json").output)]
    for name in (key, f"key_result:{objects['closed_key_result']}"):
        answer = run("outcomes", "grade", name, *by, "--overall", "3")
        assert answer.exit_code == 0, answer.output
    assert Outcome.objects.get(person=organisation.max).key_result_id == objects["closed_key_result"]


@pytest.mark.parametrize(
    ("work", "who", "more", "said"),
    [
        ("initiative:hers", "mia", ["--overall", "7"], "--overall: expected a grade from 1 to 5, found 7"),
        ("initiative:hers", "vera", ["--overall", "3"], "Vera is a viewer"),
        ("initiative:gone", "mia", ["--overall", "3"], "is no finished work of Mia"),
        ("key_result:hers", "mia", ["--overall", "3"], "is no finished work of Mia"),
        ("hers", "mia", ["--overall", "3"], "expected initiative:KEY or key_result:KEY"),
        ("initiative:hers", "max", ["--overall", "3", "--growth", "3"], "only those who did the work"),
    ],
)
def test_what_cannot_be_kept_is_one_message_and_exit_code_2(
    run, organisation, finished, work, who, more, said
):
    finished("hers", organisation.mia)
    answer = run("outcomes", "grade", work, "--by", getattr(organisation, who).email, *more)
    assert answer.exit_code == 2
    assert said in answer.output
    assert not Outcome.objects.exists()


def test_rows_are_finite_and_on_their_scales(graded):
    assert all(0 <= each <= 1 for row in queries.rows() for each in row[:-1])
    assert all(1 <= row[-1] <= 5 for row in queries.rows())
