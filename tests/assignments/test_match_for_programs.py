"""What a program asks of a match: other weights and changes, as the page's address says them."""

from __future__ import annotations

import pytest
from tests.api.programs import Program, assert_problem

from throughline.assignments.models import Weighing

pytestmark = pytest.mark.django_db
API = "/cycles/2027-q1/match"


def test_a_change_says_what_it_costs_and_what_becomes_different(works, organisation, browser_of):
    asked = f"?must={organisation.mia.pk}~initiative:council"
    told = Program(organisation.max).get(API + asked).json()
    assert told["cost"]["says"].startswith(("It costs the team", "It is a toss-up"))
    assert told["cost"]["differs"]
    assert {"name": "Mia", "work": "initiative:council"}.items() <= next(
        each for each in told["answer"]["plan"] if each["work"] == "initiative:council"
    ).items()
    assert told == browser_of(organisation.max).get(f"/match/2027-q1.json{asked}").json()
    assert not Weighing.objects.exists()


def test_other_weights_give_their_plan_without_costs_which_would_tell_answers(works, organisation):
    lead = Program(organisation.max)
    stated = lead.get(API).json()
    assert (stated["cost"], stated["current"]) == (None, True)
    told = lead.get(f"{API}?business=0&interest=1&growth=0").json()
    assert told["answer"]["weights"] == {"business": 0, "interest": 1, "growth": 0}
    assert "opportunity_cost" not in str(told["answer"]["people"])


@pytest.mark.parametrize(
    ("asked", "parameter", "says"),
    [
        ("business=lots&interest=1&growth=1", "business", "expected a weight from 0, such as 0.5"),
        ("must=3", "must", ""),
        ("shout=1", "shout", "known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_parameter(works, organisation, asked, parameter, says):
    refused = Program(organisation.max).get(f"{API}?{asked}")
    found = assert_problem(refused, 400)
    assert found["errors"][0]["parameter"] == parameter
    assert says in str(found)
