"""The loss of a year over all scenarios: deterministic, by transforms, nothing sampled.

Grids form a ladder: each reaches sixteen times as far as the one below, and answers for the upper fifteen
sixteenths of its range, so that a loss of thousands and one of billions are both known to the same digits.
A grid is worked out when something asks for it, and finer where the law bends within a step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.engine.losses.atoms import Atoms, atoms
from throughline.engine.losses.crowds import FEWEST_EVENTS
from throughline.engine.losses.laws import Law, law
from throughline.engine.losses.scenarios import AnyScenario, Facts, facts, require_distinct
from throughline.engine.losses.single import Single, single
from throughline.engine.losses.spectra import Grid, Spectrum, spectrum, with_scenarios, without_scenario
from throughline.engine.losses.tails import parts_upto
from throughline.engine.refusals import Refused

Floats = NDArray[np.float64]

FORMULA_VERSION = "losses-1"
RUNG = 16.0
# Steps of a grid at first, the fewer of them where scenarios are many and each costs as many samples.
MANY, FEWEST_STEPS, FEW_FOR_MANY, MOST_STEPS = 50, 4096, 2048, 131072
# Aimed at, and where a figure that is not known so well is said to be so: relative to the loss.
AIM, TOLERANCE, PARTS_TOLERANCE = 1e-6, 1e-4, 1e-3
_RUNGS = 60
# Below this part of the mean nothing is told apart from no loss.
_SMALLEST = 1e-12
# A single amount that is rarer moves no quantile.
_RARE = 1e-9
# Steps to tell apart what is exactly at an amount and what is around it; for so many scenarios at most.
_FOR_ATOMS, _FEW = 32768, 30


@dataclass
class Portfolio:
    """Scenarios that are independent of one another, and what a year of them costs together.

    `most` is what a year can cost at most, infinite where nothing limits it. `warnings` says of which
    figures so far the digits are not all sure.
    """

    scenarios: tuple[AnyScenario, ...]
    mean: float
    sd: float
    p_zero: float
    most: float
    warnings: list[str] = field(default_factory=list)
    facts: tuple[Facts, ...] = field(repr=False, kw_only=True)
    _atoms: Atoms = field(repr=False, kw_only=True)
    _single: Single | None = field(repr=False, kw_only=True)
    _spectra: dict[tuple[int, int], Spectrum] = field(default_factory=dict, repr=False, kw_only=True)
    _laws: dict[tuple[int, int], Law] = field(default_factory=dict, repr=False, kw_only=True)
    _quantiles: dict[float, float] = field(default_factory=dict, repr=False, kw_only=True)
    _steps: dict[int, int] = field(default_factory=dict, repr=False, kw_only=True)
    _origin: _Origin | None = field(default=None, repr=False, kw_only=True)

    @property
    def formula_version(self) -> str:
        """Which formula the figures come from."""
        return FORMULA_VERSION

    def quantile(self, p: float) -> float:
        """The loss that a year stays at or below with probability p (the value at risk).

        It is exact where it is nothing, or a cap, or a sum of caps.
        """
        _require_level(p)
        if p not in self._quantiles:
            self._quantiles[p] = min(self._quantile(p), self.most)
        return self._quantiles[p]

    def exceedance(self, losses: ArrayLike) -> Floats:
        """P(the year's loss is above x) at each x of `losses`."""
        x = np.atleast_1d(np.asarray(losses, dtype=np.float64))
        if self._single:
            return self._single.exceedance(x)
        found = np.ones(x.shape)
        for rung, mine in self._by_rung(x):
            found[mine] = 1.0 - self._law(rung).cdf(x[mine])
        # Two grids differ in the ninth digit: a curve never rises for that.
        order = np.argsort(x, kind="stable")
        found[order] = np.minimum.accumulate(found[order])
        return np.where(x < 0, 1.0, np.where(x >= self.most, 0.0, np.maximum(found, 0.0)))

    def stop_loss(self, x: float) -> float:
        """E[(S − x)⁺], what a year costs above x on average."""
        if x <= 0:
            return self.mean - x
        if self._single:
            return self._single.stop_loss(x)
        if x >= self.most:
            return 0.0
        return max(self.mean - float(self._law(self._rung_at(x)).limited(np.asarray(x))), 0.0)

    def layer(self, retention: float, limit: float) -> tuple[float, float]:
        """A cover of the year's total: E[min((S − retention)⁺, limit)], and P(it is touched)."""
        beyond = self.stop_loss(retention + limit) if math.isfinite(limit) else 0.0
        return max(self.stop_loss(retention) - beyond, 0.0), float(self.exceedance(retention)[0])

    def tvar(self, level: float) -> float:
        """The mean loss of the worst years, 1 − level of all, from the closed-form mean."""
        at = self.quantile(level)
        return at + self.stop_loss(at) / (1.0 - level)

    def contributions(self, level: float) -> dict[str, float]:
        """Each scenario's part of `tvar(level)`, to which they add up: its mean loss in the worst years."""
        at, whole = self.quantile(level), self.tvar(level)
        parts = np.array([each.mean for each in self.facts])
        if at > 0.0 and np.count_nonzero(parts) > 1:
            parts = np.maximum(parts - self._parts_upto(at, level), 0.0)
            if whole > 0 and (off := abs(float(parts.sum()) / (1.0 - level) / whole - 1)) > PARTS_TOLERANCE:
                self._warn(
                    f"The parts of the worst {1 - level:.2g} of years are known to {off:.1g} of it only."
                )
        # Where a year below the level loses nothing, or one scenario is all there is, the means say it.
        total = float(parts.sum())
        scaled = parts * (whole / total) if total > 0 else parts
        return {each.id: float(part) for each, part in zip(self.scenarios, scaled, strict=True)}

    def without(self, scenario_id: str) -> Portfolio:
        """What is left without one scenario, from the transforms that are there already."""
        kept = tuple(each for each in self.scenarios if each.id != scenario_id)
        if len(kept) == len(self.scenarios):
            raise Refused(f"there is no scenario '{scenario_id}'", code="unknown_scenario")
        return self._changed(kept)

    def with_scenario(self, scenario: AnyScenario) -> Portfolio:
        """The portfolio with a scenario more, or with this one in the place of that with the same id."""
        if any(each.id == scenario.id for each in self.scenarios):
            kept = (scenario if each.id == scenario.id else each for each in self.scenarios)
            return self._changed(tuple(kept))
        return self._changed((*self.scenarios, scenario))

    def _quantile(self, p: float) -> float:
        if self._single:
            return self._single.quantile(p)
        if p <= self.p_zero:
            return 0.0
        rung = self._rung_of(p)
        found = self._law(rung).quantile(p)
        while self._refined(rung, found):
            found = self._law(rung).quantile(p)
        return found

    def _parts_upto(self, x: float, level: float) -> Floats:
        """E[Sᵢ; the year is among those up to x], one a scenario.

        Of the years that cost x exactly only as many count as make up `level`. What they hold is the jump of
        the running parts at x, with what comes steadily on both sides of it taken out.
        """
        rung = self._rung_at(x)
        exactly = self._atoms.at(x)
        if exactly < _RARE:
            spectrum = self._spectrum((rung, self._steps[rung]))
            return np.asarray(parts_upto(self.scenarios, spectrum, [x])[0], dtype=np.float64)
        steps = max(self._steps[rung], _FOR_ATOMS if len(self.scenarios) <= _FEW else FEW_FOR_MANY)
        # Each cap in a sum spreads it by a step or two.
        wide = (4 + 2 * self._atoms.longest) * _grid(rung, steps).step
        around = [x - 2 * wide, x - wide, x + wide, x + 2 * wide]
        early, before, after, late = parts_upto(self.scenarios, self._spectrum((rung, steps)), around)
        upto, beyond = before + (before - early), after - (late - after)
        chances = 1.0 - self.exceedance(around)
        under, over = 2 * chances[1] - chances[0], 2 * chances[2] - chances[3]
        # Other sums within a step of x are not told apart from it.
        share = min(max((level - under) / (over - under), 0.0), 1.0) if over > under else 1.0
        found: Floats = upto + share * (beyond - upto)
        return found

    def _changed(self, scenarios: tuple[AnyScenario, ...]) -> Portfolio:
        known = {id(each): its for each, its in zip(self.scenarios, self.facts, strict=True)}
        found = _portfolio(scenarios, known)
        before, after = set(map(id, self.scenarios)), set(map(id, scenarios))
        gone = tuple(each for each in self.scenarios if id(each) not in after)
        new = tuple(each for each in scenarios if id(each) not in before)
        found._origin = _Origin(dict(self._spectra), gone, new)
        found._steps = dict(self._steps)
        return found

    def _law(self, rung: int) -> Law:
        if rung not in self._steps:
            self._steps[rung] = self._first_steps(rung)
        key = (rung, self._steps[rung])
        if key not in self._laws:
            self._laws[key] = law(self._spectrum(key).whole(), _grid(*key), self._atoms)
        return self._laws[key]

    def _spectrum(self, key: tuple[int, int]) -> Spectrum:
        if key not in self._spectra:
            known = self._origin and self._origin.spectra.get(key)
            if known and self._origin:
                self._spectra[key] = self._origin.applied(known)
            else:
                self._spectra[key] = spectrum(self.scenarios, _grid(*key))
        return self._spectra[key]

    def _first_steps(self, rung: int) -> int:
        """As many steps as the narrowest spread of the year's loss within this rung wants."""
        wanted = float(FEWEST_STEPS if len(self.scenarios) <= MANY else FEW_FOR_MANY)
        end = RUNG**rung
        for each in self.scenarios:
            for belief in each.beliefs:
                centre = belief.frequency.mean * belief.loss.mean
                if end / 256 < centre < end and belief.frequency.mean > 30:
                    wanted = max(wanted, 1024 * math.sqrt(belief.frequency.mean))
        return int(min(2.0 ** math.ceil(math.log2(wanted)), MOST_STEPS))

    def _refined(self, rung: int, x: float) -> bool:
        """Whether a finer grid is called for around x. Says so where none can be."""
        here, steps = self._law(rung), self._steps[rung]
        # Of more events than these only their first moments are on the grid.
        events = min(math.fsum(each.events for each in self.facts), FEWEST_EVENTS)
        if here.is_known(x, events=events, aim=AIM):
            return False
        if steps < MOST_STEPS:
            self._steps[rung] = min(4 * steps, MOST_STEPS)
            return True
        if not here.is_known(x, events=events, aim=TOLERANCE):
            self._warn(
                f"A loss of about {x:,.4g} is known to fewer than four digits: the curve has a step near it."
            )
        return False

    def _warn(self, message: str) -> None:
        if message not in self.warnings:
            self.warnings.append(message)

    def _rung_of(self, p: float) -> int:
        rung = self._rung_at(max(self.mean, 1e-300))
        for _ in range(_RUNGS):
            here = self._law(rung)
            ends = here.cdf(np.array([here.grid.end / RUNG, here.grid.end]))
            if ends[1] < p:
                rung += 1
            elif ends[0] >= p and RUNG**rung > _SMALLEST * self.mean:
                rung -= 1
            else:
                break
        return rung

    def _rung_at(self, x: float) -> int:
        rung = math.ceil(math.log(x) / math.log(RUNG))
        return rung + 1 if x > _grid(rung, FEW_FOR_MANY).end else rung

    def _by_rung(self, x: Floats) -> list[tuple[int, NDArray[np.bool_]]]:
        inside = (x >= 0) & (x < self.most)
        lowest = max(_SMALLEST * self.mean, 1e-300)
        rungs = np.array([self._rung_at(max(each, lowest)) for each in x[inside].tolist()], dtype=np.int64)
        found = []
        for rung in np.unique(rungs).tolist():
            mine = np.zeros(x.shape, dtype=bool)
            mine[np.flatnonzero(inside)[rungs == rung]] = True
            found.append((rung, mine))
        return found


@dataclass(frozen=True, slots=True)
class _Origin:
    """The transforms of the portfolio that another was changed from."""

    spectra: dict[tuple[int, int], Spectrum]
    gone: tuple[AnyScenario, ...]
    new: tuple[AnyScenario, ...]

    def applied(self, before: Spectrum) -> Spectrum:
        """A transform with the change made."""
        for each in self.gone:
            before = without_scenario(before, each)
        return with_scenarios(before, self.new) if self.new else before


def portfolio(scenarios: Sequence[AnyScenario]) -> Portfolio:
    """A year of independent scenarios. Refused where it is empty, or an id comes twice.

    >>> from throughline.engine import frequencies, severities
    >>> from throughline.engine.losses import Scenario
    >>> phish = Scenario("phish", frequencies.rate(1.2), severities.ci90(5e3, 8e4))
    >>> breach = Scenario("breach", frequencies.probability(0.05), severities.ci90(1e6, 3e7))
    >>> both = portfolio([phish, breach])
    >>> round(both.mean), round(both.quantile(0.99))
    (501588, 13109908)
    """
    return _portfolio(tuple(scenarios), {})


def _portfolio(scenarios: tuple[AnyScenario, ...], known: dict[int, Facts]) -> Portfolio:
    if not scenarios:
        raise Refused("a portfolio needs one scenario or more", code="empty")
    require_distinct(scenarios)
    found = tuple(known.get(id(each)) or facts(each) for each in scenarios)
    nothing = [each.p_zero for each in found]
    return Portfolio(
        scenarios,
        math.fsum(each.mean for each in found),
        math.sqrt(math.fsum(each.variance for each in found)),
        math.prod(nothing),
        math.fsum(each.most for each in found),
        facts=found,
        _atoms=atoms(scenarios, nothing),
        _single=single(scenarios, [each.events for each in found]),
    )


def _grid(rung: int, steps: int) -> Grid:
    return Grid(RUNG**rung / steps, steps)


def _require_level(p: float) -> None:
    if not 0.0 < p < 1.0:
        raise Refused(
            f"{p:g} is no level: expected a probability between 0 and 1, such as 0.99", code="level"
        )
