"""A file with a bad row stores nothing; mended, it comes in whole; a second time, it changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.journeys import register
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey


def test_a_bad_row_is_named_and_the_mended_file_comes_in_once(
    signed_in: Callable[..., Page], visitors: Visitors
):
    page = signed_in()
    visitors.foresee(422)
    lines = register.lines()

    page.get_by_role("link", name="Import a file").click()
    look(page, "import-new")
    put_in(page, register.with_a_bad_row(lines))
    verdict = page.get_by_role("status").filter(has_text="cannot be read")
    for said in (str(register.BAD_LINE), "Found on", "31 February", "2024-01-31"):
        expect(verdict).to_contain_text(said)
    expect(page.get_by_label("Field for Found on")).to_have_attribute("aria-invalid", "true")
    look(page, "import-bad-row")

    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="cannot be read")).to_be_visible()
    go_to(page, "Vulnerabilities")
    expect(page.get_by_role("heading", name="No vulnerabilities yet")).to_be_visible()

    page.goto("/imports/")
    look(page, "imports-waiting")
    page.get_by_role("link", name="register.csv").click()
    page.get_by_label("The mended file").set_input_files(file_of(lines))
    page.get_by_role("button", name="Replace the file").click()
    expect(page.get_by_text(f"All {len(lines)} rows can be read.")).to_be_visible()
    expect(page.get_by_label("Field for Found on").locator("option:checked")).to_have_text("identified")
    expect(page.get_by_role("table", name="as they will be stored")).to_contain_text(lines[0].title)
    look(page, "import-columns")

    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="register.csv", level=1)).to_be_visible()
    expect(figure(page, "New")).to_have_text(str(len(lines)))
    look(page, "import-result")

    page.get_by_role("link", name="See the records").click()
    expect(page.get_by_role("table", name=f"of {len(lines)}")).to_be_visible()

    page.goto("/imports/new")
    put_in(page, lines)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(figure(page, "Same as before")).to_have_text(str(len(lines)))
    expect(figure(page, "New")).to_have_text("0")
    expect(figure(page, "Changed")).to_have_text("0")


def file_of(lines: list[Line]) -> FilePayload:
    return {"name": "register.csv", "mimeType": "text/csv", "buffer": register.written(lines)}


def put_in(page: Page, lines: list[Line]) -> None:
    page.get_by_label("File").set_input_files(file_of(lines))
    page.get_by_role("button", name="Continue").click()


def figure(page: Page, name: str):
    return page.locator(".statistic").filter(has=page.get_by_text(name, exact=True)).locator(".value")
