"""What no plan has is not offered to be taken, and an answer that cannot be met is not called a success."""

from __future__ import annotations

import pytest
from tests.assignments.quarter import say, tie

pytestmark = pytest.mark.django_db
COUNCIL = "initiative:council"


@pytest.fixture
def mia(works, organisation, browser_of):
    return browser_of(organisation.mia)


@pytest.fixture
def council_of_max(works, organisation, quarter):
    """Max takes the only place, and little else is left for Mia."""
    for key in ("rules", "robot"):
        tie(works[key], organisation.mia, "never")
    say(works["council"], organisation.max, "accepted", quarter)


def test_what_no_plan_has_is_not_offered_to_be_taken(council_of_max, mia):
    costs = {
        each["work"]: each["opportunity_cost"]
        for each in mia.get("/next.json").json()["people"][0]["suggestions"]
    }
    assert [work for work, cost in costs.items() if cost is None] == [COUNCIL]
    page = mia.get("/next/").content.decode()
    assert page.count('value="accepted"') == len(costs) - 1
    assert page.count('value="not_now"') == len(costs)


def test_what_cannot_be_met_is_not_said_to_be_given(council_of_max, mia):
    page = mia.post("/next/answer", {"work": COUNCIL, "said": "accepted"}, follow=True).content.decode()
    assert "the plan gives it to you from now on" not in page
    assert "no plan meets your answer to “A council of owners”: below it says why" in page
    assert "it cannot be beside what must be" in page
