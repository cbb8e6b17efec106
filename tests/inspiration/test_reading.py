"""Reading for a cycle: who reads what, one takeaway each, and a takeaway as a note."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.organisation import NOW
from tests.planning.quarter import Key, next_cycle, told
from tests.workshops import meeting

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.inspiration import actions
from throughline.inspiration.models import Item, Reading
from throughline.workshops.access import own_notes

pytestmark = pytest.mark.django_db
ACTOR = "test"


def an_item(title="A talk", **given) -> Item:
    return actions.put(ACTOR, actions.Said(title=title, **given), now=NOW)


def reads(person, item=None, cycle=None) -> Reading:
    return actions.assign(ACTOR, item or an_item(), to=person, cycle=cycle or next_cycle(), now=NOW)


def test_an_item_asked_of_somebody_twice_is_one_reading(organisation):
    item = an_item()
    assert reads(organisation.mia, item) == reads(organisation.mia, item)
    assert Entry.objects.filter(action="item assigned").count() == 1


def test_a_viewer_does_not_read_for_the_team(organisation):
    with pytest.raises(Refused, match="Vera is a viewer"):
        reads(organisation.vera)


def test_a_takeaway_is_kept_and_its_stage_counts_it(organisation):
    cycle = next_cycle()
    reading = reads(organisation.mia, cycle=cycle)
    assert told(cycle, Key.INSPIRATION).facts.waits == "1 takeaway waits"
    actions.take(organisation.mia, reading, takeaway="  Sign   what you ship ", now=NOW)
    reading.refresh_from_db()
    assert reading.takeaway == "Sign what you ship"
    assert told(cycle, Key.INSPIRATION).is_over
    with pytest.raises(Refused, match="say in one line"):
        actions.take(organisation.mia, reading, takeaway=" ", now=NOW)


def test_a_takeaway_becomes_a_note_of_its_reader_private_until_the_reveal(organisation):
    board = meeting.a_board(organisation)
    reading = reads(organisation.mia, cycle=board.cycle)
    for _ in range(2):
        actions.take(organisation.mia, reading, takeaway="Sign it", to_board=True, now=NOW)
    assert [each.text for each in own_notes(organisation.mia, board)] == ["Sign it"]
    assert not own_notes(organisation.max, board)


def test_without_a_board_nothing_of_the_takeaway_is_kept_by_halves(organisation):
    reading = reads(organisation.mia)
    with pytest.raises(Refused, match="there is no board of ideas"):
        actions.take(organisation.mia, reading, takeaway="Sign it", to_board=True, now=NOW)
    reading.refresh_from_db()
    assert reading.takeaway == ""


def test_nobody_writes_the_takeaway_of_another(organisation, browser_of):
    path = f"/readings/{reads(organisation.mia).pk}/take"
    assert browser_of(organisation.ada).post(path, {"takeaway": "Mine"}).status_code == 404
    assert browser_of(organisation.mia).post(path, {"takeaway": "Mine"}).status_code == 302


def test_a_member_takes_an_item_for_herself_and_only_a_manager_asks_others(organisation, browser_of):
    cycle, item = next_cycle(), an_item()
    path = f"/cycles/{cycle.key}/inspiration/{item.pk}/assign"
    assert browser_of(organisation.mia).post(path, {"person": organisation.max.pk}).status_code == 404
    assert browser_of(organisation.mia).post(path).status_code == 302
    assert browser_of(organisation.max).post(path, {"person": organisation.ada.pk}).status_code == 302
    assert browser_of(organisation.max).post(path, {"person": organisation.vera.pk}).status_code == 422
    assert {each.person.name for each in Reading.objects.all()} == {"Mia", "Ada"}


def test_the_shelf_is_searched_and_filtered_and_its_table_follows(organisation, browser_of):
    cycle = next_cycle()
    reads(organisation.mia, an_item("A talk on keys", kind="video"), cycle)
    an_item("A paper on logs", text="Keep keys apart")
    browser, base = browser_of(organisation.vera), f"/cycles/{cycle.key}/inspiration"
    assert len(browser.get(f"{base}.json?q=keys").json()["items"]) == 2
    assert len(browser.get(f"{base}.json?q=keys&kind=video").json()["items"]) == 1
    found = browser.get(f"{base}.json?read=1").json()["items"]
    assert [each["readers"] for each in found] == ["Mia"]
    assert "Nothing like that is on the shelf" in browser.get(f"{base}/?q=nothing").content.decode()


def test_what_is_withdrawn_is_gone_from_the_shelf_and_not_from_what_was_taken(organisation, browser_of):
    cycle = next_cycle()
    reading = reads(organisation.mia, cycle=cycle)
    actions.take(organisation.mia, reading, takeaway="Sign it", now=NOW)
    actions.withdraw(ACTOR, reading.item, now=NOW)
    page = browser_of(organisation.vera).get(f"/cycles/{cycle.key}/inspiration/").content.decode()
    assert "A talk" not in page
    assert Reading.objects.get().takeaway == "Sign it"


def test_a_file_is_brought_in_on_the_page_and_what_is_wrong_stands_beside_it(organisation, browser_of):
    cycle = next_cycle()
    browser, path = browser_of(organisation.max), f"/cycles/{cycle.key}/inspiration/import"
    bad = browser.post(path, {"file": SimpleUploadedFile("list.csv", b"title,kind\nA,podcast\n")})
    assert bad.status_code == 422
    assert "list.csv:2" in bad.content.decode()
    assert browser.post(path, {"file": SimpleUploadedFile("list.csv", b"title\nA\n")}).status_code == 302
    assert Item.objects.get().title == "A"


def test_an_address_that_is_no_web_address_is_refused():
    with pytest.raises(Refused, match="an address starts with https://"):
        an_item(address="javascript:alert(1)")
