"""Everything is reached without a mouse: skip link, palette, list of keys, search, places; and left again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from tests.journeys.looks import look
from tests.journeys.register import Line

pytestmark = pytest.mark.journey
PLACES = {"v": "Vulnerabilities", "m": "Metrics", "k": "Key results", "i": "Imports"}
SHOWS_FOCUS = """node => {
  const style = getComputedStyle(node);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
}"""


def test_the_keyboard_reaches_everything_and_is_never_trapped(
    signed_in: Callable[..., Page], known: list[Line]
):
    page = signed_in()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    walk_around(page)

    for key, name in PLACES.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Vulnerabilities", level=1)).to_be_visible()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search", exact=True)
    expect(search).to_be_focused()
    page.keyboard.type("?g")
    expect(search).to_have_value("?g")
    expect(page.get_by_role("dialog")).to_have_count(0)

    use_palette(page)
    list_keys(page)


def test_keys_pressed_before_the_scripts_have_come_are_not_lost(signed_in: Callable[..., Page]):
    page = signed_in()
    late: list[Route] = []
    page.route("**/ui/keys.js*", lambda route: late.append(route))
    page.goto("/", wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_timeout(100)
    assert late, "the script was not asked for"
    for route in late:
        route.continue_()
    expect(page.get_by_role("heading", name="Metrics", level=1)).to_be_visible()


def walk_around(page: Page) -> None:
    """Tab goes once through all that can be used, shows where it is, and comes back to the start."""
    seen: list[str] = []
    page.keyboard.press("Tab")
    for _ in range(100):
        place = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if place in seen or place.startswith("<body"):
            break
        seen.append(place)
        assert page.locator(":focus").evaluate(SHOWS_FOCUS), f"focus cannot be seen on {place}"
        page.keyboard.press("Tab")
    else:
        pytest.fail("Tab never comes back to the start")
    assert len(seen) > 2


def use_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go to")
    expect(palette.get_by_role("combobox")).to_be_focused()
    expect(palette.get_by_role("option").first).to_be_visible()
    look(page, "palette")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("age of the open")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Age of the open")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Age of the open", level=1)).to_be_visible()


def list_keys(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    look(page, "keys")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
