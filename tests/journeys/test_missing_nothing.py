"""What is told while a part of a page is on its way reaches that page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect
from tests.journeys.house import House
from tests.journeys.looks import settle
from tests.journeys.test_a_board import another_tab, come, keep, mine, open_a_board

pytestmark = pytest.mark.journey
HEAR = "() => { window.heard = new Promise((done) => htmx.on('live-own-notes', done, { once: true })); }"


def test_a_part_that_is_on_its_way_and_what_it_brings_miss_nothing(
    house: House, signed_in: Callable[..., Page]
):
    max_ = signed_in(house.link_of("Max", role="manager", team="Security"))
    mia = signed_in(house.link_of("Mia", role="member", team="Security"))
    come(mia, open_a_board(max_))
    for part in ("mine", "write"):
        text = f"Told while '{part}' was on its way"
        with another_tab(mia) as other:
            with on_its_way(mia, part):
                keep(other, text)
                mia.evaluate("() => window.heard.then(() => true)")
            expect(mine(mia).get_by_text(text)).to_be_visible()


@contextmanager
def on_its_way(page: Page, part: str) -> Iterator[None]:
    """The part is answered as it was before the block, and the answer arrives after it."""
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch()))

    settle(page)
    page.evaluate(HEAR)
    page.route(f"**/parts/{part}/", hold, times=1)
    with page.expect_request(f"**/parts/{part}/"):
        page.evaluate(f"() => htmx.trigger('#part-{part}', 'part-fresh')")
    while not held:
        page.wait_for_timeout(20)
    yield
    for route, answer in held:
        route.fulfill(response=answer)
