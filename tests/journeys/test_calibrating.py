"""One person trains with two sets and sees her own curve; nobody else sees anything of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.house import House, run, served
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, chromium, sign_in

pytestmark = pytest.mark.journey
PEOPLE = (("Mia", "member"), ("Max", "manager"), ("Ada", "administrator"))
SURE = "83"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    home = tmp_path / "home"
    for name, role in PEOPLE:
        run("user", "add", name, f"{name.lower()}@example.org", "--role", role, home=home)
    with served(home) as found:
        yield found


def enter(came: Visitors, house: House, name: str, **how: object) -> Page:
    page = came.enter(**how)  # type: ignore[arg-type]
    path = house.run("user", "link", f"{name.lower()}@example.org")["sign_in_link"].split("/", 3)[3]
    sign_in(page, f"{house.address}/{path}")
    return page


def test_one_person_trains_two_sets_and_sees_her_curve_and_nobody_else_does(house: House, opened: Browser):
    came = Visitors(opened, house.address)
    engineer = enter(came, house, "Mia")
    came.foresee(404, 422)
    engineer.goto("/calibration/")
    look(engineer, "calibration-empty")
    run_address = answer_statements_by_keyboard(engineer)
    answer_quantities(engineer)
    see_her_curve(engineer)
    for name, how in (("Max", {}), ("Ada", {"width": PHONE, "touch": True})):
        other = enter(came, house, name, **how)
        came.foresee(404, 422)
        sees_nothing(other, run_address)
    assert came.complaints() + house.errors() == []


def answer_statements_by_keyboard(page: Page) -> str:
    """Ten statements without the mouse: what is right is told after each, and never before."""
    page.get_by_role("link", name="On the wire").click()
    look(page, "calibration-set")
    page.get_by_role("button", name="Begin").press("Enter")
    address = page.url
    expect(page.get_by_text("TCP port 853")).to_have_count(0)
    page.get_by_role("button", name="Answer").press("Enter")
    expect(page.get_by_text("Choose true or false")).to_be_visible()
    look(page, "calibration-question-refused")
    for number in range(10):
        page.get_by_label("True").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(SURE)
        if not number:
            look(page, "calibration-question")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Answer {number + 1} of 10")).to_be_visible()
        if not number:
            expect(page.get_by_text("DNS over TLS listens on TCP port 853")).to_be_visible()
            look(page, "calibration-answer")
        page.get_by_role("link", name=re.compile("Next question|See how you did")).press("Enter")
    # Half of the statements are true, and all were said to be.
    expect(page.get_by_text("Overconfident: 83 % sure on average, right 50 % of 10 times")).to_be_visible()
    look(page, "calibration-result")
    return address


def answer_quantities(page: Page) -> None:
    """Ten ranges, all as wide as anybody could make them: they hold, and score badly."""
    page.goto("/calibration/sets/years-of-security/")
    page.get_by_role("button", name="Begin").click()
    for number in range(10):
        page.get_by_label("Lower end").fill("0")
        page.get_by_label("Upper end").fill("9000")
        if not number:
            look(page, "calibration-quantity")
        page.get_by_role("button", name="Answer").click()
        expect(page.get_by_text("A range that holds everything says nothing")).to_be_visible()
        if not number:
            look(page, "calibration-quantity-answer")
        page.get_by_role("link", name=re.compile("Next question|See how you did")).click()
    expect(page.get_by_text("9 of 10 ranges should have held; 10 did")).to_be_visible()
    look(page, "calibration-ranges-result")


def see_her_curve(page: Page) -> None:
    page.goto("/calibration/")
    training = page.get_by_role("region", name="In training")
    expect(training).to_contain_text("right 50 % of 10 times")
    expect(training).to_contain_text("10 did")
    expect(page.get_by_role("row", name="On the wire")).to_contain_text("Brier")
    look(page, "calibration-trained")


def sees_nothing(page: Page, run_address: str) -> None:
    """Neither her run nor her curve, whoever asks."""
    for address in (run_address, f"{run_address}answers/1/"):
        page.goto(address)
        expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    page.goto("/calibration/")
    expect(page.get_by_text("You have not trained yet")).to_be_visible()
    assert SURE not in page.get_by_role("main").inner_text()
