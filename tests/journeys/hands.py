"""What a hand does again when it sees that nothing happened."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

COUNTING = "window.drops = 0; addEventListener('drop', () => { window.drops += 1; }, { capture: true })"
TRIES = 3


def drag(what: Locator, to: Locator) -> None:
    """Drag until the page was told of a drop.

    A driven Chromium at times takes its last drag for unfinished and tells the page of no press any more;
    opening the page anew may end that. What the page makes of a drop that it was told of is not done again.
    """
    page = what.page
    for _ in range(TRIES):
        page.evaluate(COUNTING)
        what.drag_to(to)
        if page.evaluate("window.drops"):
            return
        page.reload()
    raise AssertionError(f"the page was told of no drop in {TRIES} drags")


def unfold(page: Page, says: str) -> None:
    """Open what is folded."""
    summary = page.locator("summary").filter(has_text=says)
    summary.click()
    expect(summary.locator("..")).to_have_attribute("open", "")


def write(field: Locator, text: str) -> None:
    """Fill a field; again where its part came anew between the field's focus and what was typed."""
    field.fill(text)
    try:
        expect(field).to_have_value(text, timeout=2_000)
    except AssertionError:
        field.fill(text)
        expect(field).to_have_value(text)
