"""A small record that the pages about it share."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest


@pytest.fixture
def register(organisation):
    """Five records of Payments and Search: found in two quarters, one negative, one rejected, one open."""
    from tests.measures.records import attribute, record

    from throughline.measures.readside.columns import forget

    forget()
    attribute("is_c_mistake", "boolean")
    made = {
        "old": record(
            "OLD-1",
            title="Old overflow in the parser",
            severity="critical",
            service="checkout",
            team="Payments",
            introduced_at="2025-01-01",
            introduced_basis="reported",
            identified_at="2026-02-01",
            mitigated_at="2026-02-11",
            attributes={"is_c_mistake": True},
        ),
        "slow": record(
            "SLOW-2",
            title="Slow login",
            severity="high",
            service="checkout",
            team="Payments",
            identified_at="2026-05-01",
            mitigated_at="2026-07-30",
            cwe="CWE-400",
        ),
        "open": record(
            "OPEN-3",
            title="=cmd()|'open door'",
            severity="high",
            service="index",
            team="Search",
            identified_at="2026-05-20",
        ),
        "backwards": record(
            "BACK-4",
            title="Fixed before it was reported",
            severity="low",
            service="index",
            team="Search",
            identified_at="2026-05-10",
            mitigated_at="2026-05-01",
        ),
        "rejected": record(
            "NO-5",
            title="Not a flaw",
            state="false positive",
            severity="low",
            service="checkout",
            team="Payments",
            identified_at="2026-06-01",
        ),
    }
    yield made
    forget()


@pytest.fixture
def rows_of():
    """The rows that a page's address lists, as its .json gives them."""

    def rows(browser, address: str) -> dict[str, Any]:
        answer = browser.get(address.replace("/vulnerabilities/", "/vulnerabilities.json", 1))
        assert answer.status_code == 200, answer.content
        return json.loads(b"".join(answer.streaming_content))

    return rows


@pytest.fixture
def listed_of():
    """How many rows a page's address lists, as its file has them: without the figures that head the list."""

    def listed(browser, address: str) -> int:
        answer = browser.get(address.replace("/vulnerabilities/", "/vulnerabilities.csv", 1))
        assert answer.status_code == 200, answer.content
        return len(list(csv.DictReader(io.StringIO(answer.getvalue().decode()))))

    return listed
