"""Where several pieces of work score the same, none of them is said to be first alone."""

from __future__ import annotations

import pytest
from tests.assignments.quarter import a_work
from tests.assignments.test_suggestions_page import text_of
from tests.organisation import NOW

from throughline.people import actions

pytestmark = pytest.mark.django_db


def test_of_work_that_is_the_same_to_her_each_says_that_other_is_as_good(organisation, quarter, browser_of):
    for number in range(3):
        a_work(quarter, f"same-{number}", f"The same {number}", {"tooling": 1.0})
    said = text_of(browser_of(organisation.mia).get("/next/"))
    assert said.count("First, with other work as good, whatever business value counts.") == 3
    lead = text_of(browser_of(organisation.max).get(f"/next/{organisation.mia.pk}/"))
    assert lead.count("First, with other work as good, whatever interest counts.") == 3


def test_work_that_is_first_alone_says_nothing_of_others(organisation, quarter, browser_of):
    actions.state_interests(organisation.mia, {"tooling": 1.0}, now=NOW)
    a_work(quarter, "liked", "What she likes", {"tooling": 1.0})
    a_work(quarter, "other", "What she does not", {"teaching": 1.0})
    mia = browser_of(organisation.mia)
    said = text_of(mia.get("/next/"))
    assert "First, whatever interest counts." in said
    assert "First, with other work as good, only where interest counts nothing." in said
    lead = text_of(browser_of(organisation.max).get(f"/next/{organisation.mia.pk}/"))
    assert "other work as good" not in lead
