"""What is asked of the curves, and the answer as plain data, for pages and programs alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from throughline.engine.losses import FORMULA_VERSION
from throughline.engine.refusals import Refused
from throughline.risk.amounts import amount_of
from throughline.risk.curves import Curves, curves_of, points
from throughline.risk.models import Scenario
from throughline.risk.portfolios import chances_above, layer
from throughline.risk.register import Chosen, baseline_of, chosen_of, known_then, register

T = TypeVar("T")


@dataclass(slots=True)
class Asked:
    """What an address asks for, and beside which field something is wrong."""

    chosen: Chosen
    texts: dict[str, str]
    since: datetime
    loss: float | None = None
    low: float | None = None
    high: float | None = None
    problems: dict[str, str] = field(default_factory=dict)


def asked_of(given: Mapping[str, str], *, now: datetime) -> Asked:
    """What an address asks for; what is wrong with an amount or a day is kept beside it. Raises Refused."""
    texts = {name: given.get(name, "").strip() for name in ("loss", "from", "to", "since")}
    asked = Asked(chosen_of(given), texts, baseline_of("", now=now))

    def read(name: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(texts[name]) if texts[name] else otherwise
        except Refused as refused:
            asked.problems[name] = refused.message
            return otherwise

    asked.since = read("since", lambda text: baseline_of(text, now=now), asked.since)
    asked.loss = read("loss", lambda text: amount_of(text, place="loss"), None)
    asked.low = read("from", lambda text: amount_of(text, place="from"), None)
    asked.high = read("to", lambda text: amount_of(text, place="to"), None)
    if asked.low is not None and asked.high is not None and asked.low >= asked.high:
        asked.problems["to"] = f"the layer starts at {texts['from']} and ends at {texts['to']}: swap them"
    return asked


def curves_for(scenarios: QuerySet[Scenario], asked: Asked, *, now: datetime) -> Curves:
    """The curves of those scenarios that are asked for."""
    found = register(scenarios, asked.chosen, now=now)
    before = known_then(scenarios, asked.chosen, until=asked.since)
    rows = [each.stands for each in found.lines]
    return curves_of(rows, before, since=asked.since, is_part=asked.chosen.is_narrow)


def answer(curves: Curves, asked: Asked) -> dict[str, float] | None:
    """The chance that a year costs more than the amount asked for, of each curve."""
    if asked.loss is None or not curves.of:
        return None
    return {"loss": asked.loss, **{kind: curves.chance(kind, asked.loss) for kind in curves.kinds}}


def layer_of(curves: Curves, asked: Asked) -> dict[str, float] | None:
    """What a year costs on average between two amounts, and how often it gets there."""
    now = curves.now
    if now is None or asked.low is None or asked.high is None or asked.problems:
        return None
    reached, used_up = chances_above(now, [asked.low, asked.high])
    between = layer(now, asked.low, asked.high)
    return {
        "from": asked.low,
        "to": asked.high,
        "mean": between,
        "reached": reached,
        "used_up": used_up,
        "of_width": between / (asked.high - asked.low),
    }


def document(scenarios: QuerySet[Scenario], asked: Asked, *, now: datetime) -> dict[str, Any]:
    """Every place of the chart, none of the tail left out. Raises Refused with the field that is wrong."""
    for name, message in asked.problems.items():
        raise Refused(message, place=name)
    curves = curves_for(scenarios, asked, now=now)
    return {
        "formula_version": FORMULA_VERSION,
        "since": asked.since,
        "estimates": curves.documents,
        "curves": points(curves),
        "answer": answer(curves, asked),
        "layer": layer_of(curves, asked),
    }
