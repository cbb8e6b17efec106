"""The whole line in one go: from an empty home to a decided key result, on a phone in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys import register
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE

pytestmark = pytest.mark.journey
SMALLEST_TARGET = 24


def test_a_stranger_turns_her_own_file_into_a_key_result_on_a_phone_in_the_dark(
    signed_in: Callable[..., Page],
):
    page = signed_in(width=PHONE, dark=True, touch=True)
    lines = register.lines()

    page.get_by_role("link", name="Import a file").tap()
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": register.written(lines)}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Continue").tap()
    expect(page.get_by_text(f"All {len(lines)} rows can be read.")).to_be_visible()
    targets_are_large_enough(page)
    page.get_by_role("button", name="Import", exact=True).tap()
    page.get_by_role("link", name="See the records").tap()
    expect(page.get_by_role("table", name=f"of {len(lines)}")).to_be_visible()
    targets_are_large_enough(page)

    page.get_by_role("link", name="Make this a metric").tap()
    honest, naive = page.get_by_text("honest: counts the open ones"), page.get_by_text("naive: leaves out")
    expect(honest).to_be_visible()
    expect(naive).to_be_visible()
    assert figure_of(page, honest) != figure_of(page, naive)
    targets_are_large_enough(page)

    page.get_by_role("link", name="Make a key result").tap()
    page.get_by_label("Target", exact=True).fill("-30%")
    expect(page.get_by_role("heading", name="Decidable")).to_be_visible()
    sentence = page.locator("#preview p.strong").inner_text()
    targets_are_large_enough(page)
    page.get_by_role("button", name="Publish").tap()
    expect(page.get_by_role("heading", name=sentence, level=1)).to_be_visible()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").tap()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=sentence))
    expect(row.locator(".badge")).to_have_count(1)
    expect(row).to_contain_text("likely to hit")
    targets_are_large_enough(page)
    look(page, "phone-home")


def figure_of(page: Page, reading: Locator) -> str:
    return page.locator("section.card").filter(has=reading).locator(".value").inner_text()


def targets_are_large_enough(page: Page) -> None:
    """WCAG 2.2, 2.5.8: whatever is touched measures 24 px, unless it stands in a line of text."""
    small = page.evaluate(
        """least => [...document.querySelectorAll('button, input, select, summary, a.button, nav a')]
          .filter(node => node.checkVisibility() && !node.closest('.visually-hidden'))
          .map(node => [node.outerHTML.slice(0, 100), node.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < least || box.width < least))
          .filter(([html]) => !/type="(checkbox|radio|hidden)"/.test(html))
          .map(([html, box]) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`)""",
        SMALLEST_TARGET,
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
