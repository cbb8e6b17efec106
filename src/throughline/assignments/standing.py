"""Who had the glue work in earlier cycles, from the plans that were published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from throughline.assignments.models import Plan, Work
from throughline.engine import fairness
from throughline.engine.fairness import Load, Piece
from throughline.objectives.models import Cycle
from throughline.people.models import WorkKind


def accounts(cycle: Cycle, team: Sequence[str]) -> dict[str, float]:
    """What cycles before this one left each of the team, by the person's id as text; it sums to zero."""
    return fairness.accounts(history_before(cycle), team, quarter=quarter_of(cycle.start))


def history_before(cycle: Cycle) -> list[Load]:
    """What people had in each quarter before a cycle: of each earlier cycle, its last published plan."""
    found = Plan.objects.filter(cycle__start__lt=cycle.start).select_related("cycle")
    newest = {each.cycle_id: each for each in found.order_by("published_at", "id")}
    # Of two cycles in one quarter the later one counts, since one's quarter is a whole only once.
    by_quarter = {quarter_of(each.cycle.start): each for each in _in_order(newest)}
    if not by_quarter:
        return []
    kinds = {each.key: each.kinds for each in Work.objects.select_related("initiative", "key_result")}
    glue = set(WorkKind.objects.filter(is_glue=True).values_list("key", flat=True))
    pieces = (piece for quarter, plan in by_quarter.items() for piece in _pieces(plan, quarter, kinds))
    return [each for each in fairness.loads(pieces, glue) if each.quarter < quarter_of(cycle.start)]


def quarter_of(day: date) -> int:
    """The number of a quarter; it grows by one from quarter to quarter.

    >>> quarter_of(date(2026, 11, 1)), quarter_of(date(2027, 1, 1))
    (8107, 8108)
    """
    return 4 * day.year + (day.month - 1) // 3


def _in_order(plans: Mapping[int, Plan]) -> list[Plan]:
    return sorted(plans.values(), key=lambda each: (each.cycle.start, each.cycle_id))


def _pieces(plan: Plan, quarter: int, kinds: Mapping[str, Mapping[str, float]]) -> Iterator[Piece]:
    suited = {str(each["person"]): _suited(each) for each in plan.choices}
    for row in plan.document:
        person = str(row["person"])
        share = min(1.0, float(row["share"]))
        yield Piece(person, quarter, share, kinds.get(row["work"], {}), suited.get(person, 0.0))


def _suited(choice: Mapping[str, Any]) -> float:
    """How well the person's work suited her: the mean of interest and growth of what she chose."""
    chosen = [choice["options"][place] for place in choice["chosen"]]
    scores = [(interest + growth) / 2 for _, interest, growth in chosen]
    return min(1.0, sum(scores) / len(scores)) if scores else 0.0
