"""Cycles for programs: the list, one with everything planned in it, and the steps from draft to closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records, page_of_rows
from throughline.api.problems import No
from throughline.api.subject import Instant, Key, Sent, Subject, Told, actor
from throughline.cycles import actions, queries
from throughline.cycles.access import cycle_for, require_lead, visible_cycles
from throughline.cycles.content import content_of
from throughline.cycles.documents import listed_document
from throughline.cycles.gate import gate_of
from throughline.cycles.models import Snapshot
from throughline.objectives.items import add_cycle
from throughline.objectives.models import Cycle

router = Subject("cycles")
WRITE = "plan:write"
State = Literal["draft", "proposed", "set", "closed"]
STEPS: dict[str, Callable[..., Any]] = {
    "proposed": actions.propose,
    "set": actions.set_cycle,
    "closed": actions.close_cycle,
}


class CycleSummary(Told):
    """A cycle and how much is in it."""

    key: str
    title: str
    start: date
    end: date
    state: str
    objectives: int
    key_results: int
    open_comments: int


class CycleDays(Told):
    """A cycle's name and days."""

    key: str
    title: str
    start: date
    end: date


class CycleDocument(Told):
    """Everything that is planned in a cycle, as it stands now."""

    state: str
    cycle: CycleDays
    goals: list[dict[str, Any]]
    long_term_objectives: list[dict[str, Any]]
    objectives: list[dict[str, Any]]
    initiatives: list[dict[str, Any]]


class GateFinding(Told):
    """One thing that the gate asks: of what, and what it holds up."""

    of: str
    address: str
    rule: str
    message: str
    suggestion: str
    blocks: str


class SnapshotOf(Told):
    """What a cycle published: it never changes, and its hash says so."""

    number: int
    state: str
    at: Instant
    by: str
    sha256: str


class NewCycle(Sent):
    """A name and two days; the last one counts whole."""

    title: str = Field(min_length=1, max_length=120)
    start: date
    end: date
    key: str = Field("", max_length=80)


class NextState(Sent):
    """The state that the cycle moves to; back to draft needs a reason."""

    state: State
    reason: str = Field("", max_length=500)


@router.reads("/cycles", answer=Page[CycleSummary])
def list_cycles(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """All cycles, in the order in which they were made."""
    seen = set(visible_cycles(request.user).values_list("pk", flat=True))
    rows = [each for each in queries.listed() if each.cycle.pk in seen]
    return page_of_rows(request, asked, rows, key=lambda each: each.cycle.pk, show=listed_document)


@router.writes("POST", "/cycles", scope=WRITE, answer=CycleDocument, status=201)
def add_cycle_in_draft(request: HttpRequest, given: NewCycle) -> dict[str, Any]:
    """A new cycle in draft. Managers."""
    require_lead(request.user)
    return _document(add_cycle(actor(request), now=_now(), **given.model_dump()))


@router.reads("/cycles/{key}", answer=CycleDocument)
def read_cycle(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One cycle with its objectives, key results and sketches, initiatives, and what they serve."""
    return _document(cycle_for(request.user, key))


@router.reads("/cycles/{key}/gate", answer=Page[GateFinding])
def read_gate(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What the plan still lacks before it may be proposed or set; empty once it is set."""
    found = cycle_for(request.user, key)
    findings = gate_of(found, now=_now()).asked if found.is_planned else ()
    rows = list(enumerate(findings))
    return page_of_rows(request, asked, rows, key=lambda row: row[0], show=lambda row: _finding(row[1]))


@router.reads("/cycles/{key}/snapshots", answer=Page[SnapshotOf])
def list_snapshots(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What the cycle published, the oldest first."""
    found = cycle_for(request.user, key)
    numbers = {taken.pk: number for number, taken in queries.snapshots_of(found)}
    records = found.snapshots.defer("content")
    return page_of_records(
        request, asked, records, by="id", show=lambda each: _snapshot(each, numbers[each.pk])
    )


@router.writes("PUT", "/cycles/{key}/state", scope=WRITE, answer=CycleDocument)
def move_cycle(request: HttpRequest, key: Key, given: NextState) -> dict[str, Any]:
    """Propose, set or close a cycle, or take it back to draft. Managers.

    Setting puts every key result into force, all or none. Where the gate is shut, the answer is 422 and
    names what it asks.
    """
    require_lead(request.user)
    found = cycle_for(request.user, key)
    try:
        if given.state == "draft":
            actions.reopen(actor(request), found, reason=given.reason, now=_now())
        else:
            STEPS[given.state](actor(request), found, now=_now())
    except actions.Blocked as blocked:
        asked = blocked.gate.blocking("proposing" if given.state == "proposed" else "setting")
        errors = [{"detail": f"{each.of}: {each.finding.message}"} for each in asked[:50]]
        raise No(422, str(blocked), code="gate", errors=errors) from blocked
    found.refresh_from_db()
    return _document(found)


def _document(found: Cycle) -> dict[str, Any]:
    return {"state": found.state, **content_of(found, now=_now())}


def _finding(each: Any) -> dict[str, Any]:
    said = each.finding
    told = {"rule": each.rule, "message": said.message, "suggestion": said.suggestion or ""}
    return {"of": each.of, "address": each.address, "blocks": each.blocks, **told}


def _snapshot(taken: Snapshot, number: int) -> dict[str, Any]:
    said = {"state": taken.state, "at": taken.at, "by": taken.author, "sha256": taken.sha256}
    return {"number": number, **said}


def _now() -> datetime:
    return datetime.now(UTC)
