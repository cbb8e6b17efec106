"""Jira in the page: connected, mapped, previewed, read; a ticket that was reopened; a network that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.connectors.fakes.jira import JiraSite
from tests.connectors.fakes.tool import Answered, Tool, served
from tests.journeys.house import House
from tests.journeys.house import served as served_house
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors, chromium

pytestmark = pytest.mark.journey
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def site() -> JiraSite:
    """Twelve issues, three a page: one of them was reopened, six were closed last month."""
    found = JiraSite(now=NOW, page=3)
    found.add(ago(90), (ago(88), "3"), (ago(80), "10001"), (ago(70), "4"), (ago(65), "10001"))
    for number in range(11):
        moves = [(ago(30 - number), "10001")] if number % 2 else []
        found.add(ago(100 - number), *moves, customfield_10010={"value": ("High", "Low")[number % 2]})
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house that may ask this machine, without TLS."""
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    listed = {"THROUGHLINE_OUTBOUND_NETWORKS": "127.0.0.0/8", "THROUGHLINE_OUTBOUND_HTTP": "127.0.0.1"}
    with served_house(tmp_path / "home", settings=listed) as started:
        yield started


@pytest.fixture
def tool(site: JiraSite) -> Iterator[Tool]:
    with served(site.answer) as found:
        yield found
    assert found.wrong == []


def test_issues_come_in_with_their_spells_a_broken_network_is_gone_on_from_and_a_key_result_is_decided(
    tool: Tool, site: JiraSite, house: House, signed_in: Callable[..., Page], visitors: Visitors
):
    page = signed_in()
    connect(page, tool)
    choose(page)

    good, begun = tool.answer, site.searched
    # It breaks while the third page is asked for.
    tool.answer = lambda asked: good(asked) if site.searched < begun + 2 else Answered(status=0)
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("closed the connection without an answer")).to_be_visible()
    page.get_by_role("link", name="Go back").click()
    expect(page.get_by_text("3 records are kept")).to_be_visible()
    look(page, "connector-broken")
    tool.answer = good
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("12 new.")).to_be_visible()
    look(page, "sync")

    page.get_by_role("link", name="SEC-1", exact=True).click()
    spells = page.get_by_role("region", name="Open spells")
    expect(spells).to_contain_text("Reopened 1 time. Open for 15 days in all the spells that are over.")
    expect(spells.get_by_role("listitem")).to_have_count(2)
    look(page, "record-spells")
    decided(page, house)


def connect(page: Page, tool: Tool) -> None:
    """From the sources to a connection that works."""
    page.goto("/sources/")
    page.get_by_role("link", name="Connect a tool").last.click()
    page.get_by_role("link", name="Jira", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Tracker")
    page.get_by_label("Address").fill(tool.address)
    page.get_by_label("E-mail of the account").fill("bot@example.org")
    page.get_by_label("Projects").fill("SEC")
    page.get_by_label("Token").fill("good-token")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("3 issues and more can be read")).to_be_visible()


def choose(page: Page) -> None:
    """Another meaning of a status, seen on real issues before it is kept."""
    page.get_by_role("link", name="Fields and statuses").click()
    expect(page.get_by_label("Severity", exact=True)).to_have_value("customfield_10010")
    page.get_by_label("To Do", exact=True).select_option(label="Open, confirmed")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").get_by_role("row").nth(2)).to_contain_text("confirmed")
    look(page, "connector-mapping")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("The next sync reads everything by it.")).to_be_visible()


def decided(page: Page, house: House) -> None:
    """A promise of the last forty days, whose baseline the history itself knows."""
    promise = house.run(
        *("kr", "add", "--metric", "known_open_average", "--baseline", "measured", "--target", "-20%"),
        *("--start", f"{ago(45):%Y-%m-%d}", "--due", f"{ago(1):%Y-%m-%d}", "--title", "Fewer tickets"),
        *("--owner", "Administrator"),
    )
    page.goto(f"/key-results/{promise['id']}/")
    expect(page.get_by_text("hit").first).to_be_visible()
