"""How much loss one is willing to risk: a curve through stated points, and where a portfolio is beyond it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import special
from throughline.engine.losses.portfolios import Portfolio
from throughline.engine.refusals import Refused
from throughline.engine.severities import SMALLEST, require_amounts

Floats = NDArray[np.float64]

# Losses between the first and the last point at which the curves are compared.
COMPARED = 400
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Appetite:
    """The probability of losing more than x that is accepted, for every x.

    Straight lines between the points, and on beyond them, where the logarithm of the loss is drawn against
    the normal score of the probability. Through two points that is a lognormal law.
    """

    logs: tuple[float, ...]
    scores: tuple[float, ...]

    def accepted(self, losses: ArrayLike) -> Floats:
        """The accepted probability of losing more than each."""
        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(np.asarray(losses, dtype=np.float64), 0.0))
        return special.above(_line(logs, np.array(self.logs), np.array(self.scores)))

    def loss_at(self, probability: float) -> float:
        """The loss that may be exceeded with this probability."""
        score = np.asarray(-special.normal_quantile(probability))
        return float(np.exp(_line(score, np.array(self.scores), np.array(self.logs))))

    @property
    def lognormal(self) -> tuple[float, float]:
        """μ and σ of the law through the first two points."""
        sigma = (self.logs[1] - self.logs[0]) / (self.scores[1] - self.scores[0])
        return self.logs[0] - sigma * self.scores[0], sigma


@dataclass(frozen=True, slots=True)
class Breach:
    """A range of losses that are likelier than accepted, and the loss in it where that is worst."""

    since: float
    until: float
    worst: float
    probability: float
    accepted: float


def appetite(points: Sequence[tuple[float, float]]) -> Appetite:
    """The curve through two or more points: a loss, and the accepted probability of losing more.

    Refused where a larger loss is not accepted less often.

    >>> curve = appetite([(1e6, 0.1), (1e7, 0.01)])
    >>> round(curve.loss_at(0.05), 2)
    2227025.83
    """
    if len(points) < 2:
        raise Refused("an appetite needs two points or more: a loss, and the chance of more", code="appetite")
    for loss, probability in points:
        require_amounts(loss, what="the losses of the appetite")
        if loss < SMALLEST:
            raise Refused(f"the loss {loss:g} of the appetite is not above 0", code="appetite")
        if not 0.0 < probability < 1.0:
            raise Refused(
                f"{probability:g} is no probability between 0 and 1, which a point of an appetite needs",
                code="probability",
            )
    ordered = sorted(points)
    for (small, often), (large, seldom) in pairwise(ordered):
        if small == large:
            raise Refused(
                f"the loss {small:,.12g} is in the appetite twice: keep one probability", code="twice"
            )
        if seldom >= often:
            raise Refused(
                f"more than {large:,.12g} is accepted with {100 * seldom:.12g} %, "
                f"more than {small:,.12g} with {100 * often:.12g} %: "
                "accept the larger loss less often",
                code="appetite",
            )
    logs = tuple(math.log(loss) for loss, _ in ordered)
    return Appetite(logs, tuple(-special.normal_quantile(probability) for _, probability in ordered))


def breaches(portfolio: Portfolio, accepted: Appetite) -> list[Breach]:
    """Where losses are likelier than accepted, from the first stated point to the last."""
    losses = np.exp(np.linspace(accepted.logs[0], accepted.logs[-1], COMPARED))
    # Back from the logarithm, a round loss is round again.
    losses[[0, -1]] = [float(f"{each:.12g}") for each in losses[[0, -1]]]
    over = portfolio.exceedance(losses) - accepted.accepted(losses)
    found, place = [], 0
    while place < losses.size:
        if over[place] <= 0:
            place += 1
            continue
        first = place
        while place < losses.size and over[place] > 0:
            place += 1
        found.append(_breach(portfolio, accepted, losses, first, place))
    return found


def _breach(portfolio: Portfolio, accepted: Appetite, losses: Floats, first: int, past: int) -> Breach:
    since = _crossing(portfolio, accepted, losses[first - 1], losses[first]) if first else float(losses[0])
    until = float(losses[-1])
    if past < losses.size:
        until = _crossing(portfolio, accepted, losses[past], losses[past - 1])
    inside = losses[first:past]
    has, may = portfolio.exceedance(inside), accepted.accepted(inside)
    worst = int(np.argmax(has / may))
    return Breach(since, until, float(inside[worst]), float(has[worst]), float(may[worst]))


def _crossing(portfolio: Portfolio, accepted: Appetite, within: float, beyond: float) -> float:
    """The loss between two at which the portfolio's probability meets what is accepted."""
    for _ in range(_HALVINGS):
        middle = math.sqrt(within * beyond)
        if float(portfolio.exceedance(middle)[0]) > float(accepted.accepted(middle)):
            beyond = middle
        else:
            within = middle
        if abs(beyond / within - 1) < 1e-9:
            break
    return float(beyond)


def _line(x: Floats, known: Floats, values: Floats) -> Floats:
    """Straight lines through points, the outermost going on beyond them."""
    place = np.clip(np.searchsorted(known, x) - 1, 0, known.size - 2)
    slope = (values[place + 1] - values[place]) / (known[place + 1] - known[place])
    return np.asarray(values[place] + slope * (x - known[place]), dtype=np.float64)
