"""HackerOne: several programs, states, and pages that move while they are read."""

from __future__ import annotations

import pytest
from tests.connectors.fakes import hackerone
from tests.connectors.scanners import LATER, before, connected, said, synced, told

pytestmark = pytest.mark.django_db
SECRETS = {"identifier": "robot", "token": ""}


@pytest.fixture
def fake(listed):
    found = hackerone.HackerOne()
    found.reports = [
        hackerone.report(1, before(1)),
        hackerone.report(2, before(2), state="duplicate"),
        hackerone.report(3, before(3), state="resolved", closed_at="2026-02-01T00:00:00Z"),
        hackerone.report(4, before(4), program="bank", state="not-applicable"),
    ]
    return found


def test_each_program_is_a_scope_of_its_own_and_states_are_judgements(fake, waiting):
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.models import Vulnerability

    with connected("hackerone", fake, {"programs": "shop, bank"}, SECRETS) as connector:
        assert told(synced(connector, waiting)) == {"created": 4}
    assert sorted(Feed.objects.values_list("name", "scope")) == [("HackerOne", "bank"), ("HackerOne", "shop")]
    states = {each.title[-1]: each.state for each in Vulnerability.objects.all()}
    assert states == {"1": "confirmed", "2": "duplicate", "3": "confirmed", "4": "false positive"}
    resolved = Vulnerability.objects.get(title="Stored XSS 3")
    assert f"{resolved.mitigated_at:%Y-%m-%d}" == "2026-02-01"


def test_what_is_listed_twice_since_its_page_moved_is_stored_once(fake, waiting):
    with connected("hackerone", fake, {"programs": "shop"}, SECRETS) as connector:
        synced(connector, waiting)
        for each in fake.reports[1:3]:
            each["attributes"]["last_activity_at"] = said(LATER)
        fake.size = 1
        answer = fake.listed

        def and_then_an_earlier_one_moves(asked):
            found = answer(asked)
            fake.reports[0]["attributes"]["last_activity_at"] = said(LATER)
            return found

        fake.listed = and_then_an_earlier_one_moves
        done = synced(connector, waiting, hours=2)
    assert (done.counts["read"], done.counts["created"]) == (2, 0)


def test_the_secret_is_name_and_password_and_never_in_the_address(fake, waiting):
    with connected("hackerone", fake, {"programs": "shop"}, SECRETS) as connector:
        assert told(synced(connector, waiting)) == {"created": 3}
    assert {each.headers["authorization"].split()[0] for each in fake.asked} == {"Basic"}
    assert not [each for each in fake.asked if fake.token in f"{each.path} {each.query}"]
