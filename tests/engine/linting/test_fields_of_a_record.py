"""Each rule on a record's fields: what breaks it, and that the sound record keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from throughline.engine.linting import RULES, Fields, Sibling, lint_fields

SOUND = Fields(
    kind="move",
    text="Reduce time to remediate",
    metric="time_to_remediate",
    unit="days",
    aggregation="median",
    population="severity >= 'high'",
    where="severity >= 'high'",
    window="180 days",
    better="lower",
    baseline=41.0,
    baseline_measured=True,
    baseline_as_of=date(2026, 10, 1),
    target=20.0,
    target_text="20",
    due=date(2026, 12, 15),
    start=date(2026, 10, 1),
    end=date(2026, 12, 31),
    owners=("Ada Okafor",),
    cycle="set",
    siblings=(Sibling("known_open_average", "", date(2026, 12, 31)),),
    key_results=3,
    objective="Customers can trust every release",
    has_guardrail=True,
    newest_age=2,
    cadence=7,
    points=12,
    query_runs=True,
    ever_moved=True,
    p_hit=0.5,
    power=0.9,
    smallest_change=4.0,
)
EVENT = Fields(
    kind="binary",
    text="Retire the old VPN",
    acceptance_test="The host of the VPN answers no packet.",
    judge="Ben Sato",
    due=date(2026, 12, 15),
    owners=("Ada Okafor",),
)

BROKEN = [
    ("D1", "error", "metric", {"metric": ""}),
    ("D1", "error", "metric", {"metric": "time_to_detct", "metric_is_known": False}),
    ("D2", "error", "target", {"target": None, "target_text": ""}),
    ("D3", "error", "baseline", {"baseline": None}),
    ("D3", "error", "baseline", {"baseline_measured": False, "baseline_as_of": None}),
    ("D4", "error", "target", {"target": 41.0}),
    ("D4", "error", "target", {"text": "Reduce it", "baseline": 10.0, "target": 20.0}),
    ("D4", "error", "target", {"text": "Increase it", "baseline": 20.0, "target": 10.0}),
    ("D6", "error", "target", {"target": None, "target_text": "-30%", "baseline": None}),
    ("D6", "warning", "target", {"unit": "share", "target_text": "-10%", "baseline": 0.5, "target": 0.45}),
    ("D7", "error", "unit", {"unit": ""}),
    ("D7", "error", "aggregation", {"aggregation": ""}),
    ("D8", "error", "population", {"population": " "}),
    ("D8", "error", "window", {"window": ""}),
    ("D9", "error", "due", {"due": None}),
    ("D9", "error", "due", {"due": date(2027, 1, 1)}),
    ("D9", "error", "due", {"due": date(2026, 9, 30)}),
    ("D9", "warning", "due", {"due": date(2026, 12, 31)}),
    ("D10", "error", "owner", {"owners": ()}),
    ("D10", "error", "owner", {"owners": ("Ada Okafor", "Ben Sato")}),
    ("D10", "warning", "owner", {"owners": (), "cycle": "proposed"}),
    ("D14", "warning", "population_list", {"unit": "share", "baseline": 0.4, "target": 1.0, "text": ""}),
    ("D23", "error", "metric", {"query_runs": False}),
    ("D23", "error", "metric", {"points": 1}),
    ("D23", "error", "metric", {"newest_age": 8}),
    ("D24", "warning", "target", {"text": "", "target": 60.0}),
    ("D24", "warning", "metric", {"ever_moved": False}),
    ("D25", "warning", "target", {"p_hit": 0.95}),
    ("D25", "warning", "target", {"p_hit": 0.01}),
    ("D26", "warning", "metric", {"siblings": (Sibling("time_to_remediate", "severity >= 'high'"),)}),
    ("D27", "warning", "objective", {"has_guardrail": False}),
    ("D28", "warning", "objective", {"key_results": 1}),
    ("D28", "warning", "objective", {"key_results": 6}),
    ("D28", "warning", "objective", {"objective": "Reduce incidents to 12 a year"}),
    ("D33", "warning", "target", {"smallest_change": 25.0}),
    ("D33", "warning", "target", {"power": 0.4}),
]
OF_EVENTS = [
    ("D1", "error", "acceptance_test", {"acceptance_test": ""}),
    ("D22", "warning", "judge", {"judge": ""}),
]


def rules(fields: Fields) -> list[tuple[str, str, str | None]]:
    return [(found.rule, found.severity, found.field) for found in lint_fields(fields).findings]


@pytest.mark.parametrize("fields", [SOUND, EVENT], ids=["measured", "event"])
def test_a_sound_record_has_no_finding(fields):
    assert rules(fields) == []
    assert lint_fields(fields).verdict == "decidable"


@pytest.mark.parametrize(
    ("base", "rule", "severity", "field", "change"),
    [(SOUND, *case) for case in BROKEN] + [(EVENT, *case) for case in OF_EVENTS],
)
def test_a_rule_finds_the_field_at_fault(base, rule, severity, field, change):
    found = rules(replace(base, **change))
    assert (rule, severity, field) in found


def test_every_rule_that_a_record_can_break_is_shown():
    on_fields = {rule for rule, *_ in [*BROKEN, *OF_EVENTS]}
    on_texts = {"D5", "D11", "D12", "D13", "D15", "D16", "D17", "D18", "D19", "D20", "D21", "D31"}
    asked = {"D29", "D30", "D32", "D34"}
    assert on_fields | on_texts | asked == set(RULES)


@pytest.mark.parametrize("kind", ["binary", "baseline", "milestone"])
def test_only_what_moves_needs_a_measured_baseline(kind):
    fields = replace(
        SOUND, kind=kind, text="", baseline=None, acceptance_test="It is there.", judge="Ben Sato"
    )
    assert not {"D3", "D4", "D24"} & {rule for rule, *_ in rules(fields)}


def test_what_is_kept_needs_no_baseline_and_may_be_where_it_is():
    fields = replace(SOUND, kind="keep", text="Keep it", baseline=None, ever_moved=False)
    assert rules(fields) == []


def test_a_forecast_needs_its_first_panel_as_baseline():
    assert ("D3", "error", "baseline") in rules(replace(SOUND, kind="forecast", baseline=None))


def test_a_draft_may_be_without_owner():
    assert rules(replace(SOUND, cycle="draft", owners=())) == []


def test_a_missing_measurement_alone_leaves_a_key_result_untracked():
    assert lint_fields(replace(SOUND, baseline=None)).verdict == "untracked"
    assert lint_fields(replace(SOUND, points=0)).verdict == "untracked"
    assert lint_fields(replace(SOUND, baseline=None, unit="")).verdict == "undecidable"


def test_what_the_caller_does_not_know_is_not_asked():
    fields = replace(SOUND, points=None, newest_age=None, p_hit=None, power=None, smallest_change=None)
    fields = replace(
        fields, has_guardrail=None, key_results=None, ever_moved=None, query_runs=None, siblings=()
    )
    assert rules(fields) == []


def test_a_title_may_leave_to_the_fields_what_they_say_but_no_hedge():
    assert rules(replace(SOUND, text="Improve time to remediate, everywhere")) == []
    [(rule, severity, _)] = rules(replace(SOUND, text="Reduce time to remediate where possible"))
    assert (rule, severity) == ("D15", "error")


def test_a_title_that_stands_alone_is_judged_as_text():
    assert ("D11", "error", None) in rules(replace(EVENT, text="Improve the VPN", acceptance_test=""))


@pytest.mark.parametrize(("rule", "severity", "field", "change"), BROKEN)
def test_each_message_is_a_sentence_with_a_way_to_mend_it(rule, severity, field, change):
    for found in lint_fields(replace(SOUND, **change)).findings:
        assert found.message.endswith(".")
        assert found.suggestion.endswith(".")
        assert (found.span is None) is (found.field is not None)


def test_a_first_measurement_is_reached_when_its_name_has_data_so_its_text_needs_no_target():
    first = replace(
        EVENT, kind="baseline", text="Measure the minutes to the first decision", acceptance_test=""
    )
    assert not [
        each for each in lint_fields(replace(first, metric="minutes_to_decide")).findings if each.rule == "D2"
    ]
    assert [each for each in lint_fields(first).findings if each.rule == "D2"]
