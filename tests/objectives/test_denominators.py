"""D30: a share that moved because its denominator did says so with its grade."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.objectives.register import add, day, record, stand

from throughline.objectives import actions

pytestmark = pytest.mark.django_db
DUE = day("2026-11-01")
RATIO = {
    "metric": "share(mitigated is not null)",
    "baseline": "measured",
    "target": "90%",
    "start": "2026-10-01",
    "due": "2026-10-31",
    "window": "period",
}


def found(count: int, first: str, *, repaired: int) -> None:
    for number in range(count):
        at = day(first) + timedelta(days=number % 28)
        record(f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d}" if number < repaired else None)


def notes_of(before: int, after: int, **fields: str) -> list[str]:
    """The notes on the grade of a share of so many records before and so many in the period."""
    found(before, "2026-09-02", repaired=before // 2)
    found(after, "2026-10-02", repaired=after * 3 // 4)
    made = add(**{**RATIO, **fields})
    made.refresh_from_db()
    assert made.closed_at is not None
    return [each["message"] for each in stand(made).warnings if each["code"] == "denominator_moved"]


def test_a_denominator_that_fell_by_two_fifths_is_named_with_both_numbers():
    [note] = notes_of(20, 12)
    assert "fell from 20 to 12 records" in note
    assert "fewer being counted" in note


def test_a_denominator_that_grew_is_named_too():
    [note] = notes_of(12, 20)
    assert "grew from 12 to 20 records" in note


@pytest.mark.parametrize("after", [16, 20, 24])
def test_a_fifth_more_or_less_is_the_ordinary_coming_and_going(after):
    assert notes_of(20, after) == []


def test_a_baseline_that_was_given_has_no_denominator_to_compare_with():
    assert notes_of(20, 12, baseline="50%") == []


def test_what_counts_has_no_denominator():
    assert notes_of(20, 12, metric="count()", target="5") == []


def test_while_it_runs_nothing_is_said():
    found(20, "2026-09-02", repaired=10)
    found(4, "2026-11-02", repaired=2)
    made = add(**{**RATIO, "start": "2026-11-01", "due": "2026-12-31"})
    assert all(each["code"] != "denominator_moved" for each in stand(made).warnings)


def test_the_grade_and_its_page_carry_the_note(organisation, browser_of):
    found(20, "2026-09-02", repaired=10)
    found(12, "2026-10-02", repaired=9)
    made = add(**RATIO)
    seen = browser_of(organisation.vera).get(reverse("key-result", args=[made.pk])).content.decode()
    assert "fell from 20 to 12 records" in seen
    assert actions.current_version(made).number == 1
