"""A file with a bad row stores nothing; mended, it comes in whole; a second time, it changes nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

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
    lines = register.lines()

    page.get_by_role("link", name="Import a file").click()
    look(page, "import-new")
    put_in(page, register.with_a_bad_row(lines))
    verdict = page.get_by_role("status").filter(has_text="cannot be read")
    for said in (str(register.BAD_LINE), "Found on", "31 February", "2024-01-31"):
        expect(verdict).to_contain_text(said)
    expect(page.get_by_label("Field for Found on")).to_have_attribute("aria-invalid", "true")
    look(page, "import-bad-row")

    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    page.get_by_label("Leave out what cannot be read").check()
    expect(
        page.get_by_role("status").filter(has_text="1 row cannot be read and will be left out")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_enabled()
    look(page, "import-left-out")
    page.get_by_label("Leave out what cannot be read").uncheck()
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
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


SCANS = Path(__file__).resolve().parents[3] / "shared" / "data" / "scans"
REPORTS = ("semgrep/many_vulns.json", "zap/dvwa_baseline_dojo.xml", "tenable/nessus_many_vuln.csv")


@pytest.mark.skipif(not SCANS.is_dir(), reason="the reports of scanners are not here")
def test_several_reports_dropped_at_once_are_imported_one_after_the_other(signed_in: Callable[..., Page]):
    page = signed_in()
    page.goto("/imports/new")
    packed = {"name": "reports.zip", "mimeType": "application/zip", "buffer": zip_of(REPORTS)}
    broken = {"name": "broken.json", "mimeType": "application/json", "buffer": b'{"results": ['}
    page.get_by_label("Files").set_input_files([packed, broken])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="broken.json")).to_contain_text("cannot be read")
    look(page, "imports-several-waiting")

    page.get_by_role("link", name="many_vulns.json").click()
    expect(page.get_by_role("heading", name="A report of Semgrep")).to_be_visible()
    page.get_by_label("Service").fill("shop")
    page.get_by_role("textbox", name="Scope").press_sequentially("main branch", delay=60)
    expect(page.get_by_role("textbox", name="Scope")).to_have_value("main branch")
    expect(page.get_by_text("A new service: it will be added to the catalogue.")).to_be_visible()
    page.get_by_label("A complete scan of this scope").check()
    look(page, "import-report")

    page.get_by_label("Read as").select_option("")
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    look(page, "import-report-as-table")
    page.get_by_label("Read as").select_option("gitleaks")
    expect(page.get_by_role("status").filter(has_text="Gitleaks")).to_be_visible()
    look(page, "import-report-as-another")
    page.get_by_label("Read as").select_option("semgrep")
    expect(page.get_by_role("heading", name="A report of Semgrep")).to_be_visible()

    page.get_by_label("Service").fill("shop")
    page.get_by_label("A complete scan of this scope").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(figure(page, "New")).not_to_have_text("0")
    expect(page.get_by_text("New services: shop.")).to_be_visible()
    look(page, "import-report-result")

    page.get_by_role("link", name="Next: ").click()
    expect(page.get_by_role("heading", name="A report of ZAP")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(figure(page, "New")).not_to_have_text("0")
    page.goto("/imports/")
    expect(page.get_by_role("columnheader", name="Presumed")).to_be_visible()
    look(page, "imports-of-scans")


def zip_of(names: tuple[str, ...]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(SCANS / name, name)
    return packed.getvalue()


def file_of(lines: list[Line]) -> FilePayload:
    return {"name": "register.csv", "mimeType": "text/csv", "buffer": register.written(lines)}


def put_in(page: Page, lines: list[Line]) -> None:
    page.get_by_label("Files").set_input_files(file_of(lines))
    page.get_by_role("button", name="Continue").click()


def figure(page: Page, name: str):
    return page.locator(".statistic").filter(has=page.get_by_text(name, exact=True)).locator(".value")
