"""A board from private notes to a priority: people on a phone, on a poor line, late, and at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.hands import drag, write
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import PHONE, Visitors, go_to

pytestmark = pytest.mark.journey
SECRET = "Nobody knows who may reach production"
MIAS = ("Rotate the signing keys", "Keys are never rotated", "Test the backups every month")
PIAS = (
    SECRET,
    "Backups were never tested",
    "Write down who decides at night",
    "Alerts wake the wrong people",
)


def test_a_team_writes_alone_sorts_together_and_ranks(
    house: House, signed_in: Callable[..., Page], visitors: Visitors
):
    max_ = signed_in(house.link_of("Max", role="manager", team="Security"))
    mia = signed_in(house.link_of("Mia", role="member", team="Security"))
    pia = signed_in(house.link_of("Pia", role="member", team="Security"), width=PHONE, touch=True)
    vera = signed_in(house.link_of("Vera", role="viewer", team="Security"))
    visitors.foresee(404, 409, 422)
    visitors.foresee_a_cut_line()
    address = open_a_board(max_)
    come(mia, address), come(pia, address)
    write_alone(mia, pia, max_)
    lose_the_line_and_nothing_else(mia, max_)
    read_nothing_as_a_viewer(vera, address)
    hand_over_to(max_, mia)
    reveal(mia, pia, max_, vera)
    sort_by_drag_and_by_button(mia, pia, max_)
    undo_and_be_refused(mia, pia)
    take_a_suggestion(max_, mia)
    type_while_others_sort(mia, pia)
    sam = come_late(signed_in, house, address)
    vote(mia, pia, max_, sam)
    read_the_result(mia, max_, vera)
    make_work_of_it(max_)
    clear_it(max_, vera)


def open_a_board(page: Page) -> str:
    """A cycle, and a board in it."""
    go_to(page, "Plan")
    page.get_by_role("link", name=re.compile("^Plan |^New cycle|^Start")).first.click()
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("link", name="Boards", exact=True).click()
    expect(page.get_by_role("heading", name="No board yet")).to_be_visible()
    look(page, "boards-empty")
    page.get_by_role("main").get_by_role("link", name=re.compile("^New board")).first.click()
    page.get_by_label("What to do next").check()
    page.get_by_label("What everybody is asked").fill("What should we do about our keys and backups?")
    page.get_by_label("Title").fill("Next quarter")
    page.get_by_label("Mia").check()
    look(page, "board-new")
    page.get_by_role("button", name="Open the board").click()
    expect(page.get_by_role("heading", name="Next quarter")).to_be_visible()
    # A form that is sent before the scripts are there loads the page anew, and what is open closes.
    page.wait_for_load_state()
    page.get_by_text("Timer", exact=True).click()
    write(page.get_by_label("Minutes"), "7")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_text(re.compile(r"6:\d\d left|7:00 left"))).to_be_visible()
    page.get_by_role("button", name="One minute more").click()
    expect(page.get_by_text(re.compile(r"7:\d\d left|8:00 left"))).to_be_visible()
    return page.url


def come(page: Page, address: str) -> None:
    """By the link; whoever was asked has a seat already."""
    page.goto(address)
    join = page.get_by_role("button", name="Join the board")
    if join.count():
        join.click()
    expect(page.get_by_role("heading", name="Write", exact=True)).to_be_visible()


def keep(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your note").fill(text)
    page.get_by_role("button", name="Keep the note").click()
    expect(mine(page).get_by_text(text, exact=True)).to_be_visible()


def mine(page: Page) -> Locator:
    return page.get_by_role("list", name=re.compile("^Your notes")).get_by_role("paragraph")


def stands(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def write_alone(mia: Page, pia: Page, max_: Page) -> None:
    """Everybody sees how many there are; each reads her own only."""
    keep(mia, MIAS[0])
    keep(mia, "To be withdrawn")
    for text in PIAS:
        keep(pia, text)
    stands(max_, "6 notes are written; 0 of 3 are ready.")
    assert SECRET not in max_.content() + mia.content()
    look(pia, "board-writing")
    mia.get_by_text("Change “To be withdrawn”").click()
    mia.get_by_role("button", name="Withdraw it").click()
    stands(max_, "5 notes are written; 0 of 3 are ready.")
    pia.get_by_role("button", name="I am ready").click()
    stands(mia, "5 notes are written; 1 of 3 are ready.")
    expect(mia.get_by_role("list", name="At the board").get_by_text("Pia: here")).to_be_visible()
    # A second window of the same person shows what the first one keeps.
    with another_tab(mia) as other:
        keep(mia, MIAS[1])
        expect(mine(other).get_by_text(MIAS[1], exact=True)).to_be_visible()


@contextmanager
def another_tab(page: Page) -> Iterator[Page]:
    other = page.context.new_page()
    other.goto(page.url)
    try:
        yield other
    finally:
        other.close()


def lose_the_line_and_nothing_else(mia: Page, max_: Page) -> None:
    """What was sent into a dead line stays, over a reload too, and arrives once."""
    mia.context.set_offline(True)
    mia.get_by_role("textbox", name="Your note").fill(MIAS[2])
    mia.get_by_role("button", name="Keep the note").click()
    stands(mia, "Kept in this browser. It is sent again as soon as the server answers.")
    mia.get_by_role("textbox", name="Your note").fill("A draft that nobody has sent")
    mia.context.set_offline(False)
    expect(mine(mia).get_by_text(MIAS[2], exact=True)).to_have_count(1)
    stands(max_, "7 notes are written; 1 of 3 are ready.")
    mia.reload()
    expect(mia.get_by_role("textbox", name="Your note")).to_have_value("A draft that nobody has sent")
    mia.get_by_role("textbox", name="Your note").fill("")


def read_nothing_as_a_viewer(vera: Page, address: str) -> None:
    vera.goto(address)
    stands(vera, "Notes are being written. You read them here once they are revealed.")
    assert SECRET not in vera.content()
    assert vera.goto(address.rstrip("/") + ".csv").status == 404
    vera.goto(address)


def hand_over_to(max_: Page, mia: Page) -> None:
    max_.locator("summary").filter(has_text="Hand over").click()
    max_.get_by_label("Who leads from now on").select_option("Mia")
    max_.get_by_role("button", name="Hand over").click()
    expect(mia.get_by_text("Reveal the notes")).to_be_visible()


def reveal(mia: Page, *others: Page) -> None:
    """All at once, without a reload."""
    mia.locator("summary").filter(has_text="Reveal the notes").click()
    stands(mia, "1 of 3 are ready. Everybody will read every note, without authors.")
    mia.get_by_role("button", name="Show all notes").click()
    for page in (mia, *others):
        expect(page.get_by_role("heading", name=re.compile("^In no cluster"))).to_be_visible()
        expect(note(page, SECRET)).to_be_visible()
    assert "Pia" not in mia.locator("#part-sorting").inner_text()


def note(page: Page | Locator, text: str) -> Locator:
    return page.locator(f"li[data-note]:has(p.note-text:text-is('{text}'))")


def cluster(page: Page, title: str) -> Locator:
    heading = page.get_by_role("heading", name=re.compile(f"^{re.escape(title)}"))
    return page.locator("section.cluster").filter(has=heading)


def sort_by_drag_and_by_button(mia: Page, pia: Page, max_: Page) -> None:
    drag(note(mia, MIAS[0]), mia.get_by_text("Drop a note here to begin a new cluster"))
    for page in (pia, max_, mia):
        expect(cluster(page, MIAS[0])).to_be_visible()
    drag(note(mia, MIAS[1]), cluster(mia, MIAS[0]))
    expect(note(cluster(pia, MIAS[0]), MIAS[1])).to_be_visible()
    # On a phone by button.
    note(pia, MIAS[2]).get_by_label("Where").select_option("A new cluster")
    note(pia, MIAS[2]).get_by_role("button", name="Move").click()
    expect(cluster(mia, MIAS[2])).to_be_visible()
    rename(pia, MIAS[2], "Backups that work")
    expect(cluster(mia, "Backups that work")).to_be_visible()
    # From the top: what the bar covers half has no size of its own.
    pia.evaluate("scrollTo(0, 0)")
    look(pia, "board-sorting")


def rename(page: Page, title: str, to: str) -> None:
    cluster(page, title).get_by_text("Rename or merge").click()
    cluster(page, title).get_by_label("Title").fill(to)
    cluster(page, title).get_by_role("button", name="Rename").click()


def undo_and_be_refused(mia: Page, pia: Page) -> None:
    """One's own last step goes back for everybody; not where somebody has moved on from it."""
    pia.get_by_role("button", name="Undo my last step").click()
    expect(cluster(mia, MIAS[2])).to_be_visible()
    note(pia, MIAS[1]).get_by_label("Where").select_option("Out of its cluster")
    note(pia, MIAS[1]).get_by_role("button", name="Move").click()
    expect(note(cluster(mia, "In no cluster"), MIAS[1])).to_be_visible()
    mia.get_by_role("button", name="Undo my last step").click()
    stands(mia, "Pia moved a note of this step since: take that back first, or move it by hand.")
    note(mia, MIAS[1]).get_by_label("Where").select_option(MIAS[0])
    note(mia, MIAS[1]).get_by_role("button", name="Move").click()
    expect(note(cluster(mia, MIAS[0]), MIAS[1])).to_be_visible()
    # A title dropped on another cluster merges the two, and undo parts them again.
    drag(mia.get_by_role("heading", name=re.compile(f"^{MIAS[2]}")), cluster(mia, MIAS[0]))
    expect(note(cluster(mia, MIAS[0]), MIAS[2])).to_be_visible()
    expect(note(cluster(pia, MIAS[0]), MIAS[2])).to_be_visible()
    mia.get_by_role("button", name="Undo my last step").click()
    expect(cluster(pia, MIAS[2])).to_be_visible()


def take_a_suggestion(max_: Page, mia: Page) -> None:
    note(mia, MIAS[2]).get_by_label("Where").select_option("Out of its cluster")
    note(mia, MIAS[2]).get_by_role("button", name="Move").click()
    expect(note(cluster(max_, "In no cluster"), MIAS[2])).to_be_visible()
    max_.get_by_role("link", name="Suggest clusters").click()
    expect(max_.get_by_role("heading", name="They seem to say the same")).to_be_visible()
    # From the top: what the bar covers half has no size of its own.
    max_.evaluate("scrollTo(0, 0)")
    look(max_, "board-suggestions")
    max_.get_by_role("button", name="Put these 2 together").click()
    expect(cluster(mia, PIAS[1])).to_contain_text(MIAS[2])
    expect(max_.get_by_role("heading", name="They seem to say the same")).to_be_hidden()


def type_while_others_sort(mia: Page, pia: Page) -> None:
    """What somebody is in the middle of is not taken from under her hands."""
    cluster(mia, PIAS[1]).get_by_text("Rename or merge").click()
    cluster(mia, PIAS[1]).get_by_label("Title").fill("Backups that wo")
    note(pia, PIAS[3]).get_by_label("Where").select_option("A new cluster")
    note(pia, PIAS[3]).get_by_role("button", name="Move").click()
    expect(mia.get_by_role("button", name="Something changed here: show it")).to_be_visible()
    expect(cluster(mia, PIAS[1]).get_by_label("Title")).to_have_value("Backups that wo")
    cluster(mia, PIAS[1]).get_by_label("Title").fill("Backups that work")
    cluster(mia, PIAS[1]).get_by_role("button", name="Rename").click()
    expect(cluster(mia, "Backups that work")).to_be_visible()
    expect(cluster(mia, PIAS[3])).to_be_visible()
    mia.get_by_role("button", name="Each loose note its own cluster").click()
    expect(cluster(pia, SECRET)).to_be_visible()


def come_late(signed_in: Callable[..., Page], house: House, address: str) -> Page:
    """By the link while the others sort: everything is there, and a note may still be added."""
    sam = signed_in(house.link_of("Sam", role="member", team="Security"))
    sam.goto(address)
    sam.get_by_role("button", name="Join the board").click()
    expect(cluster(sam, SECRET)).to_be_visible()
    sam.get_by_role("textbox", name="Your note").fill("Practise an incident")
    sam.get_by_role("button", name="Show the note").click()
    expect(note(sam, "Practise an incident")).to_be_visible()
    note(sam, "Practise an incident").get_by_label("Where").select_option("A new cluster")
    note(sam, "Practise an incident").get_by_role("button", name="Move").click()
    expect(cluster(sam, "Practise an incident")).to_be_visible()
    return sam


def vote(mia: Page, pia: Page, max_: Page, sam: Page) -> None:
    mia.get_by_role("button", name="Open the vote").click()
    for page in (mia, pia, max_, sam):
        expect(page.get_by_role("heading", name="Your ballot")).to_be_visible()
    order = [SECRET, "Backups that work", MIAS[0], PIAS[2], PIAS[3]]
    rank(pia, order[:4])
    pia.get_by_role("button", name="Keep my ballot").click()
    stands(pia, "Rank exactly five: expected 5, found 4.")
    rank(pia, order)
    look(pia, "board-ballot")
    pia.get_by_role("button", name="Keep my ballot").click()
    stands(pia, "Your ballot is kept")
    stands(mia, "1 of 4 have voted.")
    rank(sam, order)
    sam.get_by_role("button", name=f"Move up: {order[1]}").click()
    sam.get_by_role("button", name="Keep my ballot").click()
    stands(mia, "2 of 4 have voted.")
    expect(sam.get_by_role("list", name="Your order").get_by_role("listitem").first).to_contain_text(order[1])
    rank(max_, ["Practise an incident", SECRET, PIAS[3], PIAS[2], MIAS[0]])
    max_.get_by_role("button", name="Keep my ballot").click()
    stands(mia, "3 of 4 have voted.")


def rank(page: Page, order: list[str]) -> None:
    """By buttons, onto whatever is ranked already."""
    for title in order:
        choice = page.get_by_role("button", name=f"Rank: {title}", exact=True)
        if choice.count():
            choice.click()


def read_the_result(mia: Page, max_: Page, vera: Page) -> None:
    mia.locator("summary").filter(has_text="End the vote").click()
    mia.get_by_role("button", name="Count the ballots").click()
    for page in (mia, max_, vera):
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
    first = max_.get_by_role("table", name=re.compile("^Clusters by points")).get_by_role("row").nth(1)
    expect(first).to_contain_text(SECRET)
    max_.locator("summary").filter(has_text="Who beats whom").click()
    look(max_, "board-result")
    max_.locator("summary").filter(has_text="Record the priority").click()
    max_.get_by_label("Priority 1").select_option("Backups that work")
    max_.get_by_role("button", name="Record it").click()
    stands(max_, "Say why: everybody reads it beside the vote.")
    max_.get_by_label("Priority 1").select_option("Backups that work")
    max_.get_by_label("Why", exact=True).fill("An auditor asks for it in March.")
    max_.get_by_role("button", name="Record it").click()
    stands(vera, "An auditor asks for it in March.")


def make_work_of_it(page: Page) -> None:
    cluster(page, "Backups that work").get_by_role("link", name="Make something of it").click()
    look(page, "cluster-turn")
    page.get_by_role("button", name="Make it a candidate").click()
    expect(cluster(page, "Backups that work")).to_contain_text("Candidate: Backups that work")
    cluster(page, SECRET).get_by_role("link", name="Make something of it").click()
    page.get_by_label("It counts as happened if").fill("An incident says that production was reached.")
    page.get_by_role("button", name="Write the scenario").click()
    expect(page.get_by_role("heading", name="From the boards")).to_be_visible()
    page.get_by_role("link", name=SECRET).click()
    expect(cluster(page, SECRET)).to_contain_text(f"Scenario: {SECRET}")


def clear_it(max_: Page, vera: Page) -> None:
    max_.locator("summary").filter(has_text="Close the board").click()
    max_.get_by_role("button", name="Close it").click()
    max_.locator("summary").filter(has_text="Remove notes and ballots").click()
    max_.get_by_role("button", name="Remove them for good").click()
    stands(vera, "This board is closed. Its raw notes and ballots were removed.")
    expect(cluster(vera, SECRET)).to_be_visible()
    expect(vera.locator("li[data-note]")).to_have_count(0)
    expect(vera.get_by_role("table", name=re.compile("^Clusters by points"))).to_be_visible()
