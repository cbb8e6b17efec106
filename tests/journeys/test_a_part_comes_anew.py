"""A part that comes anew by itself undoes nothing that a person does in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.house import House

pytestmark = pytest.mark.journey
PAGE = """<!doctype html><html lang="en"><title>A part</title>
<script src="/static/vendor/htmx.min.js" defer></script>
<script src="/static/ui/app.js" type="module"></script>
<main tabindex="-1"><div id="part" hx-get="/part" hx-trigger="live-news from:body" hx-select="#part"
  hx-swap="outerHTML"><h1>Come {number} times</h1>
  <details><summary>More of {number}</summary><p>Something</p></details>
  <details><summary>Less</summary><p>Nothing</p></details></div></main>"""


def test_a_press_is_finished_before_its_part_comes_anew_and_its_fold_stays_open(
    house: House, opened: Browser
):
    with opened.new_context(base_url=house.address) as window:
        page, came = window.new_page(), iter(range(1, 10))
        page.route(
            "**/part",
            lambda route: route.fulfill(
                body=PAGE.replace("{number}", str(next(came))), content_type="text/html"
            ),
        )
        page.goto("/part")
        more = page.locator("summary", has_text="More")
        more.hover()
        page.mouse.down()
        with page.expect_response("**/part"):
            page.evaluate("document.body.dispatchEvent(new CustomEvent('live-news'))")
        expect(page.get_by_role("heading", name="Come 1 times")).to_be_visible()
        page.mouse.up()
        expect(page.get_by_role("heading", name="Come 3 times")).to_be_visible()
        expect(page.get_by_text("Something")).to_be_visible()
        expect(page.get_by_text("Nothing")).to_be_hidden()
        expect(more).to_be_focused()
