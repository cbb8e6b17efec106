"""The thread for programs: the plan as a graph, and where it is broken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.subject import Figure, Sent, Subject, Told
from throughline.cycles.access import cycle_for
from throughline.thread.documents import document
from throughline.thread.queries import current_cycle, plan_of, thread_of

router = Subject("thread")


class OfCycle(Sent):
    """Of which cycle."""

    cycle: str = Field("", max_length=80, description="Its key; the running one if left out.")


class NodeOf(Told):
    """A part of the plan, or a person."""

    id: str
    kind: str
    title: str


class EdgeOf(Told):
    """From what serves to what is served."""

    from_: str = Field(alias="from")
    to: str
    kind: str
    effect: str | None


class BrokenOf(Told):
    """Where the thread is broken, and why."""

    node: str
    reason: str


class Weeks(Told):
    """A range of person-weeks."""

    low: Figure
    high: Figure


class BalanceOf(Told):
    """How much of the plan serves one kind of objective."""

    kind: str
    key_results: int
    share: Figure
    weeks: Weeks


class ThreadOf(Told):
    """The plan as a graph, from company goals to people."""

    nodes: list[NodeOf]
    edges: list[EdgeOf]
    broken: list[BrokenOf]
    balance: list[BalanceOf]


@router.reads("/thread", answer=ThreadOf, by_alias=True)
def read_thread(request: HttpRequest, asked: Query[OfCycle]) -> dict[str, Any]:
    """Goals, objectives, key results, work and people, what serves what, and where that is broken."""
    now = datetime.now(UTC)
    cycle = cycle_for(request.user, asked.cycle) if asked.cycle else current_cycle(now)
    return document(thread_of(plan_of(cycle, now=now)))
