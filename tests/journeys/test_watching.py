"""The journeys would notice: each fault below, made on purpose, is complained about."""

from __future__ import annotations

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
    with window.expect_request("http://localhost:9/"):
        window.evaluate("location.assign('http://localhost:9/')")
    noted = "\n".join(visitors.complaints())
    for told in ("style-src", "another host: http://localhost:9/", "page error: thrown", "404"):
        assert told in noted
