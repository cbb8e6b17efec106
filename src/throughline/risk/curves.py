"""Loss exceedance curves of the register: each stage, what was known before, and how much loss is borne."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from throughline.charts import Chart
from throughline.charts.exceedance import Curve, Place, exceedance
from throughline.engine.losses import Appetite, Portfolio
from throughline.risk.amounts import difference, said
from throughline.risk.appetites import appetite_now, curve_of
from throughline.risk.chances import said as chance_said
from throughline.risk.documents import STAGES, Estimated, document
from throughline.risk.portfolios import chances_above, portfolio_of
from throughline.ui import words

NAMES = {
    "inherent": "Without our controls",
    "residual": "As things stand",
    "target": "Where we want to be",
    "appetite": "Borne at most",
}
# Where a curve is worked out: evenly between its ends, so that no place of the tail is left out.
PLACES = 160
RAREST = 1e-4
# Of the table: the amounts people name.
STEPS = (1, 2, 5)
LEVELS = (("1 year in 2", 0.5), ("1 in 10", 0.9), ("1 in 20", 0.95), ("1 in 100", 0.99))


@dataclass(frozen=True, slots=True)
class Curves:
    """The portfolios that are drawn, each with its document."""

    of: dict[str, Portfolio]
    documents: dict[str, dict[str, Any]]
    # Scenarios that have no estimate of a stage and stand there as they are.
    borrowed: dict[str, int]
    appetite: Appetite | None
    since: datetime
    # The scenarios that count.
    rows: tuple[Estimated, ...]

    @property
    def estimates(self) -> int:
        """How many estimates the figures of today rest on."""
        return len(self.rows)

    def name(self, kind: str) -> str:
        """What a curve is called; the earlier one by its day."""
        return NAMES.get(kind) or f"On {words.day(self.since)}"

    @property
    def now(self) -> Portfolio | None:
        """The portfolio as things stand."""
        return self.of.get("residual")

    def chance(self, kind: str, loss: float) -> float:
        """The chance that a year costs more than an amount."""
        if kind == "appetite" and self.appetite is not None:
            return float(self.appetite.accepted([loss])[0])
        return chances_above(self.of[kind], [loss])[0]

    @property
    def kinds(self) -> list[str]:
        """What is drawn, in the order of the legend."""
        order = ("inherent", "residual", "target", "baseline", "appetite")
        return [kind for kind in order if kind in self.of or (kind == "appetite" and self.appetite)]


def curves_of(
    rows: Sequence[Estimated], before: Sequence[Estimated], *, since: datetime, is_part: bool = False
) -> Curves:
    """The curves of scenarios, and of the same register as it was known at `since`.

    What is borne is stated for the whole register: a part of it is not held against that.
    """
    documents = {"residual": document(rows)}
    borrowed = {}
    counted = [each for each in rows if each.counts]
    for stage in STAGES:
        lacking = sum(stage not in each.newest for each in counted)
        if stage != "residual" and lacking < len(counted):
            documents[stage], borrowed[stage] = document(rows, stage), lacking
    earlier = document(before)
    if earlier != documents["residual"]:
        documents["baseline"] = earlier
    found = {kind: portfolio_of(each) for kind, each in documents.items()}
    stated = None if is_part else appetite_now()
    return Curves(
        {kind: each for kind, each in found.items() if each is not None},
        documents,
        borrowed,
        curve_of(stated) if stated else None,
        since,
        tuple(counted),
    )


def grid(curves: Curves) -> list[float]:
    """The amounts at which every curve is worked out: evenly on the log scale, out to the rarest."""
    if not curves.of:
        return []
    high = max(each.quantile(1 - RAREST) for each in curves.of.values())
    low = _lowest(curves.now or next(iter(curves.of.values())))
    return [float(each) for each in np.geomspace(low, max(high, low * 10), PLACES)]


def points(curves: Curves, losses: Sequence[float] | None = None) -> list[dict[str, float]]:
    """The chance of each curve at each amount."""
    at = list(losses) if losses is not None else grid(curves)
    found = {kind: chances_above(curves.of[kind], at) for kind in curves.kinds if kind in curves.of}
    if curves.appetite is not None:
        found["appetite"] = curves.appetite.accepted(at).tolist()
    return [
        {"loss": loss, **{kind: values[number] for kind, values in found.items()}}
        for number, loss in enumerate(at)
    ]


def round_amounts(curves: Curves) -> list[float]:
    """1, 2 and 5 of each power between the ends of the curves: what the table twin says."""
    at = grid(curves)
    if not at:
        return []
    low, high = int(np.floor(np.log10(at[0]))), int(np.ceil(np.log10(at[-1])))
    found = [step * 10.0**power for power in range(low, high + 1) for step in STEPS]
    return [each for each in found if at[0] <= each <= at[-1] * 1.0001]


def chart(
    curves: Curves, *, asked: Iterable[float] = (), kinds: Sequence[str] = (), height: int = 340
) -> Chart:
    """The curves with what is borne, and the places that are asked about."""
    shown = [kind for kind in curves.kinds if not kinds or kind in kinds]
    drawn = points(curves)
    stated = appetite_now() if "appetite" in shown else None
    # Below the least amount that is stated, nothing was said of what is borne.
    least = min((each["loss"] for each in stated.points), default=0.0) if stated else 0.0
    return exceedance(
        [
            Curve(
                kind,
                curves.name(kind),
                tuple(
                    _place(each["loss"], each[kind])
                    for each in drawn
                    if kind != "appetite" or each["loss"] >= least
                ),
            )
            for kind in shown
        ],
        title="How likely it is that a year costs more",
        summary=summary(curves, shown),
        columns=("A year costs more than", *(curves.name(kind) for kind in shown)),
        rows=tuple(
            (said(each["loss"]), *(chance_said(each[kind]) for kind in shown))
            for each in points(curves, round_amounts(curves))
        ),
        asked=[_place(each, curves.chance("residual", each)) for each in asked if curves.now],
        stated=[_place(each["loss"], each["probability"]) for each in (stated.points if stated else ())],
        height=height,
    )


def summary(curves: Curves, shown: Sequence[str]) -> str:
    """What the curves say, in one sentence."""
    now = curves.now
    if now is None:
        return "No scenario is estimated yet, so there is no curve."
    said_now = _said_now(now)
    others = [
        f"{said(curves.of[kind].quantile(0.99))} {words}"
        for kind, words in (("inherent", "without our controls"), ("target", "where we want to be"))
        if kind in shown
    ]
    return f"{said_now}; at 1 % it would be {' and '.join(others)}." if others else f"{said_now}."


def _said_now(now: Portfolio) -> str:
    often, seldom = now.quantile(0.9), now.quantile(0.99)
    any_loss = f"a year costs anything at all with a chance of {chance_said(1 - now.p_zero, figures=2)}"
    if seldom <= 0:
        return f"As things stand {any_loss}"
    begin = f"a year costs more than {said(often)} with a chance of 10 %" if often > 0 else any_loss
    return f"As things stand {begin}, and more than {said(seldom)} with 1 %"


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and now."""

    name: str
    before: float
    now: float

    @property
    def change(self) -> float:
        """Of the amounts as they are shown."""
        return difference(self.now, self.before)


def differences(curves: Curves) -> list[Difference]:
    """What became of the mean and of the losses of each rarity since the baseline."""
    now, before = curves.now, curves.of.get("baseline")
    if now is None or before is None:
        return []
    return [
        Difference("on average", before.mean, now.mean),
        *(Difference(name, before.quantile(level), now.quantile(level)) for name, level in LEVELS),
    ]


def _lowest(found: Portfolio) -> float:
    """A small loss to begin with: one that most years with a loss exceed."""
    level = min(max(found.p_zero + 0.05 * (1 - found.p_zero), 1e-9), 1 - 1e-9)
    return max(found.quantile(level), found.mean * 1e-4, 1.0)


def _place(loss: float, probability: float) -> Place:
    return Place(loss, probability, said(loss), chance_said(probability, figures=2))
