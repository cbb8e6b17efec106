"""The picture in the README: `python -m tests.journeys.picture`, on a machine with Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.journeys.house import PROJECT, served
from tests.journeys.looks import settle
from tests.journeys.visitors import Visitors, browser, chromium, sign_in

PICTURE = PROJECT / "docs" / "images" / "home.png"


def main() -> None:
    """Serve the sample organisation, and photograph its home page at a desk by day."""
    if not chromium():
        sys.exit("No browser is here: install chromium, or name one in CHROMIUM.")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "home", command="demo") as house,
        browser(str(chromium())) as opened,
    ):
        page = Visitors(opened, house.address).enter()
        sign_in(page, house.link)
        settle(page)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
