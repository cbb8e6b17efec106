"""Company goals beside a cycle: what serves them, what they claim, and what serves none."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.planning.quarter import ACTOR, Key, next_cycle, told

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.items import add_item, join
from throughline.planning import claiming
from throughline.planning.goals import goals_beside
from throughline.planning.queries import claimed_weeks
from throughline.portfolio.models import Candidate, Rules

pytestmark = pytest.mark.django_db


def a_goal(title="Win trust"):
    return add_item(ACTOR, "goal", title=title, now=NOW)


def a_candidate(cycle, title="Scan more", **given):
    return Candidate.objects.create(cycle=cycle, title=title, author=ACTOR, created_at=NOW, **given)


def test_an_objective_serves_a_goal_directly_or_through_what_lasts():
    cycle, goal = next_cycle(), a_goal()
    tenet = add_item(ACTOR, "long_term_objective", title="Assure", kind="perceived_risk", now=NOW)
    made = [
        add_item(ACTOR, "objective", title=title, cycle=cycle, now=NOW)
        for title in ("Direct", "Through", "Loose")
    ]
    join(ACTOR, made[0], goal, "contributes", now=NOW)
    join(ACTOR, made[1], tenet, "contributes", now=NOW)
    join(ACTOR, tenet, goal, "contributes", now=NOW)
    found = goals_beside(cycle)
    assert [each.title for each in found.linked[0].objectives] == ["Direct", "Through"]
    assert [each.title for each in found.objectives_without] == ["Loose"]


def test_a_candidate_without_a_goal_is_flagged_until_it_or_its_objective_has_one():
    cycle, goal = next_cycle(), a_goal()
    served = add_item(ACTOR, "objective", title="Served", cycle=cycle, now=NOW)
    join(ACTOR, served, goal, "contributes", now=NOW)
    a_candidate(cycle, "Own", goal=goal)
    a_candidate(cycle, "Its objective's", objective=served)
    a_candidate(cycle, "None")
    assert [each.title for each in goals_beside(cycle).candidates_without] == ["None"]
    assert told(cycle, Key.GOALS).facts.waits == "1 waits for a goal"


def test_a_claim_shrinks_the_capacity_and_said_again_it_replaces_what_was_said(organisation, browser_of):
    cycle, goal = next_cycle(), a_goal()
    Rules.objects.create(cycle=cycle, capacity=40, author=ACTOR, at=NOW)
    claiming.claim(ACTOR, cycle, goal, weeks=6, note="The audit", now=NOW)
    claiming.claim(ACTOR, cycle, goal, weeks=8.5, note="The audit", now=NOW)
    assert claimed_weeks(cycle) == 8.5
    answer = browser_of(organisation.vera).get(f"/cycles/{cycle.key}/goals.json").json()
    assert (answer["capacity"], answer["claimed"], answer["left"]) == (40.0, 8.5, 31.5)
    page = browser_of(organisation.vera).get(f"/cycles/{cycle.key}/goals/").content.decode()
    assert "31.5" in page


def test_what_is_released_is_the_teams_again_and_both_steps_are_audited():
    cycle, goal = next_cycle(), a_goal()
    made = claiming.claim(ACTOR, cycle, goal, weeks=6, now=NOW)
    claiming.release(ACTOR, made, now=NOW)
    assert claimed_weeks(cycle) == 0
    said = Entry.objects.filter(action__startswith="weeks").order_by("id").values_list("action", flat=True)
    assert list(said) == ["weeks claimed by a goal", "weeks released by a goal"]


@pytest.mark.parametrize("weeks", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_claim_is_a_number_of_weeks(weeks):
    with pytest.raises(Refused, match="expected more than 0"):
        claiming.claim(ACTOR, next_cycle(), a_goal(), weeks=weeks, now=NOW)


def test_the_form_says_what_is_wrong_beside_its_field(organisation, browser_of):
    cycle, goal = next_cycle(), a_goal()
    browser, path = browser_of(organisation.max), f"/cycles/{cycle.key}/goals/"
    wrong = browser.post(path, {"goal": goal.pk, "weeks": "many"})
    assert wrong.status_code == 422
    assert "Expected a number of person-weeks" in wrong.content.decode()
    assert browser.post(path, {"goal": goal.pk, "weeks": "6"}).status_code == 302


def test_goals_that_claim_more_than_there_is_are_said_to(organisation, browser_of):
    cycle = next_cycle()
    Rules.objects.create(cycle=cycle, capacity=5, author=ACTOR, at=NOW)
    claiming.claim(ACTOR, cycle, a_goal(), weeks=6, now=NOW)
    page = browser_of(organisation.vera).get(f"/cycles/{cycle.key}/goals/").content.decode()
    assert "Goals claim more than the team has." in page
