"""A room of four in four browsers: no number of another before the reveal, judged two quarters later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from tests.journeys.hands import unfold
from tests.journeys.house import House, run, served
from tests.journeys.looks import look
from tests.journeys.test_living_a_quarter import link_of
from tests.journeys.visitors import PHONE, Visitors, chromium, sign_in

pytestmark = pytest.mark.journey
ASKED = "An adversary reaches production from a developer's laptop"
AGAIN, JUDGED = 180, 184
# What a browser says of a network that is gone.
OF_BEING_AWAY = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
PEOPLE = (
    ("Max", "manager"),
    ("Mia", "member"),
    ("Vera", "viewer"),
    ("Omar", "member"),
    ("Lena", "member"),
)
# What each says in round one: numbers and words that are nowhere else.
SAID = {
    "Mia": ("37.19 %", "1,234,567", "7,654,321", "quaggas were seen"),
    "Max": ("23.57 %", "2,345,678", "8,765,432", "axolotls were seen"),
    "Vera": ("41.83 %", "3,456,789", "9,876,543", "okapis were seen"),
    "Omar": ("11.27 %", "1,357,913", "9,753,197", "numbats were seen"),
}


def seen_as(name: str) -> re.Pattern[str]:
    """Every form in which what this person said could be written."""
    chance, low, high, why = SAID[name]
    number, tenths = chance.removesuffix(" %"), f"{float(chance.removesuffix(' %')):.1f}"
    amounts = [each.replace(",", "[,. ]?") for each in (low, high)]
    chances = (re.escape(number), re.escape(f"0.{number.replace('.', '')}"), rf"{re.escape(tenths)} %")
    return re.compile("|".join((*chances, *amounts, why.split()[0])))


class Wire:
    """Everything that one person's browser receives, with the pages' own addresses."""

    def __init__(self, page: Page) -> None:
        self.received: list[tuple[str, str]] = []
        page.context.on("response", self._answered)

    def _answered(self, response: Response) -> None:
        # Styles, scripts and the endless stream say nothing of a room; the stream has a test of its own.
        if "/static/" in response.url or "/live/stream" in response.url or response.status in (302, 303):
            return
        try:
            self.received.append((response.url, response.text() + str(response.headers)))
        except Exception as gone:
            self.received.append((response.url, str(gone)))

    def holds(self, name: str) -> list[str]:
        """The addresses of what was received with what this person said in it."""
        return [url for url, body in self.received if seen_as(name).search(body)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with five people and nothing else."""
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    for name, role in PEOPLE:
        run("user", "add", name, f"{name.lower()}@example.org", "--role", role, home=tmp_path / "home")
    return tmp_path / "home"


@contextmanager
def a_day(home: Path, opened: Browser, *, days: int = 0) -> Iterator[tuple[House, Callable[..., Page]]]:
    """The house so many days from now; gives what signs its people in by their names."""
    with served(home, ahead=days) as house:
        came = Visitors(opened, house.address)

        def enter(name: str, **how: object) -> Page:
            page = came.enter(**how)  # type: ignore[arg-type]
            came.foresee(404, 409, 422)
            sign_in(page, link_of(house, name))
            return page

        yield house, enter
        heard = [each for each in came.complaints() if not any(word in each for word in OF_BEING_AWAY)]
        assert heard + house.errors() == []
        came.leave()


def test_a_panel_of_four_from_the_scenario_to_its_judgement_two_quarters_later(home: Path, opened: Browser):
    with a_day(home, opened) as (house, enter):
        manager = enter("Max")
        write_the_scenario(manager)
        mia, vera, omar = enter("Mia"), enter("Vera", dark=True), enter("Omar", width=PHONE, touch=True)
        room = open_the_room(mia)
        pages = {"Mia": mia, "Max": manager, "Vera": vera, "Omar": omar}
        wires = {name: Wire(page) for name, page in pages.items()}
        for page in (manager, vera, omar):
            page.goto(room)
        refuse_what_can_be_read_in_two_ways(omar)
        for number, (name, page) in enumerate(pages.items(), 1):
            give(page, name)
            for other in pages.values():
                expect(other.locator(".room-says")).to_contain_text(f"{number} of 4")
        see_it_in_a_second_tab_and_after_a_reload(vera)
        with away(omar):
            join_late(enter("Lena"), room)
        expect(omar.locator(".room-says")).to_contain_text("4 of 5 are in")
        look_everywhere(pages, room)
        for name, wire in wires.items():
            assert wire.received
            for other in SAID:
                assert other == name or wire.holds(other) == []
            assert wire.holds(name)

        reveal(mia, pages)
        talk(vera, pages)
        answer_again(mia, pages)
        close(mia, pages)
        promise_on_it(house, manager)
    with a_day(home, opened, days=AGAIN) as (_, enter):
        ask_the_panel_again(enter)
    with a_day(home, opened, days=JUDGED) as (house, enter):
        judge(enter("Max"))
        see_the_grade(house, enter("Max"))
        see_only_ones_own_score(enter)


def write_the_scenario(page: Page) -> None:
    page.goto("/rooms/")
    expect(page.get_by_role("heading", name="No room yet")).to_be_visible()
    look(page, "rooms-empty")
    page.goto("/scenarios/new")
    page.get_by_label("What may happen").fill(ASKED)
    page.get_by_label("How the judge will tell").fill("An incident report names a laptop as the way in.")
    page.get_by_role("combobox", name="Judge").fill("Max")
    page.get_by_label("Within").select_option("year")
    page.get_by_label("From").fill(f"{datetime.now(UTC):%Y-%m-%d}")
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("heading", name=ASKED, level=1)).to_be_visible()
    page.get_by_role("link", name="Add a base rate").click()
    look(page, "base-rate-new")
    page.get_by_label("What was counted").fill("Laptops taken over, here")
    page.get_by_label("How often it happened").fill("2")
    page.get_by_label("Years watched").fill("7.5")
    page.get_by_role("button", name="Put it beside the question").click()
    expect(page.get_by_text("2 in 7.5 years")).to_be_visible()


def open_the_room(page: Page) -> str:
    """A member opens it from the scenario's page; one person alone is no panel."""
    page.goto("/rooms/")
    page.get_by_role("link", name="Choose a scenario").focus()
    page.goto(f"{scenario_address(page)}")
    page.get_by_role("link", name="Open a room").click()
    page.get_by_label("Title").fill("Laptops as a way in")
    page.get_by_role("button", name="Open the room").click()
    expect(page.get_by_text("Mia's number alone would be shown")).to_be_visible()
    for name in ("Max", "Vera", "Omar"):
        page.get_by_label(name, exact=True).check()
    look(page, "room-new")
    page.get_by_role("button", name="Open the room").click()
    expect(page.locator(".room-says")).to_contain_text("0 of 4 are in")
    look(page, "room-open")
    return page.url.split("#")[0]


def scenario_address(page: Page) -> str:
    """The only scenario's page, by its key."""
    slug = re.sub("[^a-z0-9]+", "-", ASKED.lower().replace("'", "")).strip("-")
    return f"/scenarios/{slug}/"


def refuse_what_can_be_read_in_two_ways(page: Page) -> None:
    page.get_by_label("How likely is it").fill("40")
    page.get_by_label("It costs at least").fill("2 M")
    page.get_by_label("and at most").fill("a lot")
    page.get_by_role("button", name="Keep my number").click()
    expect(page.get_by_text("write 40 % or 0.4")).to_be_visible()
    expect(page.get_by_text("expected an amount")).to_be_visible()
    # On a phone the page would be at its top, with the message far below.
    expect(page.get_by_label("How likely is it")).to_be_focused()
    expect(page.get_by_text("write 40 % or 0.4")).to_be_in_viewport()
    look(page, "room-refused")


def give(page: Page, name: str) -> None:
    chance, low, high, why = SAID[name]
    page.get_by_label("How likely is it").fill(chance)
    page.get_by_label("It costs at least").fill(low)
    page.get_by_label("and at most").fill(high)
    page.get_by_label("Why", exact=False).last.fill(why)
    page.get_by_role("button", name=re.compile("(Keep|Change) my number")).click()
    expect(page.locator("#kept")).to_contain_text("You said")


def see_it_in_a_second_tab_and_after_a_reload(page: Page) -> None:
    """What is changed in one tab is told in the other, and what is typed there stays."""
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.locator("#kept")).to_contain_text("41.8 %")
    second.get_by_label("Why", exact=False).last.fill("typing in the second tab")
    page.get_by_label("How likely is it").fill("42 %")
    page.get_by_role("button", name="Change my number").click()
    expect(second.locator("#kept")).to_contain_text("42 %")
    expect(second.get_by_label("Why", exact=False).last).to_have_value("typing in the second tab")
    second.close()
    page.get_by_label("How likely is it").fill(SAID["Vera"][0])
    page.get_by_role("button", name="Change my number").click()
    expect(page.locator("#kept")).to_contain_text("41.8 %")
    page.reload()
    expect(page.locator("#kept")).to_contain_text("41.8 %")


@contextmanager
def away(page: Page) -> Iterator[None]:
    """The person's network is gone meanwhile; her page follows again by itself."""
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def join_late(page: Page, room: str) -> None:
    page.goto(room)
    expect(page.get_by_text("Keep my number")).to_have_count(0)
    page.get_by_role("button", name="Join the panel").click()
    expect(page.get_by_text("joined late")).to_be_visible()
    expect(page.locator(".room-says")).to_contain_text("4 of 5 are in")


def look_everywhere(pages: dict[str, Page], room: str) -> None:
    """Whatever else each of them opens before the reveal, whoever leads or manages among them."""
    id = room.rstrip("/").rsplit("/", 1)[1]
    for page in pages.values():
        page.goto(room)
        look(page, "room-four-in") if page is pages["Mia"] else None
        addresses = ["/", "/rooms/", f"/rooms/{id}.json", "/rooms.json", f"{scenario_address(page)}", room]
        for address in addresses:
            page.goto(address)
        for address in (f"/rooms/{id}.csv", "/rooms.csv", "/palette.json", "/series.json"):
            page.request.get(address)
        page.goto(room)


def reveal(page: Page, pages: dict[str, Page]) -> None:
    """One presses; everybody sees the same, without a name, and each her own marked."""
    expect(pages["Max"].get_by_text("Reveal round 1")).to_be_visible()
    expect(pages["Vera"].get_by_text("Reveal round 1")).to_have_count(0)
    unfold(page, "Reveal round 1")
    expect(page.get_by_text("Lena has not answered and no longer can")).to_be_visible()
    look(page, "room-reveal")
    page.get_by_role("button", name="Show the numbers").click()
    for name, each in pages.items():
        result = each.get_by_role("region", name="What the panel says")
        expect(result).to_be_visible()
        expect(result).to_contain_text("axolotls were seen")
        for person in ("Mia", "Max", "Vera", "Omar"):
            expect(result.get_by_text(person, exact=True)).to_have_count(0)
        expect(result.get_by_text("yours", exact=True).first).to_be_attached()
        assert seen_as(name).search(each.content())
    look(page, "room-revealed")
    look(pages["Omar"], "room-revealed-phone")


def talk(page: Page, pages: dict[str, Page]) -> None:
    page.get_by_label("What you think").fill("Contractors still use their own machines.")
    page.get_by_role("button", name="Say it").click()
    for each in pages.values():
        expect(each.get_by_text("Contractors still use their own machines.")).to_be_visible()


def answer_again(page: Page, pages: dict[str, Page]) -> None:
    page.get_by_role("button", name="Open round two").click()
    for number, (name, each) in enumerate(pages.items(), 1):
        expect(each.get_by_role("region", name="Your number, round 2")).to_be_visible()
        each.get_by_label("How likely is it").fill(f"{20 + number} %")
        each.get_by_label("It costs at least").fill("100k")
        each.get_by_label("and at most").fill("2 M")
        each.get_by_role("button", name="Keep my number").click()
        expect(each.locator("#kept")).to_contain_text(f"{20 + number} %")
        assert name in SAID
    unfold(page, "Reveal round 2")
    page.get_by_role("button", name="Show the numbers").click()
    for each in pages.values():
        expect(each.locator(".room-says")).to_contain_text("round two moved it from")
    look(page, "room-two-rounds")


def close(page: Page, pages: dict[str, Page]) -> None:
    page.get_by_role("button", name="Close the room").click()
    for each in pages.values():
        expect(each.locator(".state-next")).to_contain_text("It is closed.")
    look(page, "room-closed")


def promise_on_it(house: House, page: Page) -> None:
    """A forecast key result begins with what the panel said."""
    page.goto(scenario_address(page))
    series = house.run("room", "show", "1")["scenario"]["key"].replace("-", "_")[:67]
    today = datetime.now(UTC).date()
    made = house.run(
        *("kr", "add", "--kind", "forecast", "--metric", f"scenario_{series}", "--target", "10%"),
        *("--start", f"{today}", "--due", f"{today + timedelta(days=AGAIN + 2)}", "--owner", "Max"),
    )
    page.goto(f"/key-results/{made['id']}/")
    expect(page.get_by_label("Where it stands")).to_contain_text("22.")
    look(page, "key-result-forecast")


def ask_the_panel_again(enter: Callable[..., Page]) -> None:
    mia, vera = enter("Mia"), enter("Vera")
    mia.goto("/rooms/1/")
    mia.get_by_role("link", name="Ask the same panel again").click()
    expect(mia.get_by_label("Vera", exact=True)).to_be_checked()
    mia.get_by_role("button", name="Open the room").click()
    vera.goto("/")
    vera.goto("/rooms/")
    vera.get_by_role("region", name="They wait for your number").get_by_role("link").first.click()
    for page in (mia, vera):
        page.get_by_label("How likely is it").fill("12 %")
        page.get_by_label("It costs at least").fill("100k")
        page.get_by_label("and at most").fill("1 M")
        page.get_by_role("button", name="Keep my number").click()
        expect(page.locator("#kept")).to_contain_text("12 %")
    unfold(mia, "Reveal round 1")
    mia.get_by_role("button", name="Show the numbers").click()
    unfold(mia, "Close it after one round")
    expect(mia.get_by_text("Round two, after talking")).to_be_visible()
    mia.get_by_role("button", name="Close the room").click()
    expect(mia.locator(".state-next")).to_contain_text("It is closed.")


def judge(page: Page) -> None:
    page.goto(scenario_address(page))
    page.get_by_role("link", name="Say what came of it").click()
    happened = datetime.now(UTC).date() + timedelta(days=JUDGED - 1)
    page.get_by_label("What came of it", exact=True).select_option("happened")
    page.get_by_label("The day it happened").fill(f"{happened}")
    page.get_by_label("By what anybody can see it").fill("INC-81")
    page.get_by_role("button", name="Keep the outcome").click()
    expect(page.get_by_text("It is kept that it happened.")).to_be_visible()


def see_the_grade(house: House, page: Page) -> None:
    """From 22 % to 12 % of a way to 10 %: the last panel is what it is graded by."""
    house.run("kr", "list")
    page.goto("/key-results/1/")
    grade = page.get_by_role("button", name="Grade it as it stands")
    if grade.count():
        grade.click()
    expect(page.get_by_label("Where it stands")).to_contain_text("12 %")
    expect(page.get_by_text(re.compile("grade", re.I)).first).to_be_visible()
    look(page, "key-result-forecast-graded")


def see_only_ones_own_score(enter: Callable[..., Page]) -> None:
    """Each reads her own; who led the room and who manages read neither."""
    scores = {}
    for name in ("Mia", "Vera"):
        page = enter(name)
        page.goto("/calibration/")
        scores[name] = page.request.get("/calibration.json").json()["rooms"]["said"]["brier"]["value"]
    assert scores["Mia"] != scores["Vera"]
    for name, others in (("Max", ("Mia", "Vera")), ("Mia", ("Vera",)), ("Vera", ("Mia",))):
        page = enter(name)
        for address in (
            "/calibration.json",
            "/forecasts/scores.json",
            "/rooms/1/shared-scores/",
            "/rooms/1.json",
        ):
            told = page.request.get(address).text()
            assert not [other for other in others if str(scores[other])[:7] in told]
    look(page, "room-scores-are-ones-own")
