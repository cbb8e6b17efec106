"""Key results as they are made, measured, changed and closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.objectives.register import NOW, add, arrivals, day, falsify, import_of, record, stand, terms

from throughline.audit.models import Entry
from throughline.objectives import actions, queries
from throughline.objectives.models import KeyResult, Measurement
from throughline.objectives.terms import Undecidable, instant, terms_from

pytestmark = pytest.mark.django_db


def test_a_decreasing_key_result_halfway_scores_one_half():
    arrivals(30)
    found = stand(add(baseline="40", target="20"))
    assert found.value == 30
    assert found.status.progress.raw == 0.5
    assert found.status.progress.shown == 0.5


def test_an_increasing_key_result_halfway_scores_one_half():
    arrivals(30)
    assert stand(add(metric="count()", baseline="20", target="40")).status.progress.raw == 0.5


@pytest.mark.parametrize(
    ("baseline", "target", "raw"),
    [("10", "20", -0.5), ("10", "4", 5 / 6), ("0", "5", 1.0), ("10", "5", 1.0), ("-5", "15", 0.5)],
)
def test_the_raw_progress_stays_visible_below_zero_and_above_one(baseline, target, raw):
    arrivals(5)
    found = stand(add(metric="count()", baseline=baseline, target=target)).status.progress
    assert found.raw == pytest.approx(raw)
    assert found.shown == min(max(raw, 0), 1)


def test_a_target_that_equals_the_baseline_is_refused_with_the_reason():
    arrivals(3)
    with pytest.raises(Undecidable, match="no way to go") as refused:
        add(baseline="20", target="20")
    assert refused.value.field == "target"
    assert not KeyResult.objects.exists()


def test_a_relative_target_of_nothing_at_all_is_refused():
    arrivals(3)
    with pytest.raises(Undecidable, match="same as the baseline"):
        add(baseline="20", target="-0%")


def test_a_relative_target_goes_the_better_way_of_its_metric():
    arrivals(3)
    assert actions.current_version(add(baseline="40", target="50%")).target == 20
    assert actions.current_version(add(metric="closures", baseline="40", target="50%")).target == 60


def test_a_measured_baseline_looks_at_the_same_length_before_the_start():
    # 92 days from 1 October to the end of December; 92 days before it starts on 1 July.
    for date in ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-02"):
        record(date)
    version = actions.current_version(add(baseline="measured", target="1"))
    assert (version.baseline, version.baseline_measured) == (2, True)


def test_a_measured_baseline_of_a_trailing_window_ends_at_the_start():
    for date in ("2026-08-31", "2026-09-01", "2026-09-30", "2026-10-02"):
        record(date)
    version = actions.current_version(add(baseline="measured", target="1", window="30 days"))
    assert version.baseline == 2


def test_a_baseline_without_data_before_the_start_is_refused_and_asks_for_a_number():
    record("2026-10-05")
    with pytest.raises(Undecidable, match=r"the baseline cannot be measured: .*; give a number") as refused:
        add(baseline="measured")
    assert refused.value.field == "baseline"


def test_a_mean_of_nothing_is_no_baseline():
    record("2026-07-05")
    with pytest.raises(Undecidable, match="no record counts from 1 Jul 2026 to 30 Sep 2026"):
        add(metric="mean(mitigated - identified)", baseline="measured", target="-10%")


def test_the_due_day_counts_whole():
    record("2026-10-31T23:59:59")
    record("2026-11-01")
    found = actions.current_version(add(start="2026-10-01", due="2026-10-31"))
    assert found.due == day("2026-11-01")
    assert KeyResult.objects.get().graded_value == 1


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("metric", "time_to_detct", "did you mean time_to_detect"),
        ("metric", "mean(severity - identified)", "severity"),
        ("metric", "", "say what is measured"),
        ("where", "severty = 'high'", "did you mean severity"),
        ("at", "identifed", "did you mean identified"),
        ("window", "fortnight", "a window is"),
        ("window", "0 days", "between 1 day"),
        ("baseline", "about 40", "expected a number or 'measured'"),
        ("baseline", "nan", "finite"),
        ("target", "lower", "A target is a number"),
        ("target", "", "say the target"),
        ("target", "x" * 50, "at most 40"),
        ("start", "soon", "expected a date"),
        ("start", "", "a date is missing"),
        ("due", "2026-09-30", "is not after the start"),
        ("due", "9999-12-31", "expected a year"),
        ("owner", " ", "one owner"),
        ("title", "x" * 241, "at most 240"),
        ("cadence_days", "-1", "between 1 and 366"),
    ],
)
def test_each_refusal_names_its_field(field, given, said):
    arrivals(1)
    with pytest.raises(Undecidable, match=said) as refused:
        add(**{field: given})
    assert refused.value.field == field
    assert not KeyResult.objects.exists()


@pytest.mark.parametrize(
    ("metric", "target", "said"),
    [
        ("mean(mitigated - identified)", "-25", "a time is never below 0: did you mean -25%"),
        ("time_to_remediate", "−30", "did you mean -30%"),
        ("mean((mitigated - identified) / 1 year)", "-2", "did you mean -2%"),
        ("arrivals", "-25", "a count is never below 0: did you mean -25%"),
        ("arrivals", "-150%", "-150% of 40 is below 0"),
        ("share(severity >= 'high')", "-25", "between 0% and 100%"),
        ("share(severity >= 'high')", "120%", "between 0% and 100%"),
    ],
)
def test_a_target_that_its_metric_can_never_have_is_refused_with_what_was_meant(metric, target, said):
    with pytest.raises(Undecidable, match=said) as refused:
        add(metric=metric, target=target, baseline="0.4" if "share" in metric else "40")
    assert refused.value.field == "target"
    assert not KeyResult.objects.exists()


@pytest.mark.parametrize("metric", ["mean(mitigated - identified - 30 days)", "sum(award)"])
def test_what_may_fall_below_nothing_takes_a_target_below_nothing(metric):
    arrivals(1)
    assert actions.current_version(add(metric=metric, target="-5")).target == -5


def test_a_share_is_given_in_percent_or_as_a_fraction():
    record("2026-10-05", "2026-10-06")
    made = add(metric="share(mitigated is not null)", baseline="85%", target="95%")
    version = actions.current_version(made)
    assert (version.baseline, version.target) == (0.85, 0.95)


def test_an_owner_who_has_an_account_is_linked_by_name_or_address(organisation):
    arrivals(1)
    assert actions.current_version(add(owner="ada@example.org")).owner == organisation.ada
    assert actions.current_version(add(owner="mia")).owner == organisation.mia
    assert actions.current_version(add(owner="A stranger")).owner is None


def test_the_same_day_and_data_give_one_measurement_and_another_day_a_second():
    arrivals(2)
    made = add()
    actions.measure(made, NOW + timedelta(hours=2))
    assert Measurement.objects.count() == 1
    actions.measure(made, NOW + timedelta(days=1))
    assert Measurement.objects.count() == 2


def test_new_data_on_the_same_day_is_a_measurement_of_its_own():
    arrivals(2)
    made = add()
    record("2026-11-20")
    assert actions.measure(made, NOW + timedelta(hours=1)).value == 3
    assert [each.value for each in Measurement.objects.all()] == [2, 3]


def test_a_measurement_keeps_its_definition_its_window_and_what_it_rests_on():
    arrivals(2)
    kept = add(where="severity >= 'high'") and Measurement.objects.get()
    assert kept.definition["measure"] == "count()"
    assert "severity >= 'high'" in kept.definition["where"]
    assert (kept.since, kept.until) == (day("2026-10-01"), NOW)
    assert kept.data_version == 2
    assert kept.data_as_of == NOW - timedelta(hours=1)


def test_without_fresh_data_nothing_is_green():
    for _ in range(2):
        record("2026-10-05", known_at=NOW - timedelta(days=11))
    found = stand(add(baseline="40", target="20"))
    assert found.status.progress.raw > 1
    assert found.status.word == "stale"
    assert "11 days old" in found.status.reason


def test_a_count_of_the_period_so_far_is_paced_by_where_it_will_end():
    # 30 by 21 November are some 54 by the end of December: more than the 40 it came from.
    arrivals(30)
    found = stand(add(baseline="40", target="35"))
    assert found.status.word == "off_track"
    assert found.status.reason == "30 so far makes 53.6 by the end at this rate, for a target of 35."
    assert found.status.progress.raw == 2.0
    assert stand(add(baseline="80", target="60")).status.word == "on_track"


def test_a_count_is_not_projected_from_time_that_its_data_does_not_reach():
    record("2026-10-05", known_at=NOW - timedelta(days=9))
    found = stand(add(baseline="40", target="20"))
    assert found.projection.value == pytest.approx(92 / 42.458, rel=1e-3)


def test_on_the_first_days_of_a_period_a_count_says_nothing_yet():
    record("2026-11-20")
    found = stand(add(start="2026-11-20", baseline="40", target="20"))
    assert (found.status.word, found.status.reason) == (
        "pending",
        "1 so far: too early to say where it will end.",
    )


def test_a_reimport_without_news_makes_the_figure_fresh_again():
    record("2026-10-05", known_at=NOW - timedelta(days=11))
    made = add()
    import_of("tracker", NOW)
    actions.measure(made, NOW)
    assert stand(made).status.word == "on_track"
    assert Measurement.objects.count() == 1


def test_a_fresh_feed_does_not_speak_for_a_silent_one():
    record("2026-10-05", feed="old scanner", known_at=NOW - timedelta(days=40))
    record("2026-10-05", feed="tracker", known_at=NOW)
    assert stand(add(where="feed = 'old scanner'")).status.word == "stale"
    assert stand(add(where="feed = 'tracker'")).status.word == "on_track"


def test_a_figure_that_rests_on_a_silent_feed_is_stale_and_names_it_however_fresh_the_others_are():
    for _ in range(9):
        record("2026-07-05", feed="old scanner", known_at=NOW - timedelta(days=40))
    record("2026-10-05", feed="tracker", known_at=NOW)
    found = stand(add())
    assert found.status.word == "stale"
    assert found.status.reason.startswith("Nothing has come from old scanner since 2026-10-12, and 90 %")
    assert found.measurement.data_as_of == NOW - timedelta(days=40)


def test_a_scope_of_a_feed_falls_silent_on_its_own():
    for _ in range(9):
        record("2026-07-05", feed="scanner", scope="payments", known_at=NOW - timedelta(days=40))
    record("2026-10-05", feed="scanner", scope="search", known_at=NOW)
    found = stand(add())
    assert found.status.word == "stale"
    assert found.status.reason.startswith("Nothing has come from scanner · payments since 2026-10-12")
    assert stand(add(where="scope != 'payments'")).status.word == "on_track"


def test_a_silent_feed_that_holds_less_than_a_twentieth_of_the_slice_is_a_footnote():
    record("2026-07-05", feed="old scanner", known_at=NOW - timedelta(days=40))
    for _ in range(20):
        record("2026-07-05", feed="tracker", known_at=NOW)
    found = stand(add())
    assert found.status.word == "on_track"
    assert [each["code"] for each in found.warnings] == ["silent_source"]
    assert "5 % of the records" in found.warnings[0]["message"]


def test_an_empty_slice_is_no_fresher_than_the_record_that_it_is_cut_from():
    for _ in range(9):
        record("2026-07-05", feed="old scanner", known_at=NOW - timedelta(days=40))
    record("2026-10-05", feed="tracker", known_at=NOW)
    assert stand(add(where="severity = 'low'")).status.word == "stale"


def test_a_key_result_whose_measurements_stopped_goes_stale():
    arrivals(2)
    made = add()
    import_of("tracker", NOW + timedelta(days=20))
    assert stand(made, now=NOW + timedelta(days=20)).status.word == "stale"


def test_a_value_that_is_missing_is_never_green_and_says_why():
    record("2026-07-05", "2026-07-09")
    found = stand(add(metric="mean(mitigated - identified)", baseline="4", target="2"))
    assert found.value is None
    assert found.status.word == "pending"
    assert found.status.reason == "No value yet: no record counts in its window so far."


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("period", "no value in its first 90 days; a window such as '180 days'"),
        ("60 days", "ever gets 90 days old"),
    ],
)
def test_a_window_that_a_restricted_mean_cannot_fill_says_which_one_it_could(window, said):
    record("2026-06-05")
    record("2026-11-05")
    found = stand(add(metric="time_to_remediate", window=window))
    assert found.value is None
    assert said in found.warnings[-1]["message"]
    assert stand(add(metric="time_to_remediate", window="180 days")).value == 90


def test_a_key_result_whose_records_turn_out_false_loses_its_value():
    kept = record("2026-10-05", "2026-10-07")
    made = add(metric="mean(mitigated - identified)", baseline="4", target="1")
    assert stand(made).value == 2
    falsify(kept, known_at=NOW)
    import_of("tracker", NOW)
    actions.measure(made, NOW + timedelta(minutes=1))
    assert stand(made, NOW + timedelta(minutes=1)).status.word == "pending"


def test_a_metric_that_can_no_longer_be_computed_is_a_missing_value_with_the_reason(monkeypatch):
    from throughline.engine import metrics

    arrivals(2)
    ours = metrics.Definition(measure="count()", name="ours", better="lower")
    with monkeypatch.context() as catalogue:
        catalogue.setattr(metrics, "READY_MADE", {**metrics.READY_MADE, "ours": ours})
        made = add(metric="ours")
    assert actions.measure(made, NOW + timedelta(days=1)).value is None
    found = stand(made, NOW + timedelta(days=1))
    assert found.status.word != "on_track"
    assert "there is no metric 'ours'" in found.warnings[0]["message"]
    assert found.sentence.startswith("ours, from 40 to 20")


def test_before_its_start_a_key_result_is_pending():
    arrivals(2)
    found = stand(add(start="2027-01-01", due="2027-03-31"))
    assert (found.status.word, found.status.reason) == ("pending", "It starts on 2027-01-01.")


def test_every_write_leaves_an_audit_entry():
    arrivals(2)
    made = add()
    actions.change_key_result(made, "x", reason="target moved", text="Two left.", target="25", now=NOW)
    after = day("2027-01-02")
    import_of("tracker", after)
    actions.measure_all(after)
    said = list(Entry.objects.order_by("id").values_list("action", flat=True))
    for action in ("added", "changed", "measured", "closed"):
        assert f"key result {action}" in said


def test_everything_is_behind_until_it_was_measured_on_the_newest_data():
    arrivals(2)
    assert not queries.behind(NOW)
    made = add()
    Measurement.objects.update(at=NOW - timedelta(days=1))
    assert queries.behind(NOW)
    actions.measure(made, NOW + timedelta(days=400))
    assert not queries.behind(NOW + timedelta(days=400))


def test_the_stands_of_many_key_results_take_a_fixed_number_of_queries(django_assert_max_num_queries):
    arrivals(2)
    for _ in range(4):
        add()
    with django_assert_max_num_queries(5):
        assert len(queries.stands(KeyResult.objects.all(), now=NOW)) == 4


@given(baseline=st.floats(-1e6, 1e6), target=st.floats(-1e6, 1e6), due=st.dates(day("2026-10-02").date()))
def test_terms_survive_the_way_into_texts_and_back(baseline, target, due):
    if due.year > 2200:
        due = due.replace(year=2200, day=1)
    made = terms_from(terms(baseline=baseline, target=repr(target), due=due))
    assert float(made.baseline) == baseline
    assert terms_from({name: getattr(made, name) for name in made.__slots__}) == made
    assert replace(made, due=instant(due.isoformat(), field="due")) == made
