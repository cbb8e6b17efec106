"""Survival of windows: what each says of time to repair by what was at risk inside of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from throughline.engine.ages_by_minute import CountedByMinute
from throughline.engine.calendar import Period, windows
from throughline.engine.language.checked import PeriodSurvival
from throughline.engine.lives import Lives, Periods, Window, lives
from throughline.engine.period_survival import Followed
from throughline.measures.engines.duckdb import (
    Compiler,
    both,
    call,
    is_null,
    named,
    not_a_number,
    not_null,
    surely,
)
from throughline.measures.evaluation.estimates import Figure, floats, whole
from throughline.measures.evaluation.found import Found
from throughline.measures.evaluation.samples import Sample, accepted_at, listed, opened_at, rows
from throughline.measures.evaluation.side_by_side import each

# Fewer are followed anew whenever somebody looks.
MANY_LIVES = 50_000
LIVES, PERIODS, STOOD, RECENT = "lives", "periods", "stood", "recent"


def sample_of(measure: PeriodSurvival, compiler: Compiler) -> Sample:
    """When each record began and ended, of each group; of the few that are accepted and go on, since when."""
    ended = named(measure.end.column)
    is_repair = measure.end.name == "mitigated"
    values = {
        "start": opened_at(compiler, measure.start, measure.end),
        "end": call("coalesce", ended, not_a_number()),
        # Few are not repaired: of the others nobody looks at what was accepted.
        "accepted": accepted_at(compiler, is_null(ended.copy()))
        if is_repair
        else exp.cast(exp.Null(), "DOUBLE"),
        "backwards": surely(exp.LT(this=ended.copy(), expression=named("start"))),
        "forward": both(not_null(named("start")), exp.Not(this=named("backwards"))),
    }
    others = both(named("forward"), is_null(named("accepted")))
    borne = both(named("forward"), not_null(named("accepted")))
    aggregates = {
        "starts": listed("start", others),
        "ends": listed("end", others.copy()),
        "borne": listed("start", borne),
        "accepted": listed("accepted", borne.copy()),
        "missing": rows(is_null(named("start"))),
        "negative": rows(named("backwards")),
    }
    return Sample(values, aggregates)


def figures(
    measure: PeriodSurvival, found: Found, spans: Sequence[Period], *, settled: float
) -> list[Figure]:
    """The figure of each window for one group; what was over before `settled` no clock moves."""
    asked, horizon = windows(spans).tolist(), measure.horizon
    if not asked:
        return []
    missing, negative = whole(found["missing"]), whole(found["negative"])

    def told(inside: Followed) -> Figure:
        mean = inside.restricted_mean(horizon=horizon)
        beyond = mean.starts_at is not None and not mean.reached
        return Figure(
            mean.estimate,
            inside.n_open,
            missing,
            negative,
            beyond=beyond,
            thin_from=mean.thin_from,
            starts_at=mean.starts_at if inside.n else 0.0,
        )

    if len(asked) == 1:
        return [told(_alone(found, *asked[0], horizon=horizon, settled=settled))]
    # To put all in order pays for several windows.
    followed = _recent(found, asked) or _lives(found)
    periods = followed.periods(asked, horizon=horizon)
    if followed is found.near.get(LIVES):
        _keep_recent(found, followed, asked)
        found.near[PERIODS, horizon] = periods
    figures: list[Figure] = []
    for numbers, inside, is_counted in periods.blocks():
        left = 0 if is_counted else followed.begun.size
        figures += each(partial(_told_of, told, inside), numbers, values=left * len(numbers))
    return figures


def _told_of(told: Callable[[Followed], Figure], inside: Callable[[int], Followed], number: int) -> Figure:
    return told(inside(number))


def at_risk(found: Found, spans: Sequence[Period]) -> list[Followed]:
    """Who was at risk in each window."""
    asked = windows(spans).tolist()
    followed = _recent(found, asked) or _lives(found)
    return [followed.within(since, until) for since, until in asked]


def _alone(found: Found, since: float, until: float, *, horizon: float, settled: float) -> Followed:
    """Who was at risk in one window; of one that runs on, whoever was over before is put in order once."""
    if recent := _recent(found, [(since, until)]):
        return recent.within(since, until, horizon=horizon)
    stood, gone = found.made.get(STOOD), found.made.get((STOOD, since, horizon))
    if stood is None or gone is None:
        every = _lives(found)
        if every.begun.size < MANY_LIVES or not settled <= until:
            return every.within(since, until, horizon=horizon)
        stood = every.standing(settled)
        gone = _gone_of_all(found, every, since, until, horizon=horizon, settled=settled)
        gone = gone or every.gone(since, settled, until=until, horizon=horizon)
        found.keep(STOOD, stood, size=stood.nbytes)
        found.keep((STOOD, since, horizon), gone, size=gone.nbytes)
    inside = (
        gone.joined(stood.counted(since, until, horizon=horizon))
        if isinstance(gone, CountedByMinute)
        else stood.within(since, until, horizon=horizon).behind(gone)
    )
    return inside or _lives(found).within(since, until, horizon=horizon)


def _gone_of_all(
    found: Found, every: Lives, since: float, until: float, *, horizon: float, settled: float
) -> CountedByMinute | None:
    """Who was over before, where the windows of all time were just counted."""
    periods: Periods | None = found.near.get((PERIODS, horizon))
    if periods is None or (every.begun < since).any():
        return None
    return periods.gone(settled, until)


def _keep_recent(found: Found, every: Lives, asked: Sequence[Window]) -> None:
    """Keep whoever was there when the last window but one began: who looks again looks at those."""
    if every.begun.size >= MANY_LIVES:
        since = asked[-2][0]
        recent = every.standing(since)
        found.keep(RECENT, (since, recent), size=recent.nbytes)


def _recent(found: Found, asked: Sequence[Window]) -> Lives | None:
    since, recent = found.made.get(RECENT) or (math.inf, None)
    return recent if asked and since <= min(start for start, _ in asked) else None


def _lives(found: Found) -> Lives:
    if LIVES not in found.near:
        found.near[LIVES] = _lives_of(found)
    every: Lives = found.near[LIVES]
    return every


def _lives_of(found: Mapping[str, Any]) -> Lives:
    starts, ends, borne, accepted = (floats(found[name]) for name in ("starts", "ends", "borne", "accepted"))
    if not borne.size:
        return lives(starts, ends)
    given_up = np.concatenate((np.full(starts.size, np.nan), accepted))
    return lives(*spells_of(found), given_up)


def spells_of(found: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When each began and ended, whatever was accepted."""
    starts, ends, borne = (floats(found[name]) for name in ("starts", "ends", "borne"))
    if not borne.size:
        return starts, ends
    return np.concatenate((starts, borne)), np.concatenate((ends, np.full(borne.size, np.nan)))
