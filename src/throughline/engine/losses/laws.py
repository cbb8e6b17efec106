"""The law of a year's loss on one grid, read off its masses: the exact atoms, and the rest between places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.engine.losses.atoms import Atoms
from throughline.engine.losses.spectra import Complexes, Grid

Floats = NDArray[np.float64]

# What the fourth differences leave, of the third difference of the masses, for each event of a year.
_LEFT = 0.02
_AROUND = 4
# Of a step: its 10⁻¹³th part.
_HALVINGS = 43
# How much of an atom's mass may be a few steps off beside it, and what is enough there.
_RIPPLE, _BESIDE_ATOMS = 0.2, 1e-5


@dataclass(frozen=True, slots=True)
class Running:
    """A running integral at each place of a grid, with its slope: a cubic in between."""

    step: float
    at: Floats
    slope: Floats

    def __call__(self, x: Floats) -> Floats:
        """The integral up to x; x within the grid."""
        place = np.minimum((x / self.step).astype(np.int64), self.at.size - 2)
        ends = self.at[place], self.at[place + 1], self.slope[place], self.slope[place + 1]
        return np.asarray(_cubic(x / self.step - place, *ends), dtype=np.float64)


def running(masses: Floats, step: float, *, rises: bool) -> Running:
    """The integral of a density from its masses on the grid: the trapezoid with the end's own correction.

    c_j = Σ_{i<j} m_i + m_j/2 − (m_{j+1} − m_{j−1})/24, which is right to the fourth order (Gregory). Where
    the integral must rise, what falls again is cut off: near 0 a law that lies within a few steps overshoots
    before it settles.
    """
    at = np.cumsum(masses) - masses / 2
    at[1:-1] -= (masses[2:] - masses[:-2]) / 24
    at[0], slope = 0.0, masses.copy()
    if rises:
        at = np.maximum(np.minimum.accumulate(at[::-1])[::-1], 0.0)
        np.maximum(slope, 0.0, out=slope)
        # A cubic that never falls between its ends (Fritsch & Carlson 1980).
        most = 3 * np.diff(at)
        slope[:-1] = np.minimum(slope[:-1], most)
        slope[1:] = np.minimum(slope[1:], most)
    return Running(step, at, slope)


@dataclass(frozen=True, slots=True)
class Law:
    """The year's loss up to the end of a grid."""

    grid: Grid
    atoms: Atoms
    rest: Floats
    below: Running
    cost: Running

    def cdf(self, x: Floats) -> Floats:
        """P(S ≤ x) for 0 ≤ x ≤ the end of the grid."""
        return np.minimum(self.below(x) + self.atoms.upto(x), 1.0)

    def limited(self, x: Floats) -> Floats:
        """E[min(S, x)]."""
        return self.cost(x) + self.atoms.cost_upto(x) + x * (1.0 - self.cdf(x))

    def quantile(self, p: float) -> float:
        """The smallest x with P(S ≤ x) ≥ p, where that is within the grid."""
        places = self.grid.step * np.arange(self.rest.size, dtype=np.float64)
        known = self.below.at + self.atoms.upto(places)
        right = int(np.searchsorted(known, p, side="left"))
        if right == 0:
            return 0.0
        right = min(right, self.rest.size - 1)
        left = float(places[right - 1])
        inside = self.atoms.places[(self.atoms.places > left) & (self.atoms.places <= places[right])]
        for atom in inside.tolist():
            if float(self.cdf(np.asarray(atom))) >= p:
                before = float(self.below(np.asarray(atom)) + self.atoms.upto(np.nextafter(atom, 0.0)))
                return self._between(p, left, atom) if before >= p else float(atom)
            left = atom
        return self._between(p, left, float(places[right]))

    def is_known(self, x: float, *, events: float, aim: float) -> bool:
        """Whether x as a quantile is off by less than `aim` of itself, by how fast the masses bend around it.

        At an atom it is exact. Next to one its own mass counts, too.
        """
        step, place = self.grid.step, int(x / self.grid.step)
        apart = np.abs(self.atoms.places - x)
        if np.any(apart <= 1e-12 * x):
            return True
        if beside := float(self.atoms.masses[apart < (_AROUND + 2) * step].sum()):
            ripple = min(_RIPPLE * beside / max(self._density(place), 1e-300), 1.0)
            # What follows an atom closely is as narrow as the smallest scenarios.
            off = max(ripple, min(self._bend(place, events), 1.0))
            return off * step <= max(aim, _BESIDE_ATOMS) * x
        return self._bend(place, events) * step <= aim * x

    def _density(self, place: int) -> float:
        """The mass of a step around a place."""
        return float(self.rest[max(place - 1, 0) : place + 2].mean())

    def _bend(self, place: int, events: float) -> float:
        """About how many steps a quantile at this place is off."""
        window = self.rest[max(place - _AROUND, 1) : place + _AROUND + 1]
        density = self._density(place)
        if density <= 0 or window.size < 4:
            return 1.0
        return _LEFT * max(events, 1.0) * float(np.abs(np.diff(window, 3)).max()) / density

    def _between(self, p: float, left: float, right: float) -> float:
        """The quantile between two places with no atom between them, by halving the cubic."""
        place = min(int(left / self.grid.step + 1e-9), self.rest.size - 2)
        base = float(self.atoms.upto(np.asarray(left)))
        ends = (float(self.below.at[place]), float(self.below.at[place + 1]))
        slopes = (float(self.below.slope[place]), float(self.below.slope[place + 1]))
        low, high = left / self.grid.step - place, right / self.grid.step - place
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if base + _cubic(middle, *ends, *slopes) >= p:
                high = middle
            else:
                low = middle
        return (place + high) * self.grid.step


def law(transform: Complexes, grid: Grid, atoms: Atoms) -> Law:
    """The law whose transform this is, its atoms taken out."""
    rest = grid.back(transform)
    atoms.take_from(rest, grid.step)
    usable = rest[: grid.n - 4]
    places = grid.step * np.arange(usable.size)
    return Law(
        grid,
        atoms,
        usable,
        running(usable, grid.step, rises=True),
        running(usable * places, grid.step, rises=True),
    )


def _cubic(t: Any, start: Any, end: Any, slope: Any, slope_end: Any) -> Any:
    """Hermite's cubic on [0, 1]; floats or arrays."""
    s = 1.0 - t
    return s * s * ((1 + 2 * t) * start + t * slope) + t * t * ((1 + 2 * s) * end - s * slope_end)
