"""How many rows of a long table a page shows, in one way for all: on a phone a row is several lines high."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import QueryDict

A_PAGE = 25
# So few more are shown with the others instead of a link to them.
SLACK = 12
# A browser lays out thousands of rows in seconds, and nobody reads them: the file holds them all.
MOST = 300
NAME, ALL = "rows", "all"
# Where the table begins, so that whoever asks for all its rows is led back to it.
PLACE = "all-rows"


def wants_all(query: QueryDict) -> bool:
    """Whether an address asks for all rows of its tables."""
    return query.get(NAME) == ALL


def most_of(total: int, *, everything: bool) -> int:
    """How many of so many rows are shown: a page, or as many as a browser takes where all are asked for.

    >>> most_of(37, everything=False), most_of(38, everything=False), most_of(400, everything=True)
    (37, 25, 300)
    """
    if everything:
        return min(total, MOST)
    return total if total <= A_PAGE + SLACK else A_PAGE


@dataclass(frozen=True, slots=True)
class Few:
    """The rows of a table that are shown, of how many, and the address that shows or hides the others."""

    rows: tuple[Any, ...]
    total: int
    address: str
    everything: bool

    @property
    def can_unfold(self) -> bool:
        """Whether more rows can be shown here."""
        return not self.everything and len(self.rows) < self.total

    @property
    def can_fold(self) -> bool:
        """Whether all were asked for, and a page would show fewer."""
        return self.everything and most_of(self.total, everything=False) < self.total

    @property
    def most(self) -> int:
        """How many rows are shown where all are asked for."""
        return most_of(self.total, everything=True)


def few(rows: Iterable[Any], query: QueryDict, *, total: int | None = None) -> Few:
    """The first rows of a table, or all where the address says so; `total` where `rows` are cut already."""
    held = tuple(rows)
    everything = wants_all(query)
    count = len(held) if total is None else total
    kept = [(name, value) for name, values in query.lists() if name != NAME for value in values]
    asked = kept if everything else [*kept, (NAME, ALL)]
    return Few(
        held[: most_of(count, everything=everything)], count, f"?{urlencode(asked)}#{PLACE}", everything
    )


def pages(page: Page[Any], query: QueryDict) -> dict[str, Any]:
    """What ui/pagination.html wants of a page of rows; the rest of the address stays as it is."""
    kept = [(name, value) for name, values in query.lists() if name != "page" for value in values]

    def address(number: int) -> str:
        return f"?{urlencode([*kept, ('page', number)])}"

    return {
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
    }
