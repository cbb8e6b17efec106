"""A law of losses as masses on a grid: masses, mean and, below the grid's step, variance are kept.

Each mass is what a hat function of one step's half-width sees of the law, a second difference of
E[min(X, x)] (Gerber 1982's local moment matching). A hat widens the law by h²/6; taking out that much with a
second difference of the masses leaves an error of the fourth order. Where the density hardly bends within a
step, its samples are the same to that order, and cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from throughline.engine import special
from throughline.engine.compound_severities import Mixture
from throughline.engine.severities import Lognormal, Severity

Floats = NDArray[np.float64]

# From here on samples of a smooth density will do.
FIRST_SAMPLE = 64
# What a second difference takes out where the density is smooth, and, of a law that lies within one step,
# the most that it can be without making the law of many events swing.
SMOOTH, MOST = 1 / 12, 1 / 2
# Grids times laws that are worked out at once: two million samples are 16 MB.
_AT_ONCE = 2_000_000


def grid_masses(laws: Sequence[Severity], step: float, n: int) -> Floats:
    """The masses of each law at 0, step, …, (n − 1)·step: one row a law. What lies beyond is left out."""
    found = np.zeros((len(laws), n))
    smooth = {i: law for i, law in enumerate(laws) if isinstance(law, Lognormal) and law.is_smooth(step)}
    numbers = list(smooth)
    chunk = max(_AT_ONCE // n, 1)
    for start in range(0, len(smooth), chunk):
        rows = numbers[start : start + chunk]
        found[rows] = _smooth_lognormals([smooth[i] for i in rows], step, n)
    for i in sorted(set(range(len(laws))) - smooth.keys()):
        found[i] = _masses(laws[i], step, n)
    return found


def spread(amount: float, step: float) -> tuple[int, Floats]:
    """An exact amount as signed masses on the grid: where they start, and up to four of them.

    They have its moments up to the third (up to the second within two steps of 0, where four masses would
    make the law of many events swing).
    """
    at = amount / step
    if at < 2:
        return 0, np.array([(1 - at) * (2 - at) / 2, at * (2 - at), at * (at - 1) / 2])
    start = int(at) - 1
    u = at - start - 1
    return start, np.array(
        [
            -u * (u - 1) * (u - 2) / 6,
            (u + 1) * (u - 1) * (u - 2) / 2,
            -(u + 1) * u * (u - 2) / 2,
            (u + 1) * u * (u - 1) / 6,
        ]
    )


def _smooth_lognormals(laws: Sequence[Lognormal], step: float, n: int) -> Floats:
    """Many at once: differences at the first steps, samples of the density at the rest."""
    mu = np.array([law.mu for law in laws])[:, None]
    sigma = np.array([law.sigma for law in laws])[:, None]
    x = step * np.arange(FIRST_SAMPLE + 2)
    with np.errstate(divide="ignore"):
        z = (np.log(x) - mu) / sigma
    survival = special.above(z)
    mean = np.exp(mu + sigma**2 / 2)
    limited = mean * special.below(z - sigma) + x * survival
    square = np.exp(2 * mu + 2 * sigma**2) * special.below(z[:, -2:-1] - 2 * sigma)
    hats, left = _hats(limited, survival[:, -2], total=1.0, step=step)
    first = _narrowed(hats, _widening(hats, left, square[:, 0] / step**2, start=0))
    samples = np.log(step * np.arange(FIRST_SAMPLE, n))
    logs = samples
    samples = logs - mu
    samples *= samples
    samples *= -0.5 / sigma**2
    samples -= logs
    np.exp(samples, out=samples)
    samples *= step / (sigma * np.sqrt(2 * np.pi))
    found = np.concatenate((first, samples), axis=1)
    last = n - 2
    end = (np.log(step * last) - mu[:, 0]) / sigma[:, 0]
    _mend_seam(found, last, special.below(end), mean[:, 0] * special.below(end - sigma[:, 0]) / step)
    return found


def _mend_seam(masses: Floats, last: int, share: Floats, cost: Floats) -> None:
    """Make good at the first samples what mass and mean, in steps, up to the place `last` lack.

    It is what differs where the two ways meet, of the order of 1e-8, and would otherwise be off for every
    loss beyond, times all events of a year.
    """
    places = np.arange(last + 2.0)
    weights = np.where(places < last, 1.0, 0.0)
    weights[last - 1 : last + 2] += [1 / 24, 1 / 2, -1 / 24]
    part = masses[:, : last + 2]
    lacks, costs = share - part @ weights, cost - part @ (weights * places)
    second = costs - FIRST_SAMPLE * lacks
    masses[:, FIRST_SAMPLE] += lacks - second
    masses[:, FIRST_SAMPLE + 1] += second


def _hats(limited: Floats, survival: Floats, *, total: float, step: float) -> tuple[Floats, Floats]:
    """What the hats see, from E[min(X, x)] at their places and one beyond; and the left half of the last.

    `survival` is P(X > x) at the last hat, `total` the mass at or after the first.
    """
    hats = np.empty((limited.shape[0], limited.shape[1] - 1))
    hats[:, 0] = total - (limited[:, 1] - limited[:, 0]) / step
    hats[:, 1:] = (2 * limited[:, 1:-1] - limited[:, :-2] - limited[:, 2:]) / step
    return hats, (limited[:, -2] - limited[:, -3]) / step - survival


def _widening(hats: Floats, left: Floats, square: Floats, *, start: int) -> Floats:
    """By how much the hats widened each law, for each mass that is not at the first place.

    `square` is E[X²] of what lies up to the last place, in steps.
    """
    places = start + np.arange(hats.shape[1])
    seen = hats[:, :-1] @ places[:-1] ** 2.0 + left * places[-1] ** 2.0
    inside = hats[:, 1:-1].sum(axis=1) + left
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.nan_to_num((seen - square) / (2 * inside), nan=SMOOTH)
    return np.where(inside > 1e-9, np.clip(found, 0.0, MOST), SMOOTH)


def _narrowed(hats: Floats, out: Floats) -> Floats:
    """The masses with the widening taken out, all but the last. Mass and mean stay.

    What is at the first place stays there: nothing may go below it.
    """
    moved = hats.copy()
    moved[:, 0] = 0.0
    found = hats[:, :-1].copy()
    found[:, 1:] -= out[:, None] * (moved[:, 2:] - 2 * moved[:, 1:-1] + moved[:, :-2])
    found[:, 0] -= out * moved[:, 1]
    return found


def _masses(law: Severity, step: float, n: int) -> Floats:
    if isinstance(law, Mixture):
        weights = np.array([weight for weight, _ in law.parts])
        return np.asarray(weights @ grid_masses([part for _, part in law.parts], step, n))
    found = np.zeros(n + 8)
    _add_continuous(found, law, step, n)
    for place, mass in law.atoms:
        if place < n * step:
            start, parts = spread(place, step)
            found[start : start + parts.size] += mass * parts
    return found[:n]


def _add_continuous(found: Floats, law: Severity, step: float, n: int) -> None:
    """What is not in atoms: by differences, with samples between them where the density allows it."""
    low, high = law.ends
    first, last = max(int(low / step) - 1, 0), int(min(high / step, n)) + 3
    if first >= n or sum(mass for _, mass in law.atoms) >= 1.0:
        return
    if not law.is_smooth(step) or first >= FIRST_SAMPLE or last < 4 * FIRST_SAMPLE:
        _add_differences(found, law, step, first, min(last, n + 2))
        return
    _add_differences(found, law, step, 0, FIRST_SAMPLE)
    # The steps around a cap are no whole ones.
    until = last - 6 if last < n else n
    places = np.arange(FIRST_SAMPLE, until, dtype=np.float64)
    found[FIRST_SAMPLE:until] += step * law.density(step * places)
    _mend_seam(found[None], until - 2, *_upto(law, step * (until - 2), step))
    if until < n:
        _add_differences(found, law, step, until - 1, min(last, n + 2), is_seam=True)


def _upto(law: Severity, amount: float, step: float) -> tuple[Floats, Floats]:
    """Mass and mean, in steps, of what is not in atoms up to an amount."""
    end = np.array([amount])
    beyond = law.survival(end)
    share, cost = 1.0 - beyond, law.limited(end) - end * beyond
    for place, mass in law.atoms:
        if place <= end[0]:
            share, cost = share - mass, cost - mass * place
    return share, cost / step


def _add_differences(
    found: Floats, law: Severity, step: float, first: int, last: int, *, is_seam: bool = False
) -> None:
    """Masses at the places from first to last − 1; at a seam, those of `first` are known already."""
    x = step * np.arange(first, last + 2, dtype=np.float64)
    end = x[-2:-1]
    limited, beyond = law.limited(x), float(law.survival(end)[0])
    square = float(law.limited_square(end)[0] - end[0] ** 2 * beyond)
    total = float(law.survival(x[:1])[0]) if is_seam else 1.0
    for place, mass in law.atoms:
        limited = limited - mass * np.minimum(x, place)
        beyond -= mass if place > end[0] else 0.0
        square -= mass * place**2 if place <= end[0] else 0.0
        total -= mass if place > x[0] or not is_seam else 0.0
    hats, left = _hats(limited[None], np.array([beyond]), total=total, step=step)
    if is_seam:
        hats[:, 0] = step * law.density(x[:1])
        moved = hats[0]
        found[first + 1 : last] += moved[1:-1] - SMOOTH * (moved[2:] - 2 * moved[1:-1] + moved[:-2])
        return
    edge = _edge(law, step) if first == 0 else 0.0
    widening = _widening(hats, left, np.array([square / step**2]), start=first)
    found[first:last] += _narrowed(hats, np.array([SMOOTH]) if edge else widening)[0]
    # Where the density starts with a jump and is smooth after it: the next of Gregory's weights.
    found[first : first + 3] -= edge / 24 * np.array([1.0, -2.0, 1.0])


def _edge(law: Severity, step: float) -> float:
    """The mass of a step at the density just above 0, where that is a jump and what follows is smooth."""
    density = law.density(step * np.array([1e-6, 1.0, 2.0]))
    bend = abs(float(density[0] - 2 * density[1] + density[2]))
    return float(step * density[0]) if bend <= 0.02 * density[0] else 0.0
