"""A key result as the linter reads it: its fields, what was measured of it, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from throughline.engine.linting import Fields, Sibling
from throughline.engine.linting.records import Cycle as CycleState
from throughline.objectives.drafts import Draft, Preview
from throughline.objectives.models import Cycle, KeyResult
from throughline.objectives.telling import Telling
from throughline.objectives.terms import Undecidable, instant

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a key result: its cycle, its objective, and the other key results there."""

    start: date
    end: date
    state: CycleState = "proposed"
    siblings: tuple[Sibling, ...] = ()


def around(cycle: Cycle, others: Sequence[KeyResult], *, state: CycleState = "proposed") -> Around:
    """What stands around a key result of this cycle, beside these others of its objective."""
    sketches = [each.sketch for each in others if each.sketch]
    return Around(cycle.start, cycle.end, state, tuple(_sibling(said, cycle) for said in sketches))


def fields_of(
    found: Preview, told: Telling | None, given: Mapping[str, Any], around: Around, *, now: datetime
) -> Fields:
    """Everything that the linter may know of it."""
    draft = found.draft
    text = str(given.get("title") or "")
    metric = str(given.get("metric") or "").strip()
    kind: Any = given.get("kind") or "move"
    owner = str(given.get("owner") or "").strip()
    common = {
        "kind": kind,
        "text": text,
        "metric": metric,
        "metric_is_known": "metric" not in found.problems,
        "acceptance_test": str(given.get("acceptance") or "") or _steps_said(given),
        "judge": str(given.get("judge") or ""),
        "where": str(given.get("where") or ""),
        # An empty slice is everything, and the window has a usual length: both are always said.
        "population": str(given.get("where") or "all"),
        "window": str(given.get("window") or "period"),
        "target_text": _target_text(found, given),
        "due": _day(given.get("due"), around),
        "start": around.start,
        "end": around.end,
        "owners": (owner,) if owner else (),
        "cycle": around.state,
        "siblings": around.siblings,
    }
    return Fields(**common, **_measured(found, draft, told, given, now=now))


def _measured(
    found: Preview, draft: Draft | None, told: Telling | None, given: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    if draft is None:
        return {
            "unit": found.unit or "?",
            "aggregation": "?",
            "baseline": found.baseline,
            "baseline_measured": True,
        }
    subject = draft.subject
    as_of = told.data_as_of if told else None
    return {
        "unit": draft.unit,
        "aggregation": (subject.measure.partition("(")[0] or "newest value") if subject else "",
        "better": (subject.better or None) if subject else None,
        "baseline": draft.baseline,
        "baseline_measured": draft.baseline_figure is not None,
        "target": draft.target,
        "query_runs": found.now_figure is not None if subject else None,
        "newest_age": (now - as_of) / _DAY if as_of else None,
        "cadence": float(draft.cadence_days) if subject else None,
        "points": told.points if told else None,
        "ever_moved": told.ever_moved if told else None,
        "p_hit": told.p_hit if told else None,
        "power": told.power if told else None,
        "smallest_change": told.smallest_change(draft.baseline) if told else None,
    }


def _sibling(said: Mapping[str, Any], cycle: Cycle) -> Sibling:
    due = _day(said.get("due"), Around(cycle.start, cycle.end))
    return Sibling(str(said.get("metric") or ""), str(said.get("where") or ""), due)


def _day(given: object, around: Around) -> date | None:
    if given in (None, ""):
        return around.end
    try:
        return (instant(given, field="due") - _INSTANT).date()
    except Undecidable:
        return None


def _target_text(found: Preview, given: Mapping[str, Any]) -> str:
    """What is to be reached, as written; nothing where that cannot be read."""
    places = ("target", "bound_high", "bound_low")
    if any(name in found.problems for name in places):
        return ""
    return next((str(given[name]) for name in places if given.get(name)), "")


def _steps_said(given: Mapping[str, Any]) -> str:
    return "every step is done" if given.get("steps") else ""
