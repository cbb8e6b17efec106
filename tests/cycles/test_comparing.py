"""What differs between two states of a plan, as people read it."""

from __future__ import annotations

import copy

import pytest
from tests.cycles.plans import ACTOR, NOW, a_plan

from throughline.cycles.comparing import Change, differences
from throughline.cycles.content import content_of, sealed
from throughline.objectives import efforts, items

pytestmark = pytest.mark.django_db


def test_a_plan_that_stands_still_has_no_difference_and_one_seal():
    cycle, _, _ = a_plan()
    first, second = (content_of(cycle, now=NOW) for _ in range(2))
    assert differences(first, second) == []
    assert sealed(first) == sealed(second)


def test_parts_are_added_changed_and_taken_out_by_their_keys():
    cycle, _, sketch = a_plan()
    work = items.add_item(ACTOR, "initiative", title="Paved road", cycle=cycle, now=NOW)
    efforts.expect(ACTOR, work, sketch, low=-9, high=-3, confidence=0.8, now=NOW)
    before = content_of(cycle, now=NOW)
    after = copy.deepcopy(before)
    [said] = after["objectives"][0]["key_results"]
    said["terms"] |= {"target": "-60%", "due": "2026-12-15"}
    said["sentence"] = "another one, which follows from the fields"
    after["objectives"].append({**after["objectives"][0], "key": "new", "title": "New", "key_results": []})
    after["initiatives"][0]["effects"][0]["low"] = -12.0
    found = {(each.kind, each.done): each for each in differences(before, after)}
    assert set(found) == {("Objective", "added"), ("Key result", "changed"), ("Work", "changed")}
    assert set(found["Key result", "changed"].changes) == {
        Change("Target", "-70%", "-60%"),
        Change("Due", "2026-12-31", "2026-12-15"),
    }
    [effect] = found["Work", "changed"].changes
    assert (effect.field, effect.new[-14:]) == ("Expected effects", "-12 to -3, 80%")
    assert [each.done for each in differences(after, before) if each.kind == "Objective"] == ["taken out"]
