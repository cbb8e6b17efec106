"""Whether extremising has earned to speak for this team's panels: learnt of its own questions only."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.engine import forecast_scores, pooling
from throughline.forecasts.scores import Asked, asked


@dataclass(frozen=True, slots=True)
class Learnt:
    """How many scenarios are resolved, and the exponent that would have served them best; None of none.

    `is_better` says whether the pools, as they were extremised at their reveal, scored better than the plain
    ones.
    """

    questions: int
    exponent: float | None
    is_better: bool

    @property
    def speaks(self) -> bool:
        """Whether the extremised pool is the headline from now on."""
        return self.is_better and self.questions >= pooling.ENOUGH_TO_EXTREMISE


def learnt() -> Learnt:
    """What all resolved scenarios say of extremising; of several rooms about one, the last counts."""
    last = list({each.outcome.scenario_id: each for each in asked()}.values())
    if not last:
        return Learnt(0, None, False)
    plain, came = _chances(last, pooling.GEOMETRIC), [each.outcome.happened for each in last]
    exponent = pooling.learnt_exponent(pooling.log_odds(plain), came)
    gain = forecast_scores.brier(plain, came) - forecast_scores.brier(
        _chances(last, pooling.EXTREMISED), came
    )
    return Learnt(len(last), exponent, bool(gain.mean() > 0))


def _chances(found: list[Asked], method: str) -> list[float]:
    return [each.chances[method] for each in found]
