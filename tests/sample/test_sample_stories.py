"""The sample tells of most of its running work, unlocks revenue with some, and leaves some untold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from throughline.audit.models import Entry
from throughline.narratives.library import KEYS
from throughline.narratives.telling import stories_in
from throughline.objectives.actions import add_key_result
from throughline.objectives.items import add_cycle, add_item
from throughline.objectives.models import Cycle, KeyResult
from throughline.sample import plan, stories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def quarter(db) -> Cycle:
    """The running quarter's work and one of its key results, by the sample's titles."""
    cycle = add_cycle("test", title="2026-Q4", start=date(2026, 10, 1), end=date(2026, 12, 31), now=NOW)
    home = add_item("test", "objective", title=plan.ASSURE, cycle=cycle, now=NOW)
    for work in plan.WORK:
        if work.place == 2:
            said = {"title": work.title, "narrative": work.narrative}
            add_item("test", "initiative", cycle=cycle, now=NOW, **said)
    audited = next(each for each in plan.RESULTS if each.title == stories.OF_KEY_RESULTS[0].of)
    when = {"start": "2026-10-01", "due": "2026-12-31", "owner": audited.owner}
    made = add_key_result("test", title=audited.title, now=NOW, **when, **audited.terms)
    KeyResult.objects.filter(pk=made.pk).update(objective=home)
    return cycle


def test_one_sees_the_flag_and_what_work_unlocks(quarter):
    stories.live_stories(NOW)
    found = stories_in(quarter)
    assert [each.title for each in found.untold] == ["Tidy the exceptions register"]
    assert len(found.unlocking) >= 2
    assert found.revenue == 1_380_000


def test_its_stories_take_after_stories_of_the_library():
    told = (*stories.OF_INITIATIVES, *stories.OF_KEY_RESULTS)
    assert {each.narrative for each in told} <= set(KEYS)


def test_a_load_that_is_taken_up_again_tells_nothing_twice(quarter):
    stories.live_stories(NOW)
    before = Entry.objects.count()
    stories.live_stories(NOW)
    assert Entry.objects.count() == before
