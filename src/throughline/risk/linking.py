"""What a scenario bears on: objectives and key results, to choose from, to show, and to read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from throughline.engine.refusals import Refused
from throughline.objectives.addresses import address_of
from throughline.objectives.models import Cycle, ItemKind, KeyResult, Objective
from throughline.objectives.wording import names_of
from throughline.risk.models import Link, Scenario

Ends = Objective | KeyResult


@dataclass(frozen=True, slots=True)
class BearsOn:
    """One end of a link, as a page shows it; `value` is what a form sends."""

    value: str
    kind: str
    name: str
    address: str
    cycle: Cycle | None = None

    @property
    def key(self) -> str:
        """What a command calls it."""
        return self.value.partition(":")[2]

    @property
    def option(self) -> str:
        """The kind, the cycle and the name, by which twins are told apart."""
        cycle = f", {self.cycle.title}" if self.cycle else ""
        return f"{self.kind.capitalize()}{cycle}: {self.name}"


def borne_on(scenario: Scenario) -> list[BearsOn]:
    """What a scenario bears on, objectives first."""
    links = list(scenario.links.select_related("objective__cycle", "key_result__objective__cycle"))
    names = names_of([each.key_result for each in links if each.key_result])
    found = [_shown(end, names) for end in map(_end, links)]
    return sorted(found, key=lambda each: each.kind != "objective")


def choices(scenario: Scenario) -> list[tuple[str, str]]:
    """What it may be said to bear on: the parts of cycles that are not closed."""
    linked = {each.value for each in borne_on(scenario)}
    running = Objective.objects.filter(archived_at=None).exclude(cycle__state=Cycle.State.CLOSED)
    results = KeyResult.objects.filter(closed_at=None, dropped_at=None).select_related("objective__cycle")
    objectives = running.select_related("cycle").order_by("-cycle__start", "position", "id")
    found: list[Ends] = [*objectives, *results.order_by("id")]
    names = names_of([each for each in found if isinstance(each, KeyResult)])
    shown = [_shown(each, names) for each in found]
    free = sorted((each for each in shown if each.value not in linked), key=_running_first)
    times = Counter(each.option for each in free)
    # Twins of one cycle differ in their keys alone.
    return [
        (each.value, each.option if times[each.option] == 1 else f"{each.option} ({each.key})")
        for each in free
    ]


def _running_first(end: BearsOn) -> int:
    order = (Cycle.State.SET, Cycle.State.PROPOSED, Cycle.State.DRAFT)
    return order.index(Cycle.State(end.cycle.state)) if end.cycle and end.cycle.state in order else len(order)


def end_named(value: str) -> Ends:
    """The objective or key result of a form's choice, such as `objective:fewer-surprises`. Raises Refused."""
    kind, _, key = value.partition(":")
    found: Ends | None = None
    if kind == "objective":
        found = Objective.objects.filter(key=key).first()
    elif kind == "key-result":
        found = KeyResult.objects.filter(key=key).first()
    if found is None:
        raise Refused("choose the objective or key result that it bears on", place="to", code="unknown")
    return found


def scenarios_of(ends: Iterable[Ends]) -> list[Scenario]:
    """The scenarios in the register that bear on any of these, or on a key result of an objective."""
    ids = [(isinstance(each, Objective), each.pk) for each in ends]
    objectives, results = ([pk for is_one, pk in ids if is_one is wanted] for wanted in (True, False))
    found = Scenario.objects.filter(links__objective__in=objectives, archived_at=None)
    found |= Scenario.objects.filter(links__key_result__objective__in=objectives, archived_at=None)
    found |= Scenario.objects.filter(links__key_result__in=results, archived_at=None)
    return list(found.distinct())


def _end(link: Link) -> Ends:
    end = link.objective or link.key_result
    assert isinstance(end, Objective | KeyResult)
    return end


def _shown(end: Ends, names: dict[int, str]) -> BearsOn:
    if isinstance(end, Objective):
        address = address_of(ItemKind.OBJECTIVE, key=end.key)
        return BearsOn(f"objective:{end.key}", "objective", end.title, address, end.cycle)
    address = address_of(ItemKind.KEY_RESULT, id=end.pk)
    cycle = end.objective.cycle if end.objective else None
    return BearsOn(f"key-result:{end.key}", "key result", names[end.pk], address, cycle)
