"""Known from a wider answer: of a survival those whose time is over, of a count the same by fewer groups."""

from __future__ import annotations

from dataclasses import replace

from throughline.engine.language.checked import All, Column, Condition, Count, Negation, Survival, Unknown
from throughline.engine.metrics import Metric
from throughline.measures.evaluation.estimates import floats, whole
from throughline.measures.evaluation.figures import Aggregates


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
