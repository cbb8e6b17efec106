"""The catalogue of services: an owner that changes takes its vulnerabilities along, history included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.organisation import NOW

from throughline.accounts.access import EVERYTHING, Scope
from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.sources.models import Feed
from throughline.vulnerabilities.bulk import Author, Names, insert_records, unlike_their_history
from throughline.vulnerabilities.models import Event, Service, Vulnerability
from throughline.vulnerabilities.services import add_service, assign_service, catalogue

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def checkout(organisation):
    """A service of Payments with two records of Payments and one that its row gave to Search."""
    from throughline.measures.readside.columns import forget

    forget()
    payments, search = Team.objects.get(name="Payments"), Team.objects.get(name="Search")
    service = Service.objects.create(name="checkout", team=payments, tier=2)
    names = Names({"checkout": service.pk}, {"Payments": payments.pk, "Search": search.pk})
    records = [
        (key, key, {"title": key, "state": "confirmed", "service": "checkout", "team": team} | more)
        for key, team, more in [
            ("a", "Payments", {"identified_at": "2026-10-01T00:00:00Z"}),
            ("b", "Payments", {"mitigated_at": "2026-11-01T00:00:00Z"}),
            ("c", "Search", {}),
        ]
    ]
    author = Author("test", NOW)
    insert_records(Feed.objects.create(name="scanner").pk, records, known_at=NOW, names=names, author=author)
    yield service
    forget()


def teams_of(service) -> list[str]:
    return list(
        Vulnerability.objects.filter(service=service).order_by("key").values_list("team__name", flat=True)
    )


def test_vulnerabilities_follow_the_owner_but_for_those_that_another_team_was_given(checkout):
    search = Team.objects.get(name="Search")
    assert assign_service("test", checkout, team=search, tier=1, now=LATER) == 2
    assert teams_of(checkout) == ["Search", "Search", "Search"]
    assert Event.objects.filter(known_at=LATER).values_list("changes", flat=True)[0] == {
        "team": ["Payments", "Search"]
    }
    assert list(unlike_their_history()) == []


def test_a_service_may_lose_its_owner(checkout):
    assign_service("test", checkout, team=None, tier=None, now=LATER)
    assert teams_of(checkout) == [None, None, "Search"]
    assert list(unlike_their_history()) == []


def test_the_change_is_written_down_with_how_many_moved(checkout):
    assign_service("Max", checkout, team=Team.objects.get(name="Search"), tier=2, now=LATER)
    entry = Entry.objects.get(action="service changed")
    assert (entry.actor, entry.detail) == ("Max", {"team": ["Payments", "Search"], "moved": [0, 2]})


def test_saving_without_a_change_writes_nothing(checkout):
    assert assign_service("Max", checkout, team=checkout.team, tier=2, now=LATER) == 0
    assert not Entry.objects.filter(action="service changed").exists()
    assert not Event.objects.filter(known_at=LATER).exists()


def test_the_catalogue_counts_what_is_open_and_what_the_reader_may_see(checkout):
    assert [(listed.service.name, listed.open) for listed in catalogue(scope=EVERYTHING, now=LATER)] == [
        ("checkout", 2)
    ]
    payments = Scope(teams=frozenset({"Payments"}))
    assert [listed.open for listed in catalogue(scope=payments, now=LATER)] == [1]
    assert catalogue(scope=Scope(teams=frozenset({"Search"})), now=LATER) == []


@pytest.mark.parametrize(("name", "tier"), [("Checkout", None), ("", None), ("billing", 9)])
def test_a_service_that_cannot_be_is_refused(checkout, name, tier):
    with pytest.raises(Refused):
        add_service("test", name=name, team=None, tier=tier, now=LATER)


def test_a_manager_changes_the_owner_in_the_page(checkout, organisation, browser_of):
    browser = browser_of(organisation.max)
    assert b"checkout" in browser.get("/services/").content
    search = Team.objects.get(name="Search")
    answer = browser.post(f"/services/{checkout.pk}/", {"team": search.pk, "tier": "1"}, follow=True)
    assert b"2 vulnerabilities moved to the new owner" in answer.content
    checkout.refresh_from_db()
    assert (checkout.team, checkout.tier) == (search, 1)
