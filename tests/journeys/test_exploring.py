"""A finding is judged by keyboard, and the judgement taken back; other teams see nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey


def test_a_finding_is_judged_by_keyboard_and_taken_back(
    house: House, signed_in: Callable[..., Page], visitors: Visitors, known: list[Line]
):
    page = signed_in(house.link_of("Mia", role="member", team="Payments"))
    mine = [line for line in known if line.service in ("checkout", "ledger")]
    go_to(page, "Vulnerabilities")
    expect(page.get_by_role("table", name=f"of {len(mine)}")).to_be_visible()
    look(page, "vulnerabilities")

    page.get_by_role("region", name="Severity").get_by_role("link", name="critical").click()
    critical = [line for line in mine if line.severity == "critical"]
    expect(page.get_by_role("table", name=f"of {len(critical)}")).to_be_visible()
    page.get_by_role("searchbox", name="Search", exact=True).fill(critical[-1].title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="of 1")).to_be_visible()

    judge(page, critical[-1].title)
    address = page.url
    page.reload()
    expect(page.get_by_role("heading", name=critical[-1].title, level=1)).to_be_visible()
    look(page, "record")

    stranger = signed_in(house.link_of("Omar", role="viewer", team="Search"))
    visitors.foresee(404)
    assert stranger.goto(address).status == 404
    look(stranger, "not-found")
    stranger.goto("/vulnerabilities/")
    expect(stranger.get_by_role("table", name=f"of {len(known) - len(mine)}")).to_be_visible()
    expect(stranger.get_by_role("link", name=critical[-1].title)).to_have_count(0)


def judge(page: Page, title: str) -> None:
    """False positive with a reason, then undone; the history keeps both."""
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    record = page.get_by_role("complementary", name="The open record")
    expect(record.get_by_role("heading", name=title)).to_be_focused()
    look(page, "record-beside")

    page.keyboard.press("f")
    expect(record.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Not reachable from outside")
    page.keyboard.press("Enter")
    expect(record.get_by_text("False positive: Not reachable from outside")).to_be_visible()
    history = record.get_by_role("region", name="History").get_by_role("listitem")
    expect(history.filter(has_text="Mia")).to_have_count(1)

    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("False positive: Not reachable from outside")).to_have_count(0)
    expect(
        page.get_by_role("region", name="History").get_by_role("listitem").filter(has_text="Mia")
    ).to_have_count(2)
    look(page, "record-undone")


def test_no_table_of_the_explorer_scrolls_inside_at_1280_pixels(
    known: list[Line], signed_in: Callable[..., Page]
):
    page = signed_in()
    page.set_viewport_size({"width": 1280, "height": 900})
    for address in ("/vulnerabilities/", "/vulnerabilities/?status=mitigated", "/imports/"):
        page.goto(address)
        wrap = page.locator(".table-wrap").first
        assert wrap.evaluate("each => each.scrollWidth - each.clientWidth") == 0, address
    page.goto("/vulnerabilities/?status=mitigated")
    expect(page.get_by_role("columnheader", name="Mitigated")).to_be_hidden()
    expect(page.locator("tbody .folded").first).to_contain_text("fixed")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_role("columnheader", name="Mitigated")).to_be_visible()
