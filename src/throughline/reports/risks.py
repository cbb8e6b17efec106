"""The register in money, as it stood at the end of what is told and at its beginning."""

from __future__ import annotations

from datetime import datetime

from throughline.reports.content import Risk, Scenario
from throughline.risk import amounts, chances
from throughline.risk.curves import chart, curves_of
from throughline.risk.documents import Estimated, document, estimated
from throughline.risk.models import Scenario as Judged
from throughline.risk.portfolios import Figures, figures_of

# What a director can weigh; the register has them all.
MOST_SCENARIOS = 8
CHART_HEIGHT = 220
NOT_BEGUN = "The quarter has not begun, so there is nothing yet that it changed."


def risk_between(since: datetime, until: datetime) -> Risk | None:
    """Both states of the register, one before the quarter began; None where nothing is estimated."""
    every = estimated(Judged.objects.all())
    now = [each.as_of(until) for each in every if each.ran_at(until)]
    has_begun = since <= until
    then = [each.as_of(since) for each in every if each.ran_at(since)] if has_begun else []
    figures = figures_of(document(now))
    if figures is None:
        return None
    before = figures_of(document(then))
    curves = curves_of(now, then, since=since)
    shown = [kind for kind in curves.kinds if kind in ("residual", "baseline", "appetite")]
    return Risk(
        n=figures.n,
        n_before=before.n if before else 0,
        stale=sum(bool(each.staleness(until)) for each in now),
        mean=figures.mean,
        tail=figures.tail,
        mean_before=before.mean if before else None,
        tail_before=before.tail if before else None,
        mean_said=amounts.rough(figures.mean),
        tail_said=amounts.rough(figures.tail),
        sentence=_sentence(figures),
        change=_change(figures, before) if has_begun else NOT_BEGUN,
        scenarios=tuple(_scenarios(now, figures)),
        chart=chart(curves, kinds=shown, height=CHART_HEIGHT),
    )


def _sentence(figures: Figures) -> str:
    begin = "The one estimated scenario costs" if figures.n == 1 else f"{figures.n} scenarios cost"
    far = "" if figures.tail <= 0 else f"; one year in twenty costs more than {amounts.rough(figures.tail)}"
    return f"{begin} {amounts.rough(figures.mean)} a year on average{far}."


def _change(figures: Figures, before: Figures | None) -> str:
    if before is None:
        return "No scenario was estimated when the quarter began."
    if before.n != figures.n:
        verb = "was" if before.n == 1 else "were"
        return (
            f"When the quarter began, {before.n} of them {verb} estimated, at {amounts.rough(before.mean)} "
            "a year: the two are not alike."
        )
    change = amounts.difference(figures.mean, before.mean)
    if not change:
        return "That is as it was when the quarter began."
    way = "more" if change > 0 else "less"
    return (
        f"That is {amounts.rough(abs(change))} {way} than when the quarter began "
        f"({amounts.rough(before.mean)})."
    )


def _scenarios(now: list[Estimated], figures: Figures) -> list[Scenario]:
    counted = [each for each in now if each.counts]
    dearest = sorted(counted, key=lambda each: -figures.means[each.scenario.key])[:MOST_SCENARIOS]
    return [
        Scenario(
            statement=each.scenario.statement,
            mean=amounts.rough(figures.means[each.scenario.key]),
            share=chances.said(figures.shares[each.scenario.key], figures=2),
        )
        for each in dearest
    ]
