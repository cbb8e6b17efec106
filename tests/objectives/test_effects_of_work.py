"""What work should change in a share: written in percentage points, kept as a fraction, said in points."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items
from throughline.objectives.models import Effect
from throughline.objectives.sketches import add_sketch
from throughline.thread.queries import plan_of, thread_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHARE = "share(severity >= 'high')"


@pytest.fixture
def cycle(db):
    return items.add_cycle("test", title="2027-Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), now=NOW)


@pytest.fixture
def moved(cycle):
    """A sketch of a metric, of a milestone, or of nothing yet."""
    objective = items.add_item("test", "objective", title="Repair", cycle=cycle, now=NOW)
    return lambda **given: add_sketch("test", objective, now=NOW, **given)


@pytest.fixture
def work(cycle):
    return items.add_item("test", "initiative", title="Patch by robot", cycle=cycle, now=NOW)


@pytest.fixture
def stated(organisation, browser_of, work):
    """What a manager gets who states an effect on the page."""
    manager = browser_of(organisation.max)

    def state(key_result, low: str, high: str):
        given = {"key_result": key_result.pk, "low": low, "high": high, "confidence": "70"}
        return manager.post(f"/initiatives/{work.key}/effects", given, follow=True)

    return state


def said_in_thread(cycle) -> list[str]:
    return [edge.effect for edge in thread_of(plan_of(cycle, now=NOW)).edges if edge.effect]


@pytest.mark.parametrize(
    ("low", "high"), [("10", "30"), ("10%", "+30 %"), ("10 points", "30 percentage points")]
)
def test_a_change_of_a_share_is_written_in_points_and_kept_as_a_fraction(stated, moved, cycle, low, high):
    page = stated(moved(title="More in time", metric=SHARE), low, high).content.decode()
    effect = Effect.objects.get()
    assert (effect.low, effect.high) == (0.1, 0.3)
    assert "+10 to +30 points" in page
    assert "More in time, in percentage points" in page
    assert said_in_thread(cycle) == ["+10 to +30 points"]


def test_a_change_of_days_is_written_in_days(stated, moved, cycle):
    stated(moved(metric="mean(mitigated - identified)"), "−8", "-3")
    assert (Effect.objects.get().low, said_in_thread(cycle)) == (-8.0, ["−8 to −3 days"])


def test_a_change_of_more_than_the_whole_share_is_refused_beside_its_field(stated, moved):
    page = stated(moved(metric=SHARE), "10", "300")
    assert page.status_code == 422
    assert page.context["form"].errors["high"] == [
        "a share changes by 100 percentage points at most, found +300 points"
    ]
    assert not Effect.objects.exists()


def test_what_is_no_number_is_refused_beside_its_field(stated, moved):
    page = stated(moved(metric=SHARE), "a lot", "30")
    assert page.status_code == 422
    assert "expected the change as a number" in page.context["form"].errors["low"][0]


def test_a_plan_as_code_states_fractions_and_is_refused_more_than_the_whole(moved, work, cycle):
    milestone = moved(kind="milestone", title="Secrets leave the code")
    efforts.expect("test", work, milestone, low=0.6, high=1.0, confidence=0.7, now=NOW)
    assert said_in_thread(cycle) == ["+60 to +100 points"]
    with pytest.raises(Refused, match="100 percentage points at most") as refused:
        efforts.expect("test", work, milestone, low=10, high=30, confidence=0.7, now=NOW)
    assert refused.value.place == "low"


def test_what_came_of_it_is_written_in_the_same_unit(stated, moved, organisation, browser_of):
    stated(moved(metric=SHARE), "10", "30")
    effect = Effect.objects.get()
    page = browser_of(organisation.max).post(f"/effects/{effect.pk}/realise", {"value": "7"}, follow=True)
    effect.refresh_from_db()
    assert effect.realised == 0.07
    assert "+7 points" in page.content.decode()
    assert 'name="value" value="7"' in page.content.decode()
