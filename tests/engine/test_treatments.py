"""What security work brings: the published formula, its interval, and what moves it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from throughline.engine.treatments import (
    Z95,
    Range,
    Source,
    Treatment,
    reduction,
    reduction_of,
    return_of,
    swings,
)


def lognormal_mean(low: float, high: float) -> float:
    sigma = math.log(high / low) / (2 * Z95)
    return math.sqrt(low * high) * math.exp(sigma**2 / 2)


def linear(mean: float, **more) -> Source:
    return Source(lambda part: mean * part, **more)


def test_the_return_on_a_control_is_that_of_the_known_answer(shared_data):
    cases = json.loads((shared_data / "risk_known_answers_dev.json").read_text())["cases"]
    known = next(case for case in cases if case["id"] == "RK17")
    current, residual = known["inputs"]["current"], known["inputs"]["residual"]
    mean = current["p"] * lognormal_mean(current["q05"], current["q95"])
    left = residual["p"] / current["p"]
    found = return_of(
        [Treatment("control", "a", frequency=Range(left, left))],
        {"a": linear(mean)},
        [Range(known["inputs"]["cost"], known["inputs"]["cost"])],
    )
    expected = known["expected"]
    assert found.reduction.value == pytest.approx(expected["reduction"], rel=1e-9)
    assert found.ratio.value == pytest.approx(expected["roi"], rel=1e-9)
    assert found.ratio.low == pytest.approx(found.ratio.high)


def test_a_range_is_a_lognormal_with_a_tenth_outside():
    part = Range(0.4, 0.7)
    assert part.mean == pytest.approx(lognormal_mean(0.4, 0.7))
    assert part.at(np.array([-Z95, Z95])) == pytest.approx([0.4, 0.7])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.7, 0.4), (-1, 1), (1, math.inf), (math.nan, 1)])
def test_what_is_no_range_is_none(low, high):
    with pytest.raises(ValueError, match="range"):
        Range(low, high)


def test_the_interval_of_one_range_is_that_of_its_ends():
    found = reduction_of([Treatment("rota", "a", frequency=Range(0.4, 0.7))], {"a": linear(100.0)})
    assert found.low == pytest.approx(30, rel=0.005)
    assert found.high == pytest.approx(60, rel=0.005)
    assert found.value == pytest.approx(100 * (1 - lognormal_mean(0.4, 0.7)))


def test_the_interval_agrees_with_a_million_drawn_cases():
    work = [
        Treatment("rota", "a", frequency=Range(0.3, 0.8), loss=Range(0.5, 0.9)),
        Treatment("vault", "b", frequency=Range(0.2, 0.6)),
    ]
    found = return_of(work, {"a": linear(500.0), "b": linear(300.0)}, [Range(50, 150), Range(20, 40)])
    draw = np.random.default_rng(7).standard_normal((5, 1_000_000))
    taken = 500 * (1 - work[0].frequency.at(draw[0]) * work[0].loss.at(draw[1]))
    taken += 300 * (1 - work[1].frequency.at(draw[2]))
    paid = Range(50, 150).at(draw[3]) + Range(20, 40).at(draw[4])
    low, high = np.quantile((taken - paid) / paid, (0.05, 0.95))
    assert found.ratio.low == pytest.approx(low, rel=0.03)
    assert found.ratio.high == pytest.approx(high, rel=0.03)
    assert found.pays == pytest.approx(float(np.mean(taken > paid)), abs=0.01)


def test_the_same_ranges_always_give_the_same_interval():
    work = [Treatment("rota", "a", frequency=Range(0.3, 0.8))]
    first, second = (return_of(work, {"a": linear(500.0)}, [Range(50, 150)]) for _ in range(2))
    assert first == second


def test_two_pieces_of_work_on_one_scenario_leave_the_product():
    work = [Treatment(name, "a", frequency=Range(0.5, 0.5)) for name in ("rota", "vault")]
    assert reduction(work, {"a": linear(100.0)}) == pytest.approx(75)


def test_a_probability_ends_at_one_whatever_is_made_worse():
    worse = [Treatment("haste", "a", frequency=Range(3.0, 3.0))]
    assert reduction(worse, {"a": linear(100.0, ceiling=2.0)}) == pytest.approx(-100)


def test_a_cap_that_is_reached_anyway_takes_less_away():
    capped = Source(lambda part: min(80.0, 100.0 * part))
    found = reduction_of([Treatment("rota", "a", loss=Range(0.5, 0.95))], {"a": capped})
    assert found.low == pytest.approx(0, abs=0.5)
    assert found.high == pytest.approx(30, rel=0.02)


def test_the_widest_range_comes_first_in_the_tornado():
    work = [
        Treatment("rota", "a", frequency=Range(0.45, 0.55)),
        Treatment("vault", "b", frequency=Range(0.2, 0.9), loss=Range(0.9, 0.9)),
    ]
    found = swings(work, {"a": linear(100.0), "b": linear(100.0)})
    assert [(each.work, each.part) for each in found] == [("vault", "frequency"), ("rota", "frequency")]
    assert found[0].low < found[0].high
    assert found[1].high - found[1].low == pytest.approx(10)


def test_a_return_without_a_cost_is_none():
    with pytest.raises(ValueError, match="cost"):
        return_of([], {}, [])
