"""What each step of a search was seen to cost, by which the next is chosen (Bénichou et al. 1971)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from throughline.engine.matching.question import Numbers

_TINY = 1e-7


class Falls:
    """What fixing each column at 0 (row 0) and at 1 (row 1) took from the optimum, for the whole way."""

    def __init__(self, count: int) -> None:
        self.sums, self.times = np.zeros((2, count)), np.zeros((2, count))

    def add(self, column: int, value: float, way: float, fall: float) -> None:
        self.sums[int(value), column] += max(0.0, fall) / way
        self.times[int(value), column] += 1

    def again(self) -> Falls:
        """The same, to be added to."""
        other = Falls(self.sums.shape[1])
        other.sums[:], other.times[:] = self.sums, self.times
        return other

    def expected(self, columns: NDArray[np.int64], at: Numbers) -> Numbers:
        """For each of some columns both falls; where little was seen, the mean of all counts once more."""
        means = self.sums.sum(axis=1) / np.maximum(1.0, self.times.sum(axis=1))
        rates = (self.sums[:, columns] + means[:, None]) / (self.times[:, columns] + 1)
        return np.asarray(np.maximum(rates * np.stack([at, 1 - at]), _TINY), np.float64)
