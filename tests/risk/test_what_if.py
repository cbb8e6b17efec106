"""What-if on initiatives: before and after, what it returns, what drives it, and why there is no figure."""

from __future__ import annotations

import time

import pytest
from tests.organisation import NOW
from tests.risk.asked import estimated, scenario

from throughline.engine.refusals import Refused
from throughline.risk.documents import estimated as estimates_of
from throughline.risk.treating import state_cost, treat, treat_no_more
from throughline.risk.what_if import sentence, what_if

pytestmark = pytest.mark.django_db
RK17 = {"probability": 0.2, "per": "year"}
DEAR = {"ci90": [200_000, 5_000_000]}


def work(title: str = "A vault"):
    from throughline.objectives.items import add_item

    return add_item("test", "initiative", title=title, now=NOW)


def asked(*initiatives):
    from throughline.risk.models import Scenario

    return what_if(initiatives, estimates_of(Scenario.objects.all()))


def test_the_return_on_a_control_is_the_known_one():
    vault, made = work(), estimated(frequency=RK17, loss=DEAR)
    treat("test", vault, made, frequency=(0.4, 0.4), now=NOW)
    state_cost("test", vault, low=60_000, high=60_000, now=NOW)
    found = asked(vault)
    assert found.figures[0].before == pytest.approx(322_795.1584857243, rel=1e-9)
    assert found.figures[0].after == pytest.approx(129_118.06339428971, rel=1e-9)
    assert found.reduction.value == pytest.approx(193_677.09509143454, rel=1e-9)
    assert found.returned.ratio.value == pytest.approx(2.227951584857242, rel=1e-9)
    assert found.missing == ()


def test_the_reduction_is_the_difference_of_the_two_registers():
    vault = work()
    for key in ("one", "two", "three"):
        estimated(key, frequency={"rate": 1.0, "per": "quarter"}, loss=DEAR)
    from throughline.risk.models import Scenario

    for key in ("one", "two"):
        treat("test", vault, Scenario.objects.get(key=key), frequency=(0.3, 0.6), loss=(0.5, 0.9), now=NOW)
    found = asked(vault)
    mean = found.figures[0]
    assert mean.before - mean.after == pytest.approx(found.reduction.value, rel=1e-9)
    assert all(each.after < each.before for each in found.figures)
    assert found.reduction.low < found.reduction.value < found.reduction.high
    assert found.treated == ("one", "two")


def test_the_widest_stated_range_drives_the_reduction_most():
    vault = work()
    sure, doubtful = (estimated(key, frequency=RK17, loss=DEAR) for key in ("sure", "doubtful"))
    treat("test", vault, sure, frequency=(0.45, 0.5), now=NOW)
    treat("test", vault, doubtful, frequency=(0.2, 0.9), now=NOW)
    assert [each.scenario for each in asked(vault).swings] == ["doubtful", "sure"]


def test_a_cap_stays_as_agreed_whatever_the_work_leaves():
    vault = work()
    made = estimated(frequency=RK17, loss={**DEAR, "cap": 300_000})
    treat("test", vault, made, loss=(0.9, 0.9), now=NOW)
    found = asked(vault)
    assert 0 < found.reduction.value < 0.1 * found.figures[0].before


def test_a_panel_is_treated_with_every_view_it_holds():
    from throughline.risk.actions import add_estimate

    vault, made = work(), scenario()
    beliefs = [{"weight": 1.0, "frequency": RK17, "loss": DEAR}] * 2
    add_estimate("test", made, beliefs=beliefs, now=NOW)
    treat("test", vault, made, frequency=(0.5, 0.5), now=NOW)
    found = asked(vault)
    assert found.figures[0].after == pytest.approx(found.figures[0].before / 2)


def test_why_there_is_no_figure_is_said_in_plain_words():
    vault, idle = work(), work("Tidy up")
    assert asked(vault).missing == ("No scenario is estimated yet, so there is nothing to take away.",)
    made, untold = estimated(frequency=RK17, loss=DEAR), scenario("untold", statement="It is told")
    treat("test", vault, made, frequency=(0.4, 0.7), now=NOW)
    treat("test", vault, untold, frequency=(0.4, 0.7), now=NOW)
    found = asked(vault, idle)
    assert found.returned is None
    assert found.reduction is not None
    said = "\n".join(found.missing)
    assert "“Tidy up” takes nothing away yet" in said
    assert "Nobody has estimated “It is told”" in said
    assert "There is no return: nobody has said what “A vault” costs a year." in said


def test_the_sentence_says_what_is_left_after_the_cost():
    vault, made = work(), estimated(frequency=RK17, loss=DEAR)
    treat("test", vault, made, frequency=(0.4, 0.4), now=NOW)
    assert sentence(asked(vault)) == "It takes 194,000 a year away."
    state_cost("test", vault, low=60_000, high=60_000, now=NOW)
    assert sentence(asked(vault)).endswith("and costs 60,000: 134,000 a year is left.")
    state_cost("test", vault, low=500_000, high=500_000, now=NOW)
    assert "a year more than that" in sentence(asked(vault))


def test_what_is_shown_adds_up():
    from throughline.engine.treatments import Interval, Return
    from throughline.risk.amounts import said
    from throughline.risk.what_if import Figure, WhatIf

    reduction, cost = Interval(98_743.2, 98_743.2, 98_743.2), Interval(54_612.0, 54_612.0, 54_612.0)
    returned = Return(reduction=reduction, cost=cost, ratio=reduction, pays=1.0)
    told = sentence(WhatIf((work(),), reduction=reduction, returned=returned))
    assert told == "It takes 98,700 a year away and costs 54,600: 44,100 a year is left."
    assert said(Figure("A year", 1_346_400.0, 1_014_300.0).change) == "−340,000"


def test_a_statement_is_not_cut_in_the_table_of_a_what_if():
    from throughline.risk.what_if import drawn

    vault, long = work(), "An adversary reaches production " * 4
    made = estimated(frequency=RK17, loss=DEAR, statement=long.strip())
    treat("test", vault, made, frequency=(0.4, 0.7), now=NOW)
    chart = drawn(asked(vault), {made.key: made.statement})
    assert made.statement in chart.rows[0][0]
    assert made.statement in chart.summary


def test_a_what_if_on_a_built_register_is_fast():
    vault = work()
    for number in range(20):
        estimated(f"s{number}", frequency={"rate": 0.1 + number / 10, "per": "year"}, loss=DEAR)
    from throughline.risk.models import Scenario

    for each in Scenario.objects.all()[:3]:
        treat("test", vault, each, frequency=(0.4, 0.7), now=NOW)
    asked(vault)
    begin = time.perf_counter()
    asked(vault)
    assert time.perf_counter() - begin < 1.0


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"frequency": (0.7, 0.4)}, "frequency_low"),
        ({"frequency": (0.0, 0.4)}, "frequency_low"),
        ({"loss": (0.5, 40.0)}, "loss_low"),
        ({}, "frequency_low"),
    ],
)
def test_a_part_that_cannot_remain_is_refused(given, place):
    with pytest.raises(Refused) as refused:
        treat("test", work(), scenario(), now=NOW, **given)
    assert refused.value.place == place


def test_what_is_stated_again_replaces_and_every_statement_is_audited():
    from throughline.audit.models import Entry
    from throughline.risk.models import Treatment

    vault, made = work(), scenario()
    first = treat("test", vault, made, frequency=(0.4, 0.7), now=NOW)
    assert treat("test", vault, made, frequency=(0.4, 0.7), now=NOW) == first
    treat("test", vault, made, frequency=(0.4, 0.6), now=NOW)
    assert Treatment.objects.get().frequency_high == 0.6
    treat_no_more("test", Treatment.objects.get(), now=NOW)
    said = Entry.objects.filter(object_type="initiative").values_list("action", flat=True)
    assert list(said.order_by("id"))[1:] == ["treatment stated", "treatment stated", "treatment taken back"]


def test_the_page_of_an_initiative_asks_in_percent_and_refuses_beside_the_field(organisation, browser_of):
    vault, made = work(), estimated(frequency=RK17, loss=DEAR)
    browser = browser_of(organisation.max)
    address = f"/initiatives/{vault.key}/risk"
    bad = browser.post(f"{address}/treat", {"scenario": made.key, "frequency_low": "60"})
    assert bad.status_code == 422
    assert "write 60 % or 0.6" in bad.content.decode()
    turned = browser.post(f"{address}/cost", {"low": "90k", "high": "40k"})
    assert "the range is reversed" in turned.content.decode()
    good = {"scenario": made.key, "frequency_low": "40 %", "frequency_high": "70 %"}
    assert browser.post(f"{address}/treat", good).status_code == 302
    assert browser.post(f"{address}/cost", {"low": "40k", "high": "90k"}).status_code == 302
    page = browser.get(f"/risk/what-if/?initiative={vault.key}").content.decode()
    assert "Returns, of its cost" in page
    assert "leaves 40 to 70 % of how often" in browser.get(f"/initiatives/{vault.key}/").content.decode()


def test_an_initiative_that_nobody_knows_is_refused(organisation, browser_of):
    answer = browser_of(organisation.vera).get("/risk/what-if.json?initiative=nope")
    assert answer.status_code == 400
