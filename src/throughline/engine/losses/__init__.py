"""What a year of scenarios costs: the portfolio in dollars, deterministic and not sampled."""

from throughline.engine.losses.portfolios import FORMULA_VERSION, Portfolio, portfolio
from throughline.engine.losses.scenarios import AnyScenario, Belief, Panel, Scenario

__all__ = ["FORMULA_VERSION", "AnyScenario", "Belief", "Panel", "Portfolio", "Scenario", "portfolio"]
