"""A drag and a drop are not lost, whatever comes to the page while somebody has hold of a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect
from tests.journeys.house import House
from tests.journeys.looks import settle
from tests.journeys.test_a_board import cluster, come, keep, note, open_a_board
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey
KEYS, BACKUPS, ALERTS, NIGHTS = "Rotate the keys", "Test the backups", "Fewer alerts", "Who decides at night"


def test_nothing_that_is_dragged_is_lost(house: House, signed_in: Callable[..., Page], visitors: Visitors):
    max_ = signed_in(house.link_of("Max", role="manager", team="Security"))
    mia = signed_in(house.link_of("Mia", role="member", team="Security"))
    come(mia, open_a_board(max_))
    visitors.foresee(409, 422)
    visitors.foresee_a_cut_line()
    for text in (KEYS, BACKUPS, ALERTS, NIGHTS):
        keep(mia, text)
    reveal(max_, mia)
    the_place_for_a_new_cluster_stays(mia, max_)
    an_own_answer_waits_for_the_drag(mia, max_)
    what_others_did_waits_for_it(mia, max_)
    what_is_refused_is_said(mia, max_)
    a_cut_line_holds_it(mia, max_)


def the_place_for_a_new_cluster_stays(mia: Page, max_: Page) -> None:
    """Where it went, everything below would jump from under the hand."""
    move(max_, KEYS, "A new cluster")
    expect(cluster(mia, KEYS)).to_be_visible()
    settle(mia)
    mia.evaluate("() => new Promise((done) => setTimeout(done, htmx.config.defaultSettleDelay + 20))")
    assert new_cluster(mia).is_visible()


def an_own_answer_waits_for_the_drag(mia: Page, max_: Page) -> None:
    with held(mia, "**/sort/") as arrives:
        move(mia, BACKUPS, "A new cluster")
        take(mia, note(mia, ALERTS))
        arrives()
        drop(mia, cluster(mia, KEYS))
    for page in (mia, max_):
        expect(cluster(page, BACKUPS)).to_be_visible()
        expect(note(cluster(page, KEYS), ALERTS)).to_be_visible()


def what_others_did_waits_for_it(mia: Page, max_: Page) -> None:
    """What is typed elsewhere stays as well."""
    cluster(mia, KEYS).get_by_text("Rename or merge").click()
    cluster(mia, KEYS).get_by_label("Title").fill("Keys that tu")
    take(mia, note(mia, NIGHTS))
    with mia.expect_response("**/parts/sorting/"):
        move(max_, ALERTS, "Out of its cluster")
    drop(mia, cluster(mia, BACKUPS))
    for page in (mia, max_):
        expect(note(cluster(page, BACKUPS), NIGHTS)).to_be_visible()
    expect(note(cluster(mia, "In no cluster"), ALERTS)).to_be_visible()
    expect(cluster(mia, KEYS).get_by_label("Title")).to_have_value("Keys that tu")
    cluster(mia, KEYS).get_by_label("Title").fill(KEYS)


def what_is_refused_is_said(mia: Page, max_: Page) -> None:
    take(mia, note(mia, ALERTS))
    with mia.expect_response("**/parts/sorting/"):
        move(max_, KEYS, "Out of its cluster")
    drop(mia, cluster(mia, KEYS))
    expect(mia.locator("#toasts")).to_contain_text("Not moved: this cluster was merged or emptied since")
    expect(cluster(mia, KEYS)).to_have_count(0)


def a_cut_line_holds_it(mia: Page, max_: Page) -> None:
    mia.context.set_offline(True)
    for text in (ALERTS, KEYS):
        take(mia, note(mia, text))
        drop(mia, cluster(mia, BACKUPS))
    expect(mia.locator("#toasts")).to_contain_text("It is sent again as soon as the server answers")
    mia.context.set_offline(False)
    for page in (mia, max_):
        for text in (ALERTS, KEYS):
            expect(note(cluster(page, BACKUPS), text)).to_be_visible()


def reveal(max_: Page, mia: Page) -> None:
    max_.locator("summary").filter(has_text="Reveal the notes").click()
    max_.get_by_role("button", name="Show all notes").click()
    for page in (max_, mia):
        expect(note(page, KEYS)).to_be_visible()


def move(page: Page, text: str, to: str) -> None:
    note(page, text).get_by_label("Where").select_option(to)
    note(page, text).get_by_role("button", name="Move").click()


def new_cluster(page: Page) -> Locator:
    return page.get_by_text("Drop a note here to begin a new cluster")


def take(page: Page, what: Locator) -> None:
    """Press it, as whoever is about to drag it."""
    what.locator(".note-text").hover()
    page.mouse.down()


def drop(page: Page, on: Locator) -> None:
    """Draw what was taken to a place and let it go."""
    on.get_by_role("heading").hover()
    page.mouse.up()


@contextmanager
def held(page: Page, address: str) -> Iterator[Callable[[], None]]:
    """The next answer of this address arrives when the block says so."""
    kept: list[tuple[Route, APIResponse]] = []

    def arrives() -> None:
        while not kept:
            page.wait_for_timeout(20)
        with page.expect_response(address):
            for route, answer in kept:
                route.fulfill(response=answer)

    page.route(address, lambda route: kept.append((route, route.fetch())), times=1)
    yield arrives
