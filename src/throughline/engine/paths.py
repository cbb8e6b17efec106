"""Ways on which a series may go on, drawn from its own past: a random walk, a return to a level, or between.

On each of a few scales (as it is, square root, logarithm, log-odds) and for each persistence φ from 0 (every
value stands alone) to 1 (a walk with drift), z' = φ·z + c + e is fitted with recent steps weighing more. The
data decide between them by their marginal likelihood; a path draws a model, then its c and its variance
from what the data leave open, then its steps e from the steps that were seen, in blocks. So the paths
spread by chance and by what is not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Scale = Literal["plain", "root", "log", "odds"]

PERSISTENCE = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
# Least squares see less persistence in short series than there is.
PRIOR = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 1.5, 4.0])
# Steps after which one weighs half as much; how many steps "no drift" weighs; the size of a step that one
# imagined step adds to those seen, in deviations of the series.
HALF_LIFE, STILLNESS, IMAGINED = 20.0, 4.0, 0.1
# Steps are drawn in pairs, blurred by this share of their spread, and widened for what no model holds.
BLOCK, BLUR, WIDENING = 2, 0.25, 1.2


@dataclass(frozen=True, slots=True)
class Limits:
    """What values are possible: not below `lower`, not above `upper`, whole numbers where `integral`."""

    lower: float | None = None
    upper: float | None = None
    integral: bool = False

    def fit(self, values: Floats) -> Floats:
        """The possible values nearest to these."""
        whole = np.round(values) if self.integral else values
        return np.clip(whole, self.lower, self.upper) if (self.lower, self.upper) != (None, None) else whole


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """A series on a scale: its values there, and the logarithm of the scale's slope at each value."""

    name: Scale
    margin: float
    values: Floats
    slope: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A scale and a persistence fitted: all that a path needs to go on, and how well it did."""

    scaled: _Scaled
    persistence: float
    level: float
    squares: float
    freedom: float
    weight: float
    steps: Floats
    evidence: float


def simulate(
    values: ArrayLike,
    steps: int,
    *,
    rng: np.random.Generator,
    limits: Limits | None = None,
    paths: int = 2000,
) -> Floats:
    """The next `steps` values on each of `paths` ways, of shape (paths, steps).

    `values` is the series so far, at equal distances, three or more. ValueError for fewer.

    >>> rng = np.random.default_rng(1)
    >>> ends = simulate([5, 7, 4, 6, 5, 6, 4, 5], 3, rng=rng, limits=Limits(0, None, True))[:, -1]
    >>> float(np.median(ends))
    5.0
    """
    series = np.asarray(values, dtype=np.float64)
    if series.size < 3 or not np.isfinite(series).all():
        raise ValueError("a series to go on from needs three or more finite values")
    limits = limits or Limits()
    weights = 0.5 ** (np.arange(series.size - 2, -1, -1) / HALF_LIFE)
    fits = [fit for scaled in _scales(series, limits) for fit in _fitted(scaled, weights)]
    evidence = np.array([fit.evidence for fit in fits])
    chances = np.exp(evidence - evidence.max())
    picks = rng.choice(len(fits), paths, p=chances / chances.sum())
    places = _places(weights, (paths, steps), rng=rng)
    ways = _walk(fits, picks, places, rng=rng)
    for scaled in {id(fit.scaled): fit.scaled for fit in fits}.values():
        of_scale = np.array([fit.scaled is scaled for fit in fits])[picks]
        ways[of_scale] = _back(scaled, ways[of_scale], limits)
    return limits.fit(ways)


def _scales(series: Floats, limits: Limits) -> list[_Scaled]:
    found = [_Scaled("plain", 0.0, series, np.zeros_like(series))]
    if limits.lower is None:
        return found
    above = np.maximum(series - limits.lower, 0.0)
    if limits.upper is not None:
        width = limits.upper - limits.lower
        margin = 0.02 * width
        share = np.minimum((above + margin) / (width + 2 * margin), 1 - 1e-9)
        odds = np.log(share / (1 - share))
        return [*found, _Scaled("odds", margin, odds, -np.log(share * (1 - share) * (width + 2 * margin)))]
    typical = float(np.median(above[above > 0])) if (above > 0).any() else 1.0
    for name, margin in (("root", 0.25), ("log", 0.5)):
        # A count of nought is half a count away from one; of other figures a little of the usual.
        shifted = above + (margin if limits.integral else margin * typical / 5)
        if name == "root":
            found.append(
                _Scaled("root", float(shifted[0] - above[0]), np.sqrt(shifted), -np.log(4 * shifted) / 2)
            )
        else:
            found.append(_Scaled("log", float(shifted[0] - above[0]), np.log(shifted), -np.log(shifted)))
    return found


def _back(scaled: _Scaled, ways: Floats, limits: Limits) -> Floats:
    lower = limits.lower or 0.0
    if scaled.name == "root":
        return np.maximum(ways, 0.0) ** 2 - scaled.margin + lower
    if scaled.name == "log":
        return np.exp(np.minimum(ways, 600.0)) - scaled.margin + lower
    if scaled.name == "odds":
        width = (limits.upper or 0.0) - lower + 2 * scaled.margin
        return width / (1 + np.exp(-ways)) - scaled.margin + lower
    return ways


def _fitted(scaled: _Scaled, weights: Floats) -> list[_Fit]:
    """A fit for each persistence, by weighted regression with a prior on "no drift" (conjugate normal)."""
    z = scaled.values
    seen, deviation = float(weights.sum()), float(np.std(z))
    middle = float(np.average(z[1:], weights=weights))
    # Not below what a float can hold: its logarithm is taken.
    imagined = max((IMAGINED * (deviation or abs(float(z[-1])) or 1.0)) ** 2, 1e-300)
    slope = float((weights * scaled.slope[1:]).sum())
    found = []
    for persistence, prior in zip(PERSISTENCE.tolist(), PRIOR.tolist(), strict=True):
        steps = z[1:] - persistence * z[:-1]
        mean, expected = float(np.average(steps, weights=weights)), (1 - persistence) * middle
        pull = seen * STILLNESS / (seen + STILLNESS) * (mean - expected) ** 2
        squares = float((weights * (steps - mean) ** 2).sum()) + pull + imagined
        level = (seen * mean + STILLNESS * expected) / (seen + STILLNESS)
        evidence = -seen / 2 * math.log(squares) + slope + math.log(prior)
        found.append(
            _Fit(
                scaled=scaled,
                persistence=persistence,
                level=level,
                squares=squares,
                freedom=max(seen, 1.0),
                weight=seen + STILLNESS,
                steps=_standard(steps - level, weights, scale=float(np.abs(z).max())),
                evidence=evidence,
            )
        )
    return found


def _standard(steps: Floats, weights: Floats, *, scale: float) -> Floats:
    size = math.sqrt(float(np.average(steps**2, weights=weights)))
    # What is left of equal values after rounding is no step.
    return steps / size if size > 1e-12 * scale else np.zeros_like(steps)


def _places(weights: Floats, shape: tuple[int, int], *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Which past step each step of each path repeats, in blocks, recent ones more often."""
    paths, steps = shape
    block = min(BLOCK, steps)
    blocks = -(-steps // block)
    starts = rng.choice(weights.size, (paths, blocks), p=weights / weights.sum())
    places = (starts[:, :, None] + np.arange(block)) % weights.size
    return places.reshape(paths, blocks * block)[:, :steps]


def _walk(
    fits: Sequence[_Fit],
    picks: NDArray[np.int64],
    places: NDArray[np.int64],
    *,
    rng: np.random.Generator,
) -> Floats:
    """Each path on the scale of its fit."""

    def of_each(name: str) -> Floats:
        return np.array([getattr(fit, name) for fit in fits], dtype=np.float64)[picks]

    paths, steps = places.shape
    spread = np.sqrt(of_each("squares") / rng.chisquare(of_each("freedom")))
    level = of_each("level") + rng.standard_normal(paths) * spread / np.sqrt(of_each("weight"))
    persistence = of_each("persistence")
    seen = np.array([fit.steps for fit in fits])[picks[:, None], places]
    blurred = (seen + BLUR * rng.standard_normal((paths, steps))) / math.sqrt(1 + BLUR**2)
    shocks = blurred * spread[:, None] * WIDENING
    at = np.array([fit.scaled.values[-1] for fit in fits])[picks]
    ways = np.empty((paths, steps))
    for step in range(steps):
        at = persistence * at + level + shocks[:, step]
        ways[:, step] = at
    return ways
