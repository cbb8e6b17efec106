"""Nothing that steers a terminal or that a database cannot store gets into a plan or what is said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from throughline.cycles.actions import comment
from throughline.engine.refusals import Refused
from throughline.objectives import items
from throughline.objectives.sketches import add_sketch

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = ["nul\x00", "\x1b[2Jcleared", "bell\x07", "\x9b31mred", "half \ud800"]


@pytest.fixture
def cycle(db):
    return items.add_cycle("test", title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_control_character_is_refused_where_it_stands(cycle, organisation, text):
    objective = items.add_item("test", "objective", title="Repair", cycle=cycle, now=NOW)
    for attempt, place in (
        (lambda: items.add_item("test", "goal", title=f"Win {text}", now=NOW), "title"),
        (lambda: add_sketch("test", objective, title=f"Faster {text}", now=NOW), "title"),
        (lambda: comment(organisation.vera, cycle, of="", text=f"Good {text}", now=NOW), "text"),
    ):
        with pytest.raises(Refused, match="control character") as refused:
            attempt()
        assert refused.value.place == place


def test_lines_and_tabs_are_no_attack(cycle):
    items.add_item("test", "goal", title="Win", description="first\n\tsecond\r\n", now=NOW)
