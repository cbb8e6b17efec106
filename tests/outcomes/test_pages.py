"""Grading and learning as pages: sentences instead of figures, messages beside fields, and empty states."""

from __future__ import annotations

import random
import re

import pytest
from tests.organisation import NOW

from throughline.assignments.models import Plan
from throughline.objectives.models import Assignment, Cycle, Initiative
from throughline.outcomes.access import Piece
from throughline.outcomes.actions import grade
from throughline.outcomes.models import Outcome
from throughline.people.models import Tap

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def max_(organisation, browser_of):
    return browser_of(organisation.max)


def pieces(organisation, count: int, *, seed: int = 3) -> None:
    """Finished work of which the business alone decides, graded by three people."""
    chance = random.Random(seed)
    for number in range(count):
        work = Initiative.objects.create(key=f"w{number}", title=f"W{number}", status="done", created_at=NOW)
        said = {name: chance.randint(1, 5) for name in ("impact", "engagement", "growth")}
        for each in (organisation.mia, organisation.max, organisation.ada):
            Assignment.objects.create(initiative=work, name=each.name, user=each)
            grade(each, Piece(work, True), overall=said["impact"], **said, now=NOW)


def test_nothing_to_grade_teaches_what_will_be_asked(mia):
    page = mia.get("/me/outcomes/").content.decode()
    assert "Nothing waits for you" in page
    assert "was it the right work?" in page


def test_the_team_learns_nothing_from_nothing_and_the_page_says_how_it_begins(mia):
    page = mia.get("/learning/").content.decode()
    assert "Nothing to learn from yet" in page
    assert "as soon as three people gave some" in page
    assert mia.get("/learning.json").json()["learnt"] is None
    assert mia.get("/learning.csv").getvalue().decode().strip() == "weight,advised,learnt,low,high"


def test_own_work_is_looked_back_on_in_one_page(mia, organisation, finished):
    work = finished("hers", organisation.mia)
    assert "/initiatives/hers/look-back/" in mia.get("/me/outcomes/").content.decode()
    said = {"overall": "5", "impact": "4", "engagement": "", "growth": "2", "tooling:absorbed": "yes"}
    assert mia.post("/initiatives/hers/look-back/", said).status_code == 302
    made = Outcome.objects.get(initiative=work)
    assert (made.overall, made.impact, made.engagement, made.growth) == (5, 4, None, 2)
    assert Tap.objects.get().absorbed is True
    page = mia.get("/me/outcomes/").content.decode()
    assert "yes, exactly this" in page
    assert "cannot tell" in page


def test_taps_without_grades_are_enough(mia, organisation, finished):
    finished("hers", organisation.mia)
    assert mia.post("/initiatives/hers/look-back/", {"tooling:again": "no"}).status_code == 302
    assert not Outcome.objects.exists()
    assert Tap.objects.get().again is False


def test_grades_without_the_judgment_keep_neither_grades_nor_taps(mia, organisation, finished):
    finished("hers", organisation.mia)
    answer = mia.post("/initiatives/hers/look-back/", {"impact": "4", "tooling:again": "no"})
    assert answer.status_code == 422
    assert "Say whether it was the right work" in answer.content.decode()
    assert not Tap.objects.exists()


def test_work_that_runs_is_neither_tapped_nor_graded(mia, organisation, finished):
    finished("runs", organisation.mia, status="doing")
    page = mia.get("/initiatives/runs/look-back/").content.decode()
    assert "is still being done: say how it was once it is done." in page
    assert "How it turned out" not in page
    assert "absorbed" not in page
    answer = mia.post("/initiatives/runs/look-back/", {"tooling:again": "yes"})
    assert answer.status_code == 422
    assert "is still being done" in answer.content.decode()
    assert not Tap.objects.exists()
    assert mia.get("/outcomes/initiatives/runs/").status_code == 404


def test_taps_of_work_taken_up_again_are_in_sight_and_only_to_be_taken_back(mia, organisation, finished):
    work = finished("runs", organisation.mia)
    mia.post("/initiatives/runs/look-back/", {"tooling:again": "yes"})
    Initiative.objects.filter(pk=work.pk).update(status="doing")
    answer = mia.post("/initiatives/runs/look-back/", {"tooling:again": "no"})
    assert answer.status_code == 422
    assert "is still being done" in answer.content.decode()
    assert mia.post("/initiatives/runs/look-back/", {}).status_code == 302
    assert not Tap.objects.exists()


def test_a_manager_is_asked_two_questions_of_what_others_did(max_, organisation, finished):
    finished("hers", organisation.mia)
    page = max_.get("/outcomes/initiatives/hers/").content.decode()
    assert "Was it the right work?" in page
    assert "How absorbing was it to do?" not in page
    # A field that was not asked is no answer.
    max_.post("/outcomes/initiatives/hers/", {"overall": "2", "impact": "1", "growth": "5"})
    assert Outcome.objects.get().growth is None


def test_a_grade_that_is_no_sentence_is_refused_beside_its_question(mia, organisation, finished):
    finished("hers", organisation.mia)
    answer = mia.post("/outcomes/initiatives/hers/", {"overall": "9"})
    assert answer.status_code == 422
    assert "Choose one of the sentences." in answer.content.decode()


def test_grades_are_changed_and_taken_back(mia, organisation, finished):
    finished("hers", organisation.mia)
    mia.post("/outcomes/initiatives/hers/", {"overall": "2", "note": "earlier"})
    page = mia.get("/outcomes/initiatives/hers/").content.decode()
    assert re.search(r'value="2"[^>]*checked', page)
    assert "earlier" in page
    mia.post(f"/me/outcomes/{Outcome.objects.get().pk}/take-back")
    assert not Outcome.objects.exists()


def test_what_counts_cannot_be_changed_and_the_page_says_so(mia, organisation):
    pieces(organisation, 1)
    assert "It stands as it is" in mia.get("/outcomes/initiatives/w0/").content.decode()
    before = Outcome.objects.get(person=organisation.mia).overall
    assert mia.post("/outcomes/initiatives/w0/", {"overall": "1" if before > 1 else "5"}).status_code == 422
    assert Outcome.objects.get(person=organisation.mia).overall == before


def test_ten_pieces_and_a_clear_answer_move_the_weights_and_a_manager_may_use_them(organisation, mia, max_):
    pieces(organisation, 24)
    page = max_.get("/learning/").content.decode()
    assert "The weights move from equal" in page
    used = re.search(r'href="(/match/\?[^"]+)"', page)
    learnt = max_.get("/learning.json").json()["learnt"]
    assert used
    assert f"business={learnt['weights']['business']:.2f}" in used.group(1)
    assert "/match/?" not in mia.get("/learning/").content.decode()


def test_under_ten_pieces_equal_weights_stay_and_nothing_is_offered(organisation, max_):
    pieces(organisation, 9)
    page = max_.get("/learning/").content.decode()
    assert "Equal weights stay: there are 9 outcomes, and under 10 nothing moves" in page
    assert "/match/?" not in page
    assert "Only work that was chosen has an outcome" in page


def test_the_page_the_csv_and_the_json_say_the_same(organisation, mia):
    pieces(organisation, 24)
    said = mia.get("/learning.json").json()["learnt"]
    lines = mia.get("/learning.csv").getvalue().decode().splitlines()
    page = mia.get("/learning/").content.decode()
    for name, line in zip(("business", "interest", "growth"), lines[1:], strict=True):
        low, high = said["bands"][name]
        weights = [said["weights"][name], said["posterior"][name], low, high]
        assert [float(each) for each in line.split(",")[1:]] == weights
        assert f"{low:.2f} to {high:.2f}" in page
        assert all(round(each, 2) == each for each in weights)


def plan_with_choices(people: list[int]) -> None:
    cycle = Cycle.objects.create(key="2026-q3", title="Q3", start=NOW.date(), end=NOW.date(), created_at=NOW)
    choices = [
        {"person": each, "options": [[0.9, 0.1, 0.2], [0.1, 0.9, 0.2]], "chosen": [0]} for each in people
    ]
    Plan.objects.create(cycle=cycle, document=[], choices=[], author="test", published_at=NOW)
    Plan.objects.create(cycle=cycle, document=[], choices=choices, author="test", published_at=NOW)


def test_what_explains_past_choices_stands_in_the_triangle_once_it_is_of_three_people(organisation, mia):
    pieces(organisation, 3)
    plan_with_choices([1, 2, 3])
    found = mia.get("/learning.json").json()["past_choices"]
    assert (found["choices"], found["people"], found["explained"]) == (3, 3, 1.0)
    assert found["weights"]["business"] > found["weights"]["interest"]
    assert "past choices" in mia.get("/learning/").content.decode()


def test_where_no_weights_explain_past_choices_the_page_says_so_and_draws_nothing(organisation, mia):
    pieces(organisation, 3)
    plan_with_choices([1, 2, 3])
    plan = Plan.objects.latest("id")
    for each in plan.choices[:2]:
        each["options"] = [[0.1, 0.1, 0.1], [0.9, 0.9, 0.9]]
    plan.save()
    page = mia.get("/learning/").content.decode()
    assert "No weights explain past choices: even the best explain only 33% of 3 choices of 3 people." in page
    assert "What explains past choices" not in page


def test_the_page_says_how_many_past_choices_are_explained(organisation, mia):
    pieces(organisation, 3)
    plan_with_choices([1, 2, 3])
    said = "The weights that explain most explain 100% of 3 choices of 3 people."
    assert said in mia.get("/learning/").content.decode()


def test_who_only_does_what_she_must_is_not_counted_among_three(organisation, mia):
    pieces(organisation, 3)
    plan_with_choices([1, 2, 3])
    plan = Plan.objects.latest("id")
    plan.choices[0]["tied"] = [0]
    plan.save()
    assert mia.get("/learning.json").json()["past_choices"] is None


def test_past_choices_of_two_people_are_not_shown(organisation, mia):
    pieces(organisation, 3)
    plan_with_choices([1, 2])
    assert mia.get("/learning.json").json()["past_choices"] is None


def test_what_one_said_comes_as_csv_and_json(mia, organisation, finished):
    finished("hers", organisation.mia)
    mia.post("/outcomes/initiatives/hers/", {"overall": "2", "note": "=earlier"})
    assert mia.get("/me/outcomes.json").json()["outcomes"][0]["overall"] == 2
    lines = mia.get("/me/outcomes.csv").getvalue().decode().splitlines()
    assert lines[0] == "work,title,impact,engagement,growth,overall,note,at,counts"
    assert "'=earlier" in lines[1]


def test_finished_work_asks_whoever_was_on_it_until_she_has_said_how_it_was(
    mia, max_, organisation, finished, browser_of
):
    finished("hers", organisation.mia)
    finished("runs", organisation.mia, status="doing")
    asks = "How did it turn out?"
    page = mia.get("/initiatives/hers/who/").content.decode()
    assert asks in page
    assert 'href="/initiatives/hers/look-back/"' in page
    others = (max_, browser_of(organisation.vera))
    assert not any(asks in each.get("/initiatives/hers/who/").content.decode() for each in others)
    assert asks not in mia.get("/initiatives/runs/who/").content.decode()
    mia.post("/initiatives/hers/look-back/", {"overall": "5"})
    assert asks not in mia.get("/initiatives/hers/who/").content.decode()


def test_a_key_result_that_was_graded_asks_its_owner_how_it_was_to_work_on(
    objects, organisation, max_, browser_of
):
    id = objects["closed_key_result"]
    ada, address = browser_of(organisation.ada), f"/key-results/{id}/who/"
    assert f'href="/outcomes/key-results/{id}/"' in ada.get(address).content.decode()
    assert "Grade it" not in max_.get(address).content.decode()
    assert "Grade it" not in ada.get(f"/key-results/{objects['key_result']}/who/").content.decode()
    ada.post(f"/outcomes/key-results/{id}/", {"overall": "4"})
    assert "Grade it" not in ada.get(address).content.decode()


def test_the_home_page_counts_finished_work_until_it_is_graded(objects, organisation, finished, browser_of):
    mia, max_ = browser_of(organisation.mia), browser_of(organisation.max)
    before = waits_for(max_)
    assert waits_for(mia) == 0
    finished("hers", organisation.mia)
    finished("too", organisation.mia, organisation.max)
    finished("runs", organisation.mia, status="doing")
    assert waits_for(mia) == 2
    assert waits_for(max_) == before + 1
    mia.post("/initiatives/hers/look-back/", {"overall": "5"})
    assert waits_for(mia) == 1
    # A key result that she owned and that was graded.
    ada = browser_of(organisation.ada)
    before = waits_for(ada)
    ada.post(f"/outcomes/key-results/{objects['closed_key_result']}/", {"overall": "4"})
    assert waits_for(ada) == before - 1


def waits_for(browser) -> int:
    needs = browser.get("/home.json").json()["needs_you"]
    return sum(each["n"] for each in needs if each["address"] == "/me/outcomes/")
