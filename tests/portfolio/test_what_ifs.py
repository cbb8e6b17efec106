"""What-ifs live in the address: capacity, people and weights, beside what is stated, written nowhere."""

from __future__ import annotations

import json

import pytest
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate, key_result

from throughline.audit.models import Entry
from throughline.live.models import Change
from throughline.portfolio.models import Rules
from throughline.portfolio.ruling import state_rules

pytestmark = pytest.mark.django_db
PAGE = "/cycles/2027-q1/portfolio/"
DOCUMENT = "/cycles/2027-q1/portfolio.document.json"


@pytest.fixture
def cycle():
    found = a_quarter()
    candidate(found, "Owners", 4, 3)
    candidate(found, "Robot", 6, 5)
    pilot = {key_result("The pilot runs").pk: ("50 %", "50 %")}
    candidate(found, "Pilot", 0, 4, objective="detect", impacts=pilot)
    state_rules(ACTOR, found, capacity=4, person_weeks=5, now=NOW)
    return found


@pytest.fixture
def viewer(cycle, organisation, browser_of):
    return browser_of(organisation.vera)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def document(viewer, query: str) -> dict:
    return json.loads(viewer.get(f"{DOCUMENT}{query}").content)


def test_more_people_bring_what_one_more_brings(viewer):
    assert document(viewer, "?more=2")["capacity"] == 14.0
    assert document(viewer, "?more=1&capacity=7,5")["capacity"] == 12.5
    assert "of 9 person-weeks" in text_of(viewer.get(f"{PAGE}?more=1"))


def test_another_weight_chooses_otherwise_and_says_what_changes(viewer):
    assert "'Pilot' comes in" not in text_of(viewer.get(f"{PAGE}?weight_repair=1"))
    said = text_of(viewer.get(f"{PAGE}?weight_repair=9&weight_detect=0"))
    assert "Beside the stated rules &#x27;Owners&#x27; comes in and &#x27;Pilot&#x27; goes out." in said


def test_more_weeks_say_what_they_are_worth(viewer):
    said = text_of(viewer.get(f"{PAGE}?capacity=7"))
    assert "Beside the stated rules &#x27;Owners&#x27; comes in, worth 0.2 points more." in said


def test_what_changes_nothing_says_so(viewer):
    assert "Beside the stated rules the same is chosen." in text_of(viewer.get(f"{PAGE}?capacity=4.5"))


def test_the_futures_are_the_same_whatever_is_tried(viewer):
    queries = ("", "?more=1", "?weight_repair=3", "?capacity=9")
    assert len({document(viewer, query)["seed"] for query in queries}) == 1


def test_what_is_tried_stays_in_the_address_of_everything_beside_it(viewer):
    query = "capacity=7&amp;weight_repair=3"
    said = text_of(viewer.get(f"{PAGE}?capacity=7&weight_repair=3"))
    for address in ("portfolio.csv", "portfolio.json", "portfolio.document.json"):
        assert f"{address}?{query}" in said
    assert '<input type="hidden" name="weight_repair" value="3">' in said


def test_a_what_if_writes_nothing(viewer):
    counted = [each.objects.count() for each in (Rules, Entry, Change)]
    viewer.get(f"{PAGE}?capacity=7&more=1&weight_repair=3")
    assert [each.objects.count() for each in (Rules, Entry, Change)] == counted


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("more", "lots", "Expected how many more people, such as 1, found &#x27;lots&#x27;"),
        ("more", "1.5", "Expected how many more people, such as 1, found &#x27;1.5&#x27;"),
        ("more", "21", "Expected 0 to 20"),
        ("weight_repair", "heavy", "Expected a weight such as 2, found &#x27;heavy&#x27;"),
        ("weight_repair", "-1", "Expected 0 to"),
    ],
)
def test_a_wrong_figure_is_said_beside_its_field_and_the_rest_stands(viewer, name, text, says):
    answer = viewer.get(PAGE, {name: text, "capacity": "7"})
    said = text_of(answer)
    assert answer.status_code == 422
    assert f'aria-describedby="{name}-problem"' in said
    assert says in said.split(f'id="{name}-problem"')[1]
    assert "of 7 person-weeks" in said
    assert viewer.get("/cycles/2027-q1/portfolio.json", {name: text}).status_code == 400


def test_a_weight_of_an_objective_that_is_not_here_is_named(viewer):
    answer = viewer.get(f"{PAGE}?weight_nothing=2")
    assert answer.status_code == 422
    assert "There is no objective &#x27;nothing&#x27; in this cycle." in text_of(answer)
