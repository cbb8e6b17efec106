"""The week is told: chosen on a page, sent on its day by mail and to a chat, followed, ended by its link."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.house import House, served
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, chromium, go_to, sign_in
from tests.messages.mailbox import Mailbox, receiving
from tests.outbound.loopback import Loopback
from tests.outbound.loopback import served as served_chat

pytestmark = pytest.mark.journey
# The hour that has begun, by the clock of UTC: it comes again in a week, and is over today.
BEGAN = datetime.now(UTC)
WEEK = 7
TITLE = "Every team is on the paved road"
SECRET = "T0-very-secret"
WRONG = "http://chat.example.org/hook"
CHOICE = "The week: how the quarter goes, and what needs me"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with receiving() as found:
        yield found


@pytest.fixture
def chat() -> Iterator[Loopback]:
    with served_chat() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    return tmp_path / "home"


@contextmanager
def a_day(
    home: Path, opened: Browser, box: Mailbox, *, ahead: int = 0
) -> Iterator[tuple[House, Callable[..., Page]]]:
    """The house so many days from now, which may speak to the mail server and the chat of this machine."""
    listed = {"THROUGHLINE_OUTBOUND_NETWORKS": "127.0.0.0/8", "THROUGHLINE_OUTBOUND_HTTP": "127.0.0.1"}
    mail = {"THROUGHLINE_SMTP_HOST": "127.0.0.1", "THROUGHLINE_SMTP_PORT": str(box.port)}
    settings = listed | mail | {"THROUGHLINE_SMTP_TLS": "none"}
    with served(home, ahead=ahead, settings=settings) as house:
        came = Visitors(opened, house.address)

        def enter(**how: Any) -> Page:
            page = came.enter(**how)
            came.foresee(422)
            return page

        yield house, enter
        assert came.complaints() + house.errors() == []
        came.leave()


def test_a_week_is_chosen_told_on_its_day_followed_and_ended_by_its_link(
    home: Path, opened: Browser, box: Mailbox, chat: Loopback
):
    with a_day(home, opened, box) as (house, enter):
        mia, administrator = enter(), enter()
        sign_in(mia, a_promise(house))
        sign_in(administrator, house.link)
        choose_the_week(mia)
        read_it_before_it_is_sent(mia)
        set_a_channel(administrator, chat)
        try_the_channel(administrator, chat)
        known = [page.context.cookies() for page in (mia, administrator)]
    assert (box.received, len(chat.asked)) == ([], 1)
    with a_day(home, opened, box, ahead=WEEK) as (house, enter):
        mia, administrator, stranger = enter(), enter(), enter(width=PHONE, touch=True)
        for page, cookies in zip((mia, administrator), known, strict=True):
            page.context.add_cookies(cookies)
        wait(mia, lambda: len(box.received) == 1 and len(chat.asked) == 2)
        (letter,) = box.received
        the_channel_was_told(chat, house)
        follow(mia, letter)
        hear_no_more(stranger, letter)
        mia.goto("/account/messages/")
        expect(mia.get_by_label(CHOICE)).not_to_be_checked()
        see_what_was_sent(administrator)


def a_promise(house: House) -> str:
    """A key result of Mia's, which runs for two months; the link that signs her in."""
    link = house.link_of("Mia", role="member")
    start, due = (f"{BEGAN + timedelta(days=days):%Y-%m-%d}" for days in (0, 60))
    house.run(
        *("kr", "add", "--kind", "milestone", "--step", "40: The pilot", "--step", "60: All teams"),
        *("--title", TITLE, "--owner", "Mia", "--start", start, "--due", due),
    )
    return link


def wait(page: Page, is_so: Callable[[], bool]) -> None:
    """Until the server's own worker got to it; the page goes on meanwhile."""
    until = datetime.now(UTC) + timedelta(seconds=30)
    while not is_so():
        assert datetime.now(UTC) < until
        page.wait_for_timeout(20)


def at_this_hour(page: Page) -> None:
    page.get_by_label("Day", exact=True).select_option(str(BEGAN.weekday()))
    page.get_by_label("Hour", exact=True).select_option(str(BEGAN.hour))


def choose_the_week(page: Page) -> None:
    """Nothing is chosen for anybody: she finds the way from her account, and chooses."""
    page.goto("/account/")
    page.get_by_role("link", name="Choose what you hear").click()
    expect(page.get_by_role("checkbox", name=CHOICE)).to_be_visible()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.get_by_label("How", exact=True).select_option("slack")
    page.get_by_label(CHOICE).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_address_error")).to_have_text(
        "Paste the address of an incoming webhook of Slack."
    )
    look(page, "my-messages-refused")
    page.get_by_label("How", exact=True).select_option("email")
    at_this_hour(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you hear is saved.")).to_be_visible()
    expect(page.get_by_label(CHOICE)).to_be_checked()


def read_it_before_it_is_sent(page: Page) -> None:
    page.get_by_role("link", name=CHOICE).click()
    expect(page.get_by_role("article").get_by_role("link", name=TITLE).first).to_be_visible()
    look(page, "my-messages-preview")


def set_a_channel(page: Page, chat: Loopback) -> None:
    """An address that can never work is said beside its field, with all else still there."""
    go_to(page, "Channels")
    expect(page.get_by_text("No channel hears anything yet")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("#security")
    at_this_hour(page)
    address = page.get_by_label("Address of its incoming webhook")
    address.fill(WRONG)
    page.get_by_role("button", name="Add").click()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_be_focused()
    expect(page.locator("#id_address_error")).to_contain_text(
        "chat.example.org would be asked without TLS: begin the address with https://"
    )
    look(page, "channels-refused")
    address.fill(f"{chat.address}/answer/{SECRET}")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("#security hears from now on. Send it a trial.")).to_be_visible()


def try_the_channel(page: Page, chat: Loopback) -> None:
    page.get_by_role("button", name="Send a trial").click()
    expect(page.get_by_text("A trial is on its way.")).to_be_visible()
    wait(page, lambda: len(chat.asked) == 1)
    assert "This is a trial for #security." in json.loads(chat.asked[0][2])["text"]
    page.reload()
    expect(page.get_by_role("region", name="Messages", exact=True)).to_contain_text("Trial")
    assert SECRET not in page.content()


def the_channel_was_told(chat: Loopback, house: House) -> None:
    path, _, body = chat.asked[1]
    said = json.loads(body)["text"]
    assert path == f"/answer/{SECRET}"
    assert TITLE in said
    assert f"({house.address}/key-results/1/)" in said


def follow(page: Page, letter: EmailMessage) -> None:
    """The name of her key result leads to its page, and every other link to one that opens."""
    assert letter["to"] == "mia@example.org"
    led = opened_in_a_mail_program(page, letter)
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    others = [address for address in led if address != page.url and "/messages/stop/" not in address]
    assert len(others) > 1
    refused = [address for address in others if not page.request.get(address).ok]
    assert refused == []


def opened_in_a_mail_program(page: Page, letter: EmailMessage) -> list[str]:
    """The letter as it is shown; where its links lead."""
    page.set_content(letter.get_body(("html",)).get_content())
    return page.get_by_role("link").evaluate_all("links => [...new Set(links.map(link => link.href))]")


def hear_no_more(page: Page, letter: EmailMessage) -> None:
    """Somebody who is not signed in: looking at the link ends nothing, pressing its button does."""
    opened_in_a_mail_program(page, letter)
    page.get_by_role("link", name="Hear no more of these").click()
    expect(page.get_by_role("heading", name="Hear no more of these?")).to_be_visible()
    assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}
    look(page, "messages-stop")
    page.get_by_role("button", name="Send me no more of these").tap()
    expect(page.get_by_role("heading", name="You hear no more of these")).to_be_visible()


def see_what_was_sent(page: Page) -> None:
    page.goto("/channels/")
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_text("No tool hears anything yet")).to_be_visible()
    look(page, "webhooks-none")
    page.get_by_role("link", name="Outbox").click()
    rows = page.get_by_role("region", name="Messages", exact=True).locator("tbody").get_by_role("row")
    expect(rows).to_have_count(3)
    for receiver in ("Mia", "#security"):
        told = rows.filter(has_text="The week").filter(has_text=receiver)
        expect(told.get_by_text("sent", exact=True)).to_be_visible()
    look(page, "outbox")
