"""What serves what, read for a page: goals with what leads to them, tenets with what pulls against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from throughline.objectives.addresses import address_of
from throughline.objectives.models import Edge, Goal, Initiative, ItemKind, LongTermObjective, Objective


@dataclass(frozen=True, slots=True)
class Serving:
    """One line that leads to an item: what it is, how it serves, and where it is read."""

    title: str
    kind: str
    edge: str
    address: str
    cycle: str = ""
    # Of a cycle that is closed.
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class GoalServed:
    """A company goal with what serves it; a goal that nothing serves is said to be so."""

    goal: Goal
    serving: tuple[Serving, ...]

    @property
    def has_earlier(self) -> bool:
        """Whether something of a closed cycle served it."""
        return any(each.is_over for each in self.serving)


@dataclass(frozen=True, slots=True)
class Tenet:
    """A long-term objective: what it serves, what serves it, and what it pulls against."""

    item: LongTermObjective
    serves: tuple[Serving, ...]
    serving: tuple[Serving, ...]
    tension: tuple[LongTermObjective, ...]

    @property
    def has_earlier(self) -> bool:
        """Whether something of a closed cycle served it."""
        return any(each.is_over for each in self.serving)


def goals_served(goals: Sequence[Goal]) -> list[GoalServed]:
    """Each goal with the long-term objectives, objectives and initiatives that lead to it."""
    found = _serving(ItemKind.GOAL, [goal.pk for goal in goals])
    return [GoalServed(goal, tuple(found.get(goal.pk, ()))) for goal in goals]


def tenets_in_tension(tenets: Sequence[LongTermObjective]) -> list[Tenet]:
    """Each tenet with both ends of its lines; a tension is drawn once and pulls both ways."""
    numbers = {each.pk: each for each in tenets}
    drawn = Edge.objects.filter(
        Q(from_kind=ItemKind.LONG_TERM, from_id__in=numbers)
        | Q(to_kind=ItemKind.LONG_TERM, to_id__in=numbers)
    )
    lines = list(drawn)
    goals = {
        each.pk: each
        for each in Goal.objects.filter(archived_at=None)
        if any(e.to_id == each.pk for e in lines)
    }
    below = _serving(ItemKind.LONG_TERM, list(numbers))
    return [_tenet(each, lines, numbers, goals, below.get(each.pk, [])) for each in tenets]


def _tenet(
    tenet: LongTermObjective,
    lines: list[Edge],
    tenets: dict[int, LongTermObjective],
    goals: dict[int, Goal],
    below: list[Serving],
) -> Tenet:
    mine = [line for line in lines if line.from_kind == ItemKind.LONG_TERM and line.from_id == tenet.pk]
    against = {line.to_id for line in mine if line.kind == Edge.Kind.BALANCES} | {
        line.from_id
        for line in lines
        if line.to_kind == ItemKind.LONG_TERM and line.to_id == tenet.pk and line.kind == Edge.Kind.BALANCES
    }
    serves = [
        Serving(
            goals[line.to_id].title,
            line.to_kind,
            line.kind,
            address_of(line.to_kind, key=goals[line.to_id].key),
        )
        for line in mine
        if line.to_kind == ItemKind.GOAL and line.to_id in goals
    ]
    pulls = tuple(tenets[each] for each in sorted(against) if each in tenets)
    return Tenet(tenet, tuple(serves), tuple(below), pulls)


def _serving(kind: str, ids: Sequence[int]) -> dict[int, list[Serving]]:
    """What leads to the items of one kind, by the number of the item; archived lines left out."""
    lines = Edge.objects.filter(to_kind=kind, to_id__in=ids).exclude(kind=Edge.Kind.BALANCES)
    lower = _lower(lines)
    found: dict[int, list[Serving]] = {}
    for line in lines:
        item = lower.get((line.from_kind, line.from_id))
        if item is not None:
            cycle = getattr(item, "cycle", None)
            said = Serving(
                item.title,
                line.from_kind,
                line.kind,
                address_of(line.from_kind, key=item.key),
                cycle.title if cycle else "",
                is_over=cycle is not None and cycle.state == cycle.State.CLOSED,
            )
            found.setdefault(line.to_id, []).append(said)
    return found


def _lower(lines: Iterable[Edge]) -> dict[tuple[str, int], LongTermObjective | Objective | Initiative]:
    wanted: dict[str, set[int]] = {}
    for line in lines:
        wanted.setdefault(line.from_kind, set()).add(line.from_id)
    found: dict[tuple[str, int], LongTermObjective | Objective | Initiative] = {}
    tenets = LongTermObjective.objects.filter(archived_at=None, pk__in=wanted.get(ItemKind.LONG_TERM, ()))
    for kind, every in (
        (ItemKind.LONG_TERM, tenets),
        (ItemKind.OBJECTIVE, _of_cycles(Objective, wanted.get(ItemKind.OBJECTIVE, ()))),
        (ItemKind.INITIATIVE, _of_cycles(Initiative, wanted.get(ItemKind.INITIATIVE, ()))),
    ):
        found |= {(kind.value, each.pk): each for each in every}
    return found


def _of_cycles(
    model: type[Objective] | type[Initiative], ids: Iterable[int]
) -> Iterable[Objective | Initiative]:
    found = model._default_manager.filter(archived_at=None, pk__in=list(ids)).select_related("cycle")
    return list(found)
