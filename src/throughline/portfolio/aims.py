"""The key results of a cycle as a portfolio counts them: from where to where, and what keeps some out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.objectives.drafts import Draft
from throughline.objectives.effects import unit_said, units_of
from throughline.objectives.examining import examined_sketch
from throughline.objectives.kinds import MOVING
from throughline.objectives.linting import around
from throughline.objectives.models import Cycle, KeyResult, Version
from throughline.objectives.planned import Plan, PlannedKeyResult, plan_of
from throughline.portfolio.format.reading import LEAST_WAY

_Kind = Version.Kind


@dataclass(frozen=True, slots=True)
class Counted:
    """A key result that candidates may move; `why` says what keeps its changes from being counted."""

    key_result: KeyResult
    name: str
    unit: str
    objective: str
    baseline: float | None
    target: float | None
    weight: float
    is_guardrail: bool
    why: str = ""

    @property
    def pk(self) -> int:
        return self.key_result.pk

    @property
    def key(self) -> str:
        return self.key_result.key

    @property
    def unit_said(self) -> str:
        """What a person writes a change in."""
        return unit_said(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """What a version, or a sketch as far as it is written, says of its way."""

    kind: str
    weight: float = 1.0
    baseline: float | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    # The newest figure.
    value: float | None = None
    why: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it is out of the bound that it is to keep."""
        if self.value is None:
            return False
        return (self.low is not None and self.value < self.low) or (
            self.high is not None and self.value > self.high
        )


def counted_in(cycle: Cycle, *, now: datetime) -> list[Counted]:
    """Every key result of the cycle once, guardrails among them, in the order of the plan."""
    plan = plan_of(cycle, now=now)
    units = units_of(each.key_result for each in plan.key_results)
    return [_counted(plan, each, units[each.pk], now=now) for each in plan.key_results]


def _counted(plan: Plan, planned: PlannedKeyResult, unit: str, *, now: datetime) -> Counted:
    said = _of_version(planned) if planned.stand else _of_sketch(plan, planned, now=now)
    guarded = next((each.objective for each in plan.objectives if planned in each.guardrails), None)
    home = guarded or planned.key_result.objective
    baseline, target, why = _way(said)
    return Counted(
        key_result=planned.key_result,
        name=planned.name,
        unit=unit,
        objective=home.key if home else "",
        baseline=baseline,
        target=target,
        weight=said.weight,
        # What is inside its bound costs on the way to it; what is outside has a way back that counts.
        is_guardrail=guarded is not None or (said.kind == _Kind.KEEP and not said.is_outside),
        why=why,
    )


def _of_version(planned: PlannedKeyResult) -> _Stated:
    assert planned.stand is not None
    version = planned.stand.version
    return _Stated(
        kind=version.kind,
        weight=version.weight,
        baseline=version.baseline,
        target=version.target,
        low=version.bound_low,
        high=version.bound_high,
        value=planned.stand.value,
    )


def _of_sketch(plan: Plan, planned: PlannedKeyResult, *, now: datetime) -> _Stated:
    kind = (planned.key_result.sketch or {}).get("kind") or _Kind.MOVE
    found = examined_sketch(planned.key_result, around=around(plan.cycle, []), now=now).preview
    if found.draft is None:
        why = next(iter(found.problems.values()), "it is not written yet")
        return _Stated(kind=kind, why=why.rstrip("."))
    value = found.now_figure.value if found.now_figure else None
    return _of_draft(found.draft, kind, value)


def _of_draft(draft: Draft, kind: str, value: float | None) -> _Stated:
    return _Stated(
        kind=kind,
        weight=draft.terms.weight,
        baseline=draft.baseline,
        target=draft.target,
        low=draft.low,
        high=draft.high,
        value=value,
    )


def _way(said: _Stated) -> tuple[float | None, float | None, str]:
    """Baseline and target, and what keeps them from being a way."""
    if said.why:
        return None, None, said.why
    if said.kind in MOVING:
        return _checked(said.baseline, said.target)
    if said.kind in (_Kind.MILESTONE, _Kind.BINARY):
        return 0.0, 1.0, ""
    if said.kind == _Kind.BASELINE:
        return None, None, "it is measured for the first time and has no target yet"
    if said.value is None:
        return None, None, "nothing is measured of it yet"
    return _checked(said.value, _nearest(said.value, said.low, said.high))


def _nearest(value: float, *bounds: float | None) -> float | None:
    stated = [each for each in bounds if each is not None]
    return min(stated, key=lambda each: abs(each - value), default=None)


def _checked(baseline: float | None, target: float | None) -> tuple[float | None, float | None, str]:
    if baseline is None or target is None:
        return None, None, "it has no baseline or no target yet"
    if abs(target - baseline) < LEAST_WAY:
        return None, None, "it stands at its target already: there is no way to count along"
    return baseline, target, ""
