"""Would a change of a series be told from chance? As the form of a key result on it reckons."""

from __future__ import annotations

from datetime import datetime

from throughline.engine import surveys as engine
from throughline.engine.refusals import Refused
from throughline.measures.powers import PLACE, Power, Telling, Told, of_values
from throughline.series.models import Series
from throughline.series.queries import values
from throughline.surveys.noise import of_answers
from throughline.surveys.queries import last_said

# What moved long ago says little of how far it strays today.
BACK = 12
_NOT_SAID = Told(None, None, None)


def telling_of(series: Series, *, ratio: float, now: datetime) -> Telling:
    """What can be told of a change of its newest value by a ratio. Raises Refused where none can be as large.

    The score of a survey is told by its answers, all else by how far its newest values moved.
    """
    history = [each.value for each in values(series, known_at=now) if each.at <= now][-BACK:]
    answered = _by_answers(series, history[-1], ratio) if history and history[-1] > 0 else None
    if answered is None:
        return of_values(history, ratio=ratio, unit=series.unit)
    return Telling(unit=series.unit, ratio=ratio, by=(), found=(answered,))


def _by_answers(series: Series, baseline: float, ratio: float) -> Power | None:
    target = baseline * ratio
    found, said = of_answers(series, baseline=baseline, target=target), last_said(series)
    if found is None or said is None or said.score is None:
        return None
    best = engine.best(said.score)
    if target > best:
        raise Refused(
            f"expected a ratio of at most {best / baseline:.4g}, since the newest score is {baseline:.4g} "
            f"and none is above {best:g}; found {ratio:g}",
            place=PLACE,
            code="no_ratio",
        )
    needed = engine.answers_needed(target - baseline, spread=engine.spread(said.score))
    return Power(
        group={},
        baseline=baseline,
        target=target,
        events=said.n,
        measured=Told(found.power, found.smallest, float(needed)),
        known=_NOT_SAID,
        counted="answer",
    )
