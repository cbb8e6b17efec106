"""A second cycle of the same days: never of the same name, and never in front of one that is set."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.cycles.plans import ACTOR, NOW, a_cycle

from throughline.engine.refusals import Refused
from throughline.objectives import items
from throughline.objectives.models import Cycle
from throughline.objectives.placing import cycle_for
from throughline.thread.queries import current_cycle

pytestmark = pytest.mark.django_db
DAYS = {"start": date(2026, 10, 1), "end": date(2026, 12, 31)}


@pytest.mark.parametrize("title", ["2026-Q4", "2026-q4", " 2026-Q4 "])
def test_a_second_cycle_of_the_same_name_is_refused_beside_the_name(title):
    a_cycle()
    with pytest.raises(Refused, match="there is a cycle '2026-Q4' already") as refused:
        items.add_cycle(ACTOR, title=title, now=NOW, **DAYS)
    assert refused.value.place == "title"
    assert Cycle.objects.count() == 1


def test_a_cycle_takes_no_name_of_another_and_may_write_its_own_anew():
    a_cycle()
    other = items.add_cycle(ACTOR, title="Winter", now=NOW, **DAYS)
    with pytest.raises(Refused, match="already"):
        items.change_cycle(ACTOR, other, title="2026-q4", now=NOW, **DAYS)
    assert items.change_cycle(ACTOR, other, title="WINTER", now=NOW, **DAYS)


def test_a_draft_of_the_same_days_hides_no_cycle_that_is_set():
    stands = a_cycle()
    Cycle.objects.update(state=Cycle.State.SET)
    items.add_cycle(ACTOR, title="Another try", now=NOW, start=date(2026, 11, 1), end=date(2026, 12, 31))
    assert current_cycle(NOW) == stands
    assert cycle_for(ACTOR, datetime(2026, 12, 24, tzinfo=UTC), now=NOW) == stands
