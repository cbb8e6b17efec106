"""Known from an answer before: of a survival who is over or was open, of a count the same by fewer groups."""

from __future__ import annotations

from dataclasses import replace

from throughline.engine.language.checked import (
    All,
    AverageOpen,
    Calculation,
    Column,
    Condition,
    Count,
    Negation,
    OpenAge,
    OpenAtEnd,
    PeriodSurvival,
    Statistic,
    Survival,
    Unknown,
)
from throughline.engine.language.fields import Kind
from throughline.engine.metrics import Metric
from throughline.measures.evaluation import areas
from throughline.measures.evaluation.estimates import floats, whole
from throughline.measures.evaluation.figures import Aggregates

# A mean of many is added up where the values lie, without a list.
ORDERED = ("median", "p90")


def ended_of(metric: Metric, wider: Metric, found: Aggregates) -> Aggregates | None:
    """The aggregates of a metric from those of one that it narrows to what is repaired; else None.

    Both are without groups, and asked of the same period and knowledge.
    """
    if not is_narrower(metric, wider) or wider.by:
        return None
    if any(map(whole, [*found.found["missing"], *found.found["negative"]])):
        # Of these nobody counted how many are repaired; mostly there are none.
        return None
    [repairs] = found.found["repaired"]
    nothing = {name: [None] for name in ("accepted", "still", "accepted_age")}
    counts = {"missing": [0], "negative": [0], "looked_at": [floats(repairs).size]}
    return Aggregates(found.found.plain({"repaired": [repairs], **nothing, **counts}), found.keys)


def comes_with(metric: Metric, wider: Metric, *, in_a_period: bool) -> bool:
    """Whether a metric without groups is known from the answer to another, whatever the groups of that."""
    closed = not in_a_period and has_closed(metric, wider)
    return closed or is_narrower(metric, wider) or has_same_spells(metric, wider)


def closed_of(metric: Metric, wider: Metric, found: Aggregates) -> Aggregates | None:
    """The aggregates of a plain time to repair from those of a survival of the same records; else None.

    Both are without groups, and of no period: each would be placed in it by another date.
    """
    if wider.by or not has_closed(metric, wider):
        return None
    if any(map(whole, [*found.found["missing"], *found.found["negative"]])):
        # Of these nobody counted how many are repaired; mostly there are none.
        return None
    [repairs], [n] = found.found["repaired"], found.found["looked_at"]
    closed = floats(repairs)
    counts = {"missing": [0], "negative": [0], "n_open": [whole(n) - closed.size], "looked_at": [n]}
    return Aggregates(found.found.plain({"values": [closed], **counts}), found.keys)


def has_closed(metric: Metric, wider: Metric) -> bool:
    """Whether a median or ninth decile is of the closed ones of a survival, whatever the groups of that."""
    one, other = metric.measure, wider.measure
    if not isinstance(one, Statistic) or not isinstance(other, Survival) or metric.by:
        return False
    took = Calculation("-", Column(other.end), Column(other.start), Kind.DURATION)
    if one.name not in ORDERED or one.value != took or other.end.name != "mitigated":
        return False
    return metric.condition == wider.condition


def is_narrower(metric: Metric, wider: Metric) -> bool:
    """Whether a metric without groups is of the repaired ones of another, whatever the groups of that."""
    one, other = metric.measure, wider.measure
    if not isinstance(one, Survival) or not isinstance(other, Survival) or metric.by:
        return False
    if (one.start, one.end, metric.at) != (other.start, other.end, wider.at):
        return False
    repaired = Negation(Unknown(Column(one.end)))
    asked = list(_parts(metric.condition))
    # Of no other date it is the same whether it is there and whether it was there by the day asked about.
    if one.end.name != "mitigated" or repaired not in asked:
        return False
    asked.remove(repaired)
    return asked == list(_parts(wider.condition))


def same_spells(metric: Metric, wider: Metric, found: Aggregates) -> Aggregates | None:
    """The spells of a measure of windows from those of another of the same records; else None."""
    return found if not wider.by and has_same_spells(metric, wider) else None


def has_same_spells(metric: Metric, wider: Metric) -> bool:
    """Whether a metric without groups is of the spells of another of windows, whatever the groups of that."""
    one, other = metric.measure, wider.measure
    if metric.by or not isinstance(one, AverageOpen | OpenAtEnd | OpenAge):
        return False
    if isinstance(other, PeriodSurvival):
        is_same = (other.start, other.end.name) == (areas.start_of(one), "mitigated")
    elif isinstance(one, AverageOpen | OpenAtEnd) and isinstance(other, AverageOpen | OpenAtEnd):
        is_same = areas.start_of(one) == areas.start_of(other)
    else:
        # Of ages and of numbers others are listed.
        return False
    return is_same and (metric.condition, metric.at) == (wider.condition, wider.at)


def fewer_groups(metric: Metric, finer: Metric, found: Aggregates) -> Aggregates | None:
    """The aggregates of a count from those of the same by these dimensions and others; else None."""
    same = replace(finer, definition=metric.definition, by=metric.by)
    if not isinstance(metric.measure, Count) or same != metric:
        return None
    if any(each.unit and each not in metric.by for each in finer.by):
        # Records without the date are in none of its periods.
        return None
    if not found.keys or any(each not in finer.by for each in metric.by):
        return None
    return found.by([finer.by.index(each) for each in metric.by])


def _parts(condition: Condition | None) -> list[Condition]:
    if isinstance(condition, All):
        return [part for each in condition.parts for part in _parts(each)]
    return [] if condition is None else [condition]
