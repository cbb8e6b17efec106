"""From draft to closed: what each step keeps, what it refuses, and that it happens once or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from tests.cycles.plans import ACTOR, NOW, a_cycle, a_plan, a_sketch

from throughline.audit.models import Entry
from throughline.cycles import actions
from throughline.cycles.actions import Blocked, close_cycle, propose, reopen, set_cycle
from throughline.cycles.content import sealed
from throughline.cycles.models import Snapshot
from throughline.engine.refusals import Refused
from throughline.objectives import actions as objectives
from throughline.objectives import sketches
from throughline.objectives.models import Cycle, KeyResult, Version

pytestmark = pytest.mark.django_db
AFTER = datetime(2027, 1, 2, tzinfo=UTC)


def test_proposing_freezes_the_plan_with_its_hash_and_says_so_in_the_record():
    cycle, _, _ = a_plan()
    taken = propose(ACTOR, cycle, now=NOW)
    assert (cycle.state, cycle.proposed_at) == ("proposed", NOW)
    assert taken.sha256 == sealed(taken.content)
    [said] = taken.content["objectives"][0]["key_results"]
    assert said["in_force"] is False
    assert "from" in said["sentence"]
    assert "measured at the start" not in said["sentence"]
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.detail["sha256"]) == ("cycle proposed", taken.sha256)


def test_a_snapshot_never_changes():
    cycle, _, sketch = a_plan()
    taken = propose(ACTOR, cycle, now=NOW)
    sketches.change_sketch(ACTOR, sketch, target="-60%", now=NOW)
    assert Snapshot.objects.get().content == taken.content
    for change in (
        lambda: Snapshot.objects.update(content={}),
        lambda: Snapshot.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_proposing_again_publishes_what_changed_and_refuses_what_did_not():
    cycle, _, sketch = a_plan()
    propose(ACTOR, cycle, now=NOW)
    with pytest.raises(Refused, match="nothing changed since it was proposed"):
        propose(ACTOR, cycle, now=NOW)
    sketches.change_sketch(ACTOR, sketch, target="-60%", now=NOW)
    propose(ACTOR, cycle, now=NOW)
    assert [each.state for each in cycle.snapshots.all()] == ["proposed", "proposed"]


def test_the_gate_that_is_shut_changes_nothing_and_says_why():
    cycle = a_cycle()
    with pytest.raises(Blocked, match="It has no objective yet") as blocked:
        propose(ACTOR, cycle, now=NOW)
    assert blocked.value.gate.blocking("proposing")
    assert Cycle.objects.get().state == "draft"
    assert not Snapshot.objects.exists()


def test_setting_puts_every_sketch_into_force_and_measures_it():
    cycle, objective, _ = a_plan()
    a_sketch(objective, metric="known_open_average", target="-30%")
    propose(ACTOR, cycle, now=NOW)
    taken = set_cycle(ACTOR, cycle, now=NOW)
    assert cycle.state == "set"
    assert Version.objects.count() == 2
    assert all(each.sketch is None for each in KeyResult.objects.all())
    assert all(each.versions.get().measurements.count() == 1 for each in KeyResult.objects.all())
    assert {each["in_force"] for each in taken.content["objectives"][0]["key_results"]} == {True}


def test_setting_is_all_or_nothing(monkeypatch):
    cycle, objective, _ = a_plan()
    a_sketch(objective, metric="known_open_average", target="-30%")
    propose(ACTOR, cycle, now=NOW)
    real, stored = objectives.put_into_force, []

    def second_fails(ready, actor, *, now):
        if stored:
            raise Refused("the disk is full")
        stored.append(ready)
        return real(ready, actor, now=now)

    monkeypatch.setattr(actions, "put_into_force", second_fails)
    with pytest.raises(Refused, match="the disk is full"):
        set_cycle(ACTOR, cycle, now=NOW)
    assert Cycle.objects.get().state == "proposed"
    assert not Version.objects.exists()
    assert all(each.sketch for each in KeyResult.objects.all())


def test_what_was_changed_while_it_was_worked_out_is_not_set(monkeypatch):
    cycle, _, _ = a_plan()
    propose(ACTOR, cycle, now=NOW)
    real = objectives.prepared

    def slow(key_result, actor, *, now):
        ready = real(key_result, actor, now=now)
        sketches.change_sketch("somebody else", key_result, target="-60%", now=now)
        return ready

    monkeypatch.setattr(actions, "prepared", slow)
    with pytest.raises(Refused, match="somebody changed this key result just now"):
        set_cycle(ACTOR, cycle, now=NOW)
    assert Cycle.objects.get().state == "proposed"
    assert not Version.objects.exists()


def test_two_people_who_move_a_cycle_at_once_move_it_once():
    cycle, _, _ = a_plan()
    propose(ACTOR, cycle, now=NOW)
    same = Cycle.objects.get()
    set_cycle(ACTOR, cycle, now=NOW)
    with pytest.raises(Refused):
        set_cycle("somebody else", same, now=NOW)
    assert Version.objects.count() == 1
    assert [each.state for each in Snapshot.objects.all()] == ["proposed", "set"]


def test_two_people_who_propose_the_same_plan_at_once_publish_it_once():
    cycle, _, _ = a_plan()
    same = Cycle.objects.get()
    propose(ACTOR, cycle, now=NOW)
    with pytest.raises(Refused, match="nothing changed since it was proposed"):
        propose("somebody else", same, now=NOW)
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("step", [set_cycle, close_cycle])
def test_a_step_is_taken_from_the_state_before_it_only(step):
    cycle, _, _ = a_plan()
    with pytest.raises(Refused, match="2026-Q4 is draft: it cannot be"):
        step(ACTOR, cycle, now=NOW)


def test_reopening_asks_for_a_reason_and_keeps_what_was_published():
    cycle, _, _ = a_plan()
    propose(ACTOR, cycle, now=NOW)
    with pytest.raises(Refused, match="say why it is taken back"):
        reopen(ACTOR, cycle, reason=" ", now=NOW)
    reopen(ACTOR, cycle, reason="Two goals changed", now=NOW)
    assert (cycle.state, cycle.proposed_at) == ("draft", None)
    assert Snapshot.objects.count() == 1
    assert Entry.objects.latest("id").detail["reason"] == "Two goals changed"


def test_a_cycle_is_closed_when_its_key_results_are_over():
    cycle, _, _ = a_plan()
    propose(ACTOR, cycle, now=NOW)
    set_cycle(ACTOR, cycle, now=NOW)
    with pytest.raises(Refused, match="1 key result of 2026-Q4 still run"):
        close_cycle(ACTOR, cycle, now=NOW)
    close_cycle(ACTOR, cycle, now=AFTER)
    assert (cycle.state, cycle.closed_at) == ("closed", AFTER)
    assert [each.state for each in cycle.snapshots.all()] == ["proposed", "set", "closed"]


class TestComments:
    """Whoever reads may say something; the writer or a manager says that it is dealt with."""

    def test_a_comment_is_about_the_cycle_or_a_part_of_it(self, organisation):
        cycle, objective, sketch = a_plan()
        for of in ("", f"objective:{objective.pk}", f"key_result:{sketch.pk}"):
            made = actions.comment(organisation.vera, cycle, of=of, text=" Why? ", now=NOW)
            assert (made.of, made.text, made.author_name) == (of, "Why?", "Vera")
        for of in ("key_result:999", "goal:1", "key_result:x"):
            with pytest.raises(Refused, match="there is no"):
                actions.comment(organisation.vera, cycle, of=of, text="Why?", now=NOW)

    @pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
    def test_an_empty_or_endless_comment_is_refused(self, organisation, text):
        cycle, _, _ = a_plan()
        with pytest.raises(Refused):
            actions.comment(organisation.vera, cycle, of="", text=text, now=NOW)

    def test_resolving_twice_is_recorded_once(self, organisation):
        cycle, _, _ = a_plan()
        made = actions.comment(organisation.vera, cycle, of="", text="Why?", now=NOW)
        for _ in range(2):
            actions.resolve(organisation.max, made, now=NOW)
        made.refresh_from_db()
        assert (made.resolved_by, made.resolved_at) == ("Max", NOW)
        assert Entry.objects.filter(action="comment resolved").count() == 1
