"""The key results of a cycle as a portfolio counts them: from where to where, and what keeps some out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from throughline.objectives.drafts import preview
from throughline.objectives.effects import unit_said
from throughline.objectives.kinds import MOVING
from throughline.objectives.marks import Mark, marks
from throughline.objectives.models import Edge, ItemKind, KeyResult, Objective, Version
from throughline.objectives.queries import stands
from throughline.objectives.wording import name_of_sketch
from throughline.portfolio.format.reading import LEAST_WAY

KEPT = 512
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

    name: str
    kind: str
    unit: str = ""
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


def counted_in(objectives: Sequence[Objective], *, now: datetime) -> list[Counted]:
    """Every key result of these objectives once, guardrails among them, in their order.

    The same number of questions however many there are.
    """
    found = list(
        KeyResult.objects.filter(objective__in=objectives, dropped_at=None).order_by("position", "id")
    )
    homes = {each.pk: each for each in objectives}
    guarded = _guarded(objectives)
    said = _of_versions(found, now=now) | _of_sketches(found, now=now)
    return [
        _counted(each, said[each.pk], homes[each.objective_id or 0], homes.get(guarded.get(each.pk, 0)))
        for each in found
    ]


def _counted(key_result: KeyResult, said: _Stated, home: Objective, guarded: Objective | None) -> Counted:
    baseline, target, why = _way(said)
    return Counted(
        key_result=key_result,
        name=said.name,
        unit=said.unit,
        objective=(guarded or home).key,
        baseline=baseline,
        target=target,
        weight=said.weight,
        # What is inside its bound costs on the way to it; what is outside has a way back that counts.
        is_guardrail=guarded is not None or (said.kind == _Kind.KEEP and not said.is_outside),
        why=why,
    )


def _guarded(objectives: Sequence[Objective]) -> dict[int, int]:
    """The objective that each guardrail guards, by numbers."""
    edges = Edge.objects.filter(
        from_kind=ItemKind.KEY_RESULT,
        to_kind=ItemKind.OBJECTIVE,
        to_id__in=[each.pk for each in objectives],
        kind=Edge.Kind.BALANCES,
    )
    return dict(edges.values_list("from_id", "to_id"))


def _of_versions(found: Sequence[KeyResult], *, now: datetime) -> dict[int, _Stated]:
    promised = [each.pk for each in found if each.sketch is None]
    running = stands(KeyResult.objects.filter(pk__in=promised), now=now) if promised else []
    return {
        each.key_result.pk: _Stated(
            name=each.name,
            kind=each.version.kind,
            unit=each.version.unit,
            weight=each.version.weight,
            baseline=each.version.baseline,
            target=each.version.target,
            low=each.version.bound_low,
            high=each.version.bound_high,
            value=each.value,
        )
        for each in running
    }


def _of_sketches(found: Sequence[KeyResult], *, now: datetime) -> dict[int, _Stated]:
    sketches = [each for each in found if each.sketch is not None]
    if not sketches:
        return {}
    hour = now.replace(minute=0, second=0, microsecond=0)
    # Who will own it is still open while it is weighed, and changes no way.
    said = [{**(each.sketch or {}), "owner": (each.sketch or {}).get("owner") or "-"} for each in sketches]
    versions = [
        Version(kind=one.get("kind") or _Kind.MOVE, metric=one.get("metric") or "", key_result=each)
        for one, each in zip(said, sketches, strict=True)
    ]
    return {
        each.pk: _of_sketch(name_of_sketch(each), version.kind, json.dumps(one, sort_keys=True), mark, hour)
        for each, one, version, mark in zip(sketches, said, versions, marks(versions), strict=True)
    }


@lru_cache(maxsize=KEPT)
def _of_sketch(name: str, kind: str, text: str, mark: Mark, hour: datetime) -> _Stated:
    """A sketch as it is measured; the same for the same words, data (by the mark) and hour."""
    found = preview(json.loads(text), now=hour)
    unit = found.draft.unit if found.draft else found.unit
    if found.draft is None:
        why = next(iter(found.problems.values()), "it is not written yet")
        return _Stated(name=name, kind=kind, unit=unit, why=why.rstrip("."))
    draft = found.draft
    return _Stated(
        name=name,
        kind=kind,
        unit=unit,
        weight=draft.terms.weight,
        baseline=draft.baseline,
        target=draft.target,
        low=draft.low,
        high=draft.high,
        value=found.now_figure.value if found.now_figure else None,
    )


def forget() -> None:
    """Measure every sketch anew: for those who put other data under the same marks, as tests do."""
    _of_sketch.cache_clear()


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
