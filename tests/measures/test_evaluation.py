"""What `evaluate` says of small records whose answer can be counted by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.measures.records import attribute, day, learn, record

from throughline.accounts.access import EVERYTHING, NOTHING, Scope
from throughline.engine.definitions import Definition
from throughline.engine.refusals import Refused
from throughline.measures.queries import evaluate
from throughline.vulnerabilities.models import Service, SlaPolicy

NOW = day("2024-07-01")

pytestmark = pytest.mark.django_db


def ask(measure: str, *, where: str = "", at: str | None = None, by: tuple[str, ...] = (), **words):
    words.setdefault("scope", EVERYTHING)
    return evaluate(
        Definition(measure=measure, where=where, at=at, by=by), now=words.pop("now", NOW), **words
    )


def values(result) -> dict[tuple[str, ...], float]:
    return {tuple(row.group.values()): row.value for row in result.rows}


def codes(result) -> list[str]:
    return [warning.code for warning in result.warnings]


def repaired(key: str, found: str, mended: str | None, **fields):
    return record(key, identified_at=found, mitigated_at=mended, **fields)


def test_an_empty_record_answers_with_nothing_rather_than_failing():
    assert ask("count()").value == 0
    assert ask("mean(mitigated - identified)").value is None
    assert ask("average_open()", by=("year",)).rows == []
    assert ask("rmst(identified -> mitigated)").value is None


def test_someone_without_a_team_sees_nothing_and_a_team_sees_its_own():
    repaired("a", "2024-01-01", None, team="web")
    repaired("b", "2024-01-01", None, team="api")
    repaired("c", "2024-01-01", None)
    assert ask("count()", scope=NOTHING).value == 0
    assert ask("count()", scope=Scope(teams=frozenset({"web"}))).value == 1
    assert ask("count()", scope=EVERYTHING).value == 3


def test_potential_and_rejected_ones_stay_out_unless_asked_for():
    for number, state in enumerate(("confirmed", "accepted", "potential", "false positive", "duplicate")):
        repaired(str(number), "2024-01-01", None, state=state)
    assert ask("count()").value == 2
    assert ask("count()", where="state = 'potential'").value == 1
    assert ask("count()", where="status = 'rejected'").value == 2
    # A duplicate says nothing about its source.
    assert evaluate("precision", scope=EVERYTHING, now=NOW).value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ("severity >= 'high'", {"h", "c"}),
        ("severity in ('low', 'critical')", {"l", "c"}),
        ("not severity = 'low'", {"h", "c"}),
        ("severity is null", {"u"}),
        ("'edge' in tags", {"h"}),
        ("'edge' not in tags", {"l", "c", "u"}),
        ("tags is null", {"l", "u"}),
        ("region = 'eu' or score > 5", {"l", "h"}),
        ("reachable", {"c"}),
        ("reachable = 0", {"h"}),
        ("due > '2024-05-01'", {"c"}),
        ("mitigated - identified <= 10 days", {"l"}),
        ("identified + 2 weeks < mitigated", {"h"}),
        ("identified between '2024-01-01' and '2024-01-02'", {"l", "h"}),
        ("title = 'it''s; DROP TABLE delta_1 --'", {"u"}),
        ("status = 'open'", {"c", "u"}),
        ("tier = 1", {"h"}),
        ("environment = 'prod'", {"h", "c"}),
        ("score / 0 > 1", set()),
    ],
)
def test_conditions_choose_the_records_that_they_describe(where, keys):
    for name, kind in (("region", "text"), ("score", "number"), ("reachable", "boolean"), ("due", "date")):
        attribute(name, kind)
    Service.objects.create(name="web", tier=1, environment="prod")
    repaired("l", "2024-01-01", "2024-01-06", severity="low", attributes={"region": "eu"})
    repaired("h", "2024-01-02", "2024-03-01", severity="high", tags=["edge", "x"], service="web",
             attributes={"score": 7.5, "reachable": False})  # fmt: skip
    repaired("c", "2024-02-01", None, severity="critical", tags=["x"], environment="prod",
             attributes={"reachable": True, "due": "2024-05-02T00:00:00Z"})  # fmt: skip
    record("u", title="it's; DROP TABLE delta_1 --")
    by_id = ask("count()", where=where, by=("id",))
    assert {row.group["id"] for row in by_id.rows} == keys


def test_open_ones_count_in_the_restricted_mean_and_not_in_the_plain_one():
    repaired("a", "2024-01-01", "2024-01-11")
    repaired("b", "2024-01-01", None)
    assert ask("mean(mitigated - identified)").value == 10
    assert ask("rmst(identified -> mitigated, 90 days)").value == 50
    assert ask("rmst(identified -> mitigated, 90 days)").rows[0].n_open == 1


def test_accepting_a_risk_does_not_repair_it():
    repaired("a", "2024-01-01", "2024-01-11")
    repaired("b", "2024-01-01", None, state="accepted", accepted_at="2024-01-02")
    assert ask("rmst(identified -> mitigated, 90 days)").value == 50
    assert ask("km_median(identified -> mitigated)").value == 10
    assert ask("sla(30 days)").value == 0.5


def test_an_acceptance_that_ran_out_is_open_again():
    repaired("a", "2024-01-01", None, state="accepted", accepted_at="2024-01-02", accepted_until="2024-02-01")
    assert ask("count()", by=("status",)).rows[0].group == {"status": "open"}
    assert ask("count()", by=("status",), known_at=dt.date(2024, 1, 15)).rows[0].group == {
        "status": "accepted"
    }


def test_the_plain_mean_says_how_many_open_ones_it_leaves_out():
    repaired("a", "2024-01-01", "2024-01-11")
    repaired("b", "2024-01-05", None)
    result = ask("mean(mitigated - identified)")
    assert "closed_only" in codes(result)
    assert "leaves out 1 that is still open" in next(
        w.message for w in result.warnings if w.code == "closed_only"
    )
    assert "closed_only" not in codes(ask("mean(mitigated - identified)", where="identified < '2024-01-03'"))


def test_by_month_of_repair_each_row_says_how_many_were_open_when_the_month_ended():
    repaired("a", "2024-01-01", "2024-01-11")
    repaired("b", "2024-01-05", "2024-03-05")
    repaired("c", "2024-02-05", None)
    result = ask("mean(mitigated - identified)", by=("month",))
    assert [(row.group["month"], row.n, row.n_open) for row in result.rows] == [
        ("2024-01", 1, 1),
        ("2024-02", 0, 2),
        ("2024-03", 1, 1),
        ("2024-04", 0, 1),
        ("2024-05", 0, 1),
        ("2024-06", 0, 1),
    ]
    assert "closed_only" in codes(result)


def test_a_repair_that_is_planned_has_not_happened():
    repaired("a", "2024-01-01", "2024-12-01")
    assert ask("mean(mitigated - identified)").rows[0].n_open == 1
    assert ask("mean(mitigated - identified)").value is None
    assert ask("count()", by=("status",)).rows[0].group == {"status": "open"}


def test_dates_that_run_backwards_are_counted_apart():
    repaired("a", "2024-01-11", "2024-01-01")
    repaired("b", "2024-01-01", "2024-01-11")
    plain = ask("mean(mitigated - identified)").rows[0]
    assert (plain.value, plain.n, plain.n_negative) == (10, 1, 1)
    curve = ask("km_median(identified -> mitigated)").rows[0]
    assert (curve.value, curve.n, curve.n_negative) == (10, 1, 1)
    assert ask("average_open()", since=day("2024-01-01"), until=day("2024-01-11")).value == 1


def test_missing_dates_are_counted_and_open_ones_are_not_missing():
    repaired("a", "2024-01-01", "2024-01-11")
    record("b", mitigated_at="2024-01-11")
    repaired("c", "2024-01-01", None)
    row = ask("mean(mitigated - identified)").rows[0]
    assert (row.n, row.n_missing, row.n_open) == (1, 1, 1)


def test_a_period_is_half_open():
    for key, found in (("a", "2024-01-01"), ("b", "2024-01-31"), ("c", "2024-02-01")):
        repaired(key, found, None)
    assert ask("count()", since=dt.date(2024, 1, 1), until=dt.date(2024, 2, 1)).value == 2


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refused, match="the period ends before it starts"):
        ask("count()", since=dt.date(2024, 2, 1), until=dt.date(2024, 1, 1))


def test_periods_in_which_nothing_happened_are_nought_up_to_the_present_one():
    repaired("a", "2024-01-01", None, severity="low")
    repaired("b", "2024-03-01", None, severity="high")
    now = day("2024-05-02")
    assert values(ask("count()", by=("month",), now=now)) == {
        ("2024-01",): 1, ("2024-02",): 0, ("2024-03",): 1, ("2024-04",): 0, ("2024-05",): 0,
    }  # fmt: skip
    grouped = values(ask("count()", by=("severity", "month"), now=now))
    assert grouped[("low", "2024-03")] == 0
    assert list(grouped) == [(level, f"2024-0{month}") for level in ("low", "high") for month in range(1, 6)]


@pytest.mark.parametrize("unit", ["week", "month", "quarter", "year"])
def test_periods_reach_from_the_start_that_is_asked_for_to_its_end(unit):
    repaired("a", "2023-06-15", None)
    span = {"since": dt.date(2022, 1, 1), "until": dt.date(2024, 1, 1)}
    labels = [row.group[unit] for row in ask("count()", by=(unit,), **span).rows]
    expected = {"week": ("2021-W52", "2023-W52"), "month": ("2022-01", "2023-12"),
                "quarter": ("2022-Q1", "2023-Q4"), "year": ("2022", "2023")}  # fmt: skip
    assert (labels[0], labels[-1]) == expected[unit]
    assert len(labels) == {"week": 105, "month": 24, "quarter": 8, "year": 2}[unit]


def test_a_range_in_which_nothing_happened_is_a_row_of_noughts():
    repaired("a", "2020-01-01", None)
    span = {"since": dt.date(2024, 1, 1), "until": dt.date(2024, 3, 1)}
    assert values(ask("count()", by=("month",), **span)) == {("2024-01",): 0, ("2024-02",): 0}


def test_periods_after_the_date_of_knowledge_are_not_said_to_be_empty():
    repaired("a", "2024-01-10", None, known=day("2024-01-11"))
    known = {"known_at": dt.date(2024, 2, 29)}
    assert values(ask("count()", by=("month",), **known)) == {("2024-01",): 1, ("2024-02",): 0}


def test_the_periods_of_another_date_reach_past_the_range_that_was_asked_for():
    repaired("a", "2023-12-10", "2024-02-10")
    repaired("b", "2024-01-10", "2024-02-20")
    span = {"since": dt.date(2024, 2, 1), "until": dt.date(2024, 3, 1)}
    found = ask("count()", at="mitigated", by=("identified.month",), **span)
    assert values(found) == {("2023-12",): 1, ("2024-01",): 1}


def test_a_range_in_which_nothing_happened_has_no_periods_of_another_date():
    repaired("a", "2024-01-10", None)
    span = {"since": dt.date(2024, 2, 1), "until": dt.date(2024, 3, 1)}
    assert ask("count()", at="mitigated", by=("identified.month",), **span).rows == []
    assert ask("median(triaged - identified)", by=("identified.month",), **span).rows == []


def test_a_share_leaves_out_those_of_which_nobody_can_say_and_counts_them():
    for key, level in (("a", "high"), ("b", None), ("c", "low")):
        repaired(key, "2024-01-01", None, severity=level)
    row = ask("share(severity >= 'high')").rows[0]
    assert (row.value, row.n, row.n_missing) == (0.5, 2, 1)


def test_age_and_number_of_the_open_are_those_of_the_date_of_knowledge():
    row = repaired("a", "2022-01-01", None, known=day("2022-01-02"))
    learn(row, day("2023-12-01"), mitigated_at="2023-12-01")
    repaired("b", "2022-03-01", "2023-02-01", known=day("2022-03-02"))
    then = {"known_at": day("2023-06-30")}
    assert ask("open_age()", **then).value == 545
    assert ask("open_at_end()", **then).value == 1
    assert ask("average_open()", **then).value == pytest.approx((545 + 337) / 545)
    assert values(ask("open_age()", by=("year",), **then)) == {
        ("2022",): pytest.approx((365 + 306) / 2), ("2023",): 545,
    }  # fmt: skip
    assert ask("open_age()", until=dt.date(2023, 1, 31), **then).value == pytest.approx((395 + 336) / 2)


@pytest.mark.parametrize(
    ("unit", "label"),
    [("week", "2024-W01"), ("month", "2023-12"), ("quarter", "2023-Q4"), ("year", "2023")],
)
def test_each_unit_of_time_has_its_label(unit, label):
    found = "2024-01-01" if unit == "week" else "2023-12-31"
    repaired("a", found, None)
    assert ask("count()", by=(unit,)).rows[0].group == {unit: label}


def test_groups_come_in_the_order_of_their_levels_and_the_unknown_last():
    for key, level in (("a", "critical"), ("b", "low"), ("c", None), ("d", "high")):
        repaired(key, "2024-01-01", None, severity=level)
    assert [row.group["severity"] for row in ask("count()", by=("severity",)).rows] == [
        "low", "high", "critical", "unknown",
    ]  # fmt: skip


def test_windows_reach_from_the_first_start_to_now_which_cuts_the_last_one():
    repaired("a", "2024-05-16", None)
    result = ask("average_open()", by=("month",), now=day("2024-06-11"))
    assert values(result) == {("2024-05",): pytest.approx(16 / 31), ("2024-06",): 1.0}


def test_an_area_without_a_period_looks_from_the_first_start_to_now():
    repaired("a", "2024-06-01", None)
    repaired("b", "2024-06-16", None)
    assert ask("average_open()").value == 1.5
    assert ask("open_at_end()").value == 2
    assert ask("open_age()").value == 22.5


def test_open_at_the_end_of_each_month():
    repaired("a", "2024-04-10", "2024-05-10")
    repaired("b", "2024-05-20", None)
    assert values(ask("open_at_end()", by=("month",))) == {("2024-04",): 1, ("2024-05",): 1, ("2024-06",): 1}


def test_small_multiples_share_their_windows():
    repaired("a", "2024-04-01", None, service="web")
    repaired("b", "2024-06-01", None, service="api")
    grouped = values(ask("open_at_end()", by=("service", "month")))
    assert grouped[("api", "2024-04")] == 0
    assert grouped[("web", "2024-06")] == 1


def test_only_those_whose_days_are_up_are_judged_by_the_sla():
    repaired("a", "2024-01-01", "2024-01-11")
    repaired("b", "2024-01-01", "2024-03-11")
    repaired("c", "2024-06-20", "2024-06-21")
    result = ask("sla(30 days)")
    assert (result.value, result.rows[0].n) == (0.5, 2)
    assert "window_running" in codes(result)


def test_the_policy_gives_the_days_by_severity_and_by_tier_where_it_says():
    SlaPolicy.objects.all().delete()
    SlaPolicy.objects.create(severity=3, tier=None, days=30)
    SlaPolicy.objects.create(severity=3, tier=1, days=5)
    Service.objects.create(name="core", tier=1)
    repaired("a", "2024-01-01", "2024-01-11", severity="high")
    repaired("b", "2024-01-01", "2024-01-11", severity="high", service="core")
    repaired("c", "2024-01-01", "2024-01-11", severity="low")
    row = ask("sla()").rows[0]
    assert (row.value, row.n, row.n_missing) == (0.5, 2, 1)


def test_without_a_policy_the_sla_needs_its_days():
    SlaPolicy.objects.all().delete()
    repaired("a", "2024-01-01", None)
    with pytest.raises(Refused, match=r"there is no SLA policy yet: say the days, as in sla\(30 days\)"):
        ask("sla()")


def test_data_that_does_not_reach_the_horizon_gives_no_mean_and_says_so():
    repaired("a", "2024-06-20", None)
    result = ask("rmst(identified -> mitigated, 90 days)")
    assert result.value is None
    assert "horizon_beyond_data" in codes(result)


def test_a_mean_that_rests_on_a_few_old_ones_says_so():
    repaired("old", "2024-01-01", "2024-02-05")
    for number in range(6):
        repaired(f"young {number}", "2024-06-28", None)
    result = ask("rmst(identified -> mitigated, 90 days)")
    assert result.value == 35
    (said,) = [each.message for each in result.warnings if each.code == "few_at_risk"]
    assert said.startswith("From day 3 on, fewer than five records are followed any longer")
    assert "few_at_risk" not in codes(ask("rmst(identified -> mitigated, 2 days)"))


def test_mostly_inferred_dates_are_said_to_be_so():
    for key, basis in (("a", "inferred"), ("b", "presumed"), ("c", "reported")):
        record(key, introduced_at="2023-01-01", introduced_basis=basis, identified_at="2024-01-01")
    result = ask("mean(identified - introduced)")
    assert "inferred_dates" in codes(result)
    assert result.basis_shares["introduced"]["inferred"] == pytest.approx(1 / 3)
    assert "67%" in " ".join(w.message for w in result.warnings)


def test_few_records_are_said_to_be_few():
    repaired("a", "2024-01-01", "2024-01-11")
    assert "small_n" in codes(ask("mean(mitigated - identified)"))
    assert "small_n" not in codes(ask("count()"))


def test_what_was_learnt_later_is_not_known_before():
    row = repaired("a", "2024-01-01", None, severity="low", known=day("2024-01-02"))
    learn(row, day("2024-02-01"), severity="high")
    learn(row, day("2024-03-01"), state="false positive")
    levels = [
        values(ask("count()", by=("severity",), known_at=dt.date(*at)))
        for at in ((2024, 1, 15), (2024, 2, 15), (2024, 3, 15))
    ]
    assert levels == [{("low",): 1}, {("high",): 1}, {}]


def test_the_events_of_a_day_are_known_at_that_day():
    row = repaired("a", "2024-01-01", None, known=day("2024-01-02"))
    learn(row, day("2024-02-01") + dt.timedelta(hours=23), mitigated_at="2024-02-01")
    assert ask("count()", where="status = 'open'", known_at=dt.date(2024, 1, 31)).value == 1
    assert ask("count()", where="status = 'open'", known_at=dt.date(2024, 2, 1)).value == 0


def test_a_record_that_vanished_is_out_of_every_figure_from_then_on_until_it_returns():
    row = repaired("a", "2024-01-01", None, known=day("2024-01-02"))
    learn(row, day("2024-02-01"), vanished_at="2024-02-01")
    learn(row, day("2024-03-01"), vanished_at=None)
    found = [ask("count()", known_at=dt.date(2024, month, 15)).value for month in (1, 2, 3)]
    assert found == [1, 0, 1]
