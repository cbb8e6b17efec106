"""The pictures in the README and the documents: `python -m tests.journeys.picture`, where Chromium is."""

from __future__ import annotations

import base64
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page
from tests.journeys.house import PROJECT, House, served
from tests.journeys.looks import settle
from tests.journeys.visitors import Visitors, browser, chromium, sign_in

from throughline.engine.calendar import quarter_of

PICTURES = PROJECT / "docs" / "images"
# The bar of the page covers what is scrolled to its very top.
BAR = 84
# Chromium writes WebP where a page asks it to; its own pictures of pages are larger.
SMALLER = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', 0.6).split(',')[1];
}"""
# Each stage in the sample: its name, its page, and the part that is scrolled to.
STAGES = (
    ("post-mortem", "/cycles/{before}/grades/", ""),
    ("risk-assessment", "/risk/", ""),
    ("inspiration", "/cycles/{next}/inspiration/?read=1", ""),
    ("brainstorm", "{lessons}", ""),
    ("cluster", "{ideas}", "#part-sorting"),
    ("vote", "{ideas}", "#part-result"),
    ("other-teams", "/cycles/{next}/other-teams/", ""),
    ("company-goals", "/cycles/{next}/goals/", ""),
    ("prioritise", "/cycles/{next}/portfolio/", ""),
    ("document", "/cycles/{next}/document/", "article section:not(.notice)"),
    ("publish", "/cycles/{running}/published/", ""),
    ("assign", "/initiatives/?cycle={running}", ""),
    ("execute", "/cycles/{running}/review/", ""),
    ("grade", "{graded}", ""),
)


def main() -> None:
    """Serve the sample organisation, and photograph it at a desk by day."""
    if not chromium():
        sys.exit("No browser is here: install chromium, or name one in CHROMIUM.")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "home", command="demo") as house,
        browser(str(chromium())) as opened,
    ):
        photograph(house, Visitors(opened, house.address))


def photograph(house: House, visitors: Visitors) -> None:
    """The home page as its administrator sees it, and each stage as a manager does."""
    page = visitors.enter()
    sign_in(page, house.link)
    settle(page)
    page.screenshot(path=PICTURES / "home.png")
    manager = visitors.enter()
    link = house.run("user", "link", "marek@fernwood.example")["sign_in_link"]
    sign_in(manager, f"{house.address}/{link.split('/', 3)[3]}")
    addresses = addresses_in(manager)
    PICTURES.joinpath("stages").mkdir(exist_ok=True)
    for name, address, part in (("stages", "/cycles/{next}/plan/", ""), *STAGES):
        manager.goto(address.format(**addresses))
        settle(manager)
        if part:
            top = "(found, bar) => scrollTo(0, found.getBoundingClientRect().top + scrollY - bar)"
            manager.locator(part).first.evaluate(top, BAR)
        keep_smaller(manager, page, name)


def addresses_in(page: Page) -> dict[str, str]:
    """The sample's quarters by their keys, and the boards of the next one, and what was graded first."""
    running = quarter_of(datetime.now(UTC))
    before, following = quarter_of(running.start - timedelta(days=1)), quarter_of(running.end)
    found = {
        "before": before.label.lower(),
        "running": running.label.lower(),
        "next": following.label.lower(),
    }
    page.goto(f"/cycles/{found['before']}/")
    found["graded"] = page.locator(".promise-name").first.get_attribute("href") or ""
    for purpose, stage in (("lessons", "post-mortem"), ("ideas", "brainstorm")):
        page.goto(f"/cycles/{found['next']}/plan/")
        board = page.locator(f"#stage-{stage}").get_by_role("link", name="Go to the")
        found[purpose] = board.get_attribute("href") or ""
    return found


def keep_smaller(page: Page, writer: Page, name: str) -> None:
    """What the page shows now, as WebP."""
    png = base64.b64encode(page.screenshot()).decode()
    written = base64.b64decode(writer.evaluate(SMALLER, png))
    (PICTURES / "stages" / f"{name}.webp").write_bytes(written)


if __name__ == "__main__":
    main()
