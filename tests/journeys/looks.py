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
# What a page needs to be judged, once it has come.
JUDGES = f"""(() => {{
  {AXE_SCRIPT};
  // It would write down the text of each part, the whole page's too, for each rule that passes.
  axe.configure({{noHtml: true}});
  axe.textsToJudge = {Path(__file__).with_name("colours.js").read_text()};
  axe.roomyTargets = {Path(__file__).with_name("targets.js").read_text()};
  axe.judge = {Path(__file__).with_name("judge.js").read_text()};
}})()"""
# All that a rule may look at besides colours: what is there, what it says, whether it shows and where.
SHAPE = """() => { const shape = [document.title, document.body.textContent,
  ...[...document.querySelectorAll('*')].map(node => {
  const {x, y, width, height} = node.getBoundingClientRect();
  const drawn = node.closest('svg');
  const said = [...node.attributes].filter(({name}) => !drawn || /^(role|aria-.*|tabindex|href)$/.test(name));
  // What does not show is laid out only once something asks where it is.
  const place = node.checkVisibility({visibilityProperty: true}) ? [x, y, width, height] : [];
  return [node.localName, ...said.map(each => `${each.name}=${each.value}`), ...place].join(' ');
})].join(' ');
  // Mostly the same by night as by day: then it is not sent again, and was just judged.
  return axe.shape === shape ? null : axe.shape = shape; }"""
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
    is_dark, has_judges = page.evaluate(
        "[matchMedia('(prefers-color-scheme: dark)').matches, 'axe' in window]"
    )
    if not has_judges:
        page.evaluate(JUDGES)
    now, other = ("dark", "light") if is_dark else ("light", "dark")
    # The second width begins with the theme that the first ends with, since changing it draws all anew.
    found = [*_at_width(page, name, DESK, now, other), *_at_width(page, name, PHONE, other, now)]
    page.set_viewport_size(size)
    assert not found, "\n".join(found)


def settle(page: Page) -> None:
    """Wait until charts are drawn and nothing is under way."""
    page.wait_for_function(SETTLED)


def _at_width(page: Page, name: str, width: int, now: str, other: str) -> list[str]:
    size = {"width": width, "height": 844 if width == PHONE else 800}
    if page.viewport_size != size:
        page.set_viewport_size(size)
        settle(page)
    found = [f"{name}, {width} px: sticks out: {node}" for node in page.evaluate(STICKS_OUT)]
    for theme in (now, other):
        if theme != now:
            page.emulate_media(color_scheme=theme)
        _photograph(page, f"{name}-{width}-{theme}")
        found += [f"{name}, {width} px, {theme}: {each}" for each in _judged(page)]
    return found


def _judged(page: Page) -> list[str]:
    """What axe finds wrong; of pages of the very same shape, and texts of the very same look, asked once."""
    sent = page.evaluate(SHAPE)
    shape = sent and sha256(sent.encode()).digest()
    asks_shape = shape is not None and shape not in _shapes
    asked = {"rules": RULES, "known": sorted(_known), "asksShape": asks_shape}
    answer = page.evaluate("asked => axe.judge(asked)", asked)
    found = answer["violations"]
    _known.update(answer["passed"])
    if asks_shape and not found:
        _shapes.add(shape)
    return _told(found)


def _told(violations: list[dict]) -> list[str]:
    return [
        f"{each['id']}: {each['html'][:160]} ({each['failureSummary'].splitlines()[-1].strip()[:200]})"
        for each in violations
    ]


def _photograph(page: Page, name: str) -> None:
    if os.environ.get("THROUGHLINE_SCREENSHOTS") == "1":
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
