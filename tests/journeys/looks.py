"""Look at a page as four people would: at a desk and on a phone, by day and by night."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from tests.journeys.visitors import DESK, PHONE

SCREENSHOTS = Path(__file__).parent / "screenshots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(__file__).with_name("shape.js").read_text()
COLOURS = Path(__file__).with_name("colours.js").read_text()
# All that a rule may look at besides colours: what is there, what it says, whether it shows and where.
SHAPE = """() => [document.title, document.body.textContent,
  ...[...document.querySelectorAll('*')].map(node => {
  const {x, y, width, height} = node.getBoundingClientRect();
  const drawn = node.closest('svg');
  const said = [...node.attributes].filter(({name}) => !drawn || /^(role|aria-.*|tabindex|href)$/.test(name));
  // What does not show is laid out only once something asks where it is.
  const place = node.checkVisibility({visibilityProperty: true}) ? [x, y, width, height] : [];
  return [node.localName, ...said.map(each => `${each.name}=${each.value}`), ...place].join(' ');
})].join(' ')"""
# A page that was only just left for has no content yet, and so nothing in it that is under way.
SETTLED = """() => document.readyState === 'complete' && !document.querySelector('.htmx-request')
  && [...document.querySelectorAll('figure.chart:not(.ternary)')]
    .every(each => each.dataset.drawn === 'yes')"""
# Whatever sticks out, unless a part of the page scrolls by itself.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const bounded = ['auto', 'scroll', 'hidden', 'clip'];
  const scrolls = (node) => node && node !== document.body
    && (bounded.includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...document.querySelectorAll('body *')]
    .filter(node => node.getBoundingClientRect().right > width + 1 && !scrolls(node.parentElement))
    .slice(0, 5).map(node => node.outerHTML.slice(0, 120)).concat(['(wider than the window)']);
}"""


# What axe found nothing wrong with in this process: pages by their shape, and texts by their look.
_shapes: set[bytes] = set()
_known: set[str] = set()


def look(page: Page, name: str) -> None:
    """Nothing sticks out and axe finds nothing, at 1280 and 390 px, light and dark."""
    settle(page)
    size = page.viewport_size
    before = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        # It would write down the text of each part, the whole page's too, for each rule that passes.
        page.evaluate("axe.configure({noHtml: true})")
    found = [told for width in (DESK, PHONE) for told in _at_width(page, name, width)]
    page.emulate_media(color_scheme=before)
    page.set_viewport_size(size)
    assert not found, "\n".join(found)


def settle(page: Page) -> None:
    """Wait until charts are drawn and nothing is under way."""
    page.wait_for_function(SETTLED)


def _at_width(page: Page, name: str, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844 if width == PHONE else 800})
    settle(page)
    found = [f"{name}, {width} px: sticks out: {node}" for node in page.evaluate(STICKS_OUT)]
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        _photograph(page, f"{name}-{width}-{theme}")
        told = [*_of_its_shape(page), *_of_its_colours(page)]
        found += [f"{name}, {width} px, {theme}: {each}" for each in told]
    return found


def _of_its_shape(page: Page) -> list[str]:
    """What all rules but those of colours find; asked once of pages of the very same shape."""
    shape = sha256(page.evaluate(SHAPE).encode()).digest()
    if shape in _shapes:
        return []
    found = _told(page.evaluate(f"({AXE})", RULES))
    if not found:
        _shapes.add(shape)
    return found


def _of_its_colours(page: Page) -> list[str]:
    """What the rules of colours find among texts that look as none did before."""
    found = page.evaluate(f"({COLOURS})", {"rules": RULES, "known": sorted(_known)})
    _known.update(found["passed"])
    return _told(found["violations"])


def _told(violations: list[dict]) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()[:200]})"
        for violation in violations
        for node in violation["nodes"][:5]
    ]


def _photograph(page: Page, name: str) -> None:
    if os.environ.get("THROUGHLINE_SCREENSHOTS") == "1":
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
