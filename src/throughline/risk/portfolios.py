"""Figures of estimates, from the engine alone; the same estimates give the same, so they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from throughline.engine.losses import FORMULA_VERSION, AnyScenario, Portfolio, portfolio
from throughline.engine.losses.scenarios import mean
from throughline.risk.documents import words
from throughline.risk.laws import loss_from, scenario_from
from throughline.risk.models import Estimate

# A portfolio keeps its transforms, so that only few are kept; a mean is a number.
KEPT, MEANS_KEPT = 24, 8192
# One year in twenty, and one in a hundred.
TAIL, FAR = 0.95, 0.99
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a year costs."""

    n: int
    mean: float
    any_loss: float
    tail: float
    far: float
    # The mean of the worst year in twenty.
    worst: float
    means: Mapping[str, float]
    # The part of the worst year in a hundred that each scenario is to blame for.
    shares: Mapping[str, float]
    formula_version: str = FORMULA_VERSION


def portfolio_of(document: Document) -> Portfolio | None:
    """The portfolio of a document's scenarios; None where there is none."""
    return _portfolio(_text(document)) if document["scenarios"] else None


def figures_of(document: Document) -> Figures | None:
    """The figures of a document's scenarios; None where there is none."""
    return _figures(_text(document)) if document["scenarios"] else None


def mean_of(estimate: Estimate) -> float:
    """The expected loss of a year of one estimate."""
    return _mean(_text({"id": "it", **words(estimate)}))


def mean_of_event(estimate: Estimate) -> float:
    """What one event costs on average, after retention and cap, of an estimate that was typed."""
    return loss_from(estimate.loss).mean


def without_each(document: Document, level: float, most: int) -> tuple[tuple[str, float], ...]:
    """The quantile of a year without each scenario, for those that weigh most beyond it."""
    return _without_each(_text(document), level, most)


def chances_above(found: Portfolio, losses: Iterable[float]) -> list[float]:
    """The chance that a year costs more than each amount."""
    return [float(each) for each in found.exceedance(np.array(list(losses), dtype=np.float64))]


def layer(found: Portfolio, low: float, high: float) -> float:
    """What a year costs on average between two amounts: what an insurer of that layer would bear."""
    return found.layer(low, high - low)[0]


def scenarios_of(document: Document) -> list[AnyScenario]:
    """The scenarios of a document as the engine takes them."""
    return [scenario_from(each) for each in document["scenarios"]]


@lru_cache(maxsize=MEANS_KEPT)
def _mean(text: str) -> float:
    return mean(scenario_from(json.loads(text)))


@lru_cache(maxsize=KEPT)
def _portfolio(text: str) -> Portfolio:
    return portfolio(scenarios_of(json.loads(text)))


@lru_cache(maxsize=KEPT)
def _figures(text: str) -> Figures:
    found = _portfolio(text)
    worst = found.tvar(FAR)
    parts = found.contributions(FAR)
    return Figures(
        n=len(found.scenarios),
        mean=found.mean,
        any_loss=1 - found.p_zero,
        tail=found.quantile(TAIL),
        far=found.quantile(FAR),
        worst=found.tvar(TAIL),
        means={each.id: mean(each) for each in found.scenarios},
        shares={name: part / worst if worst > 0 else 0.0 for name, part in parts.items()},
    )


@lru_cache(maxsize=KEPT)
def _without_each(text: str, level: float, most: int) -> tuple[tuple[str, float], ...]:
    found = _portfolio(text)
    parts = found.contributions(level)
    heaviest = sorted(parts, key=lambda name: -parts[name])[:most]
    return tuple((name, found.without(name).quantile(level)) for name in heaviest)


def _text(document: Document) -> str:
    return json.dumps(document, sort_keys=True)
