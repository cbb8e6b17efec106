"""Can a target on a survey's score be told from chance? So many answered last time; so many will again."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine import surveys as engine
from throughline.engine.noise import TOO_WEAK, Noise
from throughline.series.models import Series
from throughline.surveys.queries import last_said
from throughline.surveys.sentences import needed_said


def of_answers(series: Series, *, baseline: float, target: float) -> Noise | None:
    """The noise of a move from baseline to target; None where no survey writes it, or says nothing yet."""
    found = last_said(series)
    if found is None or found.score is None:
        return None
    given = {"before": float(found.n), "after": float(found.n), "spread": engine.spread(found.score)}
    reach = engine.smallest_move(**given)
    return Noise(
        expected=float(found.n),
        power=engine.move_power(target - baseline, **given),
        smallest=baseline + (reach if target > baseline else -reach),
    )


def warnings_of(series: Series, *, baseline: float, target: float) -> Iterator[dict[str, str]]:
    """That too few answer for such a move to show, with the number that would do."""
    found = last_said(series)
    if found is None or found.score is None or target == baseline:
        return
    spread, move = engine.spread(found.score), abs(target - baseline)
    power = engine.move_power(move, before=found.n, after=found.n, spread=spread)
    if power < TOO_WEAK:
        needed = engine.answers_needed(move, spread=spread)
        message = needed_said(move, unit=series.unit, n=found.n, power=power, needed=needed)
        yield {"code": "too_few_answers", "message": message}
