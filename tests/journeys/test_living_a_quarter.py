"""A quarter is lived: checked in on, done by steps, changed, graded, learnt from, and carried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pypdf import PdfReader
from tests.journeys import plans, register
from tests.journeys.house import House, run, served
from tests.journeys.looks import look
from tests.journeys.plans import AUDIT, FEWER, ROAD, ROAD_STEPS
from tests.journeys.visitors import PHONE, Visitors, chromium, go_to, sign_in

pytestmark = pytest.mark.journey
# The register gains a line every four days, so the clock moves by whole lines.
LATER, OVER = 44, plans.LENGTH + 6
PEOPLE = (("Max", "manager", "Security"), ("Mia", "member", "Security"), ("Omar", "viewer", "Platform"))
TOLD = "The pilot began late, and is what counts."
EVIDENCE = "https://ci.example.org/runs/81"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with a quarter that was set today."""
    if not chromium():
        pytest.skip("no browser is here: install chromium, or name one in CHROMIUM")
    folder, file = tmp_path / "home", tmp_path / "plan.yaml"
    import_register(folder, days=0)
    for name, role, team in PEOPLE:
        email = f"{name.lower()}@example.org"
        run("user", "add", name, email, "--role", role, "--team", team, home=folder)
    file.write_text(plans.quarter(datetime.now(UTC).date()))
    run("plan", "apply", file, home=folder)
    for step in ("propose", "set"):
        run("cycle", step, "quarter", home=folder)
    return folder


def import_register(home: Path, *, days: int) -> None:
    """The register as it stands so many days from now, brought in on that day."""
    file = home.parent / f"register-{days}.csv"
    later = datetime.now(UTC) + timedelta(days=days)
    file.write_bytes(register.written(register.lines(120 + days // 4, now=later)))
    run("import", file, home=home, ahead=days)


@contextmanager
def a_day(home: Path, opened: Browser, *, days: int) -> Iterator[Callable[..., Page]]:
    """The house so many days from now; gives what signs its people in by their names."""
    import_register(home, days=days)
    with served(home, ahead=days) as house:
        came = Visitors(opened, house.address)

        def enter(name: str, **how: object) -> Page:
            page = came.enter(**how)  # type: ignore[arg-type]
            came.foresee(404, 409, 422)
            sign_in(page, link_of(house, name))
            return page

        yield enter
        assert came.complaints() + house.errors() == []
        came.leave()


def link_of(house: House, name: str) -> str:
    path = house.run("user", "link", f"{name.lower()}@example.org")["sign_in_link"].split("/", 3)[3]
    return f"{house.address}/{path}"


def test_a_quarter_is_checked_in_on_changed_graded_learnt_from_and_carried_on(home: Path, opened: Browser):
    with a_day(home, opened, days=LATER) as enter:
        engineer, manager = enter("Mia"), enter("Max")
        outsider = enter("Omar", width=PHONE, touch=True)
        check_in_as_the_owner(engineer)
        do_a_step(engineer)
        move_the_target(manager)
        review_the_month(manager)
        tell_on_friday(manager)
        read_as_an_outsider(outsider)
    with a_day(home, opened, days=OVER) as enter:
        engineer, manager = enter("Mia"), enter("Max")
        grade_what_nobody_measures(manager)
        say_what_the_work_did(manager)
        look_back_as_the_owner(engineer)
        grade_otherwise_with_a_reason(manager)
        look_back_and_carry_on(manager)
        close_the_quarter(manager)
        tell_what_stays(manager)
        see_how_predictable_we_are(manager)


def check_in_as_the_owner(page: Page) -> None:
    """What she owns waits on her home page; she says how sure she is, and why."""
    look(page, "home-in-the-quarter")
    page.goto("/check-ins/")
    mine = page.get_by_role("region", name=ROAD)
    expect(page.get_by_role("region", name=FEWER)).to_have_count(0)
    look(page, "check-ins")
    mine.get_by_label("Confidence, %").fill("70")
    mine.get_by_label("In one line").fill("The pilot team starts on Monday.")
    mine.get_by_role("button", name="Check in").click()
    expect(mine).to_contain_text("The pilot team starts on Monday.")
    audit = page.get_by_role("region", name=AUDIT)
    audit.get_by_label("Confidence, %").fill("80")
    audit.get_by_label("Confidence, %").press("Enter")
    expect(audit).to_contain_text("Last said")
    look(page, "check-ins-said")


def do_a_step(page: Page) -> None:
    """Half of the milestone is done when anybody can see by what."""
    page.get_by_role("link", name=ROAD).click()
    steps = page.get_by_role("region", name="Steps")
    steps.get_by_text(f"It is done: {ROAD_STEPS[0]}").click()
    steps.get_by_label("By what anybody can see it").first.fill(EVIDENCE)
    steps.get_by_role("button", name="Mark as done").first.click()
    expect(steps).to_contain_text("40 % of the weights done")
    expect(page.get_by_role("link", name="Change", exact=True)).to_have_count(0)
    look(page, "key-result-a-step-done")


def move_the_target(page: Page) -> None:
    """The manager is less sure, and says so; then the target moves, with its reason beside the old one."""
    page.goto("/key-results/")
    page.get_by_role("link", name=FEWER).first.click()
    page.get_by_role("link", name="Check in").click()
    page.get_by_label("How likely is it").fill("60")
    page.get_by_label("In one line").fill("Two people left.")
    look(page, "check-in")
    page.get_by_role("button", name="Check in").click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Target", exact=True).fill("-30%")
    page.get_by_label("Why it changes").select_option("target moved")
    page.get_by_label("In your own words").fill("Two people left the team.")
    page.get_by_role("button", name="Make version 2").click()
    versions = page.get_by_role("region", name="Versions")
    expect(versions.locator("del").filter(has_text="-40%")).to_be_visible()
    expect(versions.locator("ins").filter(has_text="-30%")).to_be_visible()
    look(page, "key-result-changed")


def review_the_month(page: Page) -> None:
    page.goto("/cycles/quarter/")
    look(page, "cycle-running")
    page.get_by_role("link", name="Monthly review").click()
    expect(page.get_by_role("row", name=ROAD)).to_contain_text("The pilot team starts on Monday.")
    page.get_by_role("textbox", name="What was decided").fill(
        "The pilot comes first; the audit waits for it."
    )
    page.get_by_role("button", name="Keep the review").click()
    expect(page.get_by_role("region", name="Held before")).to_contain_text("The pilot comes first")
    look(page, "monthly-review")


def tell_on_friday(page: Page) -> None:
    """One click from home is the page to take along; then she says in her words what the facts cannot."""
    go_to(page, "Home")
    with page.expect_download() as coming:
        page.get_by_role("link", name="This week's page as PDF").click()
    [only] = PdfReader(coming.value.path()).pages
    assert FEWER in " ".join(only.extract_text().split())
    page.goto("/report/")
    look(page, "report")
    page.get_by_role("link", name="say it in your words").first.click()
    page.get_by_label("What happened").fill(TOLD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="What happened")).to_contain_text(TOLD)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Slides").click()
    slides = Presentation(str(coming.value.path())).slides
    said = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert TOLD in " ".join(said)


def tell_what_stays(page: Page) -> None:
    """What was told when the quarter closed is told the same ever after, with its hash."""
    page.goto("/cycles/quarter/")
    page.get_by_role("link", name="Report").click()
    expect(page.get_by_text("This is the report as it stood when")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text(TOLD)
    expect(page.get_by_text("SHA-256")).to_be_visible()
    page.get_by_role("link", name="The whole document").click()
    expect(page.get_by_text("Ask the teams before the quarter, not in it.").first).to_be_visible()
    look(page, "report-frozen")


def read_as_an_outsider(page: Page) -> None:
    """He reads all of it, and is asked and offered nothing that is not his."""
    page.goto("/cycles/quarter/review/")
    expect(page.get_by_role("region", name="Held before")).to_contain_text("The pilot comes first")
    expect(page.get_by_role("button", name="Keep the review")).to_have_count(0)
    page.get_by_role("link", name=ROAD).click()
    expect(page.get_by_text("The pilot team starts on Monday.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as done")).to_have_count(0)
    expect(page.get_by_role("link", name="Check in")).to_have_count(0)
    page.goto(f"{page.url}check-in/")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    page.goto("/cycles/quarter/")
    expect(page.get_by_role("button", name="Close it")).to_have_count(0)


def grade_what_nobody_measures(page: Page) -> None:
    """The data reached the end, so what it decides is graded; what people enter waits for their word."""
    page.goto("/key-results/")
    look(page, "key-results-over")
    for name in (ROAD, AUDIT):
        page.goto("/key-results/")
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("button", name="Grade it as it stands").click()
        expect(page.get_by_text("The key result is graded.")).to_be_visible()
    look(page, "key-result-graded")


def say_what_the_work_did(page: Page) -> None:
    page.goto("/initiatives/paved-road/")
    page.get_by_text("Say what it did").click()
    page.get_by_label("Change of the figure").fill("-12")
    page.get_by_role("button", name="Keep").first.click()
    look(page, "initiative-realised")


def look_back_as_the_owner(page: Page) -> None:
    """A lesson is asked for; without one it is not kept."""
    page.goto("/cycles/quarter/grades/")
    look(page, "grades-open")
    expect(
        page.get_by_role("row", name=FEWER).get_by_role("link", name="Write the post-mortem")
    ).to_have_count(0)
    row = page.get_by_role("row", name=ROAD)
    expect(row).to_contain_text("0.40")
    row.get_by_role("link", name="Write the post-mortem").click()
    page.get_by_label("What worked").fill("The pilot team helped to write it.")
    page.get_by_label("The main cause").select_option("no capacity")
    page.get_by_label("What comes next").select_option("try again")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("say in one line what was learnt")).to_be_visible()
    look(page, "post-mortem")
    page.get_by_label("The lesson").fill("Ask the teams before the quarter, not in it.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="Grades and lessons")).to_be_visible()
    expect(row).to_contain_text("Ask the teams before the quarter, not in it.")


def grade_otherwise_with_a_reason(page: Page) -> None:
    page.goto("/cycles/quarter/grades/")
    page.get_by_role("link", name=AUDIT).click()
    page.get_by_role("link", name="Set another grade").click()
    page.get_by_role("spinbutton", name="Grade").fill("0.5")
    page.get_by_label("Why the computed grade").fill("The report had one finding instead of two.")
    look(page, "override")
    page.get_by_role("button", name="Set this grade").click()
    expect(page.get_by_text("beside the computed 0.00")).to_be_visible()


def look_back_and_carry_on(page: Page) -> None:
    """The next quarter is begun, and what is tried again is taken into it with its lesson."""
    page.goto("/cycles/")
    page.get_by_role("link", name="Plan 20").click()
    page.get_by_role("button", name="Start planning").click()
    page.goto("/cycles/quarter/grades/")
    row = page.get_by_role("row", name=ROAD)
    row.get_by_role("button", name="Carry over").click()
    expect(row).to_contain_text("carried into 20")
    look(page, "grades")


def close_the_quarter(page: Page) -> None:
    page.goto("/cycles/quarter/")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("It is closed, and stays as it ended.")).to_be_visible()
    look(page, "cycle-closed")
    page.get_by_role("main").get_by_role("link", name="Thread").click()
    look(page, "thread-closed")
    page.goto("/cycles/")
    look(page, "cycles-closed")
    page.locator(".cycle-card").first.click()
    expect(page.get_by_role("link", name=ROAD).first).to_be_visible()
    look(page, "cycle-next")


def see_how_predictable_we_are(page: Page) -> None:
    go_to(page, "Home")
    look(page, "home-over")
    page.goto("/predictability/")
    expect(page.get_by_label("Overall")).to_contain_text("Brier score of first check-ins")
    look(page, "predictability")
