"""The first half of a quarter that four people plan: from last quarter's lessons to an order of ideas."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect
from tests.journeys.hands import drag, unfold
from tests.journeys.looks import look
from tests.journeys.test_a_board import cluster, come, keep, note, rank, stands

LENGTH = 90
BEFORE = "Every team deploys by itself"
LAPTOP = "An adversary reaches production from a laptop"
READ = "How others rotate keys"
TAKEN = "Let the machine rotate the keys"
# Who writes what; what Pia read becomes another note.
NOTES = {"Mia": "Rotate the signing keys", "Omar": "Test the backups", "Pia": "Count our laptops"}
KEYS, BACKUPS, LAPTOPS = "Keys that rotate themselves", NOTES["Omar"], NOTES["Pia"]


def stage(page: Page, key: str) -> Locator:
    """A stage of the quarter, by the way that stands above the page."""
    page.goto("/cycles/the-quarter/plan/")
    return page.locator(f"#stage-{key}")


def over(page: Page, key: str) -> None:
    """The records say by themselves that a stage is over."""
    expect(stage(page, key)).to_contain_text("over by the records")


def start(page: Page) -> None:
    """A quarter from today, whose page leads to its stages."""
    today = datetime.now(UTC).date()
    page.goto("/cycles/")
    page.get_by_role("link", name="Plan 20").click()
    page.get_by_label("Name").fill("The quarter")
    page.get_by_label("First day").fill(f"{today}")
    page.get_by_label("Last day").fill(f"{today + timedelta(days=LENGTH - 1)}")
    page.get_by_role("button", name="Start planning").click()
    page.get_by_role("link", name="Stages").click()
    expect(page.locator("#next")).to_contain_text("Next: post-mortem")


def look_back(manager: Page, mia: Page) -> None:
    """Last quarter is graded by its manager, and its owner says what it taught."""
    stage(manager, "post-mortem").get_by_role("link", name="Grades and lessons").click()
    manager.get_by_role("link", name=BEFORE).first.click()
    manager.get_by_role("button", name="Grade it as it stands").click()
    expect(manager.get_by_text("The key result is graded.")).to_be_visible()
    stage(mia, "post-mortem").get_by_role("link", name="Grades and lessons").click()
    mia.get_by_role("row", name=BEFORE).get_by_role("link", name="Write the post-mortem").click()
    mia.get_by_label("The main cause").select_option("no capacity")
    mia.get_by_label("What comes next").select_option("drop")
    mia.get_by_label("The lesson").fill("Ask the teams before the quarter, not in it.")
    mia.get_by_role("button", name="Keep it").click()
    expect(mia.get_by_role("heading", name="Grades and lessons")).to_be_visible()
    over(manager, "post-mortem")


def weigh_a_risk(manager: Page, team: dict[str, Page]) -> None:
    """What might go wrong is foretold by each alone; the scenario keeps what the panel says."""
    stage(manager, "risks").get_by_role("link", name="New scenario").click()
    manager.get_by_label("What may happen").fill(LAPTOP)
    manager.get_by_label("How the judge will tell").fill("An incident report names a laptop.")
    manager.get_by_role("combobox", name="Judge").fill("Max")
    manager.get_by_label("Within").select_option("year")
    manager.get_by_label("From").fill(f"{datetime.now(UTC):%Y-%m-%d}")
    manager.get_by_role("button", name="Write it").click()
    manager.get_by_role("link", name="Open a room").click()
    for name in team:
        manager.get_by_label(name, exact=True).check()
    manager.get_by_role("button", name="Open the room").click()
    expect(manager.locator(".room-says")).to_contain_text("are in")
    for number, page in enumerate((manager, *team.values()), 1):
        page.goto(manager.url)
        page.get_by_label("How likely is it").fill(f"{10 * number} %")
        page.get_by_label("It costs at least").fill("100k")
        page.get_by_label("and at most").fill("2 M")
        page.get_by_role("button", name="Keep my number").click()
        expect(manager.locator(".room-says")).to_contain_text(f"{number} of 4")
    unfold(manager, "Reveal round 1")
    manager.get_by_role("button", name="Show the numbers").click()
    for page in (manager, *team.values()):
        expect(page.get_by_role("region", name="What the panel says")).to_be_visible()
    unfold(manager, "Close it after one round")
    manager.get_by_role("button", name="Close the room").click()
    expect(manager.locator(".state-next")).to_contain_text("It is closed.")
    over(manager, "risks")


def leave_out_what_nobody_reads(page: Page) -> None:
    """A stage is left out with a reason only."""
    shelf = stage(page, "inspiration")
    shelf.get_by_text("Leave it out").first.click()
    shelf.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("Say why it is left out")).to_be_visible()
    page.get_by_label("Why Inspiration is left out").fill("We are late")
    shelf.get_by_role("button", name="Leave it out").click()
    expect(shelf).to_contain_text("We are late")
    expect(page.locator("#next")).to_contain_text("Next: brainstorm")
    page.evaluate("scrollTo(0, 0)")
    look(page, "stages")


def open_the_board(page: Page) -> str:
    stage(page, "brainstorm").get_by_role("link", name="Open the board of ideas").click()
    page.get_by_label("Title").fill("What to do next")
    for name in NOTES:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Open the board").click()
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()
    return page.url


def read_after_all(manager: Page, pia: Page, board: str) -> None:
    """The stage is opened again; what she takes from it becomes a note of hers on the board."""
    come(pia, board)
    shelf = stage(manager, "inspiration")
    shelf.get_by_role("button", name="Open again").click()
    expect(shelf).to_contain_text("under way")
    stage(pia, "inspiration").get_by_role("link", name="Open the shelf").click()
    look(pia, "shelf-empty")
    pia.get_by_label("Title").fill(READ)
    pia.get_by_role("button", name="Put it on").click()
    pia.get_by_role("button", name=re.compile("^I read it")).click()
    pia.get_by_label("What you take from it").fill(TAKEN)
    pia.get_by_label("As a note of mine").check()
    pia.get_by_role("button", name=f"Keep what you take from {READ}").click()
    expect(pia.get_by_text(TAKEN).first).to_be_visible()
    pia.goto(pia.url.partition("#")[0])
    look(pia, "shelf")
    expect(stage(manager, "inspiration")).to_contain_text("1 takeaway is written.")
    shelf.get_by_role("button", name="Done").click()
    expect(shelf).to_contain_text("done")


def write_alone(manager: Page, team: dict[str, Page], board: str) -> None:
    """Nobody reads what another wrote before all is shown at once."""
    for name, page in team.items():
        come(page, board)
        keep(page, NOTES[name])
    manager.goto(board)
    stands(manager, "4 notes are written")
    assert TAKEN not in team["Mia"].content() + manager.content()
    unfold(manager, "Reveal the notes")
    manager.get_by_role("button", name="Show all notes").click()
    for page in (manager, *team.values()):
        expect(note(page, TAKEN)).to_be_visible()


def sort(manager: Page, mia: Page) -> None:
    """Two notes say the same: put together by button and by hand, and named."""
    note(mia, TAKEN).get_by_label("Where").select_option("A new cluster")
    note(mia, TAKEN).get_by_role("button", name="Move").click()
    for page in (manager, mia):
        expect(cluster(page, TAKEN)).to_be_visible()
    drag(note(mia, NOTES["Mia"]), cluster(mia, TAKEN))
    expect(note(cluster(manager, TAKEN), NOTES["Mia"])).to_be_visible()
    cluster(mia, TAKEN).get_by_text("Rename or merge").click()
    cluster(mia, TAKEN).get_by_label("Title").fill(KEYS)
    cluster(mia, TAKEN).get_by_role("button", name="Rename").click()
    expect(cluster(manager, KEYS)).to_be_visible()
    manager.get_by_role("button", name="Each loose note its own cluster").click()
    expect(cluster(mia, BACKUPS)).to_be_visible()


def vote(manager: Page, team: dict[str, Page]) -> None:
    """All four rank; the order is counted once all is in."""
    manager.get_by_role("button", name="Open the vote").click()
    orders = {
        "Mia": (KEYS, LAPTOPS, BACKUPS),
        "Omar": (BACKUPS, KEYS, LAPTOPS),
        "Pia": (KEYS, BACKUPS, LAPTOPS),
    }
    for number, (name, page) in enumerate((*team.items(), ("Max", manager)), 1):
        expect(page.get_by_role("heading", name="Your ballot")).to_be_visible()
        rank(page, list(orders.get(name, orders["Pia"])))
        page.get_by_role("button", name="Keep my ballot").click()
        stands(manager, f"{number} of 4 have voted.")
    unfold(manager, "End the vote")
    manager.get_by_role("button", name="Count the ballots").click()
    for page in (manager, *team.values()):
        table = page.get_by_role("table", name=re.compile("^Clusters by points"))
        expect(table.get_by_role("row", name=re.compile(f"1 {KEYS}"))).to_be_visible()
    expect(stage(team["Pia"], "vote")).to_contain_text(f"“{KEYS}” leads.")
