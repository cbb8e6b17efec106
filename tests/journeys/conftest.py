"""A house, its visitors, and a register that it may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys import register
from tests.journeys.house import House, served
from tests.journeys.register import Line
from tests.journeys.visitors import Visitors, browser, chromium, sign_in

expect.set_options(timeout=15_000)
# The browser of this worker's journeys, which starts with the first; each has windows of its own in it.
_running: list[Browser] = []
_until_the_last = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """End the browser after the last journey: Django refuses queries beside the loop that drives it."""
    yield
    if nextitem is None or not nextitem.path.is_relative_to(Path(__file__).parent):
        _end()


def _end() -> None:
    _running.clear()
    _until_the_last.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty data folder, served."""
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    with served(tmp_path / "home") as started:
        yield started


@pytest.fixture
def known(house: House, tmp_path: Path) -> list[Line]:
    """The register, imported into the house before anybody comes."""
    lines = register.lines()
    file = tmp_path / "register.csv"
    file.write_bytes(register.written(lines))
    house.run("import", file)
    return lines


@pytest.fixture
def opened() -> Iterator[Browser]:
    """The browser, without a window or anything that it remembers of the journey before."""
    if not (_running and _running[0].is_connected()):
        _end()
        _running.append(_until_the_last.enter_context(browser(str(chromium()))))
    yield _running[0]
    for context in _running[0].contexts:
        context.close()


@pytest.fixture
def visitors(house: House, opened: Browser) -> Iterator[Visitors]:
    """Whoever comes; the journey fails on whatever their browsers complain about."""
    came = Visitors(opened, house.address)
    yield came
    assert came.complaints() + house.errors() == []


@pytest.fixture
def signed_in(house: House, visitors: Visitors) -> Callable[..., Page]:
    """A page of the first administrator, or of whoever the link belongs to."""

    def enter(link: str = "", **how: object) -> Page:
        page = visitors.enter(**how)  # type: ignore[arg-type]
        sign_in(page, link or house.link)
        return page

    return enter
