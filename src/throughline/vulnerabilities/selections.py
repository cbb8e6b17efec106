"""A selection of vulnerabilities as an address holds it: search, facets, expression, period, order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from throughline.engine.language.fields import CORE, SEVERITIES, STATES, STATUSES, Kind
from throughline.engine.metrics import UNKNOWN, equals
from throughline.engine.refusals import Refused
from throughline.measures.asking import compared_with
from throughline.measures.ranges import Range, as_date, known_at_of, range_of
from throughline.ui.rows import A_PAGE

PAGE = "/vulnerabilities/"
PAGE_SIZE = A_PAGE
LAST_PAGE = 2_000
MOST_WORDS = 8
FACETS: Mapping[str, str] = {
    "severity": "Severity",
    "status": "Status",
    "state": "Triage",
    "service": "Service",
    "team": "Team",
    "source": "Source",
    "kind": "Kind",
    "kev": "Known exploited",
    "weakness_class": "Class of weakness",
    "cwe": "CWE",
}
IN_ORDER: Mapping[str, tuple[str, ...]] = {
    "severity": tuple(reversed(SEVERITIES)),
    "status": STATUSES,
    "state": STATES,
    "kev": ("true", "false"),
}
SORTS = ("identified", "severity", "mitigated", "title", "service", "team", "status", "introduced", "epss")
DEFAULT_SORT = "-identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for. `chosen` holds the picked values of each facet; no value picks all."""

    search: str = ""
    where: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: str = ""
    range: Range = field(default_factory=lambda: Range("all"))
    known: str = ""
    known_at: datetime | None = None
    compare: str = ""
    sort: str = DEFAULT_SORT
    page: int = 1

    @property
    def words(self) -> list[str]:
        return self.search.lower().split()[:MOST_WORDS]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.where or self.chosen or self.range.since or self.range.until)

    def slice(self, *, without: str = "") -> str:
        """Facets and expression as one expression; `without` leaves one facet's choice out."""
        picked = [facet_condition(name, values) for name, values in self.chosen.items() if name != without]
        return _joined([self.where, *picked])

    def condition(self, *, without: str = "") -> str:
        """The slice in its period, as one expression."""
        return _joined([self.slice(without=without), *self._period()])

    def _period(self) -> list[str]:
        date = self.at or "identified"
        since = [f"{date} >= '{as_date(self.range.since)}'"] if self.range.since else []
        until = [f"{date} < '{as_date(self.range.until)}'"] if self.range.until else []
        return [*since, *until]

    def parameters(self) -> list[tuple[str, str]]:
        """What the address carries; what is not said is left out."""
        custom = self.range.name == "custom"
        said = [
            ("q", self.search),
            *((name, value) for name, values in self.chosen.items() for value in values),
            ("where", self.where),
            ("at", self.at),
            ("range", self.range.name if self.range.name not in ("all", "custom") else ""),
            ("from", as_date(self.range.since) if custom else ""),
            ("to", as_date(self.range.until) if custom else ""),
            ("known", self.known),
            ("compare", self.compare),
            ("sort", self.sort if self.sort != DEFAULT_SORT else ""),
            ("page", str(self.page) if self.page > 1 else ""),
        ]
        return [(name, value) for name, value in said if value]

    def address(self, path: str = PAGE, **changes: Any) -> str:
        """The address of this selection, or of one that differs in some fields."""
        query = urlencode(replace(self, **changes).parameters())
        return f"{path}?{query}" if query else path

    def toggled(self, name: str, value: str) -> Selection:
        """The selection with one value of a facet picked, or dropped where it was; from the first page."""
        before = self.chosen.get(name, ())
        after = tuple(v for v in before if v != value) if value in before else (*before, value)
        chosen = (
            {**self.chosen, name: after} if after else {k: v for k, v in self.chosen.items() if k != name}
        )
        return replace(self, chosen=chosen, page=1)

    def sorted_by(self, name: str) -> Selection:
        """The order by a column; asked again, the other way round."""
        return replace(self, sort=name if self.sort == f"-{name}" else f"-{name}", page=1)


def selection_of(query: QueryDict, *, now: datetime) -> Selection:
    """The selection that an address asks for. Raises Refused for what cannot be meant."""
    known = query.get("known", "").strip()
    return Selection(
        search=query.get("q", "").strip(),
        where=query.get("where", "").strip(),
        chosen=_chosen(query),
        at=query.get("at", "").strip(),
        range=range_of(
            query.get("range", ""), since=query.get("from", ""), until=query.get("to", ""), now=now
        ),
        known=known,
        known_at=known_at_of(known, now=now),
        compare=compared_with(query.get("compare", "")),
        sort=_sort(query.get("sort", DEFAULT_SORT)),
        page=_page(query.get("page", "1")),
    )


def facet_condition(name: str, values: tuple[str, ...]) -> str:
    """Any of the values; 'unknown' means records without one.

    >>> facet_condition("service", ("web", "unknown"))
    "service = 'web' or service is null"
    """
    kind = CORE[name].kind
    if kind is Kind.BOOLEAN and not set(values) <= {"true", "false", UNKNOWN}:
        raise Refused(f"'{name}' is true, false or {UNKNOWN}, not '{values[0][:40]}'", place=name)
    return " or ".join(equals(name, value, kind) for value in values)


def _joined(parts: list[str]) -> str:
    said = [part for part in parts if part]
    return said[0] if len(said) == 1 else " and ".join(f"({part})" for part in said)


def _chosen(query: QueryDict) -> dict[str, tuple[str, ...]]:
    chosen = {}
    for name in FACETS:
        values = tuple(dict.fromkeys(value for value in query.getlist(name) if value))
        if values:
            chosen[name] = values
    return chosen


def _sort(text: str) -> str:
    if text.removeprefix("-") not in SORTS:
        raise Refused(
            f"the list cannot be sorted by '{text}': choose one of {', '.join(SORTS)}", place="sort"
        )
    return text


def _page(text: str) -> int:
    # Python refuses to read a number of thousands of digits.
    is_short = text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PAGE))
    if not is_short or not 1 <= int(text) <= LAST_PAGE:
        raise Refused(f"there is no page '{text[:20]}': pages go from 1 to {LAST_PAGE:,}", place="page")
    return int(text)
