"""The quarter at a glance for programs, and what waits for the person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from throughline.api.subject import Anything, Figure, Instant, Subject, Told, person
from throughline.site.plain import plain
from throughline.ui.documents import glance_document
from throughline.ui.glance import glance

router = Subject("home")


class CountOf(Told):
    """A number with its name, and the page that lists what it counts."""

    name: str
    n: int
    address: str


class WeekOf(Told):
    """What arrived and what was closed in seven days."""

    arrived: int
    closed: int
    net: int
    # The week before, by the same names.
    before: dict[str, Anything]


class HomeOf(Told):
    """How the quarter goes, in a sentence and in figures; what is urgent comes first in `needs_you`."""

    quarter: str
    week: int
    weeks: int
    sentence: str
    data_as_of: Instant | None
    key_results: list[dict[str, Anything]]
    overdue: list[CountOf]
    this_week: WeekOf
    risk: dict[str, Figure] | None
    needs_you: list[CountOf]


@router.reads("/home", answer=HomeOf)
def read_home(request: HttpRequest) -> dict[str, Any]:
    """The quarter at a glance, and what waits for the person."""
    return dict(plain(glance_document(glance(person(request), now=datetime.now(UTC)))))
