"""The portfolio in dollars: known answers, closed forms, what must hold of every portfolio."""

import json

import numpy as np
import pytest

from throughline.engine import frequencies, severities
from throughline.engine.compound_severities import layer
from throughline.engine.losses import Belief, Panel, Scenario, portfolio
from throughline.engine.refusals import Refused


@pytest.fixture(scope="module")
def known(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


def scenario(id, frequency, low, high):
    return Scenario(id, frequency, severities.ci90(low, high))


def five(case):
    return portfolio(
        [
            scenario(str(number), frequencies.rate(each["rate"]), each["q05"], each["q95"])
            for number, each in enumerate(case["inputs"]["scenarios"])
        ]
    )


# Known answers


def test_one_scenario_of_one_event_has_the_published_tail(known):
    case = known["RK07"]
    given = case["inputs"]
    found = portfolio([scenario("a", frequencies.probability(given["p"]), given["q05"], given["q95"])])
    levels = given["levels"]
    assert [found.quantile(p) for p in levels] == pytest.approx(case["expected"]["var"], rel=1e-9)
    assert [found.tvar(p) for p in levels] == pytest.approx(case["expected"]["tvar"], rel=1e-9)


def test_a_compound_poisson_of_exponential_losses_has_its_exact_curve(known):
    case = known["RK09"]
    given, expected = case["inputs"], case["expected"]
    loss = severities.exponential(given["mean"])
    found = portfolio([Scenario("a", frequencies.rate(given["rate"]), loss)])
    assert found.exceedance(given["thresholds"]) == pytest.approx(expected["exceedance"], abs=1e-8)
    assert [found.quantile(p) for p in given["levels"]] == pytest.approx(expected["var"], rel=1e-6)
    assert (found.mean, found.sd) == pytest.approx((expected["mean"], expected["sd"]), rel=1e-12)
    assert found.p_zero == pytest.approx(expected["p_zero"], rel=1e-12)


def test_five_scenarios_have_the_reference_curve(known):
    case = known["RK11"]
    found, expected, levels = five(case), case["expected"], case["inputs"]["levels"]
    # The file rounds what it gives to whole dollars, and its own two grids to five digits.
    assert [found.quantile(p) for p in levels] == pytest.approx(expected["var"], rel=5e-6)
    assert [found.tvar(p) for p in levels] == pytest.approx(expected["tvar"], rel=3e-5)
    assert found.exceedance(case["inputs"]["thresholds"]) == pytest.approx(expected["exceedance"], abs=1e-6)
    assert found.mean == pytest.approx(expected["mean"], rel=1e-12)
    assert found.p_zero == pytest.approx(expected["p_zero"], rel=1e-12)


# What changes


def test_a_scenario_taken_out_leaves_what_a_portfolio_without_it_has(known):
    whole = five(known["RK11"])
    whole.quantile(0.99)
    less, fresh = whole.without("3"), portfolio([each for each in whole.scenarios if each.id != "3"])
    for level in (0.5, 0.95, 0.999):
        assert less.quantile(level) == pytest.approx(fresh.quantile(level), rel=1e-8)
    assert less.mean == fresh.mean


def test_parts_of_the_tail_add_up_to_it(known):
    found = five(known["RK11"])
    parts = found.contributions(0.99)
    assert sum(parts.values()) == pytest.approx(found.tvar(0.99), rel=1e-12)
    assert max(parts, key=parts.get) == "3"


def test_two_experts_of_whom_one_is_right_for_the_whole_year_spread_the_loss_more():
    few, many = (
        (frequencies.rate(0.5), severities.ci90(1e5, 1e6)),
        (frequencies.rate(2.0), severities.ci90(1e6, 1e7)),
    )
    panel = portfolio([Panel("p", (Belief(1, *few), Belief(1, *many)))])
    right = np.mean([portfolio([Scenario("p", *each)]).exceedance(1e7)[0] for each in (few, many)])
    assert panel.exceedance(1e7)[0] == pytest.approx(right, rel=1e-8)


def test_a_cap_is_met_with_its_exact_probability():
    capped = layer(severities.ci90(1e5, 1e6), cap=3e5)
    over = float(capped.base.survival(np.array(3e5)))
    found = portfolio([Scenario("a", frequencies.probability(0.2, per="quarter"), capped)])
    at, below = found.exceedance([3e5, np.nextafter(3e5, 0)])
    assert below - at == pytest.approx(4 * 0.2 * 0.8**3 * over, rel=1e-9)
    assert found.exceedance(4 * 3e5)[0] == 0


# Bad input


def test_no_scenarios_are_refused():
    with pytest.raises(Refused, match="one scenario or more"):
        portfolio([])


def test_an_id_that_comes_twice_is_refused():
    twice = [scenario("a", frequencies.rate(1), 1, 2)] * 2
    with pytest.raises(Refused, match="'a' is used 2 times"):
        portfolio(twice)
