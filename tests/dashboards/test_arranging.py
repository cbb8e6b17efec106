"""Tiles are put on, moved, resized, removed and brought back by whoever made the dashboard."""

from __future__ import annotations

import html

import pytest
from tests.dashboards.boards import ALL, BY_TITLE, GONE, NOW, OPEN

from throughline.audit.models import Entry
from throughline.dashboards import actions
from throughline.dashboards.actions import Said
from throughline.dashboards.models import Dashboard
from throughline.engine.refusals import Refused

pytestmark = pytest.mark.django_db


def order(board) -> list[str]:
    return [each.address for each in board.tiles.filter(removed_at=None)]


def numbered(board, address: str):
    return board.tiles.get(address=address)


def test_buttons_move_a_tile_by_one_and_stop_at_the_ends(boards, organisation, browser_of):
    board, browser = boards.max, browser_of(organisation.max)
    address = f"/dashboards/friday/tiles/{numbered(board, ALL).pk}/arrange"
    for what, first in (("up", [ALL, OPEN]), ("up", [ALL, OPEN]), ("down", [OPEN, ALL])):
        answer = browser.post(address, {"what": what})
        assert answer["Location"].endswith(f"?arrange=1&tile={numbered(board, ALL).pk}&did={what}")
        assert order(board)[:2] == first
    page = browser.get(answer["Location"]).content.decode()
    assert page.count("autofocus") == 1


def test_dragging_puts_a_tile_in_front_of_another_or_last(boards, organisation, browser_of):
    board, browser = boards.max, browser_of(organisation.max)
    moved, before = numbered(board, BY_TITLE), numbered(board, OPEN)
    said = browser.post(
        f"/dashboards/friday/tiles/{moved.pk}/arrange",
        {"what": "before", "before": before.pk},
        headers={"Accept": "application/json"},
    )
    assert said.json() == {"said": "It is tile 1 of 5."}
    assert order(board)[:2] == [BY_TITLE, OPEN]
    actions.arrange(organisation.max, moved, "before", before=None, now=NOW)
    assert order(board)[-1] == BY_TITLE


def test_a_tile_is_one_to_three_columns_wide(boards, organisation):
    tile = numbered(boards.max, OPEN)
    for what, width in (("narrower", 1), ("wider", 2), ("wider", 3), ("wider", 3)):
        actions.arrange(organisation.max, tile, what, now=NOW)
        tile.refresh_from_db()
        assert tile.width == width
    with pytest.raises(Refused, match="expected up, down, before, wider or narrower; found 'sideways'"):
        actions.arrange(organisation.max, tile, "sideways", now=NOW)


def test_a_removed_tile_comes_back_where_it_was(boards, organisation, browser_of):
    browser, tile = browser_of(organisation.max), numbered(boards.max, ALL)
    was = order(boards.max)
    page = browser.post(f"/dashboards/friday/tiles/{tile.pk}/remove", follow=True)
    assert f'action="/dashboards/friday/tiles/{tile.pk}/restore"' in page.content.decode()
    assert ALL not in order(boards.max)
    browser.post(f"/dashboards/friday/tiles/{tile.pk}/restore")
    assert order(boards.max) == was


def test_a_removed_dashboard_comes_back_with_its_tiles(boards, organisation, browser_of):
    browser = browser_of(organisation.max)
    browser.post("/dashboards/friday/remove")
    assert browser.get("/dashboards/friday/").status_code == 404
    browser.post("/dashboards/friday/restore")
    assert browser.get("/dashboards/friday/").status_code == 200


def test_a_tile_is_added_from_a_page_to_a_dashboard_that_is_made_on_the_way(boards, organisation, browser_of):
    browser = browser_of(organisation.vera)
    page = browser.get("/metrics/?metric=arrivals&by=quarter").content.decode()
    way = "/dashboards/add?address=%2Fmetrics%2F%3Fmetric%3Darrivals%26by%3Dquarter"
    assert f'href="{way}"' in page
    asked = browser.get(way).content.decode()
    assert 'value="/metrics/?metric=arrivals&amp;by=quarter"' in asked
    given = {"to": "new", "name": "Week", "width": "2", "address": "/metrics/?metric=arrivals&by=quarter"}
    assert browser.post("/dashboards/add", given)["Location"].startswith("/dashboards/week/#tile-")
    made = Dashboard.objects.get(slug="week")
    assert (made.owner, order(made)) == (organisation.vera, ["/metrics/?metric=arrivals&by=quarter"])


def test_what_cannot_be_added_is_refused_beside_its_field_and_makes_nothing(boards, organisation, browser_of):
    browser = browser_of(organisation.vera)
    answer = browser.post(
        "/dashboards/add", {"to": "new", "name": "Week", "width": "1", "address": "/people/"}
    )
    assert answer.status_code == 422
    assert "No tile shows &#x27;/people/&#x27;" in answer.content.decode()
    nameless = browser.post("/dashboards/add", {"to": "new", "width": "1", "address": OPEN})
    assert "Give the new dashboard a name." in nameless.content.decode()
    assert not Dashboard.objects.filter(owner=organisation.vera).exists()
    # Somebody else's dashboard is none of the choices.
    foreign = browser.post("/dashboards/add", {"to": "friday", "width": "1", "address": OPEN})
    assert foreign.status_code == 422


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/metrics/?metric=nope", "nope"),
        ("/key-results/99999/", "key result"),
        ("/nothing/", "No tile shows '/nothing/': take the address of a metric"),
    ],
)
def test_an_address_behind_which_nothing_is_never_becomes_a_tile(
    address, said, boards, organisation, browser_of
):
    browser, was = browser_of(organisation.max), order(boards.max)
    seen = browser.get("/dashboards/add", {"address": address})
    assert said in html.unescape(seen.content.decode()).split('name="address"')[1]
    added = browser.post("/dashboards/add", {"to": "friday", "width": "1", "address": address})
    edited = f"/dashboards/friday/tiles/{numbered(boards.max, OPEN).pk}/"
    for answer in (added, browser.post(edited, {"width": "1", "address": address})):
        assert answer.status_code == 422
        assert said in answer.context["form"].errors["address"][0]
    assert order(boards.max) == was
    renamed = f"/dashboards/friday/tiles/{numbered(boards.max, GONE).pk}/"
    assert browser.post(renamed, {"width": "1", "address": GONE, "title": "Was"}).status_code == 302


def test_a_dashboard_of_ones_own_is_nobody_elses(boards, organisation, browser_of):
    Dashboard.objects.filter(pk=boards.mia.pk).update(audience="owner")
    assert browser_of(organisation.mia).get("/dashboards/mine/").status_code == 200
    for address in ("/dashboards/mine/", "/dashboards/mine.json", "/dashboards/mine/present/"):
        assert browser_of(organisation.ada).get(address).status_code == 404
    assert "Mine" not in browser_of(organisation.ada).get("/dashboards.json").content.decode()
    # Another of the same name says nothing of it by more than its address.
    again = actions.make(organisation.ada, name="Mine", now=NOW)
    assert again.slug.startswith("mine-")


def test_a_copy_is_seen_by_its_maker_alone_until_she_says_otherwise(boards, organisation, browser_of):
    browser = browser_of(organisation.vera)
    browser.post("/dashboards/monday/copy")
    made = Dashboard.objects.get(owner=organisation.vera)
    assert (made.audience, made.name) == ("owner", "Monday, my own")
    assert "/" in order(made)


def test_every_step_is_written_down(boards, organisation):
    tile = numbered(boards.max, GONE)
    actions.change_tile(organisation.max, tile, Said(address=OPEN, title="Open"), now=NOW)
    actions.remove_tile(organisation.max, tile, now=NOW)
    actions.restore_tile(organisation.max, tile, now=NOW)
    actions.change(organisation.max, boards.max, name="Friday noon", audience="owner", now=NOW)
    said = list(
        Entry.objects.filter(object_type="dashboard").order_by("-id").values_list("action", flat=True)[:4]
    )
    assert said == ["dashboard changed", "tile brought back", "tile removed", "tile changed"]


def test_a_dashboard_holds_no_more_than_a_person_can_read(boards, organisation):
    for _ in range(actions.MOST_TILES - len(order(boards.max))):
        actions.add_tile(organisation.max, boards.max, Said(address=OPEN), now=NOW)
    with pytest.raises(Refused, match="“Friday” holds 24 tiles: remove one, or make another"):
        actions.add_tile(organisation.max, boards.max, Said(address=OPEN), now=NOW)
