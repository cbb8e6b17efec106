"""Two reports come in, thirty findings are judged by keyboard, one makes a rule; a wrong merge is undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys import scans
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.visitors import go_to

pytestmark = pytest.mark.journey
WAITING = scans.PACKAGES + scans.ASSERTS + scans.QUERIES


def test_thirty_findings_are_judged_by_keyboard_and_one_becomes_a_rule(
    signed_in: Callable[..., Page], tmp_path: Path
):
    page = signed_in()
    for file in (scans.write_trivy(tmp_path / "trivy.json"), scans.write_sarif(tmp_path / "code.sarif")):
        put_in(page, file)

    go_to(page, "Vulnerabilities")
    page.get_by_role("navigation", name="Triage").get_by_role("link", name="Waiting for triage").click()
    waiting(page, WAITING)
    look(page, "waiting")
    judge_alone(page)
    judge_together(page)
    waiting(page, WAITING - 30)

    page.reload()
    make_rule(page)
    waiting(page, 0)


def test_what_was_accepted_says_until_when_and_by_whom(signed_in: Callable[..., Page], tmp_path: Path):
    page = signed_in()
    put_in(page, scans.write_trivy(tmp_path / "trivy.json"))
    page.goto("/vulnerabilities/?q=package-7")
    press(page, "j", "a")
    page.keyboard.type("Not reachable behind the gateway")
    page.get_by_label("Accepted until").fill("2099-03-04")
    press(page, "Enter")
    row = page.get_by_role("row").filter(has_text="package-7")
    expect(row).to_contain_text("until 4 Mar 2099, by")
    press(page, "Enter")
    record = page.get_by_role("complementary", name="The open record")
    expect(record.get_by_text("Accepted until 4 Mar 2099, by")).to_be_visible()
    look(page, "accepted-beside")
    page.reload()
    look(page, "accepted")
    press(page, "u")
    expect(page.get_by_text("Accepted until 4 Mar 2099")).to_have_count(0)
    expect(page.get_by_role("region", name="History")).to_contain_text("Decision taken back")
    press(page, "f")
    expect(page.get_by_text("Say why (false positive), then press Enter.").first).to_be_visible()
    expect(page.get_by_label("Reason")).to_be_focused()
    look(page, "reason-needed")


def test_a_duplicate_names_its_original_and_both_lead_to_each_other(
    signed_in: Callable[..., Page], tmp_path: Path
):
    page = signed_in()
    put_in(page, scans.write_trivy(tmp_path / "trivy.json"))
    page.goto("/vulnerabilities/?q=package-7")
    row_of(page, "package-7").get_by_role("link").click()
    record = page.get_by_role("complementary", name="The open record")
    expect(record.get_by_role("heading", name="package-7")).to_be_focused()
    press(page, "d")
    expect(record.get_by_label("Duplicate of")).to_be_focused()
    page.keyboard.type("package-8")
    expect(record.get_by_role("radio")).to_be_checked()
    press(page, "Enter")
    expect(record.get_by_text("Duplicate of").get_by_role("link")).to_have_count(1)
    look(page, "duplicate-beside")
    record.get_by_text("Duplicate of").get_by_role("link").click()
    back = page.get_by_role("region", name="Duplicates of it").get_by_role("link")
    look(page, "duplicate-original")
    back.click()
    expect(page.get_by_text("Duplicate of").get_by_role("link")).to_have_count(1)
    press(page, "u")
    expect(page.get_by_text("Taken back.").first).to_be_visible()
    expect(page.get_by_text("Duplicate of").get_by_role("link")).to_have_count(0)


def test_a_wrong_merge_is_undone(house: House, signed_in: Callable[..., Page], tmp_path: Path):
    house.run("import", scans.write_sarif(tmp_path / "one.sarif"), "--full")
    house.run("import", scans.write_sarif(tmp_path / "two.sarif", day=9, folder="ledger"), "--full")
    page = signed_in()
    go_to(page, "Vulnerabilities")
    page.get_by_role("navigation", name="Triage").get_by_role("link", name="Suspected re-keys 1").click()
    look(page, "rekeys")
    page.get_by_role("button", name="The same: merge").click()
    expect(page.get_by_role("region", name="Decided", exact=True)).to_contain_text("Merged")
    look(page, "rekeys-merged")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="To be decided")).to_be_visible()
    expect(page.get_by_role("region", name="Decided", exact=True)).to_have_count(0)

    merge_by_hand(page)


def merge_by_hand(page: Page) -> None:
    """What view_2.py has is said to be that of view_1.py, by its address; that is undone where it is told."""
    page.goto("/vulnerabilities/?q=view_")
    address = row_of(page, "view_1.py").get_by_role("link").evaluate("link => link.href")
    row_of(page, "view_2.py").get_by_role("link").click()
    page.get_by_label("The same as vulnerability number").fill(address)
    page.get_by_role("button", name="Merge into it").click()
    expect(page.get_by_role("region", name="Seen by").get_by_role("button", name="Split off")).to_have_count(
        2
    )
    look(page, "merged")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name="Where")).to_contain_text("view_2.py")
    expect(page.get_by_role("region", name="History")).to_contain_text("Stands for itself again")


def row_of(page: Page, file: str) -> Locator:
    return page.get_by_role("row").filter(has_text=file)


def put_in(page: Page, file: Path) -> None:
    page.goto("/imports/new")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name=file.name, level=1)).to_be_visible()


def waiting(page: Page, count: int) -> None:
    """As many wait as the list says, and as the counters say."""
    if count:
        expect(page.get_by_role("table", name=f"of {count}", exact=False)).to_be_visible()
    glance = page.get_by_role("region", name="At a glance")
    expect(glance.locator(".value").first).to_have_text(str(count))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def bar(page: Page) -> Locator:
    return page.get_by_role("form", name="Decide about the selected")


def is_beneath(page: Page, row: Locator) -> None:
    """The bar stands below the row that it is about, and hides nothing of it."""
    of_row, of_bar = row.bounding_box(), bar(page).bounding_box()
    assert of_row["y"] + of_row["height"] <= of_bar["y"] + 1


def said(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="Undo")


def judge_alone(page: Page) -> None:
    """Eleven, each with a key: the cursor goes on by itself, a reason is remembered, one is taken back."""
    press(page, "j", *"rrrrrr")
    waiting(page, WAITING - 6)
    cursor = page.locator("tr.cursor")
    expect(cursor.get_by_role("link")).to_be_focused()
    mistaken = f"#rows tr[data-id='{cursor.get_attribute('data-id')}']"
    press(page, "d")
    expect(bar(page).get_by_label("Duplicate of")).to_be_focused()
    press(page, "Enter")
    expect(bar(page).get_by_role("alert")).to_contain_text("Say of which one")
    page.keyboard.type("package-7")
    expect(bar(page).get_by_role("radio")).to_be_checked()
    look(page, "deciding-duplicate")
    press(page, "Enter")
    waiting(page, WAITING - 7)
    expect(said(page)).to_contain_text("Duplicate: An assert in code")
    expect(page.locator(mistaken)).to_have_count(0)
    press(page, "u")
    waiting(page, WAITING - 6)
    expect(page.locator(mistaken)).to_be_visible()

    press(page, "f")
    expect(bar(page).get_by_label("Reason")).to_be_focused()
    is_beneath(page, cursor)
    press(page, "Enter")
    expect(bar(page).get_by_role("alert")).to_contain_text("Say why")
    look(page, "deciding-alone")
    page.keyboard.type("Only in a tool of ours")
    press(page, "Enter")
    waiting(page, WAITING - 7)
    for key in "ff":
        press(page, key)
        expect(bar(page).get_by_label("Reason")).to_have_value("Only in a tool of ours")
        press(page, "Enter")
    waiting(page, WAITING - 9)
    press(page, "o")
    page.keyboard.type("Nobody runs it")
    press(page, "Escape")
    expect(bar(page)).to_be_hidden()
    expect(page.locator("tr.cursor").get_by_role("link")).to_be_focused()
    press(page, "o", "Enter")
    expect(bar(page).get_by_role("alert")).to_be_visible()
    page.keyboard.type("Nobody runs it")
    press(page, "Enter", "d")
    page.keyboard.type("package-7")
    expect(bar(page).get_by_role("radio")).to_be_checked()
    press(page, "Enter")
    waiting(page, WAITING - 11)


def judge_together(page: Page) -> None:
    """Nineteen in one go: a range with the keyboard, what it would change, one undo for all of it."""
    press(page, "x", *"j" * 18, "Shift+x")
    expect(bar(page)).to_contain_text("19 selected")
    is_beneath(page, page.locator("tr.cursor"))
    look(page, "selected")
    press(page, "f")
    sentence = bar(page).get_by_role("status")
    expect(sentence).to_have_text("19 findings: 19 potential would become false positive.")
    look(page, "deciding-together")
    press(page, "Enter")
    waiting(page, WAITING - 30)
    expect(said(page)).to_contain_text("False positive: 19 findings.")
    said(page).get_by_role("button", name="Undo").click()
    waiting(page, WAITING - 11)
    page.get_by_role("checkbox", name="Select all on this page").check()
    for box in page.locator("[name=ids]").all()[19:]:
        box.uncheck()
    expect(bar(page)).to_contain_text("19 selected")
    bar(page).get_by_role("button", name="Duplicate").click()
    expect(sentence).to_contain_text("19 potential would become duplicate")
    bar(page).get_by_role("button", name="Make 19 duplicate").click()
    waiting(page, WAITING - 30)


def make_rule(page: Page) -> None:
    """A rule from the row of the cursor, tried on the past; it decides about what still waits."""
    page.goto("/vulnerabilities/?state=potential&status=open&sort=title")
    press(page, "j", "m")
    expect(page.get_by_role("heading", name="New triage rule")).to_be_visible()
    tried = page.get_by_role("region", name="Tried on everything that came in")
    expect(tried).to_contain_text("It would have decided")
    look(page, "rule-new")
    page.get_by_label("Reason").fill("Packages of a tool that is not shipped")
    page.get_by_label("Component").fill("")
    page.get_by_label("Path").fill("")
    expect(tried).to_contain_text("of which people later confirmed")
    page.get_by_role("button", name="Save, and decide what waits").click()
    expect(page.get_by_role("table", name="Triage rules")).to_be_visible()
    look(page, "rules")
    page.goto("/vulnerabilities/?state=potential&status=open")
