"""The cards of the catalogue: one range for all, each with its interval and its n."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from tests.measures.records import record


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def cards_of(browser) -> dict[str, Any]:
    shelf = browser.get("/metrics/figures/").context["shelf"]
    return {card.definition.name: card for _, cards in shelf for card in cards}


def test_every_card_says_the_figure_of_the_last_twelve_months_that_its_page_says(organisation, browser_of):
    now = datetime.now(UTC)
    for number in range(8):
        found = now - timedelta(days=500 - 60 * number)
        record(
            f"V-{number}",
            identified_at=f"{found:%Y-%m-%d}",
            mitigated_at=f"{found + timedelta(days=10 * number):%Y-%m-%d}" if number < 6 else None,
            severity="high",
        )
    browser = browser_of(organisation.ada)
    for name, card in cards_of(browser).items():
        page = browser.get(card.address).context["shown"]
        assert page.question.range.name == "last-12-months"
        if card.row is not None:
            # What is open grows between the two questions.
            assert card.row.value == pytest.approx(page.main.row.value, abs=1e-3), name
            assert card.row.n == page.main.row.n, name


def test_a_card_says_its_interval_its_n_and_what_it_looks_at(organisation, browser_of):
    for number in range(8):
        found = datetime.now(UTC) - timedelta(days=100 + 10 * number)
        record(f"V-{number}", identified_at=f"{found:%Y-%m-%d}", mitigated_at=f"{found:%Y-%m-%d}")
    browser = browser_of(organisation.ada)
    seen = browser.get("/metrics/figures/").content.decode()
    arrivals = seen.split("<h3>Arrivals</h3>")[1].split("</a>")[0]
    assert "3.45 to 15.8" in arrivals
    assert "identified in the last 12 months" in arrivals
    honest = " ".join(seen.split("<h3>Time to remediate</h3>")[1].split("</a>")[0].split())
    assert "n = 8" in honest


def test_a_card_without_a_figure_says_why(organisation, browser_of):
    record("V-1", identified_at=f"{datetime.now(UTC) - timedelta(days=9):%Y-%m-%d}")
    seen = browser_of(organisation.ada).get("/metrics/figures/").content.decode()
    latent = seen.split("<h3>Present and open, on average</h3>")[1].split("</a>")[0]
    assert "no figure" in latent
    assert "No record says when it was introduced" in latent
