"""A stored estimate as the engine takes it: the words of `risk curve`, already read into plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from throughline.engine import frequencies, metalog, severities
from throughline.engine.compound_severities import layer
from throughline.engine.frequencies import Frequency
from throughline.engine.losses import AnyScenario, Belief, Panel, Scenario
from throughline.engine.refusals import Refused
from throughline.engine.severities import Severity

Said = Mapping[str, Any]
Made = TypeVar("Made")


def scenario_from(entry: Said) -> AnyScenario:
    """A scenario, or what a panel says of one. Raises Refused at `frequency`, `loss` or `panel`."""
    if "panel" not in entry:
        return Scenario(entry["id"], frequency_from(entry["frequency"]), loss_from(entry["loss"]))
    said = tuple(
        Belief(float(each.get("weight", 1.0)), frequency_from(each["frequency"]), loss_from(each["loss"]))
        for each in entry["panel"]
    )
    return Panel(entry["id"], said)


def frequency_from(said: Said) -> Frequency:
    """How often. Raises Refused at `frequency`."""
    makers: dict[str, Callable[[Any, Any], Frequency]] = {
        "probability": frequencies.probability,
        "rate": frequencies.rate,
        "rate_90ci": lambda ends, per: frequencies.rate_90ci(*_two(ends), per),
    }
    name = _one_of(said, tuple(makers), place="frequency")
    return _placed("frequency", lambda: makers[name](said[name], said.get("per", "year")))


def loss_from(said: Said) -> Severity:
    """How dear. Raises Refused at `loss`."""
    makers: dict[str, Callable[[Any], Severity]] = {
        "ci90": lambda ends: severities.ci90(*ends),
        "pert": lambda amounts: severities.pert(*amounts),
        "quantiles": lambda points: metalog.through_quantiles(
            [(float(share), amount) for share, amount in points.items()]
        ),
        "exponential": severities.exponential,
        "fixed": severities.fixed,
    }
    name = _one_of(said, tuple(makers), place="loss")
    retention, cap = said.get("retention", 0.0), said.get("cap", math.inf)
    return _placed("loss", lambda: layer(makers[name](said[name]), retention=retention, cap=cap))


def _two(ends: Any) -> tuple[Any, Any]:
    low, high = ends
    return low, high


def _one_of(said: Said, names: tuple[str, ...], *, place: str) -> str:
    given = [name for name in names if name in said]
    if len(given) != 1:
        found = " and ".join(given) or "none"
        raise Refused(f"expected one of {', '.join(names)}, found {found}", place=place)
    return given[0]


def _placed(place: str, made: Callable[[], Made]) -> Made:
    try:
        return made()
    except Refused as refused:
        raise Refused(refused.message, place=place, code=refused.code) from None
    except (TypeError, ValueError):
        raise Refused("expected numbers as `risk curve` reads them", place=place, code="value") from None
