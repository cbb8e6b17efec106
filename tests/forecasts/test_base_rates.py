"""Base rates: counts become chances for the scenario's own period."""

from __future__ import annotations

import pytest
from tests.forecasts.rooms import a_scenario
from tests.organisation import NOW

from throughline.engine.refusals import Refused
from throughline.forecasts import rates

pytestmark = pytest.mark.django_db
OVER_TIME = {"kind": "gamma_poisson", "title": "Laptops taken over", "events": "3", "exposure": "5"}
AMONG = {"kind": "beta_binomial", "title": "Firms hit", "events": "2", "exposure": "40"}


def test_events_over_years_become_the_chance_of_one_in_the_period(organisation):
    quarter, year = a_scenario(), a_scenario(period="year")
    for of in (quarter, year):
        rates.add_rate(organisation.mia, of, now=NOW, **OVER_TIME)
    [told] = rates.updated_rates(quarter)
    # Jeffreys: shape 3.5 over 5 years; 1 - (5 / 5.25) ** 3.5.
    assert told.chance.value == pytest.approx(1 - (5 / 5.25) ** 3.5)
    assert told.chance.low < told.chance.value < told.chance.high
    assert told.counted == "3 in 5 years"
    assert told.said.startswith("15.7 % in a quarter (")
    assert rates.updated_rates(year)[0].chance.value == pytest.approx(1 - (5 / 6) ** 3.5)


def test_cases_among_many_become_their_share(organisation):
    of = a_scenario()
    rates.add_rate(organisation.mia, of, now=NOW, **AMONG)
    [told] = rates.updated_rates(of)
    assert told.chance.value == pytest.approx(2.5 / 41)
    assert told.counted == "2 of 40"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"events": "-1"}, "events"),
        ({"events": "many"}, "events"),
        ({"events": "1.5"}, "events"),
        ({"exposure": "0"}, "exposure"),
        ({"exposure": "a decade"}, "exposure"),
        ({"title": " "}, "title"),
        ({"title": "x" * 241}, "title"),
        ({"kind": "guess"}, "kind"),
        ({"kind": "beta_binomial", "events": "6"}, "exposure"),
        ({"kind": "beta_binomial", "exposure": "5.5"}, "exposure"),
    ],
)
def test_what_cannot_be_counted_with_is_refused_with_its_field(given, place, organisation):
    with pytest.raises(Refused) as refused:
        rates.add_rate(organisation.mia, a_scenario(), now=NOW, **{**OVER_TIME, **given})
    assert refused.value.place == place


def test_withdrawing_and_putting_back_are_in_the_record(organisation):
    from throughline.audit.models import Entry

    of = a_scenario()
    made = rates.add_rate(organisation.mia, of, now=NOW, **OVER_TIME)
    rates.withdraw(organisation.mia, made, now=NOW)
    assert rates.updated_rates(of) == []
    with pytest.raises(Refused):
        rates.withdraw(organisation.mia, made, now=NOW)
    rates.restore(organisation.mia, made, now=NOW)
    with pytest.raises(Refused):
        rates.restore(organisation.mia, made, now=NOW)
    done = [each.action for each in Entry.objects.filter(object_type="scenario").order_by("id")]
    assert done[-3:] == ["base rate added", "base rate withdrawn", "base rate put back"]
