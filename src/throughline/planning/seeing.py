"""Everything that the stages of a cycle are told from, read in a fixed number of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from throughline.objectives.models import Cycle
from throughline.planning.counting import Counts, counts_of
from throughline.planning.gaps import how_many_gaps
from throughline.planning.goals import Goals, goals_beside
from throughline.planning.models import Stage
from throughline.workshops.access import how_many_ballots, how_many_notes
from throughline.workshops.models import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the records say of a cycle, before it is put in words."""

    cycle: Cycle
    before: Cycle | None
    # The newest board of each purpose.
    boards: Mapping[str, Board]
    counts: Counts
    notes: int
    ballots: int
    seats: int
    goals: Goals
    gaps: int
    stored: Mapping[str, Stage]

    @property
    def ideas(self) -> Board | None:
        """The board on which the quarter's ideas are written, sorted and ranked."""
        return self.boards.get(Board.Purpose.IDEAS)


def seen_of(cycle: Cycle, *, now: datetime) -> Seen:
    """Read what the stages of a cycle are told from."""
    before = cycle_before(cycle)
    boards = _boards(cycle)
    ideas = boards.get(Board.Purpose.IDEAS)
    objectives = list(cycle.objectives.filter(archived_at=None))
    return Seen(
        cycle=cycle,
        before=before,
        boards=boards,
        counts=counts_of(cycle, before=before, ideas=ideas, now=now),
        notes=how_many_notes([ideas]).get(ideas.pk, 0) if ideas else 0,
        ballots=how_many_ballots([ideas]).get(ideas.pk, 0) if ideas else 0,
        seats=getattr(ideas, "seated", 0),
        goals=goals_beside(cycle, objectives),
        gaps=how_many_gaps(objectives),
        stored={each.key: each for each in cycle.stages.all()},
    )


def cycle_before(cycle: Cycle) -> Cycle | None:
    """The last cycle that was promised and ended before this one begins."""
    promised = Cycle.objects.filter(state__in=(Cycle.State.SET, Cycle.State.CLOSED))
    return promised.filter(end__lt=cycle.start).order_by("-end", "-id").first()


def _boards(cycle: Cycle) -> dict[str, Board]:
    same = Board.objects.filter(cycle=cycle, purpose=OuterRef("purpose")).order_by("-created_at", "-id")
    newest = Board.objects.filter(cycle=cycle, pk=Subquery(same.values("pk")[:1]))
    return {each.purpose: each for each in newest.annotate(seated=Count("seats"))}
