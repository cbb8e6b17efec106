"""Four people plan a quarter through all fourteen stages, and find the way back from a promise to a note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.house import run, served
from tests.journeys.ideas import (
    BACKUPS,
    BEFORE,
    KEYS,
    LAPTOPS,
    LENGTH,
    NOTES,
    TAKEN,
    leave_out_what_nobody_reads,
    look_back,
    open_the_board,
    over,
    read_after_all,
    sort,
    stage,
    start,
    vote,
    weigh_a_risk,
    write_alone,
)
from tests.journeys.looks import look
from tests.journeys.test_a_board import cluster, note
from tests.journeys.test_living_a_quarter import link_of
from tests.journeys.visitors import PHONE, Visitors, chromium, sign_in

pytestmark = pytest.mark.journey
TEAMS = "team,title,text,source\nPlatform,Every service restarts within a minute,,\n"
OBJECTIVE = "A stolen secret is worth nothing by the evening"
ROAD, AUDIT = "Four services rotate their keys by themselves", "The audit finds no old key"
STEPS = ("The pilot service rotates its keys", "The other three rotate theirs")
GOAL = "Banks trust us with their payments"
TARGET = "The pilot took three weeks."
ASKED = "Does a key in a backup count?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with a quarter that ended and is not looked back on yet."""
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    folder, file = tmp_path / "home", tmp_path / "before.yaml"
    today = datetime.now(UTC).date()
    file.write_text(quarter_before(today - timedelta(days=LENGTH + 5), today - timedelta(days=6)))
    # Who owns something of it has to be here before it is written.
    run("user", "add", "Mia", "mia@example.org", "--role", "member", home=folder)
    run("plan", "apply", file, home=folder)
    for step in ("propose", "set"):
        run("cycle", step, "before", home=folder)
    return folder


def quarter_before(first: date, last: date) -> str:
    return f"""apiVersion: throughline/v1
kind: Plan
cycles:
  - {{key: before, title: The quarter before, start: {first}, end: {last}}}
objectives:
  - key: by-itself
    title: Nobody waits for us to deploy
    cycle: before
    key_results:
      - key: road
        title: {BEFORE}
        kind: milestone
        owner: Mia
        judge: Max
        steps:
          - {{title: The pilot team does, weight: 40}}
          - {{title: The others do, weight: 60}}
"""


@contextmanager
def a_day(home: Path, opened: Browser, *, days: int = 0) -> Iterator[Callable[..., Page]]:
    """The house so many days from now; gives what signs its people in by their names, new ones too."""
    with served(home, ahead=days) as house:
        came = Visitors(opened, house.address)

        def enter(name: str, role: str = "", **how: object) -> Page:
            page = came.enter(**how)  # type: ignore[arg-type]
            came.foresee(422)
            link = house.link_of(name, role=role) if role else link_of(house, name)
            sign_in(page, f"{house.address}/{link.split('/', 3)[3]}")
            return page

        yield enter
        assert came.complaints() + house.errors() == []
        came.leave()


def test_four_people_plan_a_quarter_through_every_stage_and_trace_what_they_promised(
    home: Path, opened: Browser
):
    with a_day(home, opened) as enter:
        manager, mia, omar = enter("Max", "manager"), enter("Mia"), enter("Omar", "member")
        pia = enter("Pia", "member", width=PHONE, touch=True)
        team = {"Mia": mia, "Omar": omar, "Pia": pia}
        start(manager)
        look_back(manager, mia)
        weigh_a_risk(manager, team)
        leave_out_what_nobody_reads(manager)
        board = open_the_board(manager)
        read_after_all(manager, pia, board)
        write_alone(manager, team, board)
        sort(manager, mia)
        vote(manager, team)
        make_candidates(manager)
        write_what_is_wanted(manager)
        meet_other_teams(manager, home.parent / "teams.csv")
        serve_the_company(manager)
        choose_the_work(manager)
        read_the_document(manager)
        publish(manager, mia)
        say_who_does_it(manager)
        check_in(mia)
        trace_it_back(omar)
        trace_it_forward(pia)
    with a_day(home, opened, days=LENGTH + 3) as enter:
        grade(enter("Max"))


def make_candidates(page: Page) -> None:
    for title in (KEYS, BACKUPS, LAPTOPS):
        cluster(page, title).get_by_role("link", name="Make something of it").click()
        page.get_by_role("button", name="Make it a candidate").click()
        expect(cluster(page, title).get_by_role("link", name=title, exact=True)).to_be_visible()


def write_what_is_wanted(page: Page) -> None:
    """Bridges and ranges need an objective, and the stage leads to its form."""
    other = stage(page, "other-teams")
    expect(other).to_contain_text("no objective")
    other.get_by_role("link", name="Write the first objective").click()
    page.get_by_label("Title").fill(OBJECTIVE)
    page.get_by_label("Why, in plain words").fill("Two of our deals ask how old our keys are.")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Sketch the first").click()
    page.get_by_label("Title").fill(ROAD)
    page.get_by_label("What decides it").select_option("milestone")
    page.get_by_label("Steps").fill(f"40: {STEPS[0]}\n60: {STEPS[1]}")
    say_why(page, owner="Mia", target=TARGET)
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name=OBJECTIVE).click()
    page.get_by_role("main").get_by_role("link", name="Key result", exact=True).click()
    page.get_by_label("Title").fill(AUDIT)
    page.get_by_label("What decides it").select_option("binary")
    page.get_by_label("The event and its test").fill("The report names no key older than a month.")
    say_why(page, owner="Omar")


def say_why(page: Page, *, owner: str, target: str = "") -> None:
    page.get_by_label("Owner").fill(owner)
    page.get_by_label("Judge").fill("Max")
    page.get_by_label("Why this", exact=True).fill("A key that is a month old is in a month of backups.")
    page.get_by_label("Why this target").fill(target)
    page.get_by_label("How it is measured").fill("By the log of the last rotation.")
    page.get_by_role("button", name="Keep the sketch").click()
    expect(page.get_by_role("button", name="Save")).to_be_visible()


def meet_other_teams(page: Page, file: Path) -> None:
    """A table comes in whole or not at all, and a bridge joins what they want to what we want."""
    stage(page, "other-teams").get_by_role("link", name="Other teams").click()
    file.write_text(TEAMS + ",Nobody's,,\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("teams.csv:3: the team is empty")).to_be_visible()
    file.write_text(TEAMS)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("link", name=re.compile("^Change")).click()
    page.get_by_label(OBJECTIVE).check()
    page.get_by_role("button", name="Save").click()
    met = page.get_by_role("region", name="Platform")
    expect(met.get_by_role("link", name=OBJECTIVE)).to_be_visible()
    look(page, "other-teams")
    over(page, "other-teams")


def serve_the_company(page: Page) -> None:
    """A goal takes some of the weeks, and what serves none is flagged until it is linked."""
    stage(page, "goals").get_by_role("link", name="Goals of this cycle").click()
    page.get_by_role("link", name="New goal").click()
    page.get_by_label("Title").fill(GOAL)
    page.get_by_role("button", name="Add").click()
    stage(page, "goals").get_by_role("link", name="Goals of this cycle").click()
    page.get_by_label("Goal", exact=True).select_option(label=GOAL)
    page.get_by_label("Person-weeks").fill("4")
    page.get_by_role("button", name="Take them off").click()
    expect(page.get_by_role("region", name="Capacity")).to_contain_text("4")
    look(page, "cycle-goals")
    page.get_by_role("region", name="Without a goal").get_by_role("link", name=OBJECTIVE).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label(GOAL).select_option("contributes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=OBJECTIVE)).to_be_visible()


def choose_the_work(page: Page) -> None:
    """Each candidate gets its ranges; one is dropped with the reason, the others fit in."""
    stage(page, "prioritise").get_by_role("link", name="What to choose").click()
    for title, weeks, result in ((KEYS, ("6", "3"), ROAD), (BACKUPS, ("1", "2"), AUDIT)):
        page.get_by_role("link", name=title).first.click()
        page.get_by_label("For the objective").select_option(label=OBJECTIVE)
        effort = page.get_by_role("group", name="Effort, in person-weeks")
        effort.get_by_label("At least").fill(weeks[0])
        effort.get_by_label("At most").fill(weeks[1])
        moved = page.get_by_role("group", name=result)
        moved.get_by_label("From").fill("20")
        moved.get_by_label("To").fill("40")
        page.get_by_role("button", name="Save").click()
        if title == KEYS:
            expect(page.locator(".field .message")).to_contain_text("swap its ends")
            effort.get_by_label("At least").fill("3")
            effort.get_by_label("At most").fill("6")
            page.get_by_role("button", name="Save").click()
        stage(page, "prioritise").get_by_role("link", name="What to choose").click()
    page.get_by_role("link", name=LAPTOPS).first.click()
    page.get_by_text("Drop it", exact=True).first.click()
    page.get_by_label("Why it is dropped").fill("The inventory is bought in spring")
    page.locator("details").get_by_role("button", name="Drop it").click()
    page.get_by_role("link", name="State the rules").click()
    page.get_by_label("Person-weeks that the team has").fill("20")
    page.get_by_role("button", name="State the rules").click()
    expect(page.locator(".page-head .lead")).to_contain_text("2 of 2 candidates fit in")
    page.get_by_role("link", name="Make initiatives").click()
    page.get_by_role("button", name="Make all 2").click()
    expect(page.get_by_text("2 initiatives made.")).to_be_visible()
    over(page, "prioritise")
    over(page, "goals")


def read_the_document(page: Page) -> None:
    """It says why the third idea is not in it, and leads to what nobody has written yet."""
    stage(page, "document").get_by_role("link", name="Read the document").click()
    expect(page.get_by_text("The inventory is bought in spring")).to_be_visible()
    expect(page.get_by_text("1 answer still missing")).to_be_visible()
    look(page, "cycle-document")
    page.get_by_role("link", name=re.compile("^" + AUDIT)).first.click()
    page.get_by_label("Why this target").fill(TARGET)
    page.get_by_role("button", name="Save").click()
    stage(page, "document").get_by_role("link", name="Read the document").click()
    expect(page.get_by_text(TARGET)).to_have_count(2)
    expect(page.get_by_text("still missing")).to_have_count(0)
    page.get_by_role("link", name="Propose it for comments").click()
    expect(page.get_by_role("button", name="Propose")).to_be_visible()


def publish(manager: Page, mia: Page) -> None:
    """It is asked about, answered, and set."""
    manager.get_by_role("button", name="Propose").click()
    expect(manager.locator(".steps [aria-current=step]")).to_have_text("Proposed")
    mia.goto("/cycles/the-quarter/published/")
    mia.get_by_text(f"Comment on {AUDIT}", exact=True).click()
    mia.get_by_label(f"Your comment on {AUDIT}").fill(ASKED)
    mia.locator(".paper-results").get_by_role("button", name="Comment").last.click()
    expect(mia.get_by_text(ASKED)).to_be_visible()
    manager.get_by_role("link", name="Published page").click()
    manager.get_by_role("button", name="Resolve the comment of Mia").click()
    expect(manager.get_by_text("1 resolved")).to_be_visible()
    stage(manager, "publish").get_by_role("link", name="The plan of The quarter").click()
    manager.get_by_role("button", name="Set the quarter").click()
    expect(manager.locator(".steps [aria-current=step]")).to_have_text("Set")
    over(manager, "publish")


def say_who_does_it(page: Page) -> None:
    for title, name in ((KEYS, "Mia"), (BACKUPS, "Omar")):
        stage(page, "assign").get_by_role("link", name="Initiatives").click()
        page.get_by_role("link", name=title).click()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Who works on it").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    over(page, "assign")


def check_in(page: Page) -> None:
    stage(page, "execute").get_by_role("link", name="Check-ins").click()
    mine = page.get_by_role("region", name=ROAD)
    mine.get_by_label("Confidence, %").fill("70")
    mine.get_by_label("In one line").fill("The pilot starts on Monday.")
    mine.get_by_role("button", name="Check in").click()
    expect(mine).to_contain_text("The pilot starts on Monday.")


def trace_it_back(page: Page) -> None:
    """From the published page to the notes, as anybody may."""
    page.goto("/cycles/the-quarter/published/")
    expect(page.get_by_text("this page does not change any more")).to_be_visible()
    page.get_by_role("link", name=ROAD).click()
    moved = page.get_by_role("region", name="What should move it")
    expect(moved).to_contain_text("+20 to +40 points")
    expect(moved).to_contain_text("of 2 notes: rank 1 of the vote")
    look(page, "key-result-moved-by")
    moved.get_by_role("link", name=KEYS).first.click()
    came = page.get_by_role("region", name="Where it came from")
    expect(came).to_contain_text(TAKEN)
    expect(came).to_contain_text(NOTES["Mia"])
    came.get_by_role("link", name=KEYS).click()
    expect(note(cluster(page, KEYS), TAKEN)).to_be_visible()


def trace_it_forward(page: Page) -> None:
    """From her own note to what was promised."""
    page.goto("/cycles/the-quarter/provenance/")
    look(page, "provenance")
    row = page.get_by_role("row", name=KEYS)
    row.locator("summary").click()
    expect(row).to_contain_text(TAKEN)
    expect(row).to_contain_text("rank 1")
    row.get_by_role("link", name=ROAD).click()
    expect(page.get_by_role("heading", name=ROAD)).to_be_visible()


def grade(page: Page) -> None:
    """After its last day the quarter is graded, and its stages are through."""
    for name in (ROAD, AUDIT):
        stage(page, "grade").get_by_role("link", name="Grades and lessons").click()
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("button", name="Grade it as it stands").click()
        expect(page.get_by_text("The key result is graded.")).to_be_visible()
    expect(stage(page, "grade")).to_contain_text("The quarter is to be closed")
    expect(page.locator("#next")).to_have_text("Every stage is done or skipped.")
