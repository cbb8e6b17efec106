"""Risk in money on a tile: the register by its dearest scenarios, and the curve of a year."""

from __future__ import annotations

import re

from django.http import QueryDict

from throughline.dashboards.figures import Before, Figure, Line
from throughline.dashboards.looking import Looking
from throughline.engine.calendar import quarter_of
from throughline.risk.amounts import amount_of, said
from throughline.risk.chances import said as chance_said
from throughline.risk.curves import Curves, chart, curves_of
from throughline.risk.documents import document
from throughline.risk.portfolios import TAIL, figures_of
from throughline.risk.register import Register, chosen_of, sentence

MOST_LINES = 4
DRAWN = ("inherent", "residual", "appetite")
NOTHING = "No scenario is estimated yet: open the register and estimate one."
WHEN = "when the quarter began"


def risk(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """What a year costs on average, with the scenarios that cost most."""
    chosen = chosen_of(_asked(query))
    one, then = looking.register(chosen)
    title = ", ".join(["A year costs on average", *(words for words, _ in chosen.said)])
    figures, lines = one.figures, _lines(one)
    if figures is None:
        return Figure(title=title, note=NOTHING)
    before = figures_of(document(then))
    return Figure(
        title=title,
        sentence=sentence(one),
        value=figures.mean,
        said=said(figures.mean),
        before=Before(f"{said(before.mean)} {WHEN}", before.mean) if before else None,
        note=f"{one.stale} of {len(one.lines)} are stale." if one.stale else "",
        lines=lines,
        as_of=max((each.stands.residual.at for each in one.lines if each.stands.residual), default=None),
        rows=chosen.address("/risk/"),
        columns=("Scenario", "A year on average"),
        cells=tuple((each.name, each.value) for each in lines),
    )


def curve(looking: Looking, query: QueryDict, found: re.Match[str]) -> Figure:
    """How likely it is that a year costs more: of the amount in the address, else the year in twenty."""
    chosen = chosen_of(_asked(query))
    asked = amount_of(str(query["loss"]), place="loss") if str(query.get("loss", "")).strip() else None
    one, then = looking.register(chosen)
    since = quarter_of(looking.now).start
    curves = curves_of([each.stands for each in one.lines], then, since=since, is_part=chosen.is_narrow)
    now = curves.now
    if now is None:
        return Figure(title="What a year may cost", note=NOTHING)
    drawn = chart(curves, kinds=DRAWN, asked=[asked] if asked else ())
    value = curves.chance("residual", asked) if asked else now.quantile(TAIL)
    return Figure(
        title=f"Chance that a year costs more than {said(asked)}"
        if asked
        else "1 year in 20 costs more than",
        sentence=f"{drawn.summary.split(';')[0].rstrip('.')}.",
        value=value,
        said=chance_said(value, figures=2) if asked else said(value),
        before=_before(curves, asked),
        chart=drawn,
        as_of=max((each.residual.at for each in curves.rows if each.residual), default=None),
        rows=chosen.address("/risk/curve/", **({"loss": str(query["loss"])} if asked else {})),
    )


def _asked(query: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in query.items()}


def _lines(one: Register) -> tuple[Line, ...]:
    return tuple(
        Line(
            each.scenario.statement,
            said(each.mean),
            f"{chance_said(each.share, figures=2)} of the worst years",
            "stale" if each.stale else "",
            address=f"/scenarios/{each.scenario.key}/",
        )
        for each in one.lines[:MOST_LINES]
        if each.mean is not None
    )


def _before(curves: Curves, asked: float | None) -> Before | None:
    then = curves.of.get("baseline")
    if then is None:
        return None
    value = curves.chance("baseline", asked) if asked else then.quantile(TAIL)
    return Before(f"{chance_said(value, figures=2) if asked else said(value)} {WHEN}", value)
