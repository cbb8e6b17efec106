"""People in a real browser, and everything that must not happen to them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    sync_playwright,
)

PHONE, DESK = 390, 1280
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # To ask a stranger fails, so that only what fails has to be told of, instead of each request.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
    # Each window is a process whose scripts live for seconds: optimising them costs more than it gives.
    "--js-flags=--no-turbofan --no-maglev --single-threaded-gc",
)
# What a browser and htmx say of a request that found no line.
CUT = re.compile(r"net::ERR_INTERNET_DISCONNECTED|htmx:(?:afterRequest|sendError)")
# What htmx says where a page is left while a part still comes; what else ends a request is said apart.
LEFT = re.compile(r"htmx:(?:afterRequest|sendAbort)")
STATUS = re.compile(r"responded with a status of (\d+)")


def chromium() -> str | None:
    """The browser of this machine: $CHROMIUM, or one on the path; the one without windows costs less."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """Chromium, which asks nobody but the server under test."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=QUIET)
        try:
            yield opened
        finally:
            opened.close()


class Watch:
    """Notes errors of the console (answers from 500, refused styles), broken pages, requests to strangers."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.complaints: list[str] = []
        self.foreseen: set[int] = set()
        self.line_is_cut = False
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("requestfailed", lambda request: self._asked(request.url))
        context.on("page", lambda page: page.on("framenavigated", lambda frame: self._asked(frame.url)))

    def foresee(self, *statuses: int) -> None:
        """The journey leads to these answers on purpose."""
        self.foreseen.update(statuses)

    def _said(self, message: ConsoleMessage) -> None:
        status = STATUS.search(message.text)
        # Chromium asks for it where a page names no icon, as JSON cannot.
        is_cut = self.line_is_cut and CUT.search(message.text) is not None
        is_icon = message.location["url"].endswith("/favicon.ico")
        if (
            message.type == "error"
            and not is_icon
            and not is_cut
            and not LEFT.match(message.text)
            and not (status and int(status[1]) in self.foreseen)
        ):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, address: str) -> None:
        asked = urlsplit(address)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != self.host:
            self.complaints.append(f"a request to another host: {address}")


class Visitors:
    """Opens a browser window for each person of a journey."""

    def __init__(self, opened: Browser, address: str) -> None:
        self.browser = opened
        self.address = address
        self.watches: list[Watch] = []
        self.contexts: list[BrowserContext] = []

    def enter(self, *, width: int = DESK, dark: bool = False, touch: bool = False) -> Page:
        """A page of somebody who has never been here."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 844 if width == PHONE else 800},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=touch,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        self.watches.append(Watch(context, self.address))
        return context.new_page()

    def leave(self) -> None:
        """Everybody closes their windows, which would go on asking a server that is gone."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def foresee(self, *statuses: int) -> None:
        """Answers that the journey leads to on purpose, for everybody who has entered."""
        for watch in self.watches:
            watch.foresee(*statuses)

    def foresee_a_cut_line(self) -> None:
        """The journey cuts the line on purpose, which browsers complain about."""
        for watch in self.watches:
            watch.line_is_cut = True

    def complaints(self) -> list[str]:
        """What went wrong in any window."""
        return [complaint for watch in self.watches for complaint in watch.complaints]


def sign_in(page: Page, link: str) -> None:
    """Follow a one-time link and press its button."""
    page.goto(link)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def go_to(page: Page, name: str) -> None:
    """Follow an entry of the main navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
