"""A plan that is exported, applied to an empty data folder and exported again is the same bytes."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.objectives.register import arrivals
from tests.plans.documents import QUARTER
from tests.sketches import into_force

from throughline.audit.models import Entry
from throughline.cycles.actions import propose, set_cycle
from throughline.objectives.models import Cycle, KeyResult
from throughline.plans import queries
from throughline.plans.actions import Wish, apply
from throughline.plans.differences import differences
from throughline.plans.format.meaning import understood
from throughline.plans.format.writing import plan_text

SHARE = "metric: precision\n        baseline: 85%\n        target: 95%"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def applied(written: str, **wish) -> int:
    """How many changes applying it made."""
    plan = understood({"plan.yaml": written.encode()}, queries.known())
    return len(apply(plan, "test", wish=Wish(**wish), now=NOW).changes)


@contextmanager
def an_empty_folder():
    """Whatever is done inside is undone; a plan is never deleted otherwise."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


_TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\n\t")), max_size=20
)
_LINE = st.text("ab -:#'\"é.\n", min_size=1, max_size=12).filter(str.strip)
_DAY = st.sampled_from(["2027-01-01", "2027-01-15", "2027-02-28"])
_AMOUNT = st.sampled_from(["", "12", "12.50", "-30%", "85%", "0.1", "1e-5", "twelve"])


def some(strategy, of, most=3):
    """Distinct members of a list, perhaps none."""
    return st.lists(strategy(of), unique=True, max_size=most) if of else st.just([])


@st.composite
def plans(draw) -> dict:
    """Any plan that is decidable as far as it is written: every reference leads to something."""
    goals = [f"goal-{n}" for n in range(draw(st.integers(0, 2)))]
    tenets = [f"tenet-{n}" for n in range(draw(st.integers(0, 3)))]
    objectives = [f"objective-{n}" for n in range(draw(st.integers(0, 3)))]
    promises = [f"promise-{n}" for n in range(draw(st.integers(0, 3)) if objectives else 0)]
    uppers = {
        "tenet": [f"goal:{key}" for key in goals],
        "objective": [*(f"goal:{key}" for key in goals), *(f"long_term_objective:{key}" for key in tenets)],
        "initiative": [f"objective:{key}" for key in objectives],
    }

    def edges(kind):
        drawn = draw(some(st.sampled_from, uppers[kind]))
        split = draw(st.integers(0, len(drawn)))
        return {"contributes": sorted(drawn[:split]), "supports": sorted(drawn[split:])}

    def halves():
        teams = draw(st.lists(st.sampled_from(["Search", "Payments"]), unique=True, max_size=2))
        return [
            {"team": team, "title": draw(_LINE), "outcome": draw(_LINE), "owner": "Omar", "due": draw(_DAY)}
            for team in sorted(teams)
        ]

    def promise(key, own):
        others = [f"objective:{each}" for each in objectives if each != own]
        return {
            "key": key,
            "title": draw(_TEXT),
            "kind": draw(st.sampled_from(["move", "keep", "milestone", "binary", "baseline", "forecast"])),
            "weight": draw(st.sampled_from([1, 2, 0.5])),
            "metric": draw(st.sampled_from(["", "time_to_remediate", "count()", "minutes", "arrivals"])),
            "where": draw(st.sampled_from(["", "severity >= 'high'"])),
            "window": draw(st.sampled_from(["", "period", "all", "12 weeks", "180 days", "90 days"])),
            "baseline": draw(_AMOUNT | st.just("Measured")),
            "target": draw(_AMOUNT),
            "bound_high": draw(_AMOUNT),
            "phases": [{"due": "2027-02-01", "target": "11.0"}] if draw(st.booleans()) else [],
            "steps": draw(st.sampled_from([[], [{"title": "Über 1", "weight": 100}]])),
            "start": draw(st.just("") | _DAY),
            "due": draw(st.sampled_from(["", "2027-03-31", "2027-03-01"])),
            "owner": draw(st.sampled_from(["", "Ada", "no"])),
            "cadence_days": draw(st.sampled_from([0, 7, 14, 30])),
            "why": draw(_TEXT),
            "balances": draw(some(st.sampled_from, others)),
            "counterparts": halves(),
        }

    def objective(key, index):
        own = [each for n, each in enumerate(promises) if n % len(objectives) == index]
        return {
            "key": key,
            "title": draw(_LINE),
            "cycle": draw(st.sampled_from(["q1", "q2"])),
            "description": draw(_TEXT),
            **edges("objective"),
            "counterparts": halves(),
            "key_results": [promise(each, key) for each in own],
        }

    def initiative(key):
        return {
            "key": key,
            "title": draw(_LINE),
            "cycle": draw(st.sampled_from(["", "q1"])),
            "status": draw(st.sampled_from(["planned", "doing"])),
            "people": draw(st.lists(st.sampled_from(["Ada", "Mia", "yes"]), unique=True)),
            "narrative": draw(_TEXT),
            "effort_low": draw(st.none() | st.sampled_from([0, 1.5])),
            "effort_high": draw(st.none() | st.just(3)),
            "start": draw(st.just("") | _DAY),
            "links": draw(st.lists(_LINE, unique_by=str.strip, max_size=2)),
            **edges("initiative"),
            "effects": [
                {"key_result": each, "low": -0.75, "high": -0.25, "confidence": 0.7}
                for each in draw(some(st.sampled_from, promises))
            ],
        }

    return {
        "goals": [
            {"key": key, "title": draw(_LINE), "source": draw(_TEXT), "owner": draw(st.just("") | _LINE)}
            for key in goals
        ],
        "long_term_objectives": [
            {"key": key, "title": draw(_LINE), "kind": "delivery", **edges("tenet")} for key in tenets
        ],
        "series": [{"name": "minutes", "unit": "minutes", "cadence_days": draw(st.sampled_from([7, 14]))}],
        "cycles": [
            {"key": key, "title": f"{draw(_LINE)} {key}", "start": "2027-01-01", "end": "2027-03-31"}
            for key in ("q1", "q2")
        ],
        "objectives": [objective(key, index) for index, key in enumerate(objectives)],
        "key_results": [],
        "initiatives": [initiative(f"work-{n}") for n in range(draw(st.integers(0, 2)))],
    }


@settings(max_examples=settings.default.max_examples // 2, suppress_health_check=list(HealthCheck))
@given(plans())
def test_export_apply_export_gives_the_same_bytes_and_a_second_apply_nothing(db, document):
    with an_empty_folder():
        applied(plan_text(document))
        exported = queries.export()
        assert applied(exported) == 0
        assert applied(plan_text(document)) == 0
        entries = Entry.objects.count()
        assert applied(exported, prune=True) == 0
        assert Entry.objects.count() == entries
    with an_empty_folder():
        applied(exported)
        assert queries.export() == exported


def publish(key: str) -> None:
    """Put a cycle into force, as its own command does."""
    for each in KeyResult.objects.filter(objective__cycle__key=key, sketch__isnull=False):
        into_force(each, "test", now=NOW)
    Cycle.objects.filter(key=key).update(state="set")


@pytest.mark.parametrize(
    "baseline", ["baseline: 40.0", "baseline: measured", "baseline: 4e1", "window: 12 weeks"]
)
def test_the_same_quarter_by_file_and_commands_gives_the_same_export(db, baseline):
    arrivals(30)
    text = QUARTER.replace("baseline: 40", baseline)
    with an_empty_folder():
        applied(text)
        publish("2027-q1")
        assert applied(text) == 0
        first = queries.export()
    assert "    state: set\n" in first
    with an_empty_folder():
        applied(first)
        publish("2027-q1")
        assert queries.export() == first
        assert applied(first) == 0


def test_a_quarter_that_was_set_is_made_again_by_its_file_and_the_commands_that_set_it(db):
    arrivals(30)
    text = QUARTER.split("    counterparts")[0]
    text = text.replace("baseline: 40", "baseline: measured").replace("baseline: 10", "baseline: measured")
    exports = []
    for written in (text, None):
        with an_empty_folder():
            applied(written or exports[0])
            cycle = Cycle.objects.get()
            propose("test", cycle, now=NOW)
            set_cycle("test", cycle, now=NOW)
            exports.append(queries.export())
    assert "    state: set\n" in exports[0]
    assert exports[1] == exports[0]


def test_a_share_in_percent_is_the_same_promise_once_it_is_in_force(db):
    arrivals(5)
    text = QUARTER.replace("metric: count()\n        baseline: 40\n        target: 20", SHARE)
    text = text.replace("low: -8\n        high: -3", "low: 0.03\n        high: 0.08")
    applied(text)
    publish("2027-q1")
    assert KeyResult.objects.get(key="fewer").versions.get().baseline == 0.85
    assert differences(understood({"plan.yaml": text.encode()})) == []
