"""Triage where the list and the record show it: who accepted until when, what ran out, the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.html import strip_tags

from throughline.vulnerabilities.actions import triage

SHOWN = "/vulnerabilities/"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def page_of(browser_of):
    def page(person, address: str = SHOWN) -> str:
        return " ".join(browser_of(person).get(address).content.decode().split())

    return page


def accept(person, record, *, until: datetime | None, at: datetime) -> None:
    triage(person, [record.pk], "accepted", reason="behind a wall", until=until, now=at)


def test_an_acceptance_says_its_last_day_and_who_accepted(register, organisation, page_of):
    until = datetime(2099, 3, 5, tzinfo=UTC)
    accept(organisation.mia, register["slow"], until=until, at=now() - timedelta(days=1))
    record = page_of(organisation.vera, f"{SHOWN}{register['slow'].pk}/")
    assert "until <time" in page_of(organisation.vera)
    assert ">4 Mar 2099</time>, by Mia</span>" in page_of(organisation.vera)
    assert "Accepted: behind a wall" in record
    assert ">4 Mar 2099</time>, by Mia on" in record
    assert "<ins>2099-03-04</ins>" in record


def test_an_acceptance_that_ran_out_is_found_by_its_link(
    register, organisation, browser_of, page_of, rows_of
):
    accept(organisation.max, register["open"], until=now() - timedelta(days=1), at=now() - timedelta(days=9))
    accept(organisation.max, register["rejected"], until=now() + timedelta(days=9), at=now())
    seen = browser_of(organisation.max).get(SHOWN).context["shortcuts"]
    ran_out = next(each for each in seen if each.title == "Acceptances that ran out")
    assert ran_out.n == 1
    rows = rows_of(browser_of(organisation.max), ran_out.address)["rows"]
    assert [(row["id"], row["status"]) for row in rows] == [("OPEN-3", "open")]
    assert "ran out on <time" in page_of(organisation.max, ran_out.address)
    assert "That day is over" in page_of(organisation.max, f"{SHOWN}{register['open'].pk}/")


def test_a_shortcut_counts_what_its_link_lists(register, organisation, browser_of, rows_of):
    triage(organisation.max, [register["open"].pk], "potential", now=now())
    for person in (organisation.max, organisation.omar, organisation.vera):
        for each in browser_of(person).get(SHOWN).context["shortcuts"][:2]:
            assert rows_of(browser_of(person), each.address)["total"] == each.n


def test_triage_rules_are_offered_to_who_may_write_them_and_rekeys_to_everybody(
    register, organisation, browser_of
):
    def titles(person) -> list[str]:
        return [each.title for each in browser_of(person).get(SHOWN).context["shortcuts"][2:]]

    assert titles(organisation.max) == ["Triage rules", "Suspected re-keys"]
    assert titles(organisation.vera) == ["Suspected re-keys"]


def test_the_palette_leads_to_rules_and_rekeys_by_role(organisation, browser_of):
    def titles(person) -> set[str]:
        return {place["title"] for place in browser_of(person).get("/palette.json").json()["places"]}

    wanted = {"Triage rules", "New triage rule", "Suspected re-keys", "Acceptances that ran out"}
    assert wanted <= titles(organisation.max)
    assert wanted & titles(organisation.vera) == {"Suspected re-keys", "Acceptances that ran out"}


def test_a_decision_can_be_taken_back_on_the_record_after_a_reload(register, organisation, page_of):
    record = register["slow"]
    address, undo = f"{SHOWN}{record.pk}/", f'action="/vulnerabilities/{record.pk}/undo/"'
    assert undo not in page_of(organisation.mia, address)
    triage(organisation.mia, [record.pk], "duplicate", reason="seen before", now=now())
    assert undo in page_of(organisation.mia, address)
    assert undo not in page_of(organisation.vera, address)
    assert "Duplicate, by Mia on" in page_of(organisation.vera, address)


def test_a_record_can_go_back_to_potential(register, organisation, browser_of, page_of):
    address = f"{SHOWN}{register['slow'].pk}/"
    assert "Back to potential" in page_of(organisation.mia, address)
    browser_of(organisation.mia).post(f"{address}triage/", {"state": "potential"})
    assert (
        browser_of(organisation.mia).get(f"{SHOWN}{register['slow'].pk}.json").json()["state"] == "potential"
    )
    assert "Back to potential" not in page_of(organisation.mia, address)


def test_history_tells_a_decision_without_fractions_and_bookkeeping(register, organisation, page_of):
    at = datetime(2026, 11, 24, 11, 38, 58, 112958, tzinfo=UTC)
    triage(organisation.mia, [register["slow"].pk], "false positive", reason="a test", now=at)
    history = page_of(organisation.vera, f"{SHOWN}{register['slow'].pk}/").partition(">History<")[2]
    assert "<del>confirmed</del> → <ins>false positive</ins>" in history
    assert "reason: <ins>a test</ins>" in history
    assert "112958" not in strip_tags(history)
    assert "triaged basis" not in history


def test_an_empty_page_offers_nothing_to_take_away(organisation, page_of):
    page = page_of(organisation.max)
    for word in ("vulnerabilities.csv", "vulnerabilities.json", "Make this a metric", 'id="shortcuts"'):
        assert word not in page


def test_who_only_looks_gets_nothing_to_decide_with(register, organisation, page_of):
    assert 'name="ids"' not in page_of(organisation.vera)
    assert page_of(organisation.mia).count('name="ids"') == 3


def test_an_empty_queue_says_that_nothing_waits(register, organisation, page_of):
    waiting = f"{SHOWN}?status=open&state=potential"
    assert "Nothing waits for triage" in page_of(organisation.max, waiting)
    assert "Nothing matches" in page_of(organisation.max, f"{SHOWN}?q=zebra")


def test_beyond_the_last_page_there_is_a_way_back(register, organisation, page_of):
    assert "Back to the first of 5" in page_of(organisation.max, f"{SHOWN}?page=9")
