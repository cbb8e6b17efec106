"""A metric is sliced, doubted, compared with its naive twin, and traced to the rows behind it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import register
from tests.journeys.house import House
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import Visitors, go_to

pytestmark = pytest.mark.journey
NAIVE = "mean(mitigated - identified)"


def test_every_figure_of_a_metric_leads_to_its_rows(
    signed_in: Callable[..., Page], visitors: Visitors, known: list[Line]
):
    page = signed_in()
    visitors.foresee(400)
    go_to(page, "Metrics")
    expect(page.locator(".metric-card .value").first).to_be_visible()
    look(page, "metrics")

    measure(page, "mean(mitigated - severity)")
    expect(page.get_by_label("Metric", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("cannot subtract a severity from a date")
    look(page, "metric-refused")

    measure(page, NAIVE, where="severity >= 'high'")
    expect(page.get_by_text("naive: leaves out the open ones")).to_be_visible()
    page.get_by_label("Over time by").select_option("year")
    page.wait_for_url("**by=year**")
    page.get_by_label("And by").select_option("service")
    page.wait_for_url("**by=service**")
    look(page, "metric-slices")

    warning = page.locator(".notice.warn").filter(has_text="still open").first
    warning.get_by_text("What it means").click()
    expect(warning.get_by_text("Instead:")).to_be_visible()
    page.get_by_role("link", name="Look at this one instead").click()
    expect(page.get_by_text("honest: counts the open ones")).to_be_visible()
    look(page, "metric-honest")

    honest = page.url
    page.get_by_label("Change by the ratio").fill("half")
    page.get_by_role("button", name="Tell").click()
    expect(page.get_by_label("Change by the ratio")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Change by the ratio").fill("0.5")
    page.get_by_role("button", name="Tell").click()
    page.wait_for_url("**ratio=0.5**")
    expect(page.get_by_text("would be told from chance in").first).to_be_visible()
    look(page, "metric-power")
    explain(page)

    page.goto(honest)
    rows_agree(page)


def explain(page: Page) -> None:
    """From the metric to why it moved."""
    page.get_by_role("link", name="Why did it move?").click()
    expect(page.get_by_label("Split by")).to_have_value("service")
    page.get_by_label("The period").select_option("this-year")
    page.wait_for_url("**range=this-year**")
    expect(page.get_by_label("In one sentence")).to_contain_text("It ")
    look(page, "metric-why")
    page.get_by_label("Held against").fill("2025-Q9")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_label("Held against")).to_have_attribute("aria-invalid", "true")
    look(page, "metric-why-refused")


def rows_agree(page: Page) -> None:
    """The n of a line, the rows that its link opens, and both files say the same."""
    line = page.locator("tbody tr").first
    n = int(line.locator("[data-label=n]").inner_text())
    address = page.url
    line.get_by_role("link").first.click()
    expect(page.get_by_role("table", name=f"of {n}")).to_be_visible()
    assert len(downloaded(page, "CSV").read_text().splitlines()) == n + 1
    look(page, "rows-behind-a-number")

    page.goto(address)
    shown = page.locator("tbody [data-label=n]").all_inner_texts()
    with downloaded(page, "CSV").open(newline="") as file:
        assert [row["n"] for row in csv.DictReader(file)] == shown
    page.get_by_role("link", name="JSON").click()
    answer = json.loads(page.locator("body").inner_text())
    assert [str(row["n"]) for row in answer["rows"]] == shown


def test_a_metric_remembers_what_was_known_when(house: House, signed_in: Callable[..., Page], tmp_path: Path):
    lines = register.lines()
    today = datetime.now(UTC)
    learn(house, lines[:100], tmp_path / "register.csv", when=today - timedelta(days=30))
    learn(house, lines, tmp_path / "register.csv", when=today - timedelta(days=10))
    page = signed_in()
    page.goto("/metrics/?metric=arrivals&by=none")
    figure = page.locator(".statistic.large .value")
    expect(figure).to_have_text("120")

    page.get_by_text("Custom dates, and as known at").click()
    page.get_by_label("As known at").fill(f"{today - timedelta(days=20):%Y-%m-%d}")
    page.get_by_role("button", name="Measure").click()
    expect(figure).to_have_text("100")
    figure.get_by_role("link").click()
    expect(page.get_by_role("table", name="of 100")).to_be_visible()

    page.go_back()
    page.get_by_label("Slide through 2 days").press("End")
    expect(figure).to_have_text("120")
    page.go_back()
    page.get_by_label("As known at").fill(f"{today - timedelta(days=40):%Y-%m-%d}")
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_text("nothing was known").first).to_be_visible()
    look(page, "metric-before-anything-was-known")


def learn(house: House, lines: list[Line], file: Path, *, when: datetime) -> None:
    file.write_bytes(register.written(lines))
    house.run("import", file, "--as-of", f"{when:%Y-%m-%d}")


def measure(page: Page, expression: str, *, where: str = "") -> None:
    page.get_by_label("Metric", exact=True).or_(page.get_by_label("Write your own")).fill(expression)
    page.get_by_role("textbox", name="Where").fill(where)
    page.get_by_role("button", name="Measure").click()


def downloaded(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name=name).click()
    return Path(download.value.path())
