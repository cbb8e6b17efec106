"""The sample's next quarter as far as it is prioritised: what might be done, and under which rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from throughline.engine.calendar import quarter_of
from throughline.objectives import items
from throughline.objectives.models import Cycle, KeyResult, Objective
from throughline.objectives.sketches import add_sketch
from throughline.portfolio.actions import add_candidate
from throughline.portfolio.models import Candidate
from throughline.portfolio.ruling import state_rules
from throughline.sample import candidates, plan
from throughline.sample.candidates import SampleCandidate
from throughline.sample.promises import quarters
from throughline.workshops.models import Cluster

ACTOR = "sample"


def live_candidates(now: datetime) -> None:
    """Candidates of the quarter to come, with what they would move. Each step can be repeated."""
    quarter = quarter_of(quarters(now)[-1].end)
    cycle = Cycle.objects.get(key=quarter.label.lower())
    objectives = {each.title: _objective(cycle, each, now) for each in plan.OBJECTIVES}
    for title, home, guarded, terms in candidates.RESULTS:
        made = _result(objectives[home], title, terms, now)
        if guarded:
            items.join(ACTOR, made, objectives[guarded], "balances", now=now)
    for each in candidates.CANDIDATES:
        if not cycle.candidates.filter(title=each.title).exists():
            _candidate(cycle, each, objectives[each.objective], now=now)
    if not cycle.portfolio_rules.exists():
        _rules(cycle, now)


def _objective(cycle: Cycle, each: plan.SampleObjective, now: datetime) -> Objective:
    found = cycle.objectives.filter(title=each.title).first()
    if found is not None:
        return found
    given: dict[str, Any] = {"title": each.title, "description": each.why, "owner_name": each.owner}
    made = items.add_item(ACTOR, "objective", cycle=cycle, now=now, **given)
    assert isinstance(made, Objective)
    for key in each.serves:
        items.join(ACTOR, made, items.find("long_term_objective", key), "contributes", now=now)
    return made


def _result(objective: Objective, title: str, terms: Any, now: datetime) -> KeyResult:
    found = objective.key_results.filter(sketch__title=title).first()
    return found or add_sketch(ACTOR, objective, title=title, now=now, **terms)


def _candidate(cycle: Cycle, each: SampleCandidate, objective: Objective, *, now: datetime) -> Candidate:
    given: dict[str, Any] = {
        f"{name}_{end}": value
        for name in ("effort", "duration", "delay", "reach")
        for end, value in zip(("low", "high"), getattr(each, name) or (), strict=False)
    }
    if each.title == candidates.AUDIT:
        given["deadline"] = cycle.start + timedelta(days=candidates.AUDIT_DAYS)
    results = {
        title: KeyResult.objects.get(objective__cycle=cycle, sketch__title=title) for title in each.moves
    }
    return add_candidate(
        ACTOR,
        cycle=cycle,
        title=each.title,
        cluster=Cluster.objects.filter(board__cycle=cycle, title=each.title).first(),
        narrative=each.narrative,
        objective=objective,
        goal=each.goal,
        confidence=each.confidence,
        impacts={results[title].pk: ends for title, ends in each.moves.items()},
        now=now,
        **given,
        **each.more,
    )


def _rules(cycle: Cycle, now: datetime) -> None:
    numbers = dict(cycle.candidates.values_list("title", "pk"))
    relations = [
        {"kind": "requires", "candidate": numbers[first], "other": numbers[second]}
        for first, second in candidates.REQUIRES
    ]
    state_rules(
        ACTOR,
        cycle,
        capacity=candidates.CAPACITY,
        person_weeks=candidates.ONE_MORE,
        balance=candidates.BALANCE,
        relations=relations,
        now=now,
    )
