"""Laws of a loss made from others: with a retention and a cap, or one of several with a weight each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from throughline.engine.refusals import Refused
from throughline.engine.severities import Atom, Fixed, Severity, require_amounts, solved

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """min((Y − retention)⁺, cap): the retention is taken first, what is left is capped.

    The law of Y, such as a 90 % interval, describes the loss before either.
    """

    base: Severity
    retention: float
    cap: float

    @cached_property
    def mean(self) -> float:
        return min(max(self._between(self.retention), 0.0), self.cap)

    @cached_property
    def variance(self) -> float:
        if math.isfinite(self.cap):
            return max(float(self.limited_square(np.asarray(self.cap))) - self.mean**2, 0.0)
        start = np.asarray(self.retention)
        square = self.base.variance + self.base.mean**2 - float(self.base.limited_square(start))
        if not math.isfinite(square):
            return math.inf
        # Far above the law only rounding is left; what costs so much so rarely varies by this at least.
        often = float(self.base.survival(start))
        least = self.mean * (self.mean / often - self.mean) if often > 0 else 0.0
        return max(square - 2 * self.retention * self.mean - self.mean**2, least)

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        found: dict[float, float] = {}
        nothing = float(self.base.cdf(np.asarray(self.retention))) if self.retention > 0 else 0.0
        everything = 0.0
        if math.isfinite(self.cap):
            everything = float(self.base.survival(np.asarray(self.retention + self.cap)))
        for place, mass in self.base.atoms:
            if self.retention < place < self.retention + self.cap or (place == 0 == self.retention):
                found[place - self.retention] = found.get(place - self.retention, 0.0) + mass
            elif place == self.retention + self.cap:
                everything += mass
        if nothing > 0:
            found[0.0] = found.get(0.0, 0.0) + nothing
        if everything > 0:
            found[self.cap] = found.get(self.cap, 0.0) + everything
        return tuple(sorted(found.items()))

    @property
    def ends(self) -> tuple[float, float]:
        low, high = self.base.ends
        return max(min(low - self.retention, self.cap), 0.0), max(min(high - self.retention, self.cap), 0.0)

    def cdf(self, x: Floats) -> Floats:
        return np.where(x < 0, 0.0, np.where(x >= self.cap, 1.0, self.base.cdf(x + self.retention)))

    def survival(self, x: Floats) -> Floats:
        return np.where(x < 0, 1.0, np.where(x >= self.cap, 0.0, self.base.survival(x + self.retention)))

    def density(self, x: Floats) -> Floats:
        inside = (x > 0) & (x < self.cap)
        return np.where(inside, self.base.density(x + self.retention), 0.0)

    def limited(self, x: Floats) -> Floats:
        top = np.minimum(x, self.cap) + self.retention
        start = self.base.limited(np.asarray(self.retention)) if self.retention > 0 else 0.0
        return self.base.limited(top) - start

    def limited_square(self, x: Floats) -> Floats:
        top = np.minimum(x, self.cap) + self.retention
        if self.retention == 0:
            return self.base.limited_square(top)
        start = np.asarray(self.retention)
        square = self.base.limited_square(top) - self.base.limited_square(start)
        return square - 2 * self.retention * (self.base.limited(top) - self.base.limited(start))

    def excess(self, x: float) -> float:
        if x >= self.cap:
            return 0.0
        if x < 0:
            return self.mean - x
        return max(self._between(self.retention + x), 0.0)

    def quantile(self, p: float) -> float:
        return min(max(self.base.quantile(p) - self.retention, 0.0), self.cap)

    def is_smooth(self, step: float) -> bool:
        return self.base.is_smooth(step)

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        return np.clip(self.base.draw(rng, n) - self.retention, 0.0, self.cap)

    def _between(self, low: float) -> float:
        """What the base costs on average between an amount and the cap's end."""
        high = self.retention + self.cap
        # The two differences lose digits on opposite sides.
        if math.isfinite(self.base.mean) and high > self.base.mean:
            return self.base.excess(low) - (self.base.excess(high) if math.isfinite(high) else 0.0)
        if math.isinf(high):
            return math.inf
        return float(self.base.limited(np.asarray(high)) - self.base.limited(np.asarray(low)))


@dataclass(frozen=True)
class Mixture:
    """One of several laws, chosen anew at each event with a weight each; the weights add to 1."""

    parts: tuple[tuple[float, Severity], ...]

    @cached_property
    def mean(self) -> float:
        return math.fsum(weight * law.mean for weight, law in self.parts)

    @cached_property
    def variance(self) -> float:
        square = math.fsum(weight * (law.variance + law.mean**2) for weight, law in self.parts)
        return square - self.mean**2 if math.isfinite(square) else math.inf

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        found: dict[float, float] = {}
        for weight, law in self.parts:
            for place, mass in law.atoms:
                found[place] = found.get(place, 0.0) + weight * mass
        return tuple(sorted(found.items()))

    @property
    def ends(self) -> tuple[float, float]:
        ends = [law.ends for _, law in self.parts]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def cdf(self, x: Floats) -> Floats:
        return self._sum(x, [law.cdf for _, law in self.parts])

    def survival(self, x: Floats) -> Floats:
        return self._sum(x, [law.survival for _, law in self.parts])

    def density(self, x: Floats) -> Floats:
        return self._sum(x, [law.density for _, law in self.parts])

    def limited(self, x: Floats) -> Floats:
        return self._sum(x, [law.limited for _, law in self.parts])

    def limited_square(self, x: Floats) -> Floats:
        return self._sum(x, [law.limited_square for _, law in self.parts])

    def excess(self, x: float) -> float:
        return math.fsum(weight * law.excess(x) for weight, law in self.parts)

    def quantile(self, p: float) -> float:
        return solved(self, p) if p < 1.0 else max(law.quantile(p) for _, law in self.parts)

    def is_smooth(self, step: float) -> bool:
        return all(law.is_smooth(step) for _, law in self.parts)

    def draw(self, rng: np.random.Generator, n: int) -> Floats:
        weights = np.array([weight for weight, _ in self.parts])
        chosen = rng.choice(len(self.parts), size=n, p=weights / weights.sum())
        found = np.empty(n)
        for number, (_, law) in enumerate(self.parts):
            mine = chosen == number
            found[mine] = law.draw(rng, int(mine.sum()))
        return found

    def _sum(self, x: Floats, forms: Sequence[Callable[[Floats], Floats]]) -> Floats:
        found = np.zeros(np.shape(x))
        for (weight, _), form in zip(self.parts, forms, strict=True):
            found = found + weight * form(x)
        return found


def layer(base: Severity, *, retention: float = 0.0, cap: float = math.inf) -> Severity:
    """A loss of which `retention` is borne elsewhere first, and what is left never exceeds `cap`.

    >>> from throughline.engine.severities import ci90
    >>> capped = layer(ci90(1e5, 1e6), cap=5e5)
    >>> capped.quantile(0.99)
    500000.0
    """
    require_amounts(retention, what="the retention")
    if math.isinf(cap):
        return base if retention == 0 else Layer(base, float(retention), math.inf)
    require_amounts(cap, what="the cap")
    if cap == 0:
        return Fixed(0.0)
    return Layer(base, float(retention), float(cap))


def mixture(parts: Sequence[tuple[float, Severity]]) -> Severity:
    """One of several laws at each event, with weights that are scaled to add to 1.

    >>> from throughline.engine.severities import ci90
    >>> round(mixture([(1, ci90(1e4, 1e5)), (1, ci90(2e5, 5e6)), (1, ci90(5e4, 5e5))]).mean)
    618792
    """
    weights = [weight for weight, _ in parts]
    if not parts or not all(math.isfinite(each) and each >= 0 for each in weights) or sum(weights) <= 0:
        raise Refused(
            "expected at least one law, and weights of 0 or more that are not all 0", code="weights"
        )
    total = math.fsum(weights)
    kept = tuple((weight / total, law) for weight, law in parts if weight > 0)
    return kept[0][1] if len(kept) == 1 else Mixture(kept)
