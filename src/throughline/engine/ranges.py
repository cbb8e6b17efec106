"""What a panel's 90 % intervals come to: the experts' distributions are pooled, never their bounds.

Averaged bounds lose what the experts disagree about, and hold far less than 90 %. The pool is the average of
the distribution functions (linear opinion pool). From five people on the outermost fifth on each side is
left out at every point (exterior trimming), since an average of many is wider than any of them means. Source:
Jose, Grushka-Cockayne & Lichtendahl 2014, "Trimmed opinion pools and the crowd's calibration problem".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine import forecast_scores, special
from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]

LINEAR, TRIMMED = "linear_pool", "trimmed_linear_pool"
MEAN_OF_BOUNDS, GEOMETRIC_BOUNDS = "mean_of_bounds", "geometric_mean_of_bounds"
# What is printed to be compared with, and never used.
COMPARISONS = (MEAN_OF_BOUNDS, GEOMETRIC_BOUNDS)
TRIM, TRIM_FROM = 0.2, 5
# A range wider than this factor says nothing, and bounds beyond these have no use.
WIDEST, FARTHEST = 1e12, 1e100
# Closer to 0 than any bound that means something.
NOTHING = 1e-150
# A point is taken for a range this narrow, relative to itself.
POINT = 1e-6
PRIOR_RANGES = 10
# An integral is taken in so many pieces, times the people; a large panel's in no fewer than the least.
MOST_EVALUATED, LEAST_EDGES = 100_000, 400


@dataclass(frozen=True, slots=True)
class Law:
    """What one expert's 90 % interval says: a lognormal where it lies above 0, else a normal.

    `centre` and `scale` are mean and standard deviation, of the logarithm for a lognormal.
    """

    kind: Literal["lognormal", "normal"]
    centre: float
    scale: float

    @property
    def mean(self) -> float:
        """The expected value."""
        if self.kind == "normal":
            return self.centre
        return math.exp(self.centre + self.scale**2 / 2)

    def crps(self, outcome: float) -> float:
        """The continuous ranked probability score of this law alone, in closed form."""
        of_kind = forecast_scores.crps_normal if self.kind == "normal" else forecast_scores.crps_lognormal
        return float(of_kind(self.centre, self.scale, outcome))

    def quantile(self, p: float) -> float:
        """The value that is not exceeded with probability p."""
        at = self.centre + self.scale * special.normal_quantile(p)
        return at if self.kind == "normal" else math.exp(at)


@dataclass(frozen=True, slots=True)
class Summary:
    """The 5 %, 50 % and 95 % quantiles of a distribution, and its mean."""

    low: float
    median: float
    high: float
    mean: float


class Mixture:
    """Experts' laws as one distribution: their weighted average, `trim` of the weight left out on each side.

    Trimming is pointwise: at each value the outermost of the experts' probabilities are left out.
    """

    def __init__(
        self, laws: Sequence[Law], *, weights: Sequence[float] | None = None, trim: float = 0.0
    ) -> None:
        if not laws:
            raise Refused(
                "a panel without intervals has nothing to pool: add at least one", code="empty_panel"
            )
        if not 0 <= trim < 0.5:
            raise ValueError("less than half can be left out on each side")
        self.laws = tuple(laws)
        self.trim = trim
        given = np.asarray(weights if weights is not None else [1.0] * len(laws), dtype=np.float64)
        if given.shape != (len(laws),) or not ((given >= 0).all() and given.sum() > 0):
            raise ValueError("one weight a person, none below 0, and not all of them 0")
        self._weights: Floats = given / given.sum()
        whole = self.trim * len(laws)
        self._equal = bool(np.ptp(given) == 0 and abs(whole - round(whole)) < 1e-9)
        self._centres = np.array([law.centre for law in laws])
        self._scales = np.array([law.scale for law in laws])
        self._logs = np.array([law.kind == "lognormal" for law in laws])

    def cdf(self, x: ArrayLike) -> Floats:
        """The probability of at most x."""
        return self._beyond(x, upper=False)

    def tail(self, x: ArrayLike) -> Floats:
        """The probability of more than x, with its precision where it is small."""
        return self._beyond(x, upper=True)

    def quantile(self, p: float) -> float:
        """The value that is not exceeded with probability p, to 1e-12 of itself; 0 < p < 1."""
        return float(self.quantiles([p])[0])

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Several quantiles at once, by halving between the experts' own."""
        p = np.asarray(levels, dtype=np.float64)
        if not ((p > 0) & (p < 1)).all():
            raise ValueError("a quantile lies strictly between 0 and 1")
        each = np.array([[law.quantile(level) for law in self.laws] for level in p.tolist()])
        low, high = self._on_one_side(p, each.min(axis=1), each.max(axis=1))
        for _ in range(300):
            if (high - low <= 1e-13 * np.maximum(np.abs(low), np.abs(high))).all():
                break
            # By ratios, so that bounds many powers of ten apart meet as fast as others.
            middle = np.sign(high + low) * np.sqrt(np.abs(low)) * np.sqrt(np.abs(high))
            below = self._is_below(middle, p)
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)

    def _is_below(self, x: Floats, p: Floats) -> NDArray[np.bool_]:
        """Whether x has less than p below it, asked of the smaller tail."""
        beyond = self._beyond(x, upper=p >= 0.5)
        return np.asarray(np.where(p < 0.5, beyond < p, beyond > 1 - p), dtype=np.bool_)

    def _on_one_side(self, p: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """The bounds, drawn to the side of 0 where the quantile is."""
        above = self._is_below(np.zeros_like(p), p)
        return (
            np.where((low < NOTHING) & above, NOTHING, low),
            np.where((high > -NOTHING) & ~above, -NOTHING, high),
        )

    @property
    def mean(self) -> float:
        """The expected value."""
        if self.trim == 0:
            return float((self._weights * [law.mean for law in self.laws]).sum())
        return self._integral(lambda x: np.where(x > 0, 1.0, -1.0) * self._beyond(x, upper=x > 0))

    def crps(self, outcome: float) -> float:
        """The continuous ranked probability score, in the units of the question: lower is better.

        The integral of (P(≤ x) − [outcome ≤ x])² over x; for one law its closed form gives the same.
        """
        return self._integral(lambda x: self._beyond(x, upper=x >= outcome) ** 2, breaks=[outcome])

    def summary(self) -> Summary:
        """Its 90 % interval, median and mean."""
        low, median, high = self.quantiles([0.05, 0.5, 0.95]).tolist()
        return Summary(low=low, median=median, high=high, mean=self.mean)

    def _beyond(self, x: ArrayLike, *, upper: bool | NDArray[np.bool_]) -> Floats:
        """The probability above x where `upper`, else of at most x; small ones keep their precision."""
        side = np.where(upper, -1.0, 1.0)[..., None]
        return self._pooled(special.below(side * self._standardised(x)))

    def _standardised(self, x: ArrayLike) -> Floats:
        """How many standard deviations x is from each expert's centre; the experts are the last axis."""
        at = np.asarray(x, dtype=np.float64)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(at > 0, np.log(np.where(at > 0, at, 1.0)), -np.inf)
        return np.asarray((np.where(self._logs, logs, at) - self._centres) / self._scales)

    def _pooled(self, values: Floats) -> Floats:
        if self.trim == 0:
            return np.asarray((values * self._weights).sum(axis=-1))
        if self._equal:
            cut = round(self.trim * len(self.laws))
            inner = np.sort(values, axis=-1)[..., cut : len(self.laws) - cut]
            return np.asarray(inner.mean(axis=-1))
        order = np.argsort(values, axis=-1)
        upto = np.cumsum(self._weights[order], axis=-1)
        kept = np.clip(upto, self.trim, 1 - self.trim)
        inside = np.diff(kept, axis=-1, prepend=self.trim)
        pooled = (np.take_along_axis(values, order, axis=-1) * inside).sum(axis=-1)
        return np.asarray(pooled / (1 - 2 * self.trim))

    def _integral(self, of: Callable[[Floats], Floats], *, breaks: Sequence[float] = ()) -> float:
        """∫ of(x) dx by Gauss–Legendre between all points where an expert or the order of them bends."""
        edges = np.unique([*self._edges(), *breaks, 0.0])
        low, high = edges[:-1, None], edges[1:, None]
        nodes, weights = np.polynomial.legendre.leggauss(10)
        # On a logarithmic scale wherever 0 is not in the way: a lognormal spans many powers of ten.
        apart = low * high > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            start = np.where(apart, np.log(np.abs(low)), low)
            end = np.where(apart, np.log(np.abs(high)), high)
        at = (start + end) / 2 + (end - start) / 2 * nodes
        x = np.where(apart, np.sign(high) * np.exp(np.where(apart, at, 0.0)), at)
        slopes = np.where(apart, x, 1.0) * (end - start) / 2
        total = 0.0
        for part in range(0, len(x), 500):
            piece = slice(part, part + 500)
            total += float((of(x[piece]) * slopes[piece] * weights).sum())
        return total

    def _edges(self) -> Floats:
        """A standard deviation apart, as far as an expert has weight, and where two of them cross."""
        steps = [
            law.centre + law.scale * np.arange(-9, max(9.0, law.scale + 8) + 0.5)
            if law.kind == "lognormal"
            else law.centre + law.scale * np.arange(-9, 9.5)
            for law in self.laws
        ]
        points = [
            np.exp(step) if law.kind == "lognormal" else step
            for law, step in zip(self.laws, steps, strict=True)
        ]
        edges = np.unique(np.concatenate([*points, self._crossings()]))
        # Many experts leave points enough; each costs an evaluation of all of them.
        return edges[:: max(1, len(edges) // max(LEAST_EDGES, MOST_EVALUATED // len(self.laws)))]

    def _crossings(self) -> Floats:
        """Where two experts of one kind give the same probability; beyond 40 experts they hardly matter."""
        if self.trim == 0 or len(self.laws) > 40:
            return np.empty(0)
        i, j = np.triu_indices(len(self.laws), 1)
        same = (self._logs[i] == self._logs[j]) & (self._scales[i] != self._scales[j])
        i, j = i[same], j[same]
        a, b, s, t = self._centres[i], self._centres[j], self._scales[i], self._scales[j]
        at = (a * t - b * s) / (t - s)
        logs = self._logs[i]
        near = np.abs((at - a) / s) < 12
        found: Floats = np.where(logs, np.exp(np.where(logs & near, at, 0.0)), at)[near]
        return found


@dataclass(frozen=True, slots=True)
class RangePool:
    """A panel's intervals, pooled. `headline` names the method whose range is to be used.

    `comparisons` are averages of bounds, which are wrong and only to be compared with.
    """

    n: int
    linear: Mixture
    trimmed: Mixture
    headline: str
    methods: dict[str, Summary]
    comparisons: dict[str, Summary]
    warnings: tuple[str, ...] = ()

    @property
    def value(self) -> Summary:
        """The headline's range."""
        return self.methods[self.headline]


def pool(
    low: Sequence[float],
    high: Sequence[float],
    *,
    weights: Sequence[float] | None = None,
    widenings: Sequence[float] | None = None,
) -> RangePool:
    """Pool a panel's 90 % intervals. `widenings` are those learnt from each person's track record.

    Refused for an empty panel, a reversed interval, and bounds that no law fits.

    >>> found = pool([1e4, 2e5, 5e4], [1e5, 5e6, 5e5])
    >>> found.headline, round(found.value.low), round(found.value.high)
    ('linear_pool', 15289, 2757186)
    """
    if not low:
        raise Refused("a panel without intervals has nothing to pool: add at least one", code="empty_panel")
    factors = widenings or [1.0] * len(low)
    laws = [widened(law_of(a, b), by) for a, b, by in zip(low, high, factors, strict=True)]
    trim = math.floor(TRIM * len(laws)) / len(laws) if len(laws) >= TRIM_FROM else 0.0
    linear, trimmed = Mixture(laws, weights=weights), Mixture(laws, weights=weights, trim=trim)
    plain = linear.summary()
    return RangePool(
        n=len(laws),
        linear=linear,
        trimmed=trimmed,
        headline=TRIMMED if trim else LINEAR,
        methods={LINEAR: plain, TRIMMED: trimmed.summary() if trim else plain},
        comparisons=_averaged_bounds(low, high),
        warnings=_warnings(low, high),
    )


def law_of(low: float, high: float) -> Law:
    """The law whose 5 % and 95 % quantiles these are.

    >>> law_of(1.0, 100.0).kind, law_of(0.0, 4.0).kind
    ('lognormal', 'normal')
    """
    _require_range(low, high)
    return law_between(low, high)


def law_between(low: float, high: float) -> Law:
    """The same of bounds that nobody gave, such as averaged ones: nothing is refused, the widest is kept."""
    if low <= 0:
        return Law("normal", (low + high) / 2, max((high - low) / 2, POINT * abs(high), POINT) / special.Z90)
    reach = (math.log(high) - math.log(low)) / 2
    centre = (math.log(low) + math.log(high)) / 2
    return Law("lognormal", centre, min(max(reach, POINT), math.log(WIDEST) / 2) / special.Z90)


def widened(law: Law, factor: float) -> Law:
    """The law with its interval this many times as wide around its centre; a lognormal on its logarithm.

    A lognormal becomes no wider than an interval that is taken from anybody.
    """
    if not factor > 0:
        raise ValueError("a widening is a factor above 0")
    most = max(law.scale, math.log(WIDEST) / 2 / special.Z90) if law.kind == "lognormal" else math.inf
    return Law(law.kind, law.centre, min(law.scale * factor, most))


def widening(low: Sequence[float], high: Sequence[float], outcomes: Sequence[float]) -> float:
    """By how much somebody's intervals must be widened so that 90 % of them hold; never less than 1.

    The 90 % quantile of how far each outcome was from the centre, in halves of its interval, drawn towards
    1 on the logarithm as if ten more had needed no widening: the power n ÷ (n + 10).

    >>> widening([], [], [])
    1.0
    >>> round(widening([9.0] * 40, [11.0] * 40, [13.0] * 40), 2)
    2.19
    """
    away = [_away(law_of(a, b), came) for a, b, came in zip(low, high, outcomes, strict=True)]
    if not away:
        return 1.0
    needed = float(np.quantile(np.log(np.maximum(away, 1e-9)), 0.9))
    return max(1.0, math.exp(needed * len(away) / (len(away) + PRIOR_RANGES)))


def _away(law: Law, outcome: float) -> float:
    """How far the outcome is from the centre, 1 at the bounds; one that a lognormal excludes is far away."""
    if law.kind == "normal":
        return abs(outcome - law.centre) / (law.scale * special.Z90)
    at = math.log(outcome) if outcome > 0 else -FARTHEST
    return min(abs(at - law.centre) / (law.scale * special.Z90), 1e3)


def _averaged_bounds(low: Sequence[float], high: Sequence[float]) -> dict[str, Summary]:
    found = {MEAN_OF_BOUNDS: _summary(float(np.mean(low)), float(np.mean(high)))}
    if min(low) > 0:
        found[GEOMETRIC_BOUNDS] = _summary(_geometric(low), _geometric(high))
    return found


def _geometric(values: Sequence[float]) -> float:
    return float(np.exp(np.log(np.asarray(values)).mean()))


def _summary(low: float, high: float) -> Summary:
    law = law_between(low, high)
    return Summary(low=low, median=law.quantile(0.5), high=high, mean=law.mean)


def _warnings(low: Sequence[float], high: Sequence[float]) -> tuple[str, ...]:
    found = []
    if reaching := sum(a <= 0 for a in low):
        one = "1 interval reaches" if reaching == 1 else f"{reaching} intervals reach"
        found.append(f"{one} 0 or below: taken as normal, the others as lognormal")
    if points := sum(a == b for a, b in zip(low, high, strict=True)):
        one = "1 interval is" if points == 1 else f"{points} intervals are"
        found.append(f"{one} a single number: taken as a very narrow range, nobody is that sure")
    return tuple(found)


def _require_range(low: float, high: float) -> None:
    if not (abs(low) <= FARTHEST and abs(high) <= FARTHEST):
        raise Refused("the bounds of an interval are numbers within 1e100 of 0", code="bad_bound")
    if low > high:
        raise Refused(reversed_interval(low, high), code="reversed_interval")
    if low > 0 and high / low > WIDEST:
        raise Refused(
            f"from {low:.12g} to {high:.12g} says nothing: "
            f"a 90 % interval spans at most a factor of {WIDEST:.0e}",
            code="too_wide",
        )


def reversed_interval(low: float, high: float) -> str:
    """The sentence that refuses an interval whose bounds are the wrong way round.

    >>> reversed_interval(5, 1)
    'the interval runs from 5 down to 1: write the lower bound first'
    """
    return f"the interval runs from {low:.12g} down to {high:.12g}: write the lower bound first"
