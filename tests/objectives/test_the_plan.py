"""The plan around the key results: what joins what, who answers for it, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.sketches import into_force

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items
from throughline.objectives.actions import add_key_result, in_force
from throughline.objectives.models import Counterpart, Cycle, Edge, Effect, KeyResult
from throughline.objectives.sketches import add_sketch, change_sketch, discard, terms_of_sketch

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACTOR = "test"


@pytest.fixture
def cycle(db) -> Cycle:
    return items.add_cycle(ACTOR, title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW)


@pytest.fixture
def objective(cycle):
    return items.add_item(ACTOR, "objective", title="Repair what matters first", cycle=cycle, now=NOW)


def sketch(objective, **given) -> KeyResult:
    return add_sketch(ACTOR, objective, now=NOW, **given)


def test_a_key_is_made_of_the_title_and_never_used_twice(db):
    first, second = (items.add_item(ACTOR, "goal", title="Win trust!", now=NOW) for _ in range(2))
    assert (first.key, second.key) == ("win-trust", "win-trust-2")
    with pytest.raises(Refused, match="'win-trust' is taken already") as refused:
        items.add_item(ACTOR, "goal", key="win-trust", title="Another", now=NOW)
    assert refused.value.place == "key"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 241}, "title"),
        ({"title": "Work", "colour": "red"}, "colour"),
        ({"title": "Work", "status": "nearly"}, "status"),
        ({"title": "Work", "effort_low": 5.0, "effort_high": 3.0}, "effort_low"),
        ({"title": "Work", "delay_cost": -1.0}, "delay_cost"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field_and_nothing_is_kept(db, given, place):
    with pytest.raises(Refused) as refused:
        items.add_item(ACTOR, "initiative", now=NOW, **given)
    assert refused.value.place == place
    assert not Entry.objects.exists()


def test_a_change_is_audited_with_old_and_new_and_no_change_is_not(objective):
    before = Entry.objects.count()
    assert items.change_item(ACTOR, objective, title="Repair what is attacked first", now=NOW)
    assert not items.change_item(ACTOR, objective, title="Repair what is attacked first", now=NOW)
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("id").detail["old"] == {"title": "Repair what matters first"}


def test_an_owner_is_the_one_person_who_has_the_name(organisation):
    owned = items.add_item(ACTOR, "goal", title="Grow", owner_name="mia", now=NOW)
    assert owned.owner == organisation.mia
    assert items.add_item(ACTOR, "goal", title="Sell", owner_name="Somebody else", now=NOW).owner is None


def test_an_edge_leads_upwards_once_and_its_kind_can_change(objective):
    goal = items.add_item(ACTOR, "goal", title="Win trust", now=NOW)
    items.join(ACTOR, objective, goal, "supports", now=NOW)
    items.join(ACTOR, objective, goal, "contributes", now=NOW)
    assert list(Edge.objects.values_list("from_kind", "to_kind", "kind")) == [
        ("objective", "goal", "contributes")
    ]
    with pytest.raises(Refused, match="no edge leads from company goal to objective"):
        items.join(ACTOR, goal, objective, "contributes", now=NOW)
    with pytest.raises(Refused, match="expected contributes or supports, found 'balances'"):
        items.join(ACTOR, objective, goal, "balances", now=NOW)
    assert items.part(ACTOR, objective, goal, now=NOW)
    assert not items.part(ACTOR, objective, goal, now=NOW)


def test_a_sketch_takes_the_days_of_its_cycle_and_promises_nothing_yet(objective):
    made = sketch(objective, title="Faster")
    terms = terms_of_sketch(made)
    assert (f"{terms.start:%Y-%m-%d}", f"{terms.due:%Y-%m-%d %H:%M}") == ("2027-01-01", "2027-04-01 00:00")
    assert made not in in_force()


def test_a_sketch_reads_steps_and_phases_from_lines_and_keeps_them_as_fields(objective):
    made = sketch(objective, kind="milestone", steps="40: The pilot runs\n60: All teams use it")
    change_sketch(ACTOR, made, phases="2027-02-15: 30", now=NOW)
    stored = KeyResult.objects.get()
    terms = terms_of_sketch(stored)
    assert [(step.key, step.weight) for step in terms.steps] == [
        ("the-pilot-runs", 40),
        ("all-teams-use-it", 60),
    ]
    assert stored.sketch["phases"] == [{"due": "2027-02-15", "target": "30"}]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "dream"}, "kind"),
        ({"steps": "The pilot runs"}, "steps"),
        ({"steps": "much: The pilot runs"}, "steps"),
        ({"phases": "soon: 3"}, "phases"),
        ({"weight": "-1"}, "weight"),
        ({"due": "tomorrow"}, "due"),
    ],
)
def test_a_sketch_that_cannot_be_read_is_refused_beside_its_field(objective, given, field):
    with pytest.raises(Refused) as refused:
        sketch(objective, **given)
    assert refused.value.place == field
    assert not KeyResult.objects.exists()


def test_a_discarded_sketch_leaves_what_it_said_in_the_audit_record(objective):
    discard(ACTOR, sketch(objective, title="Faster"), now=NOW)
    assert not KeyResult.objects.exists()
    assert Entry.objects.latest("id").detail["title"] == "Faster"


def test_a_sketch_comes_into_force_as_its_first_version(objective):
    made = sketch(objective, metric="count()", baseline="40", target="20", owner="Ada", title="Fewer")
    version = into_force(made, ACTOR, now=NOW)
    assert (version.number, version.way, made.sketch) == (1, (40.0, 20.0), None)
    assert made in in_force()
    with pytest.raises(Refused, match="in force"):
        change_sketch(ACTOR, made, title="Other", now=NOW)


def test_a_key_result_named_into_a_planned_cycle_is_sent_to_its_sketches(objective):
    with pytest.raises(Refused, match="2027-Q1 is still draft"):
        add_key_result(
            ACTOR,
            metric="count()",
            baseline="40",
            target="20",
            start="2027-01-01",
            due="2027-03-31",
            owner="Ada",
            objective=objective.key,
            now=NOW,
        )


def test_a_key_result_of_an_unplanned_quarter_makes_its_cycle_and_objective(db):
    given = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Ada", "now": NOW}
    dates = {"start": "2026-10-01", "due": "2026-12-31"}
    first = add_key_result(ACTOR, objective="Secure the product", **given, **dates)
    second = add_key_result(ACTOR, objective="secure the PRODUCT", **given, **dates)
    assert first.objective == second.objective
    assert (first.objective.cycle.title, first.objective.cycle.state) == ("2026-Q4", "set")
    assert (first.key, second.key) == ("count", "count-2")


def test_an_expected_effect_is_a_range_that_can_be_restated_and_is_kept_once_realised(objective):
    work = items.add_item(ACTOR, "initiative", title="Patch by robot", now=NOW)
    made = sketch(objective, title="Faster")
    for low, confidence in ((-8.0, 0.5), (-6.0, 0.7)):
        efforts.expect(ACTOR, work, made, low=low, high=-3.0, confidence=confidence, now=NOW)
    effect = Effect.objects.get()
    assert (effect.low, effect.high, effect.confidence) == (-6.0, -3.0, 0.7)
    efforts.realise(ACTOR, effect, value=-4.0, note="measured", now=NOW)
    assert not efforts.expect_nothing(ACTOR, work, made, now=NOW)
    with pytest.raises(Refused) as refused:
        efforts.expect(ACTOR, work, made, low=3.0, high=-3.0, confidence=0.5, now=NOW)
    assert refused.value.place == "low"


def test_the_other_team_confirms_its_half_or_says_why_not(organisation, objective):
    team = organisation.omar.teams.get()
    asked = {"team": team, "title": "Ship the fix", "outcome": "Fixed in production", "owner": "Omar"}
    half = efforts.ask(ACTOR, objective, due=date(2027, 3, 1), now=NOW, **asked)
    with pytest.raises(Refused, match="say why"):
        efforts.answer("Omar", half, confirmed=False, now=NOW)
    efforts.answer("Omar", half, confirmed=True, now=NOW)
    assert Counterpart.objects.get().state == "confirmed"


def test_work_is_assigned_to_exactly_the_people_named(organisation):
    work = items.add_item(ACTOR, "initiative", title="Patch by robot", now=NOW)
    efforts.assign(ACTOR, work, ["Mia", "Mia", "A contractor"], now=NOW)
    efforts.assign(ACTOR, work, ["Mia"], now=NOW)
    assert [(each.name, each.user) for each in work.assignments.all()] == [("Mia", organisation.mia)]
