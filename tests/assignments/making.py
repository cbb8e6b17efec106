"""A cycle with work, for tests about who does what."""

from __future__ import annotations

from datetime import UTC, date, datetime

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def cycle(title: str = "2027-Q1", year: int = 2027):
    from throughline.objectives.items import add_cycle

    return add_cycle("test", title=title, start=date(year, 1, 1), end=date(year, 3, 31), now=NOW)


def initiative(of, title: str, **more):
    from throughline.objectives.items import add_item

    return add_item("test", "initiative", title=title, cycle=of, now=NOW, **more)


def sketch(of, title: str = "Fewer doors"):
    from throughline.objectives.items import add_item
    from throughline.objectives.sketches import add_sketch

    objective = add_item("test", "objective", title=title, cycle=of, now=NOW)
    return add_sketch("test", objective, metric="count()", baseline="measured", target="0", now=NOW)


def described(item, **said):
    from throughline.assignments.staffing import Said, describe, work_of

    whole = {"kinds": {"tooling": 1.0}, "value": 0.6, "value_why": "Promised", "weeks": 3.0} | said
    describe("test", item, Said(**whole), now=NOW)
    return work_of(item)
