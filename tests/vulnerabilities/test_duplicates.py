"""A duplicate says of what: asked for, kept on its event, linked both ways, and taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from tests.organisation import NOW
from tests.sources.files import stream

from throughline.audit.models import Entry
from throughline.cli import main
from throughline.engine.refusals import Refused
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.actions import triage, undo
from throughline.vulnerabilities.bulk import unlike_their_history
from throughline.vulnerabilities.models import Event, Vulnerability

LATER = NOW + timedelta(days=1)
HTMX = {"HX-Request": "true"}
REGISTER = """id,title,state,team
A,Query built from text in checkout,potential,Payments
B,Query built from text in refunds,confirmed,Payments
C,Credential in the source,confirmed,Search
D,Query from text (seen again),potential,Payments
"""


@pytest.fixture
def records(organisation):
    import_file(stream(REGISTER), name="scan.csv", wish=Wish(), actor="command line", now=NOW)
    return {record.key: record for record in Vulnerability.objects.all()}


def fresh(record):
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("named", ["#{B.pk}", "B", "query built from text in REFUNDS", "refunds built"])
def test_the_original_is_named_by_number_key_title_or_words(organisation, records, named):
    triage(organisation.mia, [records["A"].pk], "duplicate", of=named.format(**records), now=LATER)
    record = fresh(records["A"])
    assert (record.state, record.duplicate_of) == ("duplicate", records["B"])
    assert Event.objects.latest("pk").changes["duplicate_of"] == [None, records["B"].pk]
    assert Entry.objects.filter(action="triage").latest("pk").detail["duplicate_of"] == records["B"].pk
    assert list(unlike_their_history()) == []


def test_one_duplicate_needs_an_original_or_a_reason_and_several_need_neither(organisation, records):
    with pytest.raises(Refused, match="of which one") as refusal:
        triage(organisation.mia, [records["A"].pk], "duplicate", now=LATER)
    assert refusal.value.code == "of"
    triage(organisation.mia, [records["A"].pk], "duplicate", reason="of a ticket elsewhere", now=LATER)
    triage(organisation.mia, [records["B"].pk, records["D"].pk], "duplicate", now=LATER)
    assert [fresh(records[key]).duplicate_of for key in "ABD"] == [None, None, None]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("C", "You see no vulnerability 'C'"),
        ("#{C.pk}", "You see no vulnerability"),
        ("#999999", "You see no vulnerability"),
        ("query text", "Several are meant"),
        ("A", "no duplicate of itself"),
    ],
)
def test_an_original_is_one_that_the_person_sees_and_that_is_another(organisation, records, named, said):
    with pytest.raises(Refused, match=said):
        triage(organisation.mia, [records["A"].pk], "duplicate", of=named.format(**records), now=LATER)
    assert fresh(records["A"]).state == "potential"


def test_a_duplicate_is_no_original_and_only_duplicates_have_one(organisation, records):
    triage(organisation.mia, [records["D"].pk], "duplicate", of="B", now=LATER)
    with pytest.raises(Refused, match=rf"a duplicate itself, of {records['B'].pk}: name"):
        triage(organisation.mia, [records["A"].pk], "duplicate", of="D", now=LATER)
    with pytest.raises(Refused, match="only given for duplicates"):
        triage(organisation.mia, [records["A"].pk], "confirmed", of="B", now=LATER)


def test_another_decision_drops_the_original_and_undo_brings_it_back(organisation, records):
    record = records["A"]
    triage(organisation.mia, [record.pk], "duplicate", of="B", now=LATER)
    triage(organisation.mia, [record.pk], "duplicate", of="D", now=LATER + timedelta(hours=1))
    assert fresh(record).duplicate_of == records["D"]
    triage(organisation.mia, [record.pk], "confirmed", now=LATER + timedelta(hours=2))
    assert fresh(record).duplicate_of is None
    undo(organisation.mia, [record.pk], now=LATER + timedelta(hours=3))
    assert fresh(record).duplicate_of == records["D"]
    undo(organisation.mia, [record.pk], now=LATER + timedelta(hours=4))
    assert fresh(record).duplicate_of == records["B"]
    undo(organisation.mia, [record.pk], now=LATER + timedelta(hours=5))
    assert (fresh(record).duplicate_of, record.state) == (None, "potential")
    assert list(unlike_their_history()) == []


def test_an_import_leaves_the_original_alone(organisation, records):
    triage(organisation.mia, [records["A"].pk], "duplicate", of="B", now=LATER)
    again = REGISTER.replace("A,Query built", "A,Query made")
    import_file(stream(again), name="scan.csv", wish=Wish(), actor="cron", now=LATER + timedelta(hours=1))
    assert (fresh(records["A"]).title[:10], records["A"].duplicate_of) == ("Query made", records["B"])


def test_the_link_is_shown_both_ways_and_only_to_who_may_see_the_other(organisation, records, browser_of):
    triage(organisation.max, [records["A"].pk], "duplicate", of="B", now=LATER)
    see = browser_of(organisation.mia).get
    assert f'Duplicate of <a href="/vulnerabilities/{records["B"].pk}/"' in see(page_of(records["A"])).text
    back = see(page_of(records["B"])).text.partition("Duplicates of it")[2]
    assert f'href="/vulnerabilities/{records["A"].pk}/"' in back
    document = see(f"/vulnerabilities/{records['A'].pk}.json").json()
    assert document["duplicate_of"] == records["B"].pk
    assert see(f"/vulnerabilities/{records['B'].pk}.json").json()["duplicates"] == [records["A"].pk]

    Vulnerability.objects.filter(pk=records["B"].pk).update(team=records["C"].team)
    hidden = see(page_of(records["A"])).text
    assert "Duplicate of a vulnerability that you may not see" in hidden
    assert "in refunds" not in hidden
    assert see(f"/vulnerabilities/{records['A'].pk}.json").json()["duplicate_of"] is None


def test_the_search_offers_what_may_be_meant_in_the_persons_slice(organisation, records, browser_of):
    mia, address = browser_of(organisation.mia), "/vulnerabilities/originals/"
    found = mia.get(address, {"of": "text query", "ids": records["A"].pk}).text
    assert ("in refunds" in found, "seen again" in found, "in checkout" in found) == (True, True, False)
    assert "You see no vulnerability" in mia.get(address, {"of": "credential"}).text
    assert "checked" in mia.get(address, {"of": "refunds"}).text
    assert mia.get(address, {"of": " "}).text.strip() == ""
    assert browser_of(organisation.vera).get(address, {"of": "query"}).status_code == 404


def test_the_page_asks_and_refuses_beside_the_field(organisation, records, browser_of):
    mia, address = browser_of(organisation.mia), f"/vulnerabilities/{records['A'].pk}/triage/"
    asked = mia.post(address, {"state": "duplicate"}, headers=HTMX)
    assert asked.status_code == 422
    assert "Say of which one it is a duplicate" in asked.text
    chosen = {"state": "duplicate", "of": ["query", f"#{records['D'].pk}"]}
    assert mia.post(address, chosen, headers=HTMX).status_code == 200
    assert fresh(records["A"]).duplicate_of == records["D"]


def test_several_are_said_to_be_duplicates_of_one_and_taken_back_together(organisation, records, browser_of):
    mia = browser_of(organisation.mia)
    asked = {"ids": [records["A"].pk, records["D"].pk], "state": "duplicate"}
    assert "Duplicate of" in mia.post("/vulnerabilities/triage/", asked).text
    said = {**asked, "of": "B", "sure": "1"}
    answer = mia.post("/vulnerabilities/triage/", said, headers={"Accept": "application/json"})
    assert {fresh(records[key]).duplicate_of for key in "AD"} == {records["B"]}
    mia.post(answer.json()["undo"])
    assert {fresh(records[key]).duplicate_of for key in "AD"} == {None}


def run(*arguments):
    return CliRunner().invoke(main, ["triage", *map(str, arguments)])


@pytest.fixture
def here(settings, monkeypatch):
    # The suite's own folder is open already.
    monkeypatch.setattr("throughline.cli.triage.there", lambda home: home)
    monkeypatch.setattr("throughline.cli.triage.open_home", lambda home: home)


def test_the_command_line_decides_as_a_person_and_takes_back(organisation, records, here):
    one, by = records["A"].pk, ("--by", "mia@example.org")
    assert "--of: Say of which one" in run(one, "--as", "duplicate", *by).output
    done = run(one, "--as", "duplicate", "--of", "B", *by, "--json")
    assert json.loads(done.output) == {"numbers": [one], "state": "duplicate", "changed": 1}
    assert fresh(records["A"]).duplicate_of == records["B"]
    assert Event.objects.latest("pk").actor.endswith("Mia")
    assert run(one, "--undo", *by).output == "Taken back: 1 vulnerability.\n"
    assert fresh(records["A"]).state == "potential"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{C.pk}", "--as", "confirmed", "--by", "mia@example.org"], "Mia sees no vulnerability {C.pk}"),
        (["{A.pk}", "--as", "confirmed", "--by", "vera@example.org"], "--by: Vera is a viewer"),
        (["{A.pk}", "--by", "mia@example.org"], "--as: give either --as with what they are, or --undo"),
        (["{A.pk}", "--as", "accepted", "--by", "mia@example.org"], "--reason: Say why"),
    ],
)
def test_the_command_line_refuses_with_one_message(organisation, records, here, arguments, said):
    answer = run(*(each.format(**records) for each in arguments))
    assert (answer.exit_code, said.format(**records) in answer.output) == (2, True)


def page_of(record) -> str:
    return f"/vulnerabilities/{record.pk}/"
