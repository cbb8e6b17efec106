"""What is published is said in words, and the exact definition stays at hand."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_register, a_sketch, an_objective

from throughline.cycles import actions
from throughline.cycles.comparing import differences
from throughline.cycles.content import content_of, sealed
from throughline.cycles.models import Snapshot
from throughline.narratives.models import Story
from throughline.objectives import items

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


def test_work_says_to_the_board_why_it_is_done_and_a_snapshot_from_before_says_nothing(
    organisation, browser_of
):
    a_register()
    cycle = a_cycle()
    a_sketch(an_objective(cycle))
    road = items.add_item(ACTOR, "initiative", title="Paved road", cycle=cycle, now=NOW)
    story = Story.objects.create(initiative=road, board="Teams ship daily.", author=ACTOR, at=NOW)
    first = actions.propose(ACTOR, cycle, now=NOW)
    reader = browser_of(organisation.vera)
    address = reverse("cycle-published", args=[cycle.key])
    assert "Teams ship daily." in reader.get(address).content.decode()
    # What was published stays, whatever is told since.
    story.board = "Another story."
    story.save()
    assert "Another story." not in reader.get(address).content.decode()
    content = content_of(cycle, now=NOW)
    assert [change.field for each in differences(first.content, content) for change in each.changes] == [
        "To the board"
    ]
    del content["initiatives"][0]["board"]
    old = Snapshot.objects.create(
        cycle=cycle, state=cycle.state, at=NOW, author=ACTOR, content=content, sha256=sealed(content)
    )
    seen = reader.get(address).content.decode()
    assert old.sha256[:16] in seen
    assert "Paved road" in seen
    assert "story." not in seen
