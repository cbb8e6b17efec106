"""Scenarios: what is asked, by when, who judges, and what stands from the first forecast on."""

from __future__ import annotations

from datetime import date

import pytest
from tests.organisation import NOW
from tests.risk.asked import ASKED, CHANCE, LOSS, estimated, scenario

from throughline.engine.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_scenario_has_a_series_of_its_own_in_snake_case():
    series = scenario("prod-access").series
    assert (series.name, series.unit, series.better) == ("scenario_prod_access", "share", "lower")
    assert series.title == ASKED["statement"]


def test_a_name_that_a_series_has_already_is_not_taken_from_it():
    from throughline.series.actions import define

    define("test", "scenario_prod_access", now=NOW)
    assert scenario("prod-access").series.name == "scenario_prod_access_2"


def test_the_longest_key_and_statement_still_name_a_series():
    made = scenario("k" * 80, statement="x" * 300)
    assert len(made.series.name) <= 80
    assert len(made.series.title) == 240


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2027-01-01", "quarter", date(2027, 3, 31)),
        ("2027-01-01", "year", date(2027, 12, 31)),
        ("2028-02-01", "month", date(2028, 2, 29)),
        ("2027-11-15", "quarter", date(2028, 2, 14)),
        ("2027-01-31", "month", date(2027, 2, 28)),
    ],
)
def test_the_last_day_follows_from_the_first_and_the_period(start, period, end):
    assert scenario(start=start, period=period).end == end


@pytest.mark.parametrize("name", ["statement", "criteria", "judge", "start"])
def test_what_a_scenario_cannot_do_without_is_refused_at_its_field(name):
    with pytest.raises(Refused) as refused:
        scenario(**{name: ""})
    assert refused.value.place == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", "week"),
        ("start", "next spring"),
        ("start", "1066-10-14"),
        ("tags", ["x" * 41]),
        ("steps", "one step alone"),
        ("statement", "turned \x07"),
        ("colour", "blue"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(name, value):
    with pytest.raises(Refused) as refused:
        scenario(**{name: value})
    assert refused.value.place == name


def test_a_refused_scenario_leaves_no_series_behind():
    from throughline.series.models import Series

    scenario("prod-access")
    with pytest.raises(Refused):
        scenario("prod-access")
    assert Series.objects.count() == 1


def test_tags_and_steps_are_read_from_texts():
    made = scenario(tags="Cloud, insider ,cloud,", steps="A laptop is taken over\n\n Its token works ")
    assert made.tags == ["cloud", "insider"]
    assert made.steps == ["A laptop is taken over", "Its token works"]


def test_a_judge_with_an_account_is_known_as_that_person(organisation):
    assert scenario(judge="max@example.org").judge == organisation.max
    assert scenario("other", judge="An auditor").judge is None


def test_what_is_asked_may_change_until_somebody_forecasts():
    from throughline.risk.actions import change_scenario

    made = scenario()
    assert change_scenario("test", made, statement="Production is reached", period="year", now=NOW)
    made.refresh_from_db()
    assert (made.statement, made.end) == ("Production is reached", date(2027, 12, 31))
    assert made.series.title == "Production is reached"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("statement", "Production burns"),
        ("criteria", "It is felt."),
        ("period", "year"),
        ("start", "2027-04-01"),
        ("steps", "One\nTwo"),
    ],
)
def test_from_the_first_estimate_on_what_is_asked_stands(name, value):
    from throughline.risk.actions import change_scenario

    made = estimated()
    with pytest.raises(Refused, match="archive this scenario and write another") as refused:
        change_scenario("test", made, now=NOW, **{name: value})
    assert refused.value.place == name


def test_from_the_first_forecast_in_a_room_on_what_is_asked_stands(organisation):
    from throughline.forecasts.models import Forecast, Room, Round
    from throughline.risk.actions import change_scenario

    made = scenario()
    room = Room.objects.create(scenario=made, title="Room", facilitator=organisation.max, created_at=NOW)
    asked = Round.objects.create(room=room, number=1, opened_at=NOW)
    assert change_scenario("test", made, criteria="Nobody has answered yet.", now=NOW)
    Forecast.objects.create(round=asked, person=organisation.mia, probability=0.2, at=NOW)
    with pytest.raises(Refused, match="archive"):
        change_scenario("test", made, criteria="It is felt.", now=NOW)


def test_judge_owner_and_tags_may_change_after_a_forecast():
    from throughline.risk.actions import change_scenario

    made = estimated()
    assert change_scenario("test", made, judge="Ada", owner="Mia", tags="cloud", now=NOW)
    assert not change_scenario("test", made, judge="Ada", now=NOW)


def test_every_change_has_its_entry_in_the_audit_record():
    from throughline.audit.models import Entry
    from throughline.risk.actions import add_estimate, archive, change_scenario, restore

    made = scenario()
    change_scenario("test", made, tags="cloud", now=NOW)
    add_estimate("test", made, frequency=CHANCE, loss=LOSS, now=NOW)
    archive("test", made, now=NOW)
    restore("test", made, now=NOW)
    said = [each.action for each in Entry.objects.filter(object_type="scenario").order_by("id")]
    assert said == [
        "scenario added",
        "scenario changed",
        "scenario estimated",
        "scenario archived",
        "scenario taken up again",
    ]


def test_an_estimate_says_both_how_often_and_how_dear_or_what_a_panel_believes():
    from throughline.risk.actions import add_estimate

    made = scenario()
    belief = {"weight": 1.0, "frequency": CHANCE, "loss": LOSS}
    assert add_estimate("test", made, beliefs=[belief], source="round:1", now=NOW).beliefs == [belief]
    for said in ({"frequency": CHANCE}, {}, {"frequency": CHANCE, "loss": LOSS, "beliefs": [belief]}):
        with pytest.raises(Refused):
            add_estimate("test", made, now=NOW, **said)
    with pytest.raises(Refused) as refused:
        add_estimate("test", made, stage="hoped", frequency=CHANCE, loss=LOSS, now=NOW)
    assert refused.value.place == "stage"


def test_whoever_read_it_before_overwrites_nothing_that_was_changed_since():
    from throughline.risk.actions import archive, change_scenario
    from throughline.risk.models import Scenario

    made = scenario()
    read_before = Scenario.objects.get(pk=made.pk)
    change_scenario("test", made, criteria="The incident report names a build server.", now=NOW)
    archive("test", made, now=NOW)
    change_scenario("test", read_before, owner="Mia", now=NOW)
    stored = Scenario.objects.get(pk=made.pk)
    assert stored.criteria == "The incident report names a build server."
    assert (stored.owner_name, stored.archived_at) == ("Mia", NOW)
