"""Vulnerabilities for programs: the explorer's rows, one with its history, and triage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.access import require, scope_of
from throughline.accounts.models import Role
from throughline.api.comparing import BeforeOf
from throughline.api.paging import Asked, Page, after_of, each, page
from throughline.api.subject import Figure, Id, Instant, Sent, Subject, Told, person
from throughline.connectors.ticket_documents import TicketOf
from throughline.engine.refusals import Refused
from throughline.measures import queries as measures
from throughline.site.plain import plain
from throughline.vulnerabilities import access, actions, originals
from throughline.vulnerabilities.comparing import before, compared
from throughline.vulnerabilities.documents import document
from throughline.vulnerabilities.listing import EXPORTED, FETCHED_AT_ONCE, Explorer, Listed, explore
from throughline.vulnerabilities.selections import selection_of

router = Subject("vulnerabilities")
WRITE = "vulnerabilities:write"
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
Decision = Literal["potential", "confirmed", "false positive", "duplicate", "accepted", "out of scope"]
Values = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)]


class Filters(Sent):
    """The explorer's filters; several values of one mean any of them, `unknown` those without."""

    q: str = Field("", max_length=500, description="Words that are looked for.")
    where: str = Field("", max_length=2000, description="An expression; see docs/expressions.md.")
    at: str = Field("", max_length=80, description="The date that the range is of: identified if left out.")
    range: str = Field("", max_length=20, description="this-quarter, last-year … as in the page.")
    since: str = Field("", alias="from", max_length=40)
    until: str = Field("", alias="to", max_length=40)
    known: str = Field("", max_length=40, description="What was known on that day.")
    compare: str = Field("", max_length=20, description="none: not held against the period before.")
    severity: Values = []
    status: Values = []
    state: Values = []
    service: Values = []
    team: Values = []
    source: Values = []
    kind: Values = []
    kev: Values = []
    weakness_class: Values = []
    cwe: Values = []


class OfVulnerabilities(Filters, Asked):
    """A page of what the filters leave."""


class VulnerabilityRow(Told):
    """A record as it was known at the instant asked for."""

    id: int
    key: str
    title: str
    severity: str | None
    status: str | None
    state: str | None
    service: str | None
    team: str | None
    source: str | None
    kind: str | None
    cwe: str | None
    weakness_class: str | None
    introduced: Instant | None
    introduced_basis: str | None
    identified: Instant | None
    triaged: Instant | None
    accepted: Instant | None
    mitigated: Instant | None
    kev: bool | None
    kev_added: Instant | None
    epss: Figure
    cvss: Figure
    component: str | None
    version: str | None
    file: str | None
    endpoint: str | None
    environment: str | None
    feed: str | None
    scope: str | None
    attributes: dict[str, Any]


class TimeOf(Told):
    """A time to repair in days, with its interval; n are the records that it is of."""

    value: Figure
    low: Figure
    high: Figure
    n: int


class CountsBefore(Told):
    """The same figures of the period before; each None where there is nothing to compare with."""

    total: BeforeOf | None
    open: BeforeOf | None
    median: BeforeOf | None
    mean: BeforeOf | None


class CountsOf(Told):
    """The figures over the explorer's list."""

    total: int
    open: int
    median: TimeOf = Field(description="Days by which half are repaired, open ones counted.")
    mean: TimeOf = Field(description="Days to repair on average, each counted up to 90.")
    before: CountsBefore


class DateOf(Told):
    """A date with where it came from."""

    at: Instant | None
    basis: str | None
    method: str | None


class SightingOf(Told):
    """What one source sees of it."""

    id: int
    source: str
    tool: str
    identified_at: Instant
    seen_at: Instant
    mitigated_at: Instant | None
    mitigated_basis: str
    missed_at: Instant | None
    misses: int
    became: bool
    is_merged: bool


class ChangedOf(Told):
    """A field that changed, in words."""

    field: str
    old: str
    new: str


class HappenedOf(Told):
    """An event of its history: when it was known, and when it was written down."""

    who: str
    what: str
    known_at: Instant
    recorded_at: Instant
    changes: list[ChangedOf]


class VulnerabilityDocument(Told):
    """A record with every date, what sees it, and its history."""

    id: int
    key: str | None
    title: str
    description: str
    severity: str | None
    state: str
    status: str
    accepted_until: Instant | None
    duplicate_of: int | None
    duplicates: list[int]
    service: str | None
    team: str | None
    source: str | None
    kind: str | None
    cwe: str | None
    rule: str | None
    component: str | None
    component_version: str | None
    fixed_version: str | None
    file: str | None
    endpoint: str | None
    environment: str | None
    cvss_vector: str | None
    dates: dict[str, DateOf]
    kev: bool | None
    kev_added: Instant | None
    epss: Figure
    attributes: dict[str, Any]
    tickets: list[TicketOf]
    seen_by: list[SightingOf]
    history: list[HappenedOf]


class Triage(Sent):
    """What vulnerabilities are; potential takes a decision away and opens them again."""

    ids: list[Number] = Field(min_length=1, max_length=5000)
    state: Decision
    reason: str = Field("", max_length=500)
    until: date | None = Field(None, description="The last day of an acceptance.")
    of: str = Field("", max_length=300, description="The original of a duplicate: number, key or title.")


class Undo(Sent):
    """Whose last decision is taken back."""

    ids: list[Number] = Field(min_length=1, max_length=5000)


class Decided(Told):
    """How many changed."""

    changed: int


@router.reads("/vulnerabilities", answer=Page[VulnerabilityRow], by_alias=True)
def list_vulnerabilities(request: HttpRequest, asked: Query[OfVulnerabilities]) -> dict[str, Any]:
    """The vulnerabilities of the person's teams, filtered as in the explorer, by their numbers."""
    explorer = _explorer(request)
    rows = explorer.after(after_of(request, asked) or 0, most=asked.limit + 1)
    return page(request, asked, rows, show=each(_row), end=lambda row: row.pk)


@router.reads("/vulnerabilities/counts", answer=CountsOf)
def count_vulnerabilities(request: HttpRequest, asked: Query[Filters]) -> dict[str, Any]:
    """How many the filters leave and how fast they are repaired, beside the period before."""
    explorer = _explorer(request)
    total, n_open = explorer.total()
    times = explorer.times()
    was = compared(before(explorer), total=total, n_open=n_open, times=times)
    figures = {"median": asdict(times.median), "mean": asdict(times.restricted)}
    return {"total": total, "open": n_open, **figures, "before": was.document}


@router.streams("/vulnerabilities.jsonl", item=VulnerabilityRow, by_alias=True)
def stream_vulnerabilities(request: HttpRequest, asked: Query[Filters]) -> Iterator[dict[str, Any]]:
    """The same rows, all of them, a line of JSON each, as they were at the moment of asking."""
    explorer = _explorer(request)
    # What cannot be read is refused before the first line is on its way.
    first = explorer.after(0, most=FETCHED_AT_ONCE)
    return (_row(row) for row in _onwards(explorer, first))


@router.reads("/vulnerabilities/{int:id}", answer=VulnerabilityDocument)
def read_vulnerability(request: HttpRequest, id: Id) -> dict[str, Any]:
    """One vulnerability with every date and its basis, and its history."""
    found = access.vulnerability_for(request.user, id)
    return dict(plain(document(found, originals.links(request.user, found), now=datetime.now(UTC))))


@router.writes("POST", "/vulnerabilities/triage", scope=WRITE, answer=Decided)
def triage(request: HttpRequest, given: Triage) -> dict[str, Any]:
    """Decide what vulnerabilities are: all of them, or none. Members, of their teams' records."""
    require(request.user, Role.MEMBER)
    said = given.model_dump(exclude={"ids", "until"})
    until = datetime.combine(given.until + timedelta(days=1), time(), UTC) if given.until else None
    now = datetime.now(UTC)
    return {
        "changed": _placed(lambda: actions.triage(person(request), given.ids, until=until, now=now, **said))
    }


@router.writes("POST", "/vulnerabilities/undo", scope=WRITE, answer=Decided)
def undo_triage(request: HttpRequest, given: Undo) -> dict[str, Any]:
    """Take the last decision about each of them back."""
    require(request.user, Role.MEMBER)
    return {"changed": _placed(lambda: actions.undo(person(request), given.ids, now=datetime.now(UTC)))}


def _explorer(request: HttpRequest) -> Explorer:
    """The explorer of the address, in the slice of the person."""
    now, query = datetime.now(UTC), request.GET.copy()
    for name in ("limit", "cursor"):
        query.pop(name, None)
    selection = selection_of(query, now=now)
    return explore(selection, schema=measures.schema(), scope=scope_of(request.user), now=now)


def _onwards(explorer: Explorer, rows: list[Listed]) -> Iterator[Listed]:
    while rows:
        yield from rows
        rows = explorer.after(rows[-1].pk, most=FETCHED_AT_ONCE)


def _row(listed: Listed) -> dict[str, Any]:
    values = dict(plain(listed.values))
    ours = {name: values.pop(name) for name in EXPORTED}
    return {**ours, "id": listed.pk, "key": ours["id"], "attributes": values}


def _placed(decide: Callable[[], int]) -> int:
    """What triage refuses names its field by its code."""
    try:
        return decide()
    except Refused as refused:
        place = refused.code if refused.code in Triage.model_fields else "ids"
        raise Refused(refused.message, place=place, code=refused.code) from refused
