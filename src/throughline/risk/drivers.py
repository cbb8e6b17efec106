"""What drives the bad years: how much smaller they would be without each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from throughline.charts import Chart
from throughline.charts.exceedance import tornado
from throughline.risk.amounts import said, spread
from throughline.risk.documents import Estimated
from throughline.risk.portfolios import FAR, Document, portfolio_of, without_each

MOST = 6
TITLE = "What drives the 1 year in 100"


def drivers(document: Document, rows: Sequence[Estimated]) -> Chart | None:
    """The year in a hundred with and without each of the scenarios that weigh most in it, the heaviest first.

    None where there are not two: without the only one, there is no loss.
    """
    found = portfolio_of(document)
    if found is None or len(found.scenarios) < 2:
        return None
    now = found.quantile(FAR)
    weigh = {key: tail for key, tail in without_each(document, FAR, MOST) if tail < now}
    if not weigh:
        return None
    bars = [(name, low, now, spread(low, now)) for name, low in _named(weigh, rows)]
    first = bars[0]
    summary = (
        f"Without “{first[0]}”, 1 year in 100 would cost more than {said(first[1])} instead of {said(now)}."
    )
    return tornado(bars, middle=now, title=TITLE, summary=summary, noun="1 year in 100 costs more than")


def _named(tails: Mapping[str, float], rows: Sequence[Estimated]) -> list[tuple[str, float]]:
    statements = {each.scenario.key: each.scenario.statement for each in rows}
    return sorted(((statements[key], tail) for key, tail in tails.items()), key=lambda each: each[1])
