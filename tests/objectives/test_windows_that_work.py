"""A restricted mean needs a window longer than its horizon: what is taken where nobody says one, and said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.objectives.register import NOW, add, day, record, terms

from throughline.objectives import actions, drafts
from throughline.objectives.terms import Undecidable

pytestmark = pytest.mark.django_db

# As the README promises it.
PROMISE = {"metric": "time_to_remediate", "baseline": "measured", "target": "-25%"}
SLOW, QUICK = (8, 22, 40, 70, 110), (3, 8, 15, 22, 40)


@pytest.fixture(autouse=True)
def a_year_of_sixty():
    """Sixty reports from January to November; since July all is repaired quickly but for one of September."""
    for number in range(60):
        found = day("2026-01-05") + timedelta(days=round(number * 5.3))
        took = (SLOW if found < day("2026-07-01") else QUICK)[number % 5]
        repaired = found + timedelta(days=took)
        is_open = repaired >= NOW or number == 48
        record(f"{found:%Y-%m-%d}", None if is_open else f"{repaired:%Y-%m-%d}")


def test_without_a_window_a_restricted_mean_takes_one_that_has_a_value():
    version = actions.current_version(add(**PROMISE))
    assert version.window == "180 days"
    assert version.baseline == pytest.approx(version.target / 0.75)


def test_without_a_window_any_other_metric_takes_its_period():
    assert actions.current_version(add()).window == "period"


def test_a_window_that_cannot_measure_the_baseline_is_refused_with_one_that_can():
    with pytest.raises(Undecidable) as refused:
        add(**PROMISE, window="period")
    assert refused.value.field == "baseline"
    assert str(refused.value) == (
        "baseline: the baseline cannot be measured: The records are not followed for 90 days yet, so there "
        "is no mean up to then; give a number, or take the window '180 days', over which it has a value"
    )
    assert add(**PROMISE, window="180 days").pk


def test_where_no_window_can_measure_it_none_is_promised():
    with pytest.raises(Undecidable) as refused:
        add(**PROMISE, window="period", where="service = 'nowhere'")
    assert "give a number" in str(refused.value)
    assert "180 days" not in str(refused.value)


def test_a_preview_says_what_its_window_leaves_out_and_shares_with_the_baseline():
    found = drafts.preview(terms(**PROMISE, window=""), now=NOW)
    assert found.window_said == "identified from 25 May 2026 to 21 Nov 2026"
    assert [each["message"] for each in found.warnings if each["code"].startswith("window")] == [
        "Only what was identified in the last 180 days counts, so the figure differs from one over another "
        "range, such as that of the metric's own page.",
        "Baseline and today's figure share 128 of their 180 days, and still 88 on the due day: what changes "
        "shows in part only.",
    ]


def test_a_period_shares_no_day_with_its_baseline():
    found = drafts.preview(terms(metric="arrivals", baseline="measured"), now=NOW)
    assert not [each for each in found.warnings if each["code"].startswith("window")]


def test_the_form_works_with_its_window_left_empty():
    found = drafts.preview(terms(**PROMISE, window=""), now=NOW)
    assert found.problems == {}
    assert found.draft is not None
    assert str(found.draft.window) == "180 days"
