"""The sample's register of risks: credible, alive on any day, with one scenario that nobody looks after."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from throughline.sample import risks

pytestmark = pytest.mark.django_db
LATE, FIRST_DAY = datetime(2026, 11, 21, 15, 30, tzinfo=UTC), datetime(2026, 10, 1, 0, 5, tzinfo=UTC)


def register(now: datetime):
    from throughline.risk.models import Scenario
    from throughline.risk.register import Chosen
    from throughline.risk.register import register as found
    from throughline.sample.risking import live_risks

    live_risks(now)
    return found(Scenario.objects.all(), Chosen(), now=now)


@pytest.mark.parametrize("now", [LATE, FIRST_DAY], ids=["late in a quarter", "on its first day"])
def test_the_register_is_whole_and_one_scenario_is_stale_on_any_day(plan, now):
    found = register(now)
    assert len(found.lines) == len(risks.SCENARIOS) == 10
    assert [each.scenario.key for each in found.lines if each.stale] == ["leaver"]
    assert all(each.stands.all[-1].at <= now for each in found.lines)
    assert 3e5 < found.figures.mean < 3e6 < found.figures.tail < 2e7


def test_it_cost_more_a_quarter_ago_and_stands_beyond_what_is_borne(plan):
    from throughline.engine.losses import breaches
    from throughline.risk.appetites import appetite_now, curve_of
    from throughline.risk.curves import curves_of
    from throughline.risk.models import Scenario
    from throughline.risk.register import Chosen, baseline_of, known_then

    found = register(LATE)
    since = baseline_of("", now=LATE)
    before = known_then(Scenario.objects.all(), Chosen(), until=since)
    curves = curves_of([each.stands for each in found.lines], before, since=since)
    assert curves.kinds == ["inherent", "residual", "target", "baseline", "appetite"]
    assert curves.of["baseline"].mean > curves.now.mean > curves.of["target"].mean
    assert breaches(curves.now, curve_of(appetite_now()))


def test_every_piece_of_work_in_it_returns_something(plan):
    from throughline.objectives.models import Initiative
    from throughline.risk.what_if import what_if

    rows = [each.stands for each in register(LATE).lines]
    for work in Initiative.objects.all():
        found = what_if([work], rows)
        assert found.missing == ()
        assert found.returned.ratio.high > 0


def test_loading_it_again_changes_nothing(plan):
    from throughline.audit.models import Entry

    register(LATE)
    before = Entry.objects.count()
    register(LATE)
    assert Entry.objects.count() == before
