"""Survival of windows: what each says of time to repair by what was at risk inside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from throughline.engine.calendar import Period, windows
from throughline.engine.language.checked import PeriodSurvival
from throughline.engine.period_survival import Followed, Lives, lives
from throughline.measures.engines.duckdb import Compiler, both, call, is_null, named, not_a_number, not_null
from throughline.measures.evaluation.estimates import Figure, floats, whole
from throughline.measures.evaluation.samples import Sample, accepted_at, listed, opened_at, rows
from throughline.measures.evaluation.side_by_side import each


def sample_of(measure: PeriodSurvival, compiler: Compiler) -> Sample:
    """When each record began, ended and was accepted, of each group."""
    ended = named(measure.end.column)
    is_repair = measure.end.name == "mitigated"
    values = {
        "start": opened_at(compiler, measure.start, measure.end),
        "end": call("coalesce", ended, not_a_number()),
        "accepted": call("coalesce", accepted_at(compiler), not_a_number()) if is_repair else not_a_number(),
    }
    values["backwards"] = call("coalesce", exp.LT(this=ended.copy(), expression=named("start")), exp.false())
    forward = both(not_null(named("start")), exp.Not(this=named("backwards")))
    aggregates = {
        "starts": listed("start", forward),
        "ends": listed("end", forward.copy()),
        "accepted": listed("accepted", forward.copy()),
        "missing": rows(is_null(named("start"))),
        "negative": rows(named("backwards")),
    }
    return Sample(values, aggregates)


def figures(measure: PeriodSurvival, found: Mapping[str, Any], spans: Sequence[Period]) -> list[Figure]:
    """The figure of each window for one group."""
    if not spans:
        return []
    missing, negative = whole(found["missing"]), whole(found["negative"])
    followed, asked, horizon = _lives(found), windows(spans).tolist(), measure.horizon
    # To put all in order pays for several windows.
    periods = followed.periods(asked, horizon=horizon) if len(asked) > 1 else None

    def told(number: int) -> Figure:
        inside = periods.followed(number) if periods else followed.within(*asked[number], horizon=horizon)
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

    return each(told, range(len(asked)), values=followed.begun.size)


def at_risk(found: Mapping[str, Any], spans: Sequence[Period]) -> list[Followed]:
    """Who was at risk in each window."""
    followed = _lives(found)
    return [followed.within(since, until) for since, until in windows(spans)]


def _lives(found: Mapping[str, Any]) -> Lives:
    return lives(*(floats(found[name]) for name in ("starts", "ends", "accepted")))
