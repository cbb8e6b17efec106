"""A figure that the dates cannot tell is none, neither a 0 nor a wait that goes on, and it is said why."""

from __future__ import annotations

import pytest
from tests.measures.records import day, record
from tests.measures.test_evaluation import NOW, ask, repaired

from throughline.accounts.access import EVERYTHING, NOTHING
from throughline.measures.queries import evaluate

pytestmark = pytest.mark.django_db

YEAR = {"since": day("2024-01-01"), "until": NOW}


def ready(name: str, **words):
    return evaluate(name, scope=EVERYTHING, now=NOW, **words)


def why(result) -> dict[str, str]:
    return {warning.code: warning.message for warning in result.warnings}


def register(count: int = 3) -> None:
    """Rows of a register: confirmed, without a date of introduction or of triage."""
    for number in range(count):
        repaired(f"V-{number}", "2024-02-01", None)


@pytest.mark.parametrize("name", ["latent_open_average", "introductions"])
@pytest.mark.parametrize("by", [(), ("quarter",)])
def test_what_was_never_dated_is_not_counted_as_none(name, by):
    register()
    result = ready(name, by=by, **YEAR)
    assert {row.value for row in result.rows} == {None}
    assert why(result)["no_dates"] == (
        "None of the 3 records says when it was introduced, so there is no figure."
    )


@pytest.mark.parametrize("name", ["latent_open_average", "time_to_detect", "introductions"])
def test_over_all_time_too_the_missing_dates_are_the_reason(name):
    register()
    assert "when it was" in why(ready(name))["no_dates"]


def test_a_slice_that_no_record_is_in_still_counts_none():
    record("dated", introduced_at="2023-01-01", identified_at="2024-02-01", severity="low")
    result = evaluate("count()", scope=EVERYTHING, now=NOW, **YEAR)
    assert result.value == 1
    sliced = ask("count()", where="introduced is not null and severity = 'critical'", at="introduced", **YEAR)
    assert sliced.value == 0
    assert "no_dates" not in why(sliced)


def test_one_date_is_enough_to_count_and_most_missing_are_said():
    register()
    record("dated", introduced_at="2024-01-01", identified_at="2024-02-01")
    assert ready("introductions", **YEAR).value == 1
    latent = ready("latent_open_average", **YEAR)
    assert latent.value == 1
    assert why(latent)["dates_missing"] == (
        "3 of 4 records do not say when they were introduced, and are left out."
    )


def test_a_decision_without_its_date_is_no_wait_that_goes_on():
    register()
    for name in ("time_to_triage", "rmst(identified -> triaged, 30 days)"):
        result = ready(name)
        row = result.rows[0]
        assert (row.value, row.n, row.n_open, row.n_missing) == (None, 0, 0, 3)
        assert why(result)["no_dates"] == (
            "None of the 3 records says both when it was identified and when it was triaged, so there is no "
            "figure."
        )


def test_what_still_waits_for_its_decision_is_followed():
    register()
    record("decided", identified_at="2024-01-01", triaged_at="2024-01-11", state="confirmed")
    record("waiting", identified_at="2024-01-01", state="potential")
    row = ready("time_to_triage").rows[0]
    assert (row.value, row.n, row.n_open, row.n_missing) == (20, 2, 1, 3)


def test_a_record_without_anything_in_it_says_so():
    assert why(ask("count()"))["no_records"] == "There are no records yet: import a file first."
    assert "no_records" in why(ask("rmst(identified -> mitigated, 90 days)"))


def test_whoever_may_see_no_record_learns_nothing_else():
    register()
    assert list(why(ask("count()", scope=NOTHING))) == ["no_records"]


def test_a_range_without_records_says_which_date_is_asked():
    register()
    result = ready("time_to_remediate", since=day("2024-06-01"))
    assert why(result)["none_fits"] == ("No record that fits the condition was identified in this range.")
    assert "none_fits" in why(ask("mean(cvss)", where="severity = 'low'"))


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("mean(mitigated - identified)", "None of the 3 records is mitigated yet"),
        ("km_median(identified -> mitigated)", "Fewer than half of the 3 are mitigated so far"),
    ],
)
def test_what_is_still_open_is_the_reason_where_it_is_one(measure, said):
    register()
    assert said in why(ask(measure))["too_open"]


def test_a_figure_that_is_there_needs_no_reason():
    repaired("a", "2024-01-01", "2024-01-11")
    assert not {"no_dates", "no_records", "none_fits", "too_open"} & set(why(ready("time_to_remediate")))
