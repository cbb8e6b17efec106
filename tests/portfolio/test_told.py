"""Whoever looks at what a cycle chooses is told that it is new, and nobody else is told anything."""

from __future__ import annotations

import pytest
from tests.organisation import NOW
from tests.portfolio.quarter import ACTOR, a_quarter, candidate

from throughline.live.access import may_follow
from throughline.live.models import Change
from throughline.portfolio import actions
from throughline.portfolio.making import make_initiative
from throughline.portfolio.ruling import state_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return a_quarter()


def told(cycle) -> int:
    return Change.objects.filter(topic=f"cycle:{cycle.pk}", what="portfolio").count()


STEPS = {
    "adding": lambda made, cycle: candidate(cycle, "Robot"),
    "changing": lambda made, cycle: actions.change_candidate(ACTOR, made, effort_high="9", now=NOW),
    "dropping": lambda made, cycle: actions.drop(ACTOR, made, reason="Bought", now=NOW),
    "taking up again": lambda made, cycle: actions.take_back(ACTOR, made, now=NOW),
    "stating rules": lambda made, cycle: state_rules(ACTOR, cycle, capacity=9, now=NOW),
    "making": lambda made, cycle: make_initiative(ACTOR, made, now=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_on_candidates_and_rules_is_told_once(cycle, step):
    made = candidate(cycle, "Owners")
    before = told(cycle)
    STEPS[step](made, cycle)
    assert told(cycle) == before + 1


def test_what_changed_nothing_is_not_told(cycle):
    made = candidate(cycle, "Owners")
    before = told(cycle)
    assert not actions.change_candidate(ACTOR, made, title="Owners", now=NOW)
    assert told(cycle) == before


def test_whoever_sees_a_cycle_may_follow_it_and_one_that_is_none_nobody(cycle, organisation):
    from django.contrib.auth.models import AnonymousUser

    assert may_follow(organisation.vera, f"cycle:{cycle.pk}")
    assert not may_follow(AnonymousUser(), f"cycle:{cycle.pk}")
    assert not may_follow(organisation.ada, f"cycle:{cycle.pk + 1}")
