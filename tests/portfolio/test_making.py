"""From candidate to initiative: what is taken over, both links, and what is refused."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate, key_result

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import items
from throughline.objectives.models import Edge, Initiative
from throughline.portfolio.actions import drop
from throughline.portfolio.making import make_all, make_initiative, previewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return a_quarter()


def test_an_initiative_takes_over_what_the_candidate_says(cycle):
    goal = items.add_item(ACTOR, "goal", key="trust", title="Win trust", now=NOW)
    made = candidate(
        cycle,
        "Owners",
        narrative="So that somebody answers.",
        goal="trust",
        confidence=0.7,
        delay_low="4k",
        delay_profile="deadline",
        deadline="2027-02-15",
    )
    work = make_initiative(ACTOR, made, now=NOW)
    assert (work.title, work.narrative, work.cycle) == ("Owners", "So that somebody answers.", cycle)
    assert (work.effort_low, work.effort_high, work.delay_cost) == (4.0, 4.0, 4000.0)
    assert (work.delay_profile, f"{work.due}") == ("deadline", "2027-02-15")
    effect = work.effects.get()
    assert (effect.key_result, effect.low, effect.confidence) == (key_result("Days to repair"), -4.0, 0.7)
    ends = {
        (each.to_kind, each.to_id) for each in Edge.objects.filter(from_kind="initiative", from_id=work.pk)
    }
    assert ends == {("objective", made.objective.pk), ("goal", goal.pk)}
    assert work.candidate == made
    assert Entry.objects.filter(action="initiative made of candidate", object_id=made.pk).exists()


def test_a_preview_says_what_it_would_move_and_writes_nothing(cycle):
    made = candidate(cycle, "Owners")
    (said,) = previewed([made])
    assert said.moves == ("−4 to −4 days on Days to repair",)
    assert said.serves == ("Repair what matters first",)
    assert not Initiative.objects.exists()


def test_a_candidate_becomes_one_initiative_only(cycle):
    made = candidate(cycle, "Owners")
    make_initiative(ACTOR, made, now=NOW)
    with pytest.raises(Refused, match="already"):
        make_initiative(ACTOR, made, now=NOW)
    assert make_all(ACTOR, [made], now=NOW) == []


def test_all_are_made_or_none(cycle):
    first, second = candidate(cycle, "Owners"), candidate(cycle, "Robot")
    drop(ACTOR, second, reason="No", now=NOW)
    with pytest.raises(Refused, match="dropped"):
        make_all(ACTOR, [first, second], now=NOW)
    assert not Initiative.objects.exists()


def test_what_says_no_effort_is_no_initiative_yet(cycle):
    made = candidate(cycle, "Owners", effort_low="", effort_high="")
    with pytest.raises(Refused, match="effort"):
        make_initiative(ACTOR, made, now=NOW)
