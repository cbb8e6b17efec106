"""What finished work says of the weights of business, interest and growth, and when it says too little.

Each finished piece of work has three grades, how much it did for the business (impact), how absorbing it was
(engagement) and how much was learnt (growth), and one outcome, from 1 to 5: was this the right work?

    outcome = a + θ·grades + noise        weight of k = θₖ ÷ (θ₁ + θ₂ + θ₃)

Grades are brought to 0..1. The prior of each θₖ is normal about slope ÷ 3, which is equal weights, with sd
0.30·slope, so a weight is expected within about 0.30 of ⅓. The slope is that of the scales: 4 points of
outcome lie between work graded 0 throughout and work graded 1 throughout (so it is 1 on grades of 1 to 5).
The intercept a has a flat prior: outcomes and grades count from their means. With noise σ and centred X, y
the posterior is closed: precision X'X/σ² + I/(0.30·slope)², mean by the normal equations. σ is not known: it
is averaged over SIGMAS with its evidence and the prior 1/σ. A weight is a ratio, so its band comes from
P(weight ≤ c) = P(θₖ − c·Σθ ≤ 0), which is linear in θ: Fieller's bounds, of the whole average. Where not even
Σθ > 0 is 95 % sure, every band is 0 to 1. A mean below 0 counts as 0.

Nothing moves from equal weights under FEWEST outcomes, or while all three bands hold ⅓. Each band by itself
misses the truth one time in ten, so a truth of exactly equal weights moves oftener than that. A truth near a
corner is held less often while outcomes are few and noisy: the prior pulls the leader's band towards ⅓.
Sources: Gelman et al., Bayesian Data Analysis, 3rd ed., §14; Fieller 1954, JRSS B 16; Hastie, Tibshirani &
Friedman, The Elements of Statistical Learning, §3.4 (why shrinking beats least squares).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.special import below

Floats = NDArray[np.float64]

NAMES = ("business", "interest", "growth")
EQUAL = 1 / 3
LOWEST, HIGHEST = 1.0, 5.0
SLOPE = HIGHEST - LOWEST
PRIOR_SD = 0.30
FEWEST = 10
# Points of outcome: from as good as exact to wider than the scale lets anything be.
SIGMAS = np.geomspace(0.02, 4.0, 96)
# What a band leaves out on either side.
TAIL = 0.05
_HALVINGS = 40
# Grades that are all the same: the slope is 0 then, not a quotient of rounding errors.
_NO_SPREAD = 1e-12


class Posterior(NamedTuple):
    """The law of θ, in points of outcome a grade from 0 to 1: one normal law for each noise, and its share.

    Shapes: means (k, 3), covariances (k, 3, 3), shares (k,), which sum to 1.
    """

    means: Floats
    covariances: Floats
    shares: Floats

    @property
    def mean(self) -> Floats:
        """The mean of θ over all noises, shape (3,)."""
        return np.asarray(self.shares @ self.means)


@dataclass(frozen=True, slots=True)
class Errors:
    """Root mean squared error in points of outcome, each outcome foretold from all others.

    `equal` fits an intercept and one slope of the mean grade; `least_squares` an intercept and three slopes.
    None where there are too few outcomes for it: 2, 3 and 5.
    """

    learnt: float | None
    equal: float | None
    least_squares: float | None


@dataclass(frozen=True, slots=True)
class Learnt:
    """The weights that are advised, and what the outcomes say whether it is followed or not.

    `weights` and `posterior` sum to 1 and are keyed by NAMES; `bands` hold 90 %. `moved` says whether the
    advice differs from equal weights, `why` what decided it.
    """

    n: int
    weights: Mapping[str, float]
    posterior: Mapping[str, float]
    bands: Mapping[str, tuple[float, float]]
    moved: bool
    why: str
    leave_one_out: Errors
    caveats: tuple[str, ...]


def learn(grades: ArrayLike, outcomes: ArrayLike) -> Learnt:
    """Learn the weights from grades in 0..1, shape (n, 3) in the order of NAMES, and outcomes in 1..5.

    ValueError where there is none, or where one is off its scale.

    >>> found = learn([[0.9, 0.2, 0.4], [0.3, 0.8, 0.5]], [4, 3])
    >>> found.moved, round(found.weights["growth"], 3)
    (False, 0.333)
    """
    x, y = _checked(grades, outcomes)
    law = posterior(x, y)
    means = _normalised(law.mean)
    bands = {
        name: (min(low, mean), max(high, mean))
        for name, mean, (low, high) in zip(NAMES, means.tolist(), _bands(law), strict=True)
    }
    held = [low <= EQUAL <= high for low, high in bands.values()]
    moved = len(y) >= FEWEST and not all(held)
    said = dict(zip(NAMES, means.tolist(), strict=True))
    errors = leave_one_out(x, y)
    return Learnt(
        n=len(y),
        weights=said if moved else dict.fromkeys(NAMES, EQUAL),
        posterior=said,
        bands=bands,
        moved=moved,
        why=_why(len(y), bands),
        leave_one_out=errors,
        caveats=_caveats(x, law, errors, moved=moved),
    )


def posterior(grades: ArrayLike, outcomes: ArrayLike) -> Posterior:
    """The law of θ. Grades and outcomes as in `learn`."""
    x, y = _checked(grades, outcomes)
    found = _laws(_sums(x, y))
    return Posterior(found.means[0], found.covariances[0], found.shares[0])


def leave_one_out(grades: ArrayLike, outcomes: ArrayLike) -> Errors:
    """How far each way of foretelling an outcome from the others is off. As in `learn`."""
    x, y = _checked(grades, outcomes)
    n = len(y)
    if n < 2:
        return Errors(None, None, None)
    without = _sums_without_each(x, y)
    laws = _laws(without)
    # Seen from the mean of the others, an outcome lies n/(n − 1) times as far off as from the mean of all.
    from_others = n / (n - 1)
    at, short = from_others * (x - x.mean(axis=0)), from_others * (y - y.mean())
    learnt = np.einsum("nk,nki->ni", laws.shares, laws.means)
    spread = np.maximum(without.squares.sum(axis=(1, 2)), _NO_SPREAD)
    one_slope = without.products.sum(axis=1) / spread
    fitted = np.einsum("nij,nj->ni", np.linalg.pinv(without.squares, 1e-10, hermitian=True), without.products)
    return Errors(
        learnt=_rms(short - (at * learnt).sum(axis=1)),
        equal=_rms(short - at.sum(axis=1) * one_slope) if n > 2 else None,
        least_squares=_rms(short - (at * fitted).sum(axis=1)) if n > 4 else None,
    )


class _Sums(NamedTuple):
    """Squares and products about the means of some data sets: X'X (m, 3, 3), X'y (m, 3), y'y (m,), n."""

    squares: Floats
    products: Floats
    total: Floats
    n: int


def _checked(grades: ArrayLike, outcomes: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(grades, np.float64), np.asarray(outcomes, np.float64)
    if x.ndim != 2 or x.shape[1] != len(NAMES) or y.shape != x.shape[:1] or not len(y):
        raise ValueError("expected three grades and an outcome of at least one piece of work")
    if not ((x >= 0) & (x <= 1)).all() or not ((y >= LOWEST) & (y <= HIGHEST)).all():
        raise ValueError("a grade lies in 0 to 1, an outcome in 1 to 5")
    return x, y


def _sums(x: Floats, y: Floats) -> _Sums:
    from_mean, short = x - x.mean(axis=0), y - y.mean()
    return _Sums((from_mean.T @ from_mean)[None], (short @ from_mean)[None], (short @ short)[None], len(y))


def _sums_without_each(x: Floats, y: Floats) -> _Sums:
    """The sums of all but one, for each one: those of all less n/(n − 1) times its own."""
    whole, n = _sums(x, y), len(y)
    from_mean, short = x - x.mean(axis=0), y - y.mean()
    factor = n / (n - 1)
    return _Sums(
        whole.squares - factor * from_mean[:, :, None] * from_mean[:, None, :],
        whole.products - factor * short[:, None] * from_mean,
        np.maximum(whole.total - factor * short**2, 0.0),
        n - 1,
    )


def _laws(sums: _Sums) -> Posterior:
    """The posterior of each data set: its arrays have one axis more, in front."""
    prior, tau = np.full(len(NAMES), SLOPE / 3), PRIOR_SD * SLOPE
    # What the prior leaves to explain: r = y − X·prior.
    products = sums.products - sums.squares @ prior
    total = sums.total - 2 * sums.products @ prior + np.einsum("i,nij,j->n", prior, sums.squares, prior)
    precise = 1 / SIGMAS**2
    precision = sums.squares[:, None] * precise[:, None, None] + np.eye(len(NAMES)) / tau**2
    pull = products[:, None, :] * precise[:, None]
    covariances = np.asarray(np.linalg.inv(precision), np.float64)
    moves = np.einsum("nkij,nkj->nki", covariances, pull)
    explained = np.einsum("nki,nki->nk", pull, moves)
    # Evenly spaced in ln σ, the prior 1/σ weighs each noise the same.
    evidence = -(sums.n - 1) * np.log(SIGMAS) - 0.5 * (
        np.linalg.slogdet(precision)[1] + np.maximum(total, 0.0)[:, None] * precise - explained
    )
    shares = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    return Posterior(prior + moves, covariances, shares / shares.sum(axis=1, keepdims=True))


def _normalised(theta: Floats) -> Floats:
    kept = np.maximum(theta, 0.0)
    return kept / kept.sum() if kept.sum() > 0 else np.full(len(NAMES), EQUAL)


def _rises(law: Posterior) -> bool:
    """Whether it is 95 % sure that better grades come with a better outcome."""
    sds = np.sqrt(law.covariances.sum(axis=(1, 2)))
    return float(law.shares @ below(law.means.sum(axis=1) / sds)) >= 1 - TAIL


def _bands(law: Posterior) -> list[tuple[float, float]]:
    """The weights that the posterior has TAIL of itself below, and TAIL above, within 0 to 1."""
    if not _rises(law):
        return [(0.0, 1.0)] * len(NAMES)
    of = np.tile(np.eye(len(NAMES)), (2, 1))
    wanted = np.repeat([TAIL, 1 - TAIL], len(NAMES))
    low, high = np.zeros(len(of)), np.ones(len(of))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        under = _chances_below(law, of - middle[:, None]) < wanted
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    # A bound that the posterior has outside is the end of the scale itself.
    ends = (low + high) / 2
    ends = np.where(ends < 1e-6, 0.0, np.where(ends > 1 - 1e-6, 1.0, ends))
    return list(zip(ends[:3].tolist(), ends[3:].tolist(), strict=True))


def _chances_below(law: Posterior, against: Floats) -> Floats:
    """P(against·θ ≤ 0) for each row of `against`."""
    sds = np.sqrt(np.einsum("ci,kij,cj->kc", against, law.covariances, against))
    return np.asarray(law.shares @ below(-(law.means @ against.T) / sds))


def _rms(errors: Floats) -> float:
    return math.sqrt(float((errors**2).mean()))


def _why(n: int, bands: Mapping[str, tuple[float, float]]) -> str:
    """Which of the two conditions holds equal weights, or what moves them."""
    few = f"there {'is 1 outcome' if n == 1 else f'are {n} outcomes'}, and under {FEWEST} nothing moves"
    away = [name for name, (low, high) in bands.items() if not low <= EQUAL <= high]
    if not away:
        vague = "the 90 % bands of all three weights hold one third"
        return f"Equal weights stay: {few}; and {vague}." if n < FEWEST else f"Equal weights stay: {vague}."
    said = " and ".join(f"{name} ({bands[name][0]:.2f} to {bands[name][1]:.2f})" for name in away)
    leaves = f"the 90 % {'band' if len(away) == 1 else 'bands'} of {said}"
    if n < FEWEST:
        return f"Equal weights stay: {few}, though {leaves} would leave one third."
    return f"The weights move from equal: {leaves} {'leaves' if len(away) == 1 else 'leave'} one third out."


def _caveats(x: Floats, law: Posterior, errors: Errors, *, moved: bool) -> tuple[str, ...]:
    said = [
        "Only work that was chosen has an outcome: what was passed over could have taught something else.",
        "Whoever grades the work also judges whether it was the right work: a mood shows in both.",
    ]
    still = [name for name, spread in zip(NAMES, np.ptp(x, axis=0), strict=True) if spread < 0.05]
    if still:
        names = " and ".join(filter(None, (", ".join(still[:-1]), still[-1])))
        said.append(f"The grades of {names} hardly differ, so nothing can be learnt of them.")
    if not _rises(law):
        said.append("The outcomes do not rise with the grades for sure: each weight could be anything.")
    negative = [name for name, mean in zip(NAMES, law.mean, strict=True) if mean < 0]
    if negative:
        said.append(f"More {' and '.join(negative)} came with worse outcomes: a weight is never below 0.")
    if moved and errors.learnt is not None and errors.equal is not None and errors.learnt > errors.equal:
        said.append("Left out one by one, these outcomes are foretold better by equal weights.")
    return tuple(said)
