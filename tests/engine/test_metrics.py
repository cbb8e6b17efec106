"""Metrics as data: what makes sense, what is assumed, and how a mistake is explained."""

from __future__ import annotations

import pytest

from throughline.engine.catalogue import READY_MADE
from throughline.engine.definitions import Definition
from throughline.engine.language.checked import (
    All,
    AverageOpen,
    Column,
    Compared,
    Constant,
    Contains,
    Negation,
    OneOf,
    Survival,
    WithinSla,
)
from throughline.engine.language.fields import Kind, Schema
from throughline.engine.language.tokens import Misread
from throughline.engine.metrics import check, check_where, define, equals, refine
from throughline.engine.refusals import Refused

SCHEMA = Schema.of(
    [
        ("announced_at", "date", "attr_1"),
        ("is_c_mistake", "number", "attr_2"),
        ("reachable", "boolean", "attr_3"),
        ("asset owner", "text", "attr_4"),
        ("Region", "text", "attr_5"),
    ]
)


def metric(measure: str, **words):
    return check(Definition(measure=measure, **words), SCHEMA)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ("mean(mitigated - severity)", "measure: cannot subtract a severity from a date (column 18)"),
        (
            "mean(identifed - introduced)",
            "there is no field 'identifed' (did you mean identified?) (column 6)",
        ),
        ("mean(identified)", "cannot take the mean of a date (column 6)"),
        ("men(mitigated - identified)", "there is no measure 'men' (did you mean mean?)"),
        ("mean()", "mean takes one argument, as in mean(mitigated - identified); found 0"),
        ("mean(identified + 3)", "cannot add a number to a date: give the number a unit, as in 30 days"),
        ("mean(identified * 2)", "cannot multiply a date by a number"),
        ("count(severity)", "'severity' is a severity, expected a comparison"),
        (
            "share(mitigated - identified < 30)",
            "cannot compare a duration with a number: give the number a unit",
        ),
        ("rmst(identified, 90 days)", "expected a passage from one date to another"),
        ("rmst(identified -> severity, 90 days)", "'severity' is a severity, expected a date"),
        ("rmst(identified -> mitigated, 90)", "expected a duration with its unit"),
        ("rmst(identified -> mitigated, 0 days)", "expected a duration above 0"),
        ("average_open(severity)", "average_open() takes nothing between its parentheses"),
        ("sla(30)", "expected a duration with its unit, as in sla(30 days)"),
    ],
)
def test_a_measure_that_makes_no_sense_is_explained_at_its_column(measure, message):
    with pytest.raises(Misread) as refusal:
        metric(measure)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("severity >= 'hihg'", "there is no severity 'hihg' (did you mean high?): it is info, low"),
        ("state = 'closed'", "there is no state 'closed': it is potential, confirmed"),
        ("identified > 'last week'", "'last week' is no date: write '2024-01-31'"),
        ("severity >= high", "there is no field 'high': write 'high' in quotes (column 13)"),
        ("high <= severity", "there is no field 'high': write 'high' in quotes (column 1)"),
        ("severity in (high, 'low')", "write 'high' in quotes"),
        ("service = web", "there is no field 'web': write 'web' in quotes"),
        ("tags = internet", "there is no field 'internet': write 'internet' in quotes"),
        ("identified >= introducd", "'introducd' (did you mean introduced?) (column 15)"),
        ("service > 'web'", "a text has no order: use = or !="),
        ("version = 7.1", "write a text in quotes, as in '7.1'"),
        ("tags > 'x'", "a list of texts has no order"),
        ("service", "'service' is a text, expected a comparison"),
        ("identified = mitigated - identified", "cannot compare a date with a duration"),
        ("severity + 1 = 2", "cannot add a number to a severity"),
        ("reachable = 2", "cannot compare a yes or no with a number"),
    ],
)  # fmt: skip
def test_a_condition_that_makes_no_sense_is_explained(where, message):
    with pytest.raises(Misread, match="where: ") as refusal:
        metric("count()", where=where)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("quater", "there is no field 'quater' (did you mean quarter?)"),
        ("severty", "there is no field 'severty' (did you mean severity?)"),
        ("identified.quater", "there is no period 'quater' (did you mean quarter?)"),
    ],
)
def test_a_dimension_that_is_none_names_the_nearest_field_or_period(by, message):
    with pytest.raises(Refused) as refusal:
        metric("count()", by=(by,))
    assert message in str(refusal.value)


def test_severities_compare_by_their_level():
    found = check_where("severity >= 'HIGH'", SCHEMA)
    assert found == Compared(">=", Column(SCHEMA.find("severity")), Constant(3.0, Kind.SEVERITY))


def test_a_literal_may_stand_on_either_side():
    assert check_where("'2024-01-01' <= identified", SCHEMA) == check_where(
        "identified >= '2024-01-01'", SCHEMA
    )


def test_a_date_without_a_time_is_the_whole_day():
    identified = Column(SCHEMA.find("identified"))
    day, next_day = Constant(19723.0, Kind.DATE), Constant(19724.0, Kind.DATE)
    assert check_where("identified <= '2024-01-01'", SCHEMA) == Compared("<", identified, next_day)
    assert check_where("identified > '2024-01-01'", SCHEMA) == Compared(">=", identified, next_day)
    assert check_where("identified = '2024-01-01'", SCHEMA) == All(
        (Compared(">=", identified, day), Compared("<", identified, next_day))
    )


def test_a_date_with_a_time_is_that_instant_in_its_zone():
    found = check_where("identified < '2024-01-01T12:00:00+02:00'", SCHEMA)
    assert found.right.value == 19723 + 10 / 24


def test_numbers_and_yes_or_no_meet_at_zero_and_one():
    assert check_where("is_c_mistake = true", SCHEMA).right == Constant(1.0, Kind.NUMBER)
    assert check_where("reachable = 1", SCHEMA).right == Constant(True, Kind.BOOLEAN)
    assert check_where("reachable", SCHEMA) == check_where("reachable = true", SCHEMA)


def test_a_duration_may_be_compared_with_zero_which_needs_no_unit():
    assert check_where("mitigated - identified >= 0", SCHEMA).right == Constant(0.0, Kind.DURATION)


def test_tags_are_asked_in_two_spellings():
    holds = Contains(Column(SCHEMA.find("tags")), "internet")
    assert check_where("tags = 'internet'", SCHEMA) == holds
    assert check_where("'internet' in tags", SCHEMA) == holds
    assert check_where("'internet' not in tags", SCHEMA) == Negation(holds)


def test_a_list_of_values_stays_one_test():
    found = check_where("severity in ('low', 'high')", SCHEMA)
    assert isinstance(found, OneOf)
    assert [each.value for each in found.values] == [1.0, 3.0]


def test_attributes_of_imports_answer_to_their_own_names_in_any_case():
    assert (
        check_where("region = 'eu' and `Asset Owner` = 'ann'", SCHEMA).parts[1].left.field.column == "attr_4"
    )


@pytest.mark.parametrize("name", ["identified", "identified_at", "Identified_At"])
def test_a_date_answers_to_its_short_and_its_long_name(name):
    assert SCHEMA.find(name).name == "identified"


@pytest.mark.parametrize(
    ("measure", "at"),
    [
        ("mean(mitigated - identified)", "mitigated"),
        ("median(identified - introduced)", "identified"),
        ("mean(announced_at - identified)", "announced_at"),
        ("mean(cvss)", "identified"),
        ("count()", "identified"),
        ("sla(30 days)", "identified"),
        ("km_median(identified -> mitigated)", "identified"),
        ("share(severity >= 'high')", "identified"),
    ],
)
def test_each_measure_knows_the_date_that_puts_a_record_in_a_period(measure, at):
    assert metric(measure).at.name == at


@pytest.mark.parametrize("measure", ["average_open()", "average_latent()", "open_at_end()", "open_age()"])
def test_areas_have_no_such_date_and_refuse_one(measure):
    assert metric(measure).at is None
    with pytest.raises(Refused, match="looks at windows of time"):
        metric(measure, at="identified")


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ("mean(mitigated - identified)", "days"),
        ("mean((mitigated - identified) / 1 week)", "number"),
        ("mean((mitigated - identified) / 7)", "days"),
        ("p90(cvss)", "number"),
        ("count()", "count"),
        ("share(severity = 'low')", "share"),
        ("sla()", "share"),
        ("rmst(identified -> mitigated)", "days"),
        ("average_open()", "count"),
        ("open_age()", "days"),
    ],
)
def test_the_unit_follows_from_the_measure(measure, unit):
    assert metric(measure).unit == unit


def test_confirmed_and_accepted_ones_are_assumed_and_the_assumption_is_echoed():
    found = metric("count()", where="severity = 'high' or cvss > 9")
    assert found.where_text == "(severity = 'high' or cvss > 9) and state in ('confirmed', 'accepted')"
    assert found.echo()["assumed"] == "state in ('confirmed', 'accepted')"


@pytest.mark.parametrize(
    ("measure", "where"),
    [
        ("count()", "state = 'potential'"),
        ("share(state = 'confirmed')", ""),
        ("count()", "status = 'rejected'"),
        ("count()", "cvss > 3 or not (state is null)"),
    ],
)
def test_nothing_is_assumed_where_the_state_is_mentioned(measure, where):
    assert not metric(measure, where=where).assumed


def test_a_status_of_open_still_means_confirmed_ones():
    assert metric("count()", where="status = 'open'").assumed


@pytest.mark.parametrize(
    ("by", "label", "field", "unit"),
    [
        ("severity", "severity", "severity", None),
        ("year", "year", "mitigated", "year"),
        ("identified.month", "identified.month", "identified", "month"),
        ("quarter(announced_at)", "announced_at.quarter", "announced_at", "quarter"),
        ("identified_at.week", "identified.week", "identified", "week"),
        ("region", "Region", "Region", None),
    ],
)
def test_an_answer_is_grouped_by_any_dimension_and_by_periods_of_any_date(by, label, field, unit):
    found = metric("mean(mitigated - identified)", by=(by,)).by[0]
    assert (found.label, found.field.name, found.unit) == (label, field, unit)


def test_an_area_grouped_by_a_period_uses_windows_and_no_date():
    assert metric("average_open()", by=("year",)).by[0].field is None


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (("identified",), "'identified' is a date: say identified.month"),
        (("tags",), "holds several texts"),
        (("identified.decade",), "there is no period 'decade'"),
        (("severty",), "did you mean severity?"),
        (("year", "year"), "'year' is named twice"),
        (("severity", "team", "service", "state", "source"), "at most 4 dimensions"),
    ],
)
def test_a_grouping_that_makes_no_sense_is_refused(by, message):
    with pytest.raises(Refused) as refusal:
        metric("count()", by=by)
    assert message in str(refusal.value)


def test_names_are_looked_up_before_anything_is_parsed():
    assert define("time_to_detect") is READY_MADE["time_to_detect"]


def test_an_unknown_name_offers_the_nearest_one():
    with pytest.raises(
        Refused, match=r"there is no metric 'time_to_detct' \(did you mean time_to_detect\?\)"
    ):
        define("time_to_detct")


def test_a_slice_joins_the_conditions_of_the_metric():
    sliced = refine(define("critical_arrivals"), where="service = 'web' or service = 'api'", by=("month",))
    assert check(sliced, SCHEMA).where_text.startswith(
        "severity = 'critical' and (service = 'web' or service = 'api')"
    )


def test_a_mistake_in_the_slice_is_placed_in_the_words_of_the_slice():
    with pytest.raises(Misread, match=r"where: .*\(column 10\)"):
        refine(define("critical_arrivals"), where="service = ")


@pytest.mark.parametrize("name", sorted(READY_MADE))
def test_every_ready_made_metric_is_checked_and_explained(name):
    definition = READY_MADE[name]
    assert check(definition, Schema.of())
    assert definition.title
    assert definition.description.endswith(".")
    assert definition.beside in READY_MADE


def test_measures_mean_what_they_say():
    assert metric("average_latent()").measure == AverageOpen(SCHEMA.find("introduced"))
    assert metric("sla()").measure == WithinSla(None)
    assert metric("rmst(identified -> mitigated)").measure == Survival(
        SCHEMA.find("identified"), SCHEMA.find("mitigated"), 90.0
    )


def test_a_horizon_that_was_not_said_is_said_in_the_answer():
    for name in ("rmst", "period_rmst"):
        unsaid, said = (f"{name}(identified -> mitigated{horizon})" for horizon in ("", ", 90 days"))
        assert metric(unsaid).echo()["measure"] == metric(said).echo()["measure"] == said


def test_a_group_becomes_a_condition_again():
    assert equals("service", "it's") == "service = 'it''s'"
    assert equals("asset owner", "unknown") == "`asset owner` is null"
