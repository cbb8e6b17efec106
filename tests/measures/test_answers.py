"""What an answer carries beside its figure, and figures at the edge of what can be counted."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.measures.test_evaluation import ask, codes, repaired

from throughline.vulnerabilities.models import Service, SlaPolicy

pytestmark = pytest.mark.django_db


def test_the_answer_carries_the_definition_that_it_answers():
    result = ask("mean(mitigated-identified)", where="severity>='high'", since=dt.date(2024, 1, 1))
    assert result.definition["measure"] == "mean(mitigated - identified)"
    assert result.definition["where"] == "severity >= 'high' and state in ('confirmed', 'accepted')"
    assert result.definition["from"] == "2024-01-01T00:00:00Z"
    assert (result.unit, result.as_known_at) == ("days", None)


def test_the_same_question_has_the_same_interval_each_time():
    for number in range(20):
        repaired(str(number), "2024-01-01", f"2024-01-{number + 2:02}")
    first, second = ask("mean(mitigated - identified)").rows[0], ask("mean(mitigated - identified)").rows[0]
    assert (first.low, first.high) == (second.low, second.high)
    assert first.low < first.value < first.high


def test_the_sum_of_awards():
    repaired("a", "2024-01-01", None, award=100.0)
    repaired("b", "2024-01-01", None, award=250.5)
    repaired("c", "2024-01-01", None)
    row = ask("sum(award)").rows[0]
    assert (row.value, row.n, row.n_missing) == (350.5, 2, 1)


@pytest.mark.parametrize("measure", ["sum(award * 1e300)", "mean(award * 1e300)", "median(award * 1e308)",
                                     "p90(award * 1e308)", "mean(award * 1e200)"])  # fmt: skip
@pytest.mark.parametrize("others", [1, 600])
def test_what_is_too_large_to_calculate_with_has_no_figure_and_says_so(measure, others):
    for number in range(others if measure.startswith("mean") else 1):
        repaired(str(number), "2024-01-01", None, award=100.0)
    repaired("huge", "2024-01-01", None, award=1e60)
    result = ask(measure)
    row = result.rows[0]
    assert (row.value, row.low, row.high) == (None, None, None)
    assert "too_large" in codes(result)


def test_figures_of_ordinary_size_are_not_said_to_be_too_large():
    repaired("a", "2024-01-01", None, award=1e90)
    assert ask("sum(award)").value == 1e90
    assert "too_large" not in codes(ask("mean(award)"))


@pytest.mark.parametrize("tier_days", [None, 3])
def test_at_the_instant_that_the_days_are_up_a_repair_is_in_time_and_nothing_is_judged_yet(tier_days):
    SlaPolicy.objects.all().delete()
    SlaPolicy.objects.create(severity=3, tier=None, days=30)
    if tier_days:
        SlaPolicy.objects.create(severity=3, tier=1, days=tier_days)
    Service.objects.create(name="core", tier=1)
    repaired("a", "2024-06-01", None, severity="high")
    repaired("b", "2024-05-31", "2024-06-30", severity="high")
    repaired("c", "2024-06-27", None, severity="high", service="core")
    for measure in ("sla()", "sla(30 days)"):
        row = ask(measure).rows[0]
        judged = 2 if tier_days and measure == "sla()" else 1
        assert (row.n, row.value) == (judged, 1 / judged)
