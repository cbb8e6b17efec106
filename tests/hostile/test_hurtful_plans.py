"""What can be sent to the pages of a plan to hurt them is answered, and quickly."""

from __future__ import annotations

import time

import pytest
from tests.cycles.plans import ACTOR, NOW, a_plan

from throughline.cycles.actions import propose
from throughline.engine.refusals import Refused
from throughline.plans.format.meaning import understood
from throughline.series.values import cadence_of

# What Python takes for digits and cannot read, what it refuses to read, and what no database counts to.
NO_NUMBERS = ["²", "9" * 5_000, "9" * 25, "-1", "1e3"]


@pytest.fixture
def plan(organisation):
    cycle, objective, sketch = a_plan()
    propose(ACTOR, cycle, now=NOW)
    return cycle, objective, sketch


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_a_number_that_is_none_is_answered_on_every_page_of_a_plan(plan, organisation, browser_of, number):
    cycle, objective, _ = plan
    browser = browser_of(organisation.max)
    comment = browser.post(f"/cycles/{cycle.key}/comments", {"of": f"key_result:{number}", "text": "Why?"})
    assert comment.status_code == 400
    assert browser.get(f"/cycles/{cycle.key}/compare/", {"from": number}).status_code == 404
    assert browser.get(f"/cycles/{cycle.key}/published/{number}/").status_code == 404
    given = {"rule": "D32", "answer": "no", "back": number}
    assert browser.post(f"/objectives/{objective.key}/review", given)["Location"].endswith(
        f"/objectives/{objective.key}/"
    )
    preview = browser.post("/key-results/sketch/preview", {"objective": objective.key, "key_result": number})
    assert preview.status_code == 200


@pytest.mark.parametrize("days", NO_NUMBERS)
def test_a_cadence_that_is_no_number_is_refused(days):
    with pytest.raises(Refused, match="expected 1 to 366 days"):
        cadence_of(days)


def test_a_long_list_of_a_plan_is_read_in_the_time_of_its_length():
    people = ", ".join(f"Person {number}" for number in range(30_000))
    work = f"initiatives:\n- {{key: pilot, title: Pilot, cycle: q, people: [{people}]}}\n"
    days = "cycles:\n- {key: q, title: Q, start: 2027-01-01, end: 2027-03-31}\n"
    started = time.monotonic()
    found = understood({"plan.yaml": f"apiVersion: throughline/v1\nkind: Plan\n{days}{work}".encode()})
    assert len(found["initiatives"][0]["people"]) == 30_000
    assert time.monotonic() - started < 10
