"""The journeys would notice: each fault below, made on purpose, is complained about."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import Visitors

pytestmark = pytest.mark.journey
PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>h</h1>{}</main>"


@pytest.fixture
def page(house: House, opened: Browser) -> tuple[Page, Visitors]:
    """A window whose complaints nobody minds."""
    visitors = Visitors(opened, house.address)
    return visitors.enter(), visitors


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("<svg width=900 height=9 aria-hidden=true></svg>", "390 px: sticks out"),
        ("<button></button>", "button-name"),
        ("<input type=text>", "label"),
        ("<style>p { color: #ddd }</style><p>pale</p>", "light: color-contrast"),
        (
            "<style>button { width: 9px; height: 9px }</style>" + "<div><button>a</button></div>" * 3,
            "target-size",
        ),
    ],
)
def test_a_fault_of_a_page_is_seen(page: tuple[Page, Visitors], fault: str, told: str):
    page[0].set_content(PAGE.format(fault))
    with pytest.raises(AssertionError, match=told):
        look(page[0], "fault")


def test_what_a_bar_that_sticks_covers_for_now_is_no_fault(page: tuple[Page, Visitors]):
    far = "<p class=far>far</p>"
    page[0].set_content(PAGE.format(f"<div><button>Menu</button></div>{far}<button>Change</button>{far}"))
    stuck = "div { position: sticky; top: 0; z-index: 1 } .far { height: 2000px }"
    page[0].add_style_tag(content=f"{stuck} button {{ width: 90px; height: 30px }}")
    page[0].evaluate("scrollTo(0, document.querySelectorAll('button')[1].getBoundingClientRect().top - 15)")
    look(page[0], "covered")


def test_faults_that_only_the_dark_shows_are_seen(page: tuple[Page, Visitors]):
    page[0].set_content(PAGE.format("<p>some words</p>"))
    look(page[0], "faultless")
    page[0].add_style_tag(content="@media (prefers-color-scheme: dark) { p { color: #ddd } }")
    with pytest.raises(AssertionError, match="dark: color-contrast") as told:
        look(page[0], "fault")
    assert "light" not in str(told.value)


def test_a_fault_of_another_kind_that_only_the_dark_shows_is_seen(page: tuple[Page, Visitors]):
    page[0].set_content(PAGE.format("<button><span>Go</span></button>"))
    page[0].add_style_tag(content="@media (prefers-color-scheme: dark) { span { visibility: hidden } }")
    with pytest.raises(AssertionError, match="dark: button-name") as told:
        look(page[0], "fault")
    assert "light" not in str(told.value)


def test_what_a_browser_complains_about_is_noted(page: tuple[Page, Visitors]):
    window, visitors = page
    window.goto("/sign-in/")
    assert visitors.complaints() == []
    window.evaluate("document.body.setAttribute('style', 'color: red')")
    with window.expect_event("pageerror"):
        window.evaluate("setTimeout(() => { throw new Error('thrown') })")
    with window.expect_console_message(lambda message: "404" in message.text):
        window.evaluate("fetch('/static/nowhere.css')")
    with window.expect_event("requestfailed"):
        window.evaluate("location.assign('http://localhost:9/')")
    noted = "\n".join(visitors.complaints())
    for told in ("style-src", "another host: http://localhost:9/", "page error: thrown", "404"):
        assert told in noted


class Broken(BaseHTTPRequestHandler):
    """A server without rules, whose one page asks whatever it is told to; all else is an error of its own."""

    def do_GET(self) -> None:
        is_page = self.path == "/"
        self.send_response(200 if is_page else 500)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.format("").encode() if is_page else b"")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def lawless(opened: Browser) -> Iterator[tuple[Page, Visitors]]:
    """A window of a site that refuses nothing."""
    with ThreadingHTTPServer(("localhost", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        visitors = Visitors(opened, f"http://localhost:{server.server_port}")
        window = visitors.enter()
        window.goto("/")
        yield window, visitors
        window.close()
        server.shutdown()


WAYS = {
    "a script": "fetch('{}').catch(() => 0)",
    "a message": "navigator.sendBeacon('{}', 'a')",
    "a stream": "new EventSource('{}')",
    "an image": "document.body.append(Object.assign(new Image(), {{src: '{}'}}))",
    "a style": "document.body.append(Object.assign(document.createElement('link'), "
    "{{rel: 'stylesheet', href: '{}'}}))",
    "a frame": "document.body.append(Object.assign(document.createElement('iframe'), {{src: '{}'}}))",
    "a page": "location.assign('{}')",
    "a form": "(form => {{ document.body.append(form); form.submit(); }})(Object.assign("
    "document.createElement('form'), {{method: 'post', action: '{}'}}))",
}


def test_an_error_of_the_server_is_noted_whatever_asked(lawless: tuple[Page, Visitors]):
    window, visitors = lawless
    visitors.foresee(404)
    for way, asks in WAYS.items():
        with window.expect_console_message(lambda message: "500" in message.text):
            window.evaluate(asks.format("/broken"))
        assert "status of 500" in visitors.watches[0].complaints.pop(), way
        window.goto("/")


def test_a_request_to_a_stranger_is_noted_whatever_asked(lawless: tuple[Page, Visitors]):
    window, visitors = lawless
    strangers = [
        "http://example.org/a",
        "http://192.0.2.1/a",
        "https://[2001:db8::1]/a",
        "http://localhost:9/a",
    ]
    for way, asks in WAYS.items():
        for stranger in strangers if way == "a script" else strangers[:1]:
            is_page = way in ("a frame", "a page", "a form")
            with window.expect_event("framenavigated" if is_page else "requestfailed"):
                window.evaluate(asks.format(stranger))
            assert f"a request to another host: {stranger}" in visitors.complaints(), (way, stranger)
            visitors.watches[0].complaints.clear()
        window.goto("/")


def test_a_stranger_on_this_machine_is_noted_though_it_answers(lawless: tuple[Page, Visitors], house: House):
    window, visitors = lawless
    stranger = f"{house.address}/sign-in/"
    for way in ("a page", "a frame"):
        with window.expect_event("framenavigated", lambda frame: frame.url != "about:blank"):
            window.evaluate(WAYS[way].format(stranger))
        assert f"a request to another host: {stranger}" in visitors.complaints(), way
        visitors.watches[0].complaints.clear()
        window.goto("/")
