"""What changes around key results while a plan is written: days of a cycle, places, halves of other teams."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items
from throughline.objectives.actions import add_key_result
from throughline.objectives.models import Counterpart, Cycle
from throughline.objectives.proof import differences
from throughline.objectives.sketches import add_sketch, discard, move_sketch

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = {"start": date(2027, 1, 1), "end": date(2027, 3, 31)}
HALF = {"outcome": "Fixed in production", "owner": "Omar", "due": date(2027, 3, 1)}


@pytest.fixture
def cycle(db) -> Cycle:
    return items.add_cycle("test", title="2027-Q1", now=NOW, **DAYS)


@pytest.fixture
def half(cycle) -> Counterpart:
    objective = items.add_item("test", "objective", title="Repair first", cycle=cycle, now=NOW)
    team = Team.objects.create(name="Search")
    made = efforts.ask("test", objective, team=team, title="Ship the fix", now=NOW, **HALF)
    efforts.answer("Omar", made, confirmed=True, now=NOW)
    return made


def test_a_planned_cycle_takes_other_days_and_the_same_days_again_are_no_change(cycle):
    later = {"title": "Spring", "start": date(2027, 2, 1), "end": date(2027, 4, 30)}
    assert items.change_cycle("test", cycle, now=NOW, **later)
    assert not items.change_cycle("test", cycle, now=NOW, **later)
    stored = Cycle.objects.get()
    assert (stored.title, stored.start, stored.end) == tuple(later.values())
    assert Entry.objects.latest("id").detail["old"]["title"] == "2027-Q1"


def test_a_cycle_that_is_set_keeps_its_days_and_takes_another_title(cycle):
    Cycle.objects.update(state="set")
    cycle.refresh_from_db()
    assert items.change_cycle("test", cycle, title="Spring", now=NOW, **DAYS)
    with pytest.raises(Refused, match="Spring is set: its days stand"):
        items.change_cycle("test", cycle, title="Spring", start=DAYS["start"], end=date(2027, 4, 1), now=NOW)


def test_a_cycle_that_ends_before_it_starts_is_refused_beside_its_end(cycle):
    with pytest.raises(Refused) as refused:
        items.change_cycle("test", cycle, title="Spring", start=DAYS["end"], end=DAYS["start"], now=NOW)
    assert refused.value.place == "end"


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        (date(1, 1, 1), date(9999, 12, 31), "start"),
        (date(2027, 1, 1), date(9999, 12, 31), "end"),
        (date(2027, 1, 1), date(2030, 1, 10), "end"),
        (date(9999, 1, 1), date(9999, 12, 31), "start"),
    ],
)
def test_a_cycle_of_a_slip_in_a_year_is_refused_beside_its_day(cycle, start, end, place):
    for write in (items.add_cycle, lambda actor, **said: items.change_cycle(actor, cycle, **said)):
        with pytest.raises(Refused) as refused:
            write("test", title="Spring", start=start, end=end, now=NOW)
        assert refused.value.place == place


def test_a_sketch_moves_to_another_objective_with_all_that_it_says(cycle):
    first, second = (items.add_item("test", "objective", title=t, cycle=cycle, now=NOW) for t in "AB")
    made = add_sketch("test", first, title="Faster", now=NOW)
    move_sketch("test", made, second, now=NOW)
    made.refresh_from_db()
    assert (made.objective, made.sketch["objective"], made.sketch["title"]) == (second, "b", "Faster")
    assert Entry.objects.latest("id").detail == {"objective": ["a", "b"]}


def test_another_team_answers_anew_when_it_is_asked_for_something_else(half):
    asked = {**HALF, "description": "", "required": True}
    assert not efforts.ask_anew("test", half, now=NOW, **asked)
    assert efforts.ask_anew("test", half, now=NOW, **{**asked, "required": False})
    assert Counterpart.objects.get().state == "confirmed"
    assert efforts.ask_anew("test", half, now=NOW, **{**asked, "due": date(2027, 2, 1)})
    stored = Counterpart.objects.get()
    assert (stored.state, stored.answered_by, stored.due) == ("asked", "", date(2027, 2, 1))


def test_an_answer_is_to_what_the_team_read(half):
    read = half.asked_for
    efforts.ask_anew("test", half, now=NOW, description="", required=True, **{**HALF, "outcome": "Rewritten"})
    with pytest.raises(Refused, match="was changed since you read it"):
        efforts.answer("Omar", half, confirmed=True, seen=read, now=NOW)
    assert Counterpart.objects.get().state == "asked"
    efforts.answer("Omar", half, confirmed=True, seen=half.asked_for, now=NOW)
    assert Counterpart.objects.get().state == "confirmed"


def test_a_half_without_an_owner_is_refused_beside_the_owner(half):
    with pytest.raises(Refused) as refused:
        efforts.ask_anew("test", half, now=NOW, **{**HALF, "owner": " ", "description": "", "required": True})
    assert refused.value.place == "owner"


def test_a_withdrawn_half_leaves_what_was_answered_in_the_audit_record(half):
    efforts.withdraw("test", half, now=NOW)
    assert not Counterpart.objects.exists()
    assert Entry.objects.latest("id").detail["state"] == "confirmed"


def test_a_discarded_sketch_leaves_nothing_that_leads_to_it(cycle, half):
    first, second = (items.add_item("test", "objective", title=t, cycle=cycle, now=NOW) for t in "AB")
    made = add_sketch("test", first, title="Faster", now=NOW)
    items.join("test", made, second, "balances", now=NOW)
    efforts.ask("test", made, team=half.team, title="Help", now=NOW, **HALF)
    discard("test", made, now=NOW)
    assert list(differences()) == []
    assert Counterpart.objects.get() == half


def test_nothing_is_sketched_in_a_cycle_that_was_set_meanwhile(cycle):
    objective = items.add_item("test", "objective", title="A", cycle=cycle, now=NOW)
    Cycle.objects.update(state="set")
    with pytest.raises(Refused, match="2027-Q1 is set already"):
        add_sketch("test", objective, title="Faster", now=NOW)


def test_nothing_is_promised_in_a_cycle_that_is_closed(cycle):
    objective = items.add_item("test", "objective", title="A", cycle=cycle, now=NOW)
    Cycle.objects.update(state="closed")
    given = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Mia", "start": "2027-01-01"}
    with pytest.raises(Refused, match="2027-Q1 is closed: nothing is added"):
        add_key_result("test", objective=objective.key, due="2027-03-31", now=NOW, **given)
