"""What is published is said in words, and the exact definition stays at hand."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_register, a_sketch, an_objective

from throughline.cycles import actions

pytestmark = pytest.mark.django_db


def test_a_slice_is_in_words_and_its_expression_is_one_click_away(organisation, browser_of):
    a_register()
    cycle = a_cycle()
    a_sketch(an_objective(cycle), where="state != 'potential'")
    actions.propose(ACTOR, cycle, now=NOW)
    answer = browser_of(organisation.vera).get(reverse("cycle-published", args=[cycle.key]))
    seen = answer.content.decode()
    assert "where the state is not potential" in seen
    exact = seen.split("The exact definition")[1].split("</details>")[0]
    assert "state != &#x27;potential&#x27;" in exact
    assert seen.count("!=") == 1
