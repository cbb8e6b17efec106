"""The sample's three quarters: planned, proposed, set, checked in on, graded, and looked back on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from throughline.accounts.models import Team
from throughline.cycles.actions import close_cycle, propose, set_cycle
from throughline.engine.calendar import Period, quarter_of
from throughline.objectives import efforts, items
from throughline.objectives.actions import measure
from throughline.objectives.completions import complete
from throughline.objectives.models import Cycle, Effect, Initiative, KeyResult, Objective
from throughline.objectives.sketches import add_sketch
from throughline.reviews import actions as reviews
from throughline.reviews.carrying import carry
from throughline.reviews.models import CheckIn, PostMortem
from throughline.sample import plan
from throughline.sample.asking import ask
from throughline.sample.finished import FINISHED
from throughline.sample.promises import PROMISES, Promise, quarters, readings
from throughline.series.actions import push
from throughline.series.models import Reading

ACTOR = "sample"
WORK = (*plan.WORK, *FINISHED)
WRITTEN, PROPOSED = timedelta(days=20), timedelta(days=8)
SET_AT = timedelta(hours=9)
RUNNING = 2
WEEK = timedelta(weeks=1)


def live_plans(now: datetime, *, seed: int, told: Callable[[str], None] = lambda step: None) -> None:
    """Three quarters as they were planned and went, and the next one as it is being written.

    Each step can be repeated, so a load that was killed goes on where it stopped.
    """
    _builds(now, seed=seed)
    ask(now)
    first = quarters(now)[0].start - WRITTEN
    _goals(first)
    for place, quarter in enumerate(quarters(now)):
        told(f"the plan of {quarter.label}, and how it went")
        cycle = _planned(place, quarter)
        _begin(cycle, quarter, now=now)
        _go_through(cycle, place, quarter, now=now)
    _next_quarter(now)


def _builds(now: datetime, *, seed: int) -> None:
    """Minutes of the median build, a value a week for half a year."""
    draw = np.random.default_rng(seed)
    usual: dict[str, Any] = {
        "unit": "minutes",
        "title": "Median build, in minutes",
        "better": "lower",
        "cadence_days": 7,
    }
    start = quarters(now)[1].start
    weeks = int((now - start) / WEEK)
    for week, noise in enumerate(draw.normal(0, 0.45, weeks + 1)):
        at = start + WEEK * week
        if not Reading.objects.filter(series__name=plan.BUILD_MINUTES, at=at).exists():
            push(ACTOR, plan.BUILD_MINUTES, round(10.4 + float(noise), 1), at=at, now=at, **usual)


def _goals(now: datetime) -> None:
    for goal in plan.GOALS:
        _item("goal", goal.key, now, title=goal.title, owner_name=goal.owner, source=goal.source)
    for tenet in plan.TENETS:
        given = {"title": tenet.title, "kind": tenet.kind, "owner_name": tenet.owner}
        made = _item("long_term_objective", tenet.key, now, **given)
        for key in tenet.goals:
            items.join(ACTOR, made, items.find("goal", key), "contributes", now=now)
    secure, deliver = (items.find("long_term_objective", key) for key in ("secure", "deliver"))
    items.join(ACTOR, deliver, secure, "balances", now=now)


def _item(kind: str, key: str, now: datetime, /, **given: Any) -> Any:
    """The item with the key, made where it is not there yet."""
    found = items.MODELS[kind].objects.filter(key=key).first()
    return found or items.add_item(ACTOR, kind, key=key, now=now, **given)


def _planned(place: int, quarter: Period) -> Cycle:
    """The cycle with its objectives, its sketches and its work, as far as it is not in force yet."""
    at = quarter.start - WRITTEN
    found = Cycle.objects.filter(key=quarter.label.lower()).first()
    days = {"start": quarter.start.date(), "end": (quarter.end - timedelta(days=1)).date()}
    cycle = found or items.add_cycle(ACTOR, key=quarter.label.lower(), title=quarter.label, **days, now=at)
    if cycle.state != Cycle.State.DRAFT:
        return cycle
    for each in plan.OBJECTIVES:
        _objective(cycle, each, now=at)
    for promise in PROMISES:
        _sketch(cycle, promise.title, promise.objective, now=at, **_terms(promise, place))
    if place == RUNNING:
        for result in plan.RESULTS:
            made = _sketch(cycle, result.title, result.objective, now=at, owner=result.owner, **result.terms)
            if result.guards:
                items.join(ACTOR, made, _named(cycle, result.guards), "balances", now=at)
    for work in WORK:
        if work.place == place:
            _work(cycle, work, now=at)
    return cycle


def _objective(cycle: Cycle, each: plan.SampleObjective, *, now: datetime) -> Objective:
    found = cycle.objectives.filter(title=each.title).first()
    given: dict[str, Any] = {
        "title": each.title,
        "description": each.why,
        "owner_name": each.owner,
        "cycle": cycle,
    }
    made = found or items.add_item(ACTOR, "objective", now=now, **given)
    for key in each.serves:
        items.join(ACTOR, made, items.find("long_term_objective", key), "contributes", now=now)
    assert isinstance(made, Objective)
    return made


def _terms(promise: Promise, place: int) -> dict[str, Any]:
    return {
        "metric": promise.metric,
        "where": promise.where,
        "window": promise.window,
        "baseline": "measured",
        "target": promise.targets[place],
        "owner": promise.owner,
        "cadence_days": 7,
    }


def _sketch(cycle: Cycle, title: str, objective: str, *, now: datetime, **terms: Any) -> KeyResult:
    home = _named(cycle, objective)
    found = home.key_results.filter(sketch__title=title).first()
    return found or add_sketch(ACTOR, home, title=title, now=now, **terms)


def _named(cycle: Cycle, title: str) -> Objective:
    return cycle.objectives.get(title=title)


def _work(cycle: Cycle, work: plan.SampleWork, *, now: datetime) -> None:
    found = cycle.initiatives.filter(title=work.title).first()
    given = {
        "title": work.title,
        "narrative": work.narrative,
        "owner_name": work.owner,
        "status": work.status,
    }
    weeks: dict[str, Any] = {"effort_low": float(work.weeks[0]), "effort_high": float(work.weeks[1])}
    made: Initiative = found or items.add_item(ACTOR, "initiative", cycle=cycle, now=now, **given, **weeks)
    efforts.assign(ACTOR, made, work.people, now=now)
    for title, low, high, confidence, _ in work.effects:
        key_result = KeyResult.objects.get(objective__cycle=cycle, sketch__title=title)
        efforts.expect(ACTOR, made, key_result, low=low, high=high, confidence=confidence, now=now)


def _begin(cycle: Cycle, quarter: Period, *, now: datetime) -> None:
    if cycle.state == Cycle.State.DRAFT:
        propose(ACTOR, cycle, now=quarter.start - PROPOSED)
        cycle.refresh_from_db()
    if cycle.state == Cycle.State.PROPOSED:
        set_cycle(ACTOR, cycle, now=min(quarter.start + SET_AT, now))
        cycle.refresh_from_db()


def _go_through(cycle: Cycle, place: int, quarter: Period, *, now: datetime) -> None:
    if place == RUNNING:
        _complete(cycle, quarter, now=now)
    for number, key_result in enumerate(KeyResult.objects.filter(objective__cycle=cycle).order_by("id")):
        for instant in readings(quarter, now):
            _check_in(key_result, number, quarter, until=instant)
            measure(key_result, instant, actor=ACTOR)
            key_result.refresh_from_db()
    if cycle.state == Cycle.State.SET and place < RUNNING:
        _look_back(cycle, place, quarter, now=now)


def _complete(cycle: Cycle, quarter: Period, *, now: datetime) -> None:
    """The first step of the milestone is done after five weeks, in a quarter that is so old."""
    at = quarter.start + 5 * WEEK
    found = KeyResult.objects.get(objective__cycle=cycle, versions__kind="milestone")
    if at < now and not found.completions.exists():
        step = found.versions.latest("number").steps[0]["key"]
        complete(found, ACTOR, step=step, evidence="The vault's own report: all eight teams", now=at)


def _check_in(key_result: KeyResult, number: int, quarter: Period, *, until: datetime) -> None:
    first, second, line = plan.SAID[number % len(plan.SAID)]
    for days, confidence, said in ((30, first, line), (62, second, "")):
        at = quarter.start + timedelta(days=days)
        is_said = CheckIn.objects.filter(key_result=key_result, at=at).exists()
        if at < until and not is_said and key_result.closed_at is None:
            reviews.check_in(ACTOR, key_result, confidence=confidence, line=said, now=at)


def _look_back(cycle: Cycle, place: int, quarter: Period, *, now: datetime) -> None:
    at = min(quarter.end + timedelta(days=14), now)
    for key_result in _without_lesson(cycle, all_of_them=place == 0):
        missed = (key_result.grade or 0.0) < 1
        cause, step, lesson, worked, did_not = plan.MISSED if missed else plan.HIT
        said = {"cause": cause, "next_step": step, "lesson": lesson, "worked": worked, "did_not": did_not}
        reviews.write_post_mortem(ACTOR, key_result, now=at, **said)
    for effect in Effect.objects.filter(initiative__cycle=cycle, realised_at=None):
        efforts.realise(ACTOR, effect, value=_realised(effect), note="As measured at the end", now=at)
    close_cycle(ACTOR, cycle, now=at)


def _without_lesson(cycle: Cycle, *, all_of_them: bool) -> Iterator[KeyResult]:
    """Those that are looked back on: of the last quarter two wait for whoever opens the sample."""
    written = set(PostMortem.objects.values_list("key_result_id", flat=True))
    found = KeyResult.objects.filter(objective__cycle=cycle, closed_at__isnull=False).order_by("id")
    chosen = list(found) if all_of_them else list(found)[:3]
    return (each for each in chosen if each.pk not in written)


def _realised(effect: Effect) -> float:
    title = effect.key_result.versions.latest("number").title
    work = next(each for each in WORK if each.title == effect.initiative.title)
    return next(value for name, *_, value in work.effects if name == title and value is not None)


def _next_quarter(now: datetime) -> None:
    """The quarter to come, as far as it is written: one again, one half said, and a half asked for."""
    quarter = quarter_of(quarters(now)[RUNNING].end)
    cycle = Cycle.objects.filter(key=quarter.label.lower()).first()
    if cycle is not None:
        return
    days = {"start": quarter.start.date(), "end": (quarter.end - timedelta(days=1)).date()}
    cycle = items.add_cycle(ACTOR, key=quarter.label.lower(), title=quarter.label, **days, now=now)
    repair = _objective(cycle, plan.OBJECTIVES[0], now=now)
    lessons = PostMortem.objects.filter(next_step=PostMortem.NextStep.TRY_AGAIN).order_by("-key_result_id")
    if lessons:
        carry(ACTOR, lessons[0].key_result, into=cycle, now=now)
    add_sketch(ACTOR, repair, title="Improve how we repair what the bounty finds", now=now)
    due = quarter.end.date() - timedelta(days=30)
    half: dict[str, Any] = {
        "title": "Two fix days a month",
        "outcome": "No critical one older than two weeks",
        "owner": "Dev",
    }
    efforts.ask(ACTOR, repair, team=Team.objects.get(name="Mobile"), due=due, now=now, **half)
