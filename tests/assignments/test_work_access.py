"""Who reads and who says what work needs, which work a cycle has for the match, and what was chosen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from tests.assignments.making import NOW
from tests.assignments.making import cycle as _cycle
from tests.assignments.making import described as _described
from tests.assignments.making import initiative as _initiative
from tests.assignments.making import sketch as _sketch

pytestmark = pytest.mark.django_db


def test_the_work_of_a_cycle_is_what_is_described_and_not_over():
    from throughline.assignments.access import not_described, works_of
    from throughline.objectives.items import archive
    from throughline.objectives.models import Initiative

    cycle = _cycle()
    road, done, gone, silent = (_initiative(cycle, each) for each in ("Road", "Done", "Gone", "Silent"))
    elsewhere = _initiative(_cycle("2026-Q1", 2026), "Elsewhere")
    sketch = _sketch(cycle)
    for each in (sketch, road, done, gone, elsewhere):
        _described(each)
    Initiative.objects.filter(pk=done.pk).update(status="done")
    archive("test", gone, now=NOW)
    assert [each.key for each in works_of(cycle)] == ["initiative:road", f"key_result:{sketch.pk}"]
    assert not_described(cycle) == [silent]


def test_a_key_result_that_was_dropped_has_no_owner_to_find():
    from throughline.assignments.access import works_of
    from throughline.objectives.models import KeyResult

    cycle = _cycle()
    sketch = _sketch(cycle)
    _described(sketch)
    KeyResult.objects.filter(pk=sketch.pk).update(dropped_at=NOW)
    assert works_of(cycle) == []


def test_work_is_found_by_its_key_and_strangers_get_404(organisation):
    from throughline.assignments.access import work_for

    cycle = _cycle()
    works = [_described(_initiative(cycle, "Road")), _described(_sketch(cycle))]
    for each in works:
        assert work_for(organisation.vera, each.key) == each
        with pytest.raises(Http404):
            work_for(AnonymousUser(), each.key)
    for key in ("initiative:other", "key_result:0", "key_result:²", "key_result:" + "9" * 30, "road", ""):
        with pytest.raises(Http404):
            work_for(organisation.ada, key)


def test_managers_describe_all_work_and_owners_their_own(organisation):
    from throughline.assignments.access import may_describe, require_describe

    cycle = _cycle()
    hers = _initiative(cycle, "Hers", owner_name="Mia")
    others = _initiative(cycle, "Others", owner_name="Max")
    assert [may_describe(organisation.mia, each) for each in (hers, others)] == [True, False]
    assert [may_describe(organisation.max, each) for each in (hers, others)] == [True, True]
    with pytest.raises(Http404):
        require_describe(organisation.mia, others)


def test_a_viewer_who_owns_work_describes_nothing(organisation):
    from throughline.assignments.access import may_describe

    assert not may_describe(organisation.vera, _initiative(_cycle(), "Hers", owner_name="Vera"))


def test_the_owner_of_a_key_result_in_force_describes_it(organisation):
    from throughline.assignments.access import may_describe
    from throughline.objectives.actions import add_key_result

    said = {"metric": "count()", "baseline": "40", "target": "20", "start": "2026-10-01", "due": "2026-12-31"}
    found = add_key_result("test", now=NOW, owner="Mia", **said)
    assert may_describe(organisation.mia, found)
    assert not may_describe(organisation.mia, _sketch(_cycle()))


def test_a_viewer_reads_what_work_needs_but_not_who_must_do_it(organisation):
    from throughline.assignments.access import described, work_for
    from throughline.assignments.models import Tie

    work = _described(_initiative(_cycle(), "Road"))
    Tie.objects.create(work=work, person=organisation.mia, kind=Tie.Kind.NEVER, author="test", at=NOW)
    assert list(work_for(organisation.vera, work.key).ties.all()) == []
    assert [each.person for each in work_for(organisation.mia, work.key).ties.all()] == [organisation.mia]
    assert list(described(AnonymousUser())) == []


def test_a_choice_stands_beside_all_that_was_not_taken():
    from throughline.assignments.access import past_choices, published_plans
    from throughline.assignments.models import Plan
    from throughline.engine.past_choices import Choice

    cycle, later = _cycle(), datetime(2026, 11, 22, tzinfo=UTC)
    options = [[0.9, 0.1, 0.2], [0.3, 0.8, 0.1], [0.2, 0.2, 0.9]]

    def publish(chosen: list[int], at: datetime) -> Plan:
        choices = [{"person": 1, "options": options, "chosen": chosen}]
        return Plan.objects.create(cycle=cycle, document=[], choices=choices, author="test", published_at=at)

    newest, oldest = publish([0, 2], later), publish([1], NOW)
    assert list(published_plans(cycle)) == [newest, oldest]
    first, second, third = (tuple(each) for each in options)
    # The plan that was replaced is no choice any more.
    assert past_choices() == [Choice(first, (second,)), Choice(third, (second,))]


def test_who_could_take_nothing_else_made_no_choice():
    from throughline.assignments.access import past_choices
    from throughline.assignments.models import Plan

    choices = [{"person": 1, "options": [[0.9, 0.1, 0.2]], "chosen": [0]}]
    Plan.objects.create(cycle=_cycle(), document=[], choices=choices, author="test", published_at=NOW)
    assert past_choices() == []
