"""What a hand does again when it sees that nothing happened."""

from __future__ import annotations

from playwright.sync_api import Locator

COUNTING = (
    "window.drops = 0; addEventListener('drop', () => { window.drops += 1; }, { capture: true, once: true })"
)
TRIES = 3


def drag(what: Locator, to: Locator) -> None:
    """Drag until the page was told of a drop: on a busy machine the browser may take a drag for a mere press.

    What the page makes of a drop that it was told of is its own affair, and is not done again.
    """
    for _ in range(TRIES):
        what.page.evaluate(COUNTING)
        what.drag_to(to)
        if what.page.evaluate("window.drops"):
            return
    raise AssertionError(f"the page was told of no drop in {TRIES} drags")
