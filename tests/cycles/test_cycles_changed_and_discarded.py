"""A planned cycle takes another name and other days; an empty draft goes again."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_plan, an_objective

from throughline.audit.models import Entry
from throughline.cycles import actions
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle

pytestmark = pytest.mark.django_db
GIVEN = {"title": "Autumn", "start": "2026-10-05", "end": "2026-12-20"}


@pytest.fixture
def manager(organisation, browser_of):
    return browser_of(organisation.max)


def test_a_planned_cycle_takes_another_name_and_other_days_on_its_page(manager):
    cycle = a_cycle()
    address = reverse("cycle-edit", args=[cycle.key])
    assert 'value="2026-10-01"' in manager.get(address).content.decode()
    assert address in manager.get(reverse("cycle", args=[cycle.key])).content.decode()
    assert manager.post(address, GIVEN).status_code == 302
    cycle.refresh_from_db()
    assert (cycle.key, cycle.title, cycle.start) == ("2026-q4", "Autumn", date(2026, 10, 5))


def test_days_that_cannot_be_are_refused_beside_their_field_and_change_nothing(manager):
    cycle = a_cycle()
    answer = manager.post(reverse("cycle-edit", args=[cycle.key]), {**GIVEN, "end": "2026-10-01"})
    assert answer.status_code == 422
    assert "choose a later one" in answer.content.decode()
    cycle.refresh_from_db()
    assert cycle.title == "2026-Q4"


def test_a_cycle_that_is_set_stands(manager):
    cycle, _, _ = a_plan()
    actions.propose(ACTOR, cycle, now=NOW)
    actions.set_cycle(ACTOR, cycle, now=NOW)
    address = reverse("cycle-edit", args=[cycle.key])
    assert manager.post(address, GIVEN).status_code == 409
    assert address not in manager.get(reverse("cycle", args=[cycle.key])).content.decode()


def test_an_empty_draft_goes_and_the_audit_record_keeps_its_name(manager):
    cycle = a_cycle()
    assert manager.post(reverse("cycle-discard", args=[cycle.key])).headers["Location"] == reverse("cycles")
    assert not Cycle.objects.exists()
    entry = Entry.objects.get(action="cycle discarded")
    assert (entry.detail["title"], entry.detail["start"]) == ("2026-Q4", "2026-10-01")


def test_a_draft_that_holds_something_stays_and_says_what(manager):
    cycle = a_cycle()
    an_objective(cycle)
    answer = manager.post(reverse("cycle-discard", args=[cycle.key]))
    assert (answer.status_code, Cycle.objects.count()) == (409, 1)
    assert "holds 1 objective" in answer.content.decode()


def test_what_was_proposed_once_stays_though_it_is_a_draft_again():
    cycle, _, _ = a_plan()
    actions.propose(ACTOR, cycle, now=NOW)
    actions.reopen(ACTOR, cycle, reason="Too early.", now=NOW)
    with pytest.raises(Refused, match="was published"):
        actions.discard(ACTOR, cycle, now=NOW)
