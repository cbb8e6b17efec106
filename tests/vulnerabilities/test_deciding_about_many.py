"""Decisions about many: said before they are made, made at one address, taken back at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.organisation import NOW
from tests.sources.files import stream

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.measures.readside.columns import forget
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import actions
from throughline.vulnerabilities.actions import triage, undo_together
from throughline.vulnerabilities.bulk import unlike_their_history
from throughline.vulnerabilities.models import Event, Vulnerability
from throughline.vulnerabilities.outlook import outlook

LATER = NOW + timedelta(days=1)
JSON = {"Accept": "application/json"}
DECIDE = "/vulnerabilities/triage/"


@pytest.fixture
def records(organisation):
    lines = ["A,potential,Payments", "B,confirmed,Search", "C,potential,Payments", "D,confirmed,Payments"]
    text = "\n".join(["id,state,team", *lines, ""])
    import_file(stream(text), name="scan.csv", wish=Wish(), actor="command line", now=NOW)
    forget()
    yield {record.key: record.pk for record in Vulnerability.objects.all()}
    forget()


def states() -> dict[str, str]:
    return dict(Vulnerability.objects.values_list("key", "state"))


def test_what_would_change_is_told_by_state_and_by_whether_people_decided(organisation, records):
    triage(organisation.mia, [records["D"]], "confirmed", now=LATER)
    seen = outlook(organisation.max, list(records.values()), "false positive")
    assert seen.sentence == (
        "4 findings: 2 potential, 1 confirmed, 1 confirmed by people would become false positive."
    )
    assert seen.by_people == 1
    assert outlook(organisation.max, [records["D"]], "duplicate").sentence == (
        "It is confirmed by people, and would become duplicate."
    )
    assert outlook(organisation.max, list(records.values()), "confirmed").sentence == (
        "4 findings: 2 potential would become confirmed. 2 are that already."
    )


def test_without_sure_nothing_is_decided(organisation, records, browser_of):
    asked = {"ids": [records["A"], records["C"]], "state": "false positive"}
    answer = browser_of(organisation.mia).post(DECIDE, asked, headers=JSON)
    assert answer.json() == {
        "sentence": "2 findings: 2 potential would become false positive.",
        "count": 2,
        "by_people": 0,
        "needs_reason": True,
    }
    assert states()["A"] == "potential"


def test_with_sure_all_are_decided_with_one_audit_entry_and_one_undo(organisation, records, browser_of):
    browser = browser_of(organisation.mia)
    asked = {"ids": [records["A"], records["C"]], "state": "false positive", "reason": "tests", "sure": "1"}
    answer = browser.post(DECIDE, asked, headers=JSON).json()
    assert (answer["count"], answer["said"]) == (2, "False positive: 2 findings.")
    assert states() == {"A": "false positive", "B": "confirmed", "C": "false positive", "D": "confirmed"}
    entry = Entry.objects.get(action="triage")
    assert entry.detail["ids"] == [records["A"], records["C"]]
    assert browser.post(answer["undo"], headers=JSON).json()["count"] == 2
    assert states()["A"] == states()["C"] == "potential"
    assert list(unlike_their_history()) == []


def test_all_that_the_filter_shows_are_those_of_the_person(organisation, records, browser_of):
    asked = {"all": "1", "state": "duplicate", "reason": "seen before", "sure": "1"}
    answer = browser_of(organisation.mia).post(f"{DECIDE}?state=confirmed", asked, headers=JSON)
    assert answer.json()["count"] == 1
    assert states() == {"A": "potential", "B": "confirmed", "C": "potential", "D": "duplicate"}


def test_one_record_of_another_team_among_many_lets_nothing_be_decided(organisation, records, browser_of):
    asked = {"ids": [records["A"], records["B"]], "state": "duplicate", "sure": "1"}
    assert browser_of(organisation.mia).post(DECIDE, asked).status_code == 404
    assert browser_of(organisation.vera).post(DECIDE, {**asked, "ids": [records["A"]]}).status_code == 404
    assert states()["A"] == "potential"


def test_a_list_that_grew_since_the_preview_is_told_anew(organisation, records, browser_of):
    asked = {"all": "1", "state": "duplicate", "sure": "1", "count": "1"}
    answer = browser_of(organisation.mia).post(f"{DECIDE}?state=potential", asked, headers=JSON)
    assert answer.status_code == 422
    assert "from 1 to 2 findings" in answer.json()["detail"]
    assert states()["A"] == "potential"


def test_no_more_than_the_most_are_decided_at_once(organisation, records, browser_of, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    asked = {"all": "1", "state": "duplicate", "sure": "1"}
    answer = browser_of(organisation.max).post(DECIDE, asked, headers=JSON)
    assert answer.status_code == 400
    assert "At most 2 vulnerabilities" in answer.json()["detail"]
    assert "potential" in states().values()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"state": "confirmed"}, "tick at least one"),
        ({"state": "confirmed", "ids": "seventeen"}, "by the number"),
        ({"state": "confirmed", "ids": "9" * 30}, "by the number"),
        ({"state": "perhaps", "ids": "1"}, "Say what they are"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, said, organisation, records, browser_of):
    answer = browser_of(organisation.max).post(DECIDE, asked, headers=JSON)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_the_list_of_an_earlier_day_is_only_looked_at(organisation, records, browser_of):
    browser = browser_of(organisation.max)
    answer = browser.post(f"{DECIDE}?known=2026-11-22", {"all": "1", "state": "duplicate"}, headers=JSON)
    assert "decide in the list of today" in answer.json()["detail"]
    assert 'id="deciding"' not in browser.get("/vulnerabilities/?known=2026-11-22").content.decode()


def test_a_reason_that_is_missing_is_asked_for(organisation, records, browser_of):
    asked = {"ids": [records["A"]], "state": "accepted", "sure": "1"}
    answer = browser_of(organisation.mia).post(DECIDE, asked, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "reason")
    assert "Say why" in answer.json()["detail"]


def test_without_a_script_a_page_tells_and_asks_and_leads_back_to_the_list(organisation, records, browser_of):
    browser = browser_of(organisation.mia)
    asked = {"ids": [records["A"], records["C"]], "state": "out of scope", "next": "/vulnerabilities/?q=x"}
    page = browser.post(DECIDE, asked).content.decode()
    assert "2 findings: 2 potential would become out of scope." in page
    assert "Make 2 out of scope" in page
    answer = browser.post(DECIDE, {**asked, "sure": "1", "reason": "a toy", "count": "2"})
    assert (answer.status_code, answer["Location"]) == (302, "/vulnerabilities/?q=x")
    assert states()["C"] == "out of scope"


def test_the_undo_of_many_leaves_what_was_decided_anew_since(organisation, records):
    both, at = [records["A"], records["C"]], LATER
    triage(organisation.mia, both, "duplicate", now=at)
    triage(organisation.mia, both[:1], "confirmed", now=at + timedelta(hours=1))
    assert undo_together(organisation.mia, at=at, after=0, now=at + timedelta(hours=2)) == 1
    assert (states()["A"], states()["C"]) == ("confirmed", "potential")
    with pytest.raises(Refused, match="taken back before"):
        undo_together(organisation.mia, at=at, after=0, now=at + timedelta(hours=3))


def test_nobody_takes_back_what_another_decided_by_its_instant(organisation, records, browser_of):
    triage(organisation.max, [records["A"]], "duplicate", reason="seen before", now=LATER)
    address = f"/vulnerabilities/undo/?at={LATER:%Y-%m-%dT%H:%M:%SZ}&after=0"
    assert browser_of(organisation.mia).post(address, headers=JSON).status_code == 400
    assert states()["A"] == "duplicate"
    assert browser_of(organisation.max).post(address, headers=JSON).json()["count"] == 1


@pytest.mark.parametrize("query", ["", "?at=yesterday", "?at=2026-11-22", "?at=2026-11-22T00:00:00Z&after=x"])
def test_an_undo_that_names_no_decision_is_refused(query, organisation, records, browser_of):
    assert browser_of(organisation.mia).post(f"/vulnerabilities/undo/{query}").status_code == 400


def test_back_to_potential_forgets_the_day_of_triage_and_waits_again(organisation, records):
    triage(organisation.mia, [records["A"]], "accepted", reason="a wall", now=LATER)
    triage(organisation.mia, [records["A"]], "potential", now=LATER + timedelta(hours=1))
    record = Vulnerability.objects.get(key="A")
    assert (record.state, record.state_reason) == ("potential", "")
    assert (record.triaged_at, record.accepted_at) == (None, None)
    before = Event.objects.count()
    assert triage(organisation.mia, [records["A"]], "potential", now=LATER + timedelta(hours=2)) == 0
    assert Event.objects.count() == before
    assert list(unlike_their_history()) == []


def test_deciding_about_more_costs_no_more_questions(organisation, records, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        triage(organisation.max, list(records.values()), "duplicate", now=LATER)
    with django_assert_max_num_queries(25):
        undo_together(organisation.max, at=LATER, after=0, now=LATER + timedelta(hours=1))


def test_a_list_that_became_empty_is_nothing_to_decide_about(organisation, records, browser_of):
    asked = {"all": "1", "state": "confirmed", "sure": "1"}
    answer = browser_of(organisation.mia).post(f"{DECIDE}?team=Nobody", asked, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "ids")
    assert not Entry.objects.filter(action="triage").exists()
