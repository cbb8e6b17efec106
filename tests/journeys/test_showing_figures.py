"""A manager puts figures side by side and shares them; a director reads them without an account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look, settle
from tests.journeys.register import Line
from tests.journeys.visitors import PHONE, Visitors

pytestmark = pytest.mark.journey
TILES = ["Time to remediate", "Open", "Arrivals"]
# Of a page that is as high as its screen: whether it is, and whether each chart has a place in it.
FITS = """() => {
  const { scrollHeight, clientHeight } = document.documentElement;
  const charts = [...document.querySelectorAll('[data-stage]:not([hidden]) .canvas')];
  return scrollHeight <= clientHeight && charts.every((each) => {
    const drawn = each.querySelector('svg').getBoundingClientRect();
    return drawn.height >= 60 && drawn.bottom <= each.closest('.tile').getBoundingClientRect().bottom;
  });
}"""


def test_a_director_reads_on_friday_what_a_manager_chose(
    house: House, signed_in: Callable[..., Page], visitors: Visitors, known: list[Line]
):
    page = signed_in(house.link_of("Marta", role="manager"))
    page.goto("/metrics/?metric=time_to_remediate&by=quarter&range=last-12-months")
    page.get_by_role("link", name="Add to a dashboard").click()
    page.get_by_label("Name of the new one").fill("Friday")
    page.get_by_label("Width").select_option("2")
    page.get_by_label("Annotation").fill("The new pipeline went live in May.")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Friday")).to_be_visible()
    for address in ("/vulnerabilities/?status=open", "/metrics/?metric=arrivals%26by=month"):
        page.goto(f"/dashboards/add?address={address}")
        page.get_by_label("Width").select_option("3")
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_url("**/dashboards/friday/**")

    arranged_by_hand_and_by_keyboard(page)

    page.get_by_role("link", name="Share").click()
    page.get_by_label("Whom it is for").fill("The board")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#shared-link").inner_text()

    director = visitors.enter(width=PHONE)
    director.goto(link)
    expect(director.get_by_text("The new pipeline went live in May.")).to_be_visible()
    assert director.get_by_role("main").locator("a").all_inner_texts() == ["Present"]
    presented(director)

    page.get_by_role("button", name="Revoke the link for The board").click()
    expect(page.get_by_text("The link shows nothing any more.")).to_be_visible()
    visitors.foresee(410)
    director.goto(link)
    expect(director.get_by_role("alert")).to_contain_text("This link has ended, was taken back or never was.")


def arranged_by_hand_and_by_keyboard(page: Page) -> None:
    """A drag, a button under the cursor, and a removal that is taken back."""
    titles = page.locator(".tile h2")
    expect(titles).to_have_text(TILES)
    page.get_by_role("link", name="Arrange").click()
    settle(page)
    page.locator("[data-grip]").nth(1).drag_to(
        page.locator("[data-tile]").first, target_position={"x": 60, "y": 20}
    )
    expect(titles).to_have_text([TILES[1], TILES[0], TILES[2]])
    expect(page.locator("#announce")).to_contain_text("It is tile 1 of 3.")
    page.get_by_role("button", name="Move after: Open").press("Enter")
    expect(titles).to_have_text(TILES)
    # The cursor stands on the button that was pressed, ready for another step.
    expect(page.get_by_role("button", name="Move after: Open")).to_be_focused()
    look(page, "dashboard-arrange")
    page.get_by_role("button", name="Remove Arrivals").click()
    expect(titles).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_count(3)
    page.get_by_role("link", name="Done").click()


def presented(page: Page) -> None:
    """A whole screen that its page fits, turned by keys and left again; less motion waits to be started."""
    page.get_by_role("link", name="Present").click()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page)
    page.wait_for_function(FITS)
    look(page, "dashboard-presented")
    page.get_by_label("Turn every").select_option("10")
    where = page.locator("[data-where]")
    expect(page.locator("[data-pause]")).to_have_text("Go on")
    page.keyboard.press("ArrowRight")
    expect(where).to_have_text("2 of 2")
    expect(page.locator("[data-stage='2'] svg.marks").first).to_be_visible()
    page.keyboard.press("Home")
    expect(where).to_have_text("1 of 2")
    page.keyboard.press("ArrowLeft")
    expect(where).to_have_text("2 of 2")
    assert "page=2" in page.url
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("link", name="Present")).to_be_visible()
