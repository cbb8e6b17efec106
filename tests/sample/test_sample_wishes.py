"""What the sample's people want to grow in: goals that lead up the ladder, and one that grew old."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from throughline.accounts.models import User
from throughline.people import access, unknowns
from throughline.people.models import GrowthGoal
from throughline.people.unknowns import What
from throughline.sample.load import _people
from throughline.sample.wishing import EVERYBODY, live_wishes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _asked(db):
    _people(NOW)
    live_wishes(NOW)


def test_every_goal_names_a_rung_and_the_kinds_in_which_it_grows():
    goals = {each.person.email: each for each in GrowthGoal.objects.select_related("person", "rung")}
    assert {email: goal.rung.key for email, goal in goals.items()} == {
        each.email: each.rung for each in EVERYBODY
    }
    for each in EVERYBODY:
        assert set(goals[each.email].kinds.values_list("key", flat=True)) == set(each.grows_in)


def test_one_goal_is_to_be_asked_about_again_and_one_person_was_never_asked():
    told = unknowns.of_team(access.workers(), on=NOW.date())
    names = dict(User.objects.values_list("pk", "name"))

    def whose(what: What) -> set[str]:
        return {names[pk] for pk, found in told.items() if what in {each.what for each in found}}

    assert whose(What.STALE_GOAL) == {"Tomas Achterberg"}
    assert "Amara Lindqvist" in whose(What.UNASKED)


def test_asking_again_changes_nothing():
    live_wishes(NOW)
    assert GrowthGoal.objects.count() == len(EVERYBODY)
