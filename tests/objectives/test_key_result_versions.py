"""Key results that change, and key results that end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.objectives.kinds import push
from tests.objectives.register import NOW, add, arrivals, day, falsify, import_of, record, stand

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives import actions, history
from throughline.objectives.models import KeyResult
from throughline.objectives.terms import Undecidable
from throughline.series.models import Series

pytestmark = pytest.mark.django_db


def test_a_change_is_a_new_version_with_author_reason_and_text():
    arrivals(30)
    made = add()
    actions.change_key_result(
        made, "person:7 Ada", reason="target moved", text="Two people left.", target="25", now=NOW
    )
    newest = history.steps(made)[0]
    assert newest.version.number == 2
    assert (newest.author, newest.version.reason_text) == ("Ada", "Two people left.")
    assert [(each.field, each.old, each.new) for each in newest.changes] == [("target", "20", "25")]
    assert made.versions.get(number=1).target == 20


def test_a_change_without_words_is_refused():
    arrivals(30)
    made = add()
    with pytest.raises(Undecidable, match="in your own words") as refused:
        actions.change_key_result(made, "x", reason="target moved", text=" ", target="25", now=NOW)
    assert refused.value.field == "text"
    assert made.versions.count() == 1


def test_changing_the_due_date_keeps_the_measured_baseline():
    for date in ("2026-07-01", "2026-07-02", "2026-05-01"):
        record(date)
    made = add(baseline="measured", target="1")
    version = actions.change_key_result(
        made,
        "command line",
        reason="target moved",
        text="Two left.",
        due="2027-03-31",
        now=NOW + timedelta(days=1),
    )
    assert (version.baseline, version.baseline_measured, version.baseline_as_of) == (2, True, NOW)


def test_changing_the_slice_measures_the_baseline_again():
    record("2026-07-01", severity=4)
    record("2026-07-02", severity=1)
    made = add(baseline="measured", target="0")
    version = actions.change_key_result(
        made, "command line", reason="scope changed", text="Two left.", where="severity = 'critical'", now=NOW
    )
    assert (version.baseline, version.baseline_measured) == (1, True)


def test_a_relative_target_follows_a_new_baseline():
    arrivals(2)
    made = add(baseline="40", target="-50%")
    changed = actions.change_key_result(
        made, "x", reason="placeholder filled", text="Two left.", baseline="60", now=NOW
    )
    assert changed.target == 30


def test_another_measure_asks_for_its_own_baseline():
    arrivals(2)
    made = add()
    with pytest.raises(Undecidable, match="for another measure"):
        actions.change_key_result(
            made, "x", reason="wrong measure", text="Two left.", metric="closures", now=NOW
        )


@pytest.mark.parametrize(
    ("reason", "fields", "said"),
    [("because", {"target": "25"}, "one of the reasons"), ("target moved", {}, "nothing would change")],
)
def test_a_change_needs_a_reason_of_a_class_and_something_that_changes(reason, fields, said):
    arrivals(2)
    made = add()
    with pytest.raises(Undecidable, match=said):
        actions.change_key_result(made, "x", reason=reason, text="Two left.", now=NOW, **fields)
    assert made.versions.count() == 1


def test_a_share_is_said_once_and_a_change_with_its_figure():
    push("2026-09-28", 0.41, name="coverage", unit="share")
    made = add(metric="coverage", baseline="measured", target="70%", window="")
    actions.change_key_result(made, "x", reason="target moved", text="Two left.", target="80%", now=NOW)
    assert [(each.old, each.new) for each in history.steps(made)[0].changes] == [("70 %", "80 %")]


def test_a_change_does_not_turn_a_key_result_round_unasked():
    push("2026-09-28", 0.41, name="coverage", unit="share")
    Series.objects.update(better="higher")
    made = add(metric="coverage", baseline="measured", target="70%", window="")
    said = "30 % is below the baseline 41 %, and for this metric higher is better: did you mean"
    with pytest.raises(Undecidable, match=said):
        actions.change_key_result(made, "x", reason="target moved", text="Two left.", target="30%", now=NOW)
    assert made.versions.count() == 1
    # One that was meant that way from the beginning stays changeable.
    down = add(metric="coverage", baseline="measured", target="30%", window="")
    assert (
        actions.change_key_result(
            down, "x", reason="target moved", text="Two left.", target="20%", now=NOW
        ).target
        == 0.2
    )


def test_at_its_end_it_is_graded_with_what_is_known_at_that_moment():
    arrivals(30)
    made = add(due="2026-11-15")
    made.refresh_from_db()
    found = stand(made)
    assert (found.status.word, found.verdict) == ("closed", "missed")
    assert (made.grade, made.graded_value) == (0.5, 30)


def test_a_grade_is_kept_and_a_later_revision_stands_beside_it():
    arrivals(29)
    wrong = record("2026-10-05")
    made = add(due="2026-11-15")
    falsify(wrong, known_at=NOW)
    later = NOW + timedelta(days=1)
    actions.measure(KeyResult.objects.get(pk=made.pk), later)
    found = stand(made, later)
    assert (found.key_result.grade, found.value) == (0.5, 30)
    assert found.revised.value == 29


def test_the_grade_by_the_first_version_stands_beside_the_one_in_force():
    arrivals(30)
    made = add()
    actions.change_key_result(made, "x", reason="target moved", text="Two left.", target="30", now=NOW)
    after = day("2027-01-02")
    import_of("tracker", after)
    actions.measure(made, after)
    made.refresh_from_db()
    assert (made.grade, made.original_grade) == (1.0, 0.5)
    assert stand(made, after).verdict == "hit"


def test_data_that_stops_before_the_end_grades_nothing_by_itself():
    for _ in range(2):
        record("2026-10-05", known_at=day("2026-10-06"))
    made = add(due="2026-11-15")
    found = stand(made)
    assert (found.status.word, found.verdict, found.key_result.grade) == ("stale", "open", None)
    assert "import newer data to grade it" in found.status.reason
    actions.close(made, NOW)
    assert stand(made).verdict == "hit"


def test_before_the_data_of_its_last_days_came_it_waits_and_is_not_graded():
    for _ in range(5):
        record("2026-12-05", known_at=day("2026-12-22"))
    made, after = add(baseline="40", target="20"), day("2027-01-01") + timedelta(minutes=15)
    actions.measure(made, after)
    found = stand(made, after)
    assert (found.status.word, found.verdict, found.key_result.grade) == ("pending", "open", None)
    assert found.status.reason == (
        "It ended on 2026-12-31 and waits for the data of its last days; it is graded by 2027-01-11."
    )
    for _ in range(20):
        record("2026-12-29", known_at=day("2027-01-02"))
    actions.measure(KeyResult.objects.get(), day("2027-01-02") + timedelta(minutes=15))
    assert KeyResult.objects.get().graded_value == 25


def test_where_no_data_of_its_last_days_comes_in_time_it_is_graded_with_what_was_fresh_at_its_end():
    record("2026-12-05", known_at=day("2026-12-22"))
    made = add()
    for date, graded in (("2027-01-10", None), ("2027-01-11", 1)):
        actions.measure(made, day(date))
        made.refresh_from_db()
        assert made.graded_value == graded


def test_a_change_from_a_version_that_is_no_longer_in_force_is_refused():
    arrivals(2)
    made = add()
    actions.change_key_result(made, "x", reason="target moved", text="Two left.", target="25", now=NOW)
    with pytest.raises(Undecidable, match="version 2 of x is in force"):
        actions.change_key_result(
            made, "y", reason="target moved", text="Two left.", due="2027-01-31", seen=1, now=NOW
        )
    assert made.versions.count() == 2


def test_a_version_that_comes_while_another_is_worked_out_is_not_overwritten(monkeypatch):
    arrivals(2)
    made = add()
    figure_of = actions.figure_of

    def meanwhile(version, *, now):
        monkeypatch.setattr(actions, "figure_of", figure_of)
        actions.change_key_result(made, "Ada", reason="target moved", text="Two left.", target="25", now=now)
        return figure_of(version, now=now)

    monkeypatch.setattr(actions, "figure_of", meanwhile)
    with pytest.raises(Undecidable, match="version 2 of Ada is in force"):
        actions.change_key_result(made, "Mia", reason="target moved", text="Two left.", target="30", now=NOW)
    assert actions.current_version(made).target == 25


def test_two_who_grade_at_once_give_one_grade():
    record("2026-10-05", known_at=day("2026-10-06"))
    first = add(due="2026-11-15")
    second = KeyResult.objects.get(pk=first.pk)
    actions.close(first, NOW)
    with pytest.raises(Refused, match="closed already"):
        actions.close(second, NOW + timedelta(hours=1))
    assert KeyResult.objects.get().closed_at == NOW
    assert Entry.objects.filter(action="key result closed").count() == 1


def test_nothing_is_closed_before_its_end_nor_twice_nor_changed_afterwards():
    arrivals(2)
    running, over = add(), add(due="2026-11-15")
    over.refresh_from_db()
    with pytest.raises(Refused, match="at the end of 2026-12-31"):
        actions.close(running, NOW)
    with pytest.raises(Refused, match="closed already"):
        actions.close(over, NOW)
    with pytest.raises(Refused, match="keeps its versions"):
        actions.change_key_result(over, "x", reason="target moved", text="Two left.", target="1", now=NOW)
