"""What the records say of a cycle, as numbers, read in one question however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from throughline.cycles.models import Comment
from throughline.forecasts.models import Room
from throughline.inspiration.models import Reading
from throughline.objectives.models import (
    Assignment,
    Counterpart,
    Cycle,
    Initiative,
    ItemKind,
    KeyResult,
    Version,
)
from throughline.planning.models import OtherObjective
from throughline.portfolio.models import Candidate, Impact, Rules
from throughline.reviews.models import CheckIn, PostMortem
from throughline.risk.models import Estimate, Scenario
from throughline.workshops.access import live_clusters, revealed_notes
from throughline.workshops.models import Board, Outcome

# A key result of which nothing was said for so long waits for a check-in, as the page of check-ins has it.
EVERY = timedelta(days=30)


class Rows(Subquery):
    """The number of rows of a query, as a value of another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    # What can have no row is not asked for.
    empty_result_set_value = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of rows; `previous_…` are of the cycle before."""

    previous_all: int
    previous_running: int
    previous_unexamined: int
    scenarios: int
    unestimated: int
    without_room: int
    of_boards: int
    readings: int
    takeaways: int
    clusters: int
    loose: int
    others: int
    bridged: int
    halves: int
    unconfirmed: int
    candidates: int
    from_clusters: int
    without_ranges: int
    chosen: int
    rules: int
    objectives: int
    key_results: int
    sketches: int
    comments: int
    initiatives: int
    without_people: int
    running: int
    silent: int
    graded: int


def counts_of(cycle: Cycle, *, before: Cycle | None, ideas: Board | None, now: datetime) -> Counts:
    """The numbers of a cycle; `ideas` is the board whose clusters are counted."""
    asked = {
        **_looking_back(before),
        **_risks(cycle),
        **_ideas(cycle, ideas),
        **_others(cycle),
        **_portfolio(cycle),
        **_plan(cycle),
        **_running(cycle, now=now),
    }
    found = Cycle.objects.filter(pk=cycle.pk).values(
        # Prefixed, since a name of a field cannot be given to anything else.
        **{f"n_{name}": _rows(each) for name, each in asked.items()}
    )
    numbers: Mapping[str, Any] = found.get()
    return Counts(**{name.removeprefix("n_"): number for name, number in numbers.items()})


def _rows(found: QuerySet[Any]) -> Rows:
    return Rows(found.order_by().values("pk"))


def _in_force(cycle: Cycle | None) -> QuerySet[KeyResult]:
    return KeyResult.objects.filter(objective__cycle=cycle, objective__archived_at=None, sketch__isnull=True)


def _looking_back(before: Cycle | None) -> dict[str, QuerySet[Any]]:
    ended = _in_force(before) if before else KeyResult.objects.none()
    over = ended.exclude(closed_at=None, dropped_at=None)
    examined = PostMortem.objects.filter(key_result=OuterRef("pk"))
    return {
        "previous_all": ended,
        "previous_running": ended.filter(closed_at=None, dropped_at=None),
        "previous_unexamined": over.filter(~Exists(examined)),
    }


def _risks(cycle: Cycle) -> dict[str, QuerySet[Any]]:
    bearing = Scenario.objects.filter(archived_at=None, start__lte=cycle.end, end__gte=cycle.start)
    opened = Room.objects.filter(scenario=OuterRef("pk"), cancelled_at=None)
    return {
        "scenarios": bearing,
        "unestimated": bearing.filter(~Exists(Estimate.objects.filter(scenario=OuterRef("pk")))),
        "without_room": bearing.filter(~Exists(opened)),
        "of_boards": Outcome.objects.filter(cluster__board__cycle=cycle, scenario__isnull=False),
    }


def _ideas(cycle: Cycle, ideas: Board | None) -> dict[str, QuerySet[Any]]:
    read = Reading.objects.filter(cycle=cycle, item__withdrawn_at=None)
    # Without a board both are empty; what is not revealed is not counted here.
    board = ideas or Board(pk=0)
    return {
        "readings": read,
        "takeaways": read.exclude(takeaway=""),
        "clusters": live_clusters(board),
        "loose": revealed_notes(board).filter(cluster=None),
    }


def _others(cycle: Cycle) -> dict[str, QuerySet[Any]]:
    others = OtherObjective.objects.filter(cycle=cycle, withdrawn_at=None)
    halves = Counterpart.objects.filter(
        Q(of_kind=ItemKind.OBJECTIVE, of_id__in=cycle.objectives.filter(archived_at=None).values("pk"))
        | Q(of_kind=ItemKind.KEY_RESULT, of_id__in=_written(cycle).values("pk"))
        | Q(of_kind=ItemKind.INITIATIVE, of_id__in=cycle.initiatives.filter(archived_at=None).values("pk"))
    )
    return {
        "others": others,
        "bridged": others.filter(bridges__isnull=False).distinct(),
        "halves": halves,
        "unconfirmed": halves.exclude(state=Counterpart.State.CONFIRMED),
    }


def _portfolio(cycle: Cycle) -> dict[str, QuerySet[Any]]:
    alive = Candidate.objects.filter(cycle=cycle, dropped_at=None)
    has_ranges = Q(effort_low__isnull=False, effort_high__isnull=False)
    has_ranges &= Q(Exists(Impact.objects.filter(candidate=OuterRef("pk"))))
    return {
        "candidates": alive,
        "from_clusters": alive.filter(cluster__isnull=False),
        "without_ranges": alive.filter(~has_ranges),
        "chosen": alive.filter(initiative__isnull=False),
        "rules": Rules.objects.filter(cycle=cycle),
    }


def _plan(cycle: Cycle) -> dict[str, QuerySet[Any]]:
    work = Initiative.objects.filter(cycle=cycle, archived_at=None).exclude(status=Initiative.Status.DROPPED)
    return {
        "objectives": cycle.objectives.filter(archived_at=None),
        "key_results": _written(cycle),
        "sketches": _written(cycle).filter(sketch__isnull=False),
        "comments": Comment.objects.filter(cycle=cycle, resolved_at=None),
        "initiatives": work,
        "without_people": work.filter(~Exists(Assignment.objects.filter(initiative=OuterRef("pk")))),
    }


def _written(cycle: Cycle) -> QuerySet[KeyResult]:
    return KeyResult.objects.filter(objective__cycle=cycle, objective__archived_at=None, dropped_at=None)


def _running(cycle: Cycle, *, now: datetime) -> dict[str, QuerySet[Any]]:
    open_ones = _in_force(cycle).filter(closed_at=None, dropped_at=None)
    newest = Version.objects.filter(key_result=OuterRef("pk")).order_by("-number")
    dated = open_ones.annotate(
        begins=Subquery(newest.values("start")[:1]), ends=Subquery(newest.values("due")[:1])
    )
    running = dated.filter(begins__lte=now, ends__gt=now)
    said = CheckIn.objects.filter(key_result=OuterRef("pk"), at__gt=now - EVERY)
    return {
        "running": running,
        "silent": running.filter(~Exists(said), begins__lte=now - EVERY),
        "graded": _in_force(cycle).filter(closed_at__isnull=False, dropped_at=None),
    }
