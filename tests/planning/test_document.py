"""The document of a cycle: drawn from the plan, with what is missing named and linked."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.planning.quarter import ACTOR, Key, next_cycle, told

from throughline.objectives import sketches
from throughline.objectives.items import add_item
from throughline.planning.documents import document_of, markdown
from throughline.portfolio.models import Candidate, Impact

pytestmark = pytest.mark.django_db
WISH = {"title": "Keys are young", "metric": "count()", "baseline": "9", "target": "0", "owner": "Max"}
SAID = {
    "why": "Old keys leak.",
    "how_measured": "We count them.",
    "why_target": "None is needed.",
}


def a_plan(**said):
    cycle = next_cycle()
    objective = add_item(
        ACTOR,
        "objective",
        title="Fewer surprises",
        description=said.pop("description", ""),
        cycle=cycle,
        now=NOW,
    )
    return cycle, objective, sketches.add_sketch(ACTOR, objective, now=NOW, **{**WISH, **said})


def lost(cycle, title, **given):
    return Candidate.objects.create(cycle=cycle, title=title, author=ACTOR, created_at=NOW, **given)


def test_what_is_missing_is_named_with_the_place_where_it_is_written():
    cycle, objective, key_result = a_plan(why="Old keys leak.")
    gaps = document_of(cycle, now=NOW).gaps
    assert [(each.of, each.asks) for each in gaps] == [
        ("Fewer surprises", "why this"),
        ("Keys are young", "how it is measured"),
        ("Keys are young", "why this target"),
    ]
    assert gaps[0].address == f"/objectives/{objective.key}/edit"
    assert gaps[1].address == f"/key-results/{key_result.pk}/sketch/"
    assert told(cycle, Key.DOCUMENT).facts.stands == "3 answers are missing."


def test_a_whole_document_lacks_nothing_and_its_stage_is_over_by_the_records():
    cycle, _, _ = a_plan(description="It is ours to know first.", **SAID)
    assert document_of(cycle, now=NOW).gaps == ()
    assert told(cycle, Key.DOCUMENT).is_over


def test_candidates_that_lost_stand_under_the_objective_that_they_were_for():
    cycle, objective, key_result = a_plan()
    named = lost(cycle, "Buy a vault", objective=objective, dropped_at=NOW, dropped_reason="Too dear")
    moving = lost(cycle, "Train everybody")
    Impact.objects.create(candidate=moving, key_result=key_result, low=-2, high=-1)
    lost(cycle, "A new logo")
    found = document_of(cycle, now=NOW)
    assert [(each.title, each.reason) for each in found.parts[0].lost] == [
        (named.title, "Too dear"),
        ("Train everybody", "not taken into the plan"),
    ]
    assert [each.title for each in found.lost] == ["A new logo"]


def test_the_markdown_holds_every_answer_and_nothing_of_it_is_markup():
    cycle, _, _ = a_plan(description="First.\n\nSecond *loud*.", **{**SAID, "why": "# Not a heading"})
    text = markdown(document_of(cycle, now=NOW))
    assert "## Fewer surprises\n\nFirst.\n\nSecond \\*loud\\*.\n" in text
    assert "**Why this.** \\# Not a heading" in text
    assert "**Why this target.** None is needed." in text
    assert "Still missing" not in text


def test_the_page_and_the_file_are_for_everybody_who_signs_in(organisation, browser_of):
    cycle, _, _ = a_plan(**SAID)
    browser = browser_of(organisation.vera)
    assert "Old keys leak." in browser.get(f"/cycles/{cycle.key}/document/").content.decode()
    answer = browser.get(f"/cycles/{cycle.key}/document.md")
    assert answer["Content-Type"].startswith("text/markdown")
    assert "Old keys leak." in answer.content.decode()
