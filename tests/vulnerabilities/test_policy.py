"""The SLA policy: managers say the days, the audit record keeps what they were."""

from __future__ import annotations

import pytest
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.jobs.models import Job
from throughline.vulnerabilities.policy import limits, set_limits

FIRST = {(4, None): 7, (3, None): 30, (2, None): 90, (1, None): 180}


def test_changed_days_replace_the_policy_and_are_written_down(db):
    assert limits() == FIRST
    wanted = {(4, None): 5, (4, 1): 2, (3, None): 30}
    assert set_limits("Max", wanted, now=NOW) == 4
    assert limits() == wanted
    entry = Entry.objects.get(action="SLA policy changed")
    told = {"critical": [7, 5], "critical, tier 1": [None, 2], "medium": [90, None], "low": [180, None]}
    assert (entry.actor, entry.detail) == ("Max", told)
    assert Job.objects.filter(kind="measure key results").count() == 1


def test_the_same_policy_again_writes_nothing(db):
    assert set_limits("Max", FIRST, now=NOW) == 0
    assert not Entry.objects.exists()


@pytest.mark.parametrize("limit", [((4, None), 0), ((4, 6), 7), ((9, None), 7), ((4, 1), 3651)])
def test_a_limit_that_cannot_be_is_refused_and_changes_nothing(db, limit):
    with pytest.raises(Refused):
        set_limits("Max", {limit[0]: limit[1]}, now=NOW)
    assert limits() == FIRST


def test_a_manager_changes_the_days_in_the_page(organisation, browser_of):
    browser = browser_of(organisation.max)
    page = browser.get("/services/policy/").content.decode()
    assert 'name="days_4_all" value="7"' in page
    asked = {"days_4_all": "5", "days_4_1": "2", "days_3_all": "30", "days_0_5": ""}
    answer = browser.post("/services/policy/", asked, follow=True)
    assert "The SLA policy is saved" in answer.content.decode()
    assert limits() == {(4, None): 5, (4, 1): 2, (3, None): 30}


@pytest.mark.parametrize("days", ["0", "soon", "99999", "-3"])
def test_days_that_are_none_are_refused_beside_their_field(organisation, browser_of, days):
    answer = browser_of(organisation.max).post("/services/policy/", {"days_4_1": days})
    page = answer.content.decode()
    assert (answer.status_code, limits()) == (422, FIRST)
    assert 'id="id_days_4_1_error"' in page
    assert f'value="{days}"' in page


def test_who_may_not_change_the_policy_is_not_led_to_it(organisation, browser_of):
    assert "/services/policy/" in browser_of(organisation.max).get("/services/").content.decode()
    assert "/services/policy/" not in browser_of(organisation.mia).get("/services/").content.decode()
