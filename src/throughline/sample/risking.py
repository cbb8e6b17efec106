"""The sample's register of risks: written a quarter ago, estimated again, treated, and borne."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.engine.calendar import Period
from throughline.objectives.models import Initiative, KeyResult, Objective
from throughline.risk.actions import add_estimate, add_scenario, link
from throughline.risk.models import Appetite, Cost, Estimate, Scenario, Treatment
from throughline.risk.treating import state_appetite, state_cost, treat
from throughline.sample import risks
from throughline.sample.promises import quarters
from throughline.sample.risks import Said, SampleScenario

ACTOR = "sample"
# How long after a quarter's start its estimates were made.
WRITTEN, ESTIMATED = timedelta(days=3), timedelta(days=9)
BORNE = timedelta(days=20)


def live_risks(now: datetime) -> None:
    """The register as it stands at `now`. Each step can be repeated."""
    first, before, running = quarters(now)
    for each in risks.SCENARIOS:
        _scenario(each, first, before, running, now=now)
    _treatments(running, now=now)
    if not Appetite.objects.exists():
        at = before.start + BORNE
        state_appetite(ACTOR, risks.APPETITE, note=risks.APPETITE_NOTE, now=at)


def _scenario(each: SampleScenario, first: Period, before: Period, running: Period, *, now: datetime) -> None:
    # What nobody has looked at since stands from two quarters ago; the rest is asked of the running quarter.
    begun = before if each.now else first
    found = Scenario.objects.filter(key=each.key).first() or _written(each, begun, running)
    soon = min(running.start + ESTIMATED, now)
    said: tuple[tuple[str, Said | None, datetime], ...] = (
        ("inherent", each.inherent, begun.start + ESTIMATED),
        ("residual", each.before, begun.start + ESTIMATED),
        ("target", each.target, begun.start + ESTIMATED),
        ("residual", each.now, soon),
    )
    for stage, estimate, at in said:
        if estimate and not Estimate.objects.filter(scenario=found, stage=stage, at=at).exists():
            frequency, loss = estimate
            add_estimate(ACTOR, found, stage=stage, frequency=frequency, loss=loss, note=each.note, now=at)
    for title in each.bears_on:
        link(ACTOR, found, _end(title), now=soon)


def _written(each: SampleScenario, begun: Period, running: Period) -> Scenario:
    return add_scenario(
        ACTOR,
        key=each.key,
        statement=each.statement,
        criteria=each.criteria,
        judge=each.judge,
        owner=each.owner,
        tags=each.tags,
        steps=each.steps,
        period=each.period,
        start=(running if each.now else begun).start.date(),
        now=begun.start + WRITTEN,
    )


def _end(title: str) -> Objective | KeyResult:
    result = KeyResult.objects.filter(versions__title=title).order_by("id").last()
    return result or Objective.objects.filter(title=title).exclude(cycle__state="draft").latest(
        "cycle__start"
    )


def _treatments(running: Period, *, now: datetime) -> None:
    at = min(running.start + ESTIMATED, now)
    work = {each.title: each for each in Initiative.objects.filter(title__in=risks.COSTS)}
    for each in risks.TREATMENTS:
        done, treated = work[each.work], Scenario.objects.get(key=each.scenario)
        if not Treatment.objects.filter(initiative=done, scenario=treated).exists():
            treat(ACTOR, done, treated, frequency=each.frequency, loss=each.loss, now=at)
    for title, (low, high) in risks.COSTS.items():
        if not Cost.objects.filter(initiative=work[title]).exists():
            state_cost(ACTOR, work[title], low=low, high=high, now=at)
