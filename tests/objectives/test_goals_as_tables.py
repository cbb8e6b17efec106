"""Goals and long-term objectives as tables, in the columns that the plan reads goals by."""

from __future__ import annotations

import csv
import io

import pytest
from tests.objectives.register import NOW

from throughline.objectives import items
from throughline.plans.format.goals import COLUMNS

pytestmark = pytest.mark.django_db


def rows_of(client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).getvalue().decode())))


def test_goals_are_a_table_in_the_columns_in_which_they_are_read(organisation, browser_of):
    gone = items.add_item("test", "goal", title="Given up", now=NOW)
    items.add_item("test", "goal", title="=Win the trust of banks", source="https://x.example", now=NOW)
    items.archive("test", gone, now=NOW)
    client = browser_of(organisation.vera)
    [row] = rows_of(client, "/goals.csv")
    assert tuple(row) == COLUMNS
    assert (row["title"], row["source"]) == ("'=Win the trust of banks", "https://x.example")
    assert "/goals.csv" in client.get("/goals/").content.decode()


def test_long_term_objectives_are_a_table_too(organisation, browser_of):
    items.add_item("test", "long_term_objective", title="Assure", kind="delivery", now=NOW)
    client = browser_of(organisation.vera)
    [row] = rows_of(client, "/long-term-objectives.csv")
    assert (row["title"], row["kind"]) == ("Assure", "delivery")
    assert "/long-term-objectives.csv" in client.get("/long-term-objectives/").content.decode()
