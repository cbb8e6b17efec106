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
    for address in ("/vulnerabilities/?status=open", "/metrics/?metric=arrivals&by=month&range=this-year"):
        page.goto(address)
        page.get_by_role("link", name="Add to a dashboard").click()
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_url("**/dashboards/friday/**")

    arranged_by_hand_and_by_keyboard(page)

    turned_by_keys(page)
    page.goto("/dashboards/friday/")
    page.get_by_role("link", name="Share").click()
    page.get_by_label("Whom it is for").fill("The board")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#shared-link").inner_text()
    look(page, "dashboard-share")

    director = visitors.enter(width=PHONE)
    director.goto(link)
    expect(director.get_by_text("The new pipeline went live in May.")).to_be_visible()
    assert director.get_by_role("main").locator("a").all_inner_texts() == ["Present"]
    look(director, "dashboard-shared")
    presented(director)

    page.goto("/dashboards/friday/share")
    page.get_by_role("button", name="Revoke the link for The board").click()
    expect(page.get_by_text("The link shows nothing any more.")).to_be_visible()
    visitors.foresee(410)
    director.goto(link)
    expect(director.get_by_role("alert")).to_contain_text("This link has ended, was taken back or never was.")


def arranged_by_hand_and_by_keyboard(page: Page) -> None:
    """A drag, a button under the cursor, and a removal that is taken back."""
    titles = page.locator(".tile h2")
    expect(titles).to_have_text(["Time to remediate", "Open", "Arrivals"])
    page.get_by_role("link", name="Arrange").click()
    settle(page)
    page.locator("[data-grip]").nth(1).drag_to(
        page.locator("[data-tile]").first, target_position={"x": 60, "y": 20}
    )
    expect(titles).to_have_text(["Open", "Time to remediate", "Arrivals"])
    expect(page.locator("#announce")).to_contain_text("It is tile 1 of 3.")
    page.get_by_role("button", name="Move after: Open").press("Enter")
    expect(titles).to_have_text(["Time to remediate", "Open", "Arrivals"])
    # The cursor stands on the button that was pressed, ready for another step.
    expect(page.get_by_role("button", name="Move after: Open")).to_be_focused()
    look(page, "dashboard-arrange")
    page.get_by_role("button", name="Remove Arrivals").click()
    expect(titles).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_count(3)
    page.get_by_role("link", name="Done").click()
    settle(page)


def turned_by_keys(page: Page) -> None:
    """A page of the screen follows another; whoever wants less motion starts the clock herself."""
    page.goto("/dashboards/monday/present/?every=5")
    where, pause = page.locator("[data-where]"), page.locator("[data-pause]")
    expect(pause).to_have_text("Go on")
    last = where.inner_text().split()[-1]
    page.keyboard.press("ArrowRight")
    expect(where).to_have_text(f"2 of {last}")
    expect(page.locator("[data-stage='2'] svg.marks").first).to_be_visible()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(where).to_have_text(f"{last} of {last}")
    assert f"page={last}" in page.url


def presented(page: Page) -> None:
    """A whole screen; arrow keys turn it where there is more than one page, and it can be left."""
    page.get_by_role("link", name="Present").click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    look(page, "dashboard-presented")
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("link", name="Present")).to_be_visible()
