"""What a year of scenarios costs: the portfolio in dollars, deterministic and not sampled."""

from throughline.engine.losses.appetite import Appetite, Breach, appetite, breaches
from throughline.engine.losses.portfolios import FORMULA_VERSION, Portfolio, portfolio
from throughline.engine.losses.scenarios import AnyScenario, Belief, Panel, Scenario

__all__ = [
    "FORMULA_VERSION",
    "AnyScenario",
    "Appetite",
    "Belief",
    "Breach",
    "Panel",
    "Portfolio",
    "Scenario",
    "appetite",
    "breaches",
    "portfolio",
]
