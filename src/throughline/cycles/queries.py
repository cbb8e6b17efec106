"""Cycles as a list, and who is asked for something in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from throughline.accounts.models import User
from throughline.cycles.models import Comment, Snapshot
from throughline.engine.calendar import quarter_of
from throughline.objectives.models import Counterpart, Cycle, Initiative, ItemKind, KeyResult, Objective

# So long before a quarter ends nobody starts to plan it any more.
NEARLY_OVER = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Listed:
    """A cycle in the list."""

    cycle: Cycle
    objectives: int
    key_results: int
    open_comments: int


@dataclass(frozen=True, slots=True)
class Suggested:
    """A quarter that has no cycle yet."""

    title: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Talk:
    """What is said about one part of a cycle."""

    open: tuple[Comment, ...]
    resolved: tuple[Comment, ...]


def listed() -> list[Listed]:
    """All cycles, the latest first."""
    objectives = Counter(Objective.objects.filter(archived_at=None).values_list("cycle_id", flat=True))
    key_results = Counter(
        KeyResult.objects.filter(dropped_at=None, objective__archived_at=None).values_list(
            "objective__cycle_id", flat=True
        )
    )
    comments = Counter(Comment.objects.filter(resolved_at=None).values_list("cycle_id", flat=True))
    return [
        Listed(each, objectives[each.pk], key_results[each.pk], comments[each.pk])
        for each in Cycle.objects.all()
    ]


def next_quarter(now: datetime) -> Suggested:
    """The first quarter that no cycle covers; the running one only while it is young."""
    taken = list(Cycle.objects.values_list("start", "end"))
    quarter = quarter_of(now + NEARLY_OVER)
    while any(start <= quarter.start.date() <= end for start, end in taken):
        quarter = quarter_of(quarter.end)
    return Suggested(quarter.label, quarter.start.date(), (quarter.end - timedelta(days=1)).date())


def talk_about(cycle: Cycle) -> dict[str, Talk]:
    """What is said about each part, by its name such as `key_result:12`; "" is the cycle itself."""
    found: dict[str, list[Comment]] = defaultdict(list)
    for comment in cycle.comments.all():
        found[comment.of].append(comment)
    return {
        of: Talk(
            tuple(each for each in comments if each.resolved_at is None),
            tuple(each for each in comments if each.resolved_at is not None),
        )
        for of, comments in found.items()
    }


def snapshots_of(cycle: Cycle) -> list[tuple[int, Snapshot]]:
    """The snapshots with their numbers within the cycle, without what they hold; the newest first."""
    found = cycle.snapshots.defer("content").order_by("id")
    return list(enumerate(found, 1))[::-1]


def asked_of(person: User) -> list[tuple[Counterpart, Cycle]]:
    """The halves that the person's teams have not answered, in cycles that are still planned."""
    halves = list(
        Counterpart.objects.filter(team__in=person.teams.all(), state=Counterpart.State.ASKED).select_related(
            "team"
        )
    )
    if not halves:
        return []
    cycles = _cycles_of(halves)
    found = [(half, cycles.get((half.of_kind, half.of_id))) for half in halves]
    return [(half, cycle) for half, cycle in found if cycle is not None and cycle.is_planned]


def halves_waiting_for(person: User) -> QuerySet[Counterpart]:
    """The halves that `asked_of` finds, not asked for yet, so that they are counted in one question."""
    planned = [Cycle.State.DRAFT, Cycle.State.PROPOSED]
    objectives = Objective.objects.filter(cycle__state__in=planned)
    key_results = KeyResult.objects.filter(objective__cycle__state__in=planned)
    work = Initiative.objects.filter(cycle__state__in=planned)
    of = Q()
    for kind, items in (
        (ItemKind.OBJECTIVE, objectives),
        (ItemKind.KEY_RESULT, key_results),
        (ItemKind.INITIATIVE, work),
    ):
        of |= Q(of_kind=kind, of_id__in=items.order_by().values("pk"))
    asked = Counterpart.objects.filter(team__in=person.teams.all(), state=Counterpart.State.ASKED)
    return asked.filter(of)


def open_comments() -> list[tuple[str, str, int]]:
    """Key and title of every cycle that is proposed or set, with how many comments nobody has dealt with."""
    talked_of = Comment.objects.filter(
        resolved_at=None, cycle__state__in=[Cycle.State.PROPOSED, Cycle.State.SET]
    )
    counted = Counter(talked_of.values_list("cycle__key", "cycle__title"))
    return sorted((key, title, n) for (key, title), n in counted.items())


def cycle_of_half(half: Counterpart) -> Cycle | None:
    """The cycle in which another team's half was asked for."""
    return _cycles_of([half]).get((half.of_kind, half.of_id))


def _cycles_of(halves: list[Counterpart]) -> dict[tuple[str, int], Cycle]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for half in halves:
        numbers[half.of_kind].add(half.of_id)
    found: dict[tuple[str, int], Cycle] = {}
    objectives = Objective.objects.filter(pk__in=numbers[ItemKind.OBJECTIVE]).select_related("cycle")
    found |= {(ItemKind.OBJECTIVE.value, each.pk): each.cycle for each in objectives}
    key_results = KeyResult.objects.filter(pk__in=numbers[ItemKind.KEY_RESULT], objective__isnull=False)
    for each in key_results.select_related("objective__cycle"):
        assert each.objective is not None
        found[ItemKind.KEY_RESULT.value, each.pk] = each.objective.cycle
    work = Initiative.objects.filter(pk__in=numbers[ItemKind.INITIATIVE], cycle__isnull=False)
    for piece in work.select_related("cycle"):
        assert piece.cycle is not None
        found[ItemKind.INITIATIVE.value, piece.pk] = piece.cycle
    return found
