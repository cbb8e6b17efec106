"""The gate: what a cycle still lacks before it may be proposed, and before it may be set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from throughline.cycles.reviews import doubts_of_reviewers
from throughline.engine.linting import RULES, Fields, Finding, lint_fields
from throughline.narratives.queries import told
from throughline.objectives.addresses import address_of
from throughline.objectives.examining import OF_OBJECTIVE, Examined, examined_sketch
from throughline.objectives.linting import Around, around
from throughline.objectives.models import Counterpart, Cycle, ItemKind
from throughline.objectives.planned import (
    Plan,
    PlannedInitiative,
    PlannedKeyResult,
    PlannedObjective,
    plan_of,
)

PROPOSING, SETTING = "proposing", "setting"
# Owners are still open while a cycle is proposed.
ONLY_WHEN_SET = frozenset({"D10"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the gate asks: of what, where it is mended, and what it holds up."""

    of: str
    address: str
    finding: Finding
    # "proposing" holds up both steps, "setting" only the second, "" holds up nothing.
    blocks: str = ""

    @property
    def rule(self) -> str:
        """The name of the linter's rule, empty where it is none of them."""
        return self.finding.rule if self.finding.rule in RULES else ""


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything that the gate asks of a cycle, and the sentences of what can be decided."""

    asked: tuple[Asked, ...]
    sentences: Mapping[int, str]

    def blocking(self, doing: str) -> list[Asked]:
        """What keeps the cycle from being proposed, or from being set."""
        both = (PROPOSING,) if doing == PROPOSING else (PROPOSING, SETTING)
        return [each for each in self.asked if each.blocks in both]

    @property
    def warnings(self) -> list[Asked]:
        return [each for each in self.asked if not each.blocks]

    @property
    def by_part(self) -> list[tuple[str, str, list[Asked]]]:
        """(name, address, what is asked of it), in the order of the plan; what holds up comes first."""
        grouped = groupby(self.asked, key=lambda each: (each.of, each.address))
        return [
            (of, address, sorted(every, key=lambda each: not each.blocks)) for (of, address), every in grouped
        ]


def gate_of(cycle: Cycle, *, now: datetime) -> Gate:
    """What a planned cycle still lacks."""
    return gate_of_plan(plan_of(cycle, now=now), now=now)


def gate_of_plan(plan: Plan, *, now: datetime) -> Gate:
    """The same of a plan that was read already."""
    found = {
        each.pk: examined_sketch(each.key_result, around=_around(plan, each), now=now)
        for each in plan.key_results
        if each.key_result.sketch is not None
    }
    doubts = list(doubts_of_reviewers(plan, found))
    asked = [*_of_cycle(plan)]
    for objective in plan.objectives:
        asked += _of_objective(objective, doubts)
        asked += _once(said for each in _own(plan, objective) for said in _of_key_result(each, found, doubts))
    for work in plan.initiatives:
        address = address_of(ItemKind.INITIATIVE, key=work.initiative.key)
        asked += _untold(work, address)
        asked += _unconfirmed(work.counterparts, work.initiative.title, address)
    return Gate(tuple(asked), {number: each.sentence for number, each in found.items()})


def _untold(work: PlannedInitiative, address: str) -> Iterator[Asked]:
    story = getattr(work.initiative, "story", None)
    if not told(story, own_words=work.initiative.narrative).is_told:
        text = "Nobody has told its story to the board, a customer or an engineer."
        finding = Finding("story", "warning", text, "Write one sentence: why is this worth doing?")
        yield Asked(work.initiative.title, address, finding, "")


_Doubts = list[tuple[str, int, Finding]]


def _own(plan: Plan, planned: PlannedObjective) -> list[PlannedKeyResult]:
    return [each for each in plan.key_results if each.key_result.objective_id == planned.objective.pk]


def _around(plan: Plan, planned: PlannedKeyResult) -> Around:
    own = planned.key_result.objective_id
    others = [each.key_result for each in plan.key_results if each.key_result.objective_id == own]
    return around(plan.cycle, [each for each in others if each != planned.key_result], state="set")


def _once(asked: Iterable[Asked]) -> Iterator[Asked]:
    """A question that is the same for every key result of an objective is asked at the first of them."""
    seen = set()
    for each in asked:
        said = (each.finding.rule, each.finding.message)
        if each.blocks or said not in seen:
            seen.add(said)
            yield each


def _of_cycle(plan: Plan) -> Iterator[Asked]:
    of, address = plan.cycle.title, f"/cycles/{plan.cycle.key}/"
    if not plan.objectives:
        nothing = Finding("empty", "error", "It has no objective yet.", "Write what it is to reach.")
        yield Asked(of, address, nothing, PROPOSING)
    elif not plan.key_results:
        nothing = Finding("empty", "error", "It has no key result yet.", "Sketch one under an objective.")
        yield Asked(of, address, nothing, PROPOSING)


def _of_objective(planned: PlannedObjective, doubts: _Doubts) -> Iterator[Asked]:
    objective = planned.objective
    address = address_of(ItemKind.OBJECTIVE, key=objective.key)
    said = Fields(
        objective=objective.title,
        key_results=len(planned.key_results) + len(planned.contributing),
        has_guardrail=bool(planned.guardrails),
    )
    found = [each for each in lint_fields(said).findings if each.rule in OF_OBJECTIVE]
    if not planned.serves:
        text = "It serves no long-term objective and no company goal."
        found.append(Finding("thread", "warning", text, "Say under Edit what it serves."))
    found += _doubts_about(ItemKind.OBJECTIVE, objective.pk, doubts)
    for finding in found:
        yield Asked(objective.title, address, finding, "")
    yield from _unconfirmed(planned.counterparts, objective.title, address)


def _of_key_result(
    planned: PlannedKeyResult, found: Mapping[int, Examined], doubts: _Doubts
) -> Iterator[Asked]:
    for finding in found[planned.pk].findings if planned.pk in found else ():
        yield Asked(planned.name, planned.address, finding, _blocks(finding))
    for finding in _doubts_about(ItemKind.KEY_RESULT, planned.pk, doubts):
        blocks = SETTING if finding.severity == "error" else ""
        yield Asked(planned.name, planned.address, finding, blocks)
    yield from _unconfirmed(planned.counterparts, planned.name, planned.address)


def _blocks(finding: Finding) -> str:
    if finding.rule in ONLY_WHEN_SET:
        return SETTING
    return PROPOSING if finding.severity == "error" else ""


def _doubts_about(kind: str, number: int, doubts: _Doubts) -> list[Finding]:
    return [finding for of, pk, finding in doubts if (of, pk) == (kind, number)]


def _unconfirmed(halves: Iterable[Counterpart], of: str, address: str) -> Iterator[Asked]:
    for half in halves:
        if half.state == Counterpart.State.CONFIRMED:
            continue
        declined = half.state == Counterpart.State.DECLINED
        said = f"declined: {half.answer}" if declined else "has not confirmed its half yet"
        hint = "Agree on another half." if declined else "Ask them to confirm it."
        severity = "error" if half.required else "warning"
        finding = Finding("halves", severity, f"{half.team.name} {said}.", hint)  # type: ignore[arg-type]
        yield Asked(of, address, finding, SETTING if half.required else "")
