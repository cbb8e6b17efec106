"""An administrator lets somebody in, says who owns a service, finds both in the audit record, backs up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.looks import look
from tests.journeys.register import Line
from tests.journeys.visitors import go_to

pytestmark = pytest.mark.journey


def test_a_colleague_is_let_in_and_a_service_gets_an_owner(signed_in: Callable[..., Page], known: list[Line]):
    page = signed_in()
    link = invite(page, "Rosa Lind", "rosa@example.org")
    colleague = signed_in(link)
    expect(colleague.get_by_role("navigation", name="Main").get_by_role("link", name="Audit")).to_have_count(
        0
    )

    go_to(page, "Services")
    look(page, "services")
    page.get_by_role("link", name="catalogue", exact=True).click()
    page.get_by_label("Owner").select_option(label="Payments")
    look(page, "service")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="catalogue")).to_contain_text("Payments")

    go_to(page, "Audit")
    for said in ("person added", "signed in by link", "service changed"):
        expect(page.get_by_role("main")).to_contain_text(said)
    look(page, "audit")

    go_to(page, "Backups")
    look(page, "backups-none")
    page.get_by_role("button", name="Back up now").click()
    # It is restored and checked in a process of its own.
    expect(page.get_by_text("The last backup:")).to_be_visible(timeout=60_000)
    look(page, "backups")


def invite(page: Page, name: str, email: str) -> str:
    """The one-time link that the page shows for a new member of Payments."""
    go_to(page, "People")
    page.get_by_text("Add somebody").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Role").select_option("member")
    page.get_by_role("checkbox", name="Payments").check()
    look(page, "people")
    page.get_by_role("button", name="Add, and show the sign-in link").click()
    look(page, "person-link")
    return page.get_by_label("One-time link").input_value()
