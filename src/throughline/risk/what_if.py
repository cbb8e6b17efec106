"""What if initiatives work: the mean and the tail before and after, what that costs, and what it returns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from throughline.charts import Chart
from throughline.charts.exceedance import tornado
from throughline.engine import treatments as engine
from throughline.engine.losses import Portfolio
from throughline.engine.losses.scenarios import mean
from throughline.engine.refusals import Refused
from throughline.engine.treatments import Interval, Range, Return, Source, Swing
from throughline.objectives.models import Initiative
from throughline.risk.amounts import difference, spread
from throughline.risk.amounts import said as money
from throughline.risk.documents import Estimated, document
from throughline.risk.laws import scenario_from
from throughline.risk.models import Cost, Scenario, Treatment
from throughline.risk.portfolios import FAR, TAIL, portfolio_of
from throughline.risk.register import Chosen, register
from throughline.risk.treatments import ranges_of

MOST = 12
PARTS = {"frequency": "how often", "loss": "how dear"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the register before and after the work."""

    name: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """Of the amounts as they are shown."""
        return difference(self.after, self.before)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the work makes of the register; `missing` says in words why a figure is not there."""

    initiatives: tuple[Initiative, ...]
    figures: tuple[Figure, ...] = ()
    reduction: Interval | None = None
    returned: Return | None = None
    swings: tuple[Swing, ...] = ()
    treated: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def what_if_of(
    scenarios: QuerySet[Scenario], keys: Iterable[str], *, now: datetime
) -> tuple[WhatIf, dict[str, str]]:
    """What the initiatives of those keys would change, and what each scenario says. Raises Refused."""
    asked = list(dict.fromkeys(keys))
    if len(asked) > MOST:
        raise Refused(f"expected at most {MOST} initiatives, found {len(asked)}", place="initiative")
    known = {each.key: each for each in Initiative.objects.filter(key__in=asked)}
    if unknown := [key for key in asked if key not in known]:
        raise Refused(f"there is no initiative '{unknown[0]}'", place="initiative", code="unknown")
    rows = [each.stands for each in register(scenarios, Chosen(), now=now).lines]
    statements = {each.scenario.key: each.scenario.statement for each in rows}
    return what_if([known[key] for key in asked], rows), statements


def what_if(initiatives: Sequence[Initiative], rows: Sequence[Estimated]) -> WhatIf:
    """The register as it stands against the register after the work of all these initiatives.

    After: every range at its mean. The interval of the reduction and of the return comes from the ranges of
    the treatments and of the costs, spread evenly and independent of each other.
    """
    found = tuple(initiatives)
    said = document(rows)
    before = portfolio_of(said)
    if not found or before is None:
        why = "No scenario is estimated yet, so there is nothing to take away."
        return WhatIf(found, missing=(why,) if found else ())
    entries = {each["id"]: each for each in said["scenarios"]}
    stated = _stated(found)
    counted = [each for each in stated if each.scenario.key in entries]
    costs = {each.initiative_id: each for each in Cost.objects.filter(initiative__in=found)}
    resolved = {each.scenario.key for each in rows if each.is_resolved}
    missing = _missing(found, stated, counted, costs, resolved)
    if not counted:
        return WhatIf(found, missing=missing)
    work = [_treatment(each) for each in counted]
    sources = {key: _source(entries[key]) for key in dict.fromkeys(each.scenario for each in work)}
    after = _after(before, entries, work, sources)
    paid = [Range(each.low, each.high) for each in costs.values()]
    is_costed = len(costs) == len(found)
    returned = engine.return_of(work, sources, paid) if is_costed else None
    return WhatIf(
        found,
        figures=_figures(before, after),
        reduction=returned.reduction if returned else engine.reduction_of(work, sources),
        returned=returned,
        swings=tuple(engine.swings(work, sources)),
        treated=tuple(sources),
        missing=missing,
    )


def drawn(found: WhatIf, statements: Mapping[str, str]) -> Chart | None:
    """The tornado: how far each stated range alone moves what is taken away."""
    if not found.swings or found.reduction is None:
        return None
    titles = {each.key: each.title for each in found.initiatives}
    bars = [_bar(each, _named(each, titles, statements)) for each in found.swings]
    first = bars[0]
    return tornado(
        bars,
        middle=found.reduction.value,
        title="What the reduction rests on",
        summary=f"Most rests on {first[0]}: between its ends, {first[3]} a year is taken away.",
        noun="taken away a year",
    )


def _bar(swing: Swing, name: str) -> tuple[str, float, float, str]:
    low, high = sorted((swing.low, swing.high))
    return name, low, high, spread(low, high)


def spread_of(low: float, high: float) -> str:
    """Two amounts in words, the smaller first."""
    return spread(*sorted((low, high)))


def scaled(entry: Mapping[str, Any], frequency: float, loss: float) -> dict[str, Any]:
    """A scenario of a document with parts of how often and how dear; a cap and a retention stay as agreed.

    >>> said = {"frequency": {"probability": 0.5, "per": "year"}, "loss": {"ci90": [1.0, 4.0], "cap": 3.0}}
    >>> scaled(said, 0.5, 2.0)
    {'frequency': {'probability': 0.25, 'per': 'year'}, 'loss': {'ci90': [2.0, 8.0], 'cap': 3.0}}
    """
    if "panel" in entry:
        return {**entry, "panel": [scaled(each, frequency, loss) for each in entry["panel"]]}
    return {
        **entry,
        "frequency": {name: _often(name, value, frequency) for name, value in entry["frequency"].items()},
        "loss": {name: _dear(name, value, loss) for name, value in entry["loss"].items()},
    }


def _often(name: str, value: Any, part: float) -> Any:
    if name == "probability":
        return min(value * part, 1.0)
    return _times(value, part) if name in ("rate", "rate_90ci") else value


def _dear(name: str, value: Any, part: float) -> Any:
    return value if name in ("cap", "retention") else _times(value, part)


def _times(value: Any, part: float) -> Any:
    if isinstance(value, dict):
        return {share: amount * part for share, amount in value.items()}
    return [each * part for each in value] if isinstance(value, list) else value * part


def _stated(initiatives: Sequence[Initiative]) -> list[Treatment]:
    found = Treatment.objects.filter(initiative__in=initiatives, scenario__archived_at=None)
    return list(found.select_related("initiative", "scenario"))


def _treatment(stated: Treatment) -> engine.Treatment:
    frequency, loss = ranges_of(stated)
    return engine.Treatment(stated.initiative.key, stated.scenario.key, frequency, loss)


def _source(entry: Mapping[str, Any]) -> Source:
    """The mean of a scenario by the part of the loss that remains."""

    @lru_cache(maxsize=128)
    def by_part(part: float) -> float:
        return mean(scenario_from(scaled(entry, 1.0, part)))

    said = entry.get("panel") or [entry]
    likeliest = max((each["frequency"].get("probability", 0.0) for each in said), default=0.0)
    return Source(by_part, ceiling=1 / likeliest if likeliest else math.inf)


def _after(
    before: Portfolio,
    entries: Mapping[str, Mapping[str, Any]],
    work: Sequence[engine.Treatment],
    sources: Mapping[str, Source],
) -> Portfolio:
    after = before
    for key in sources:
        after = after.with_scenario(scenario_from(scaled(entries[key], *engine.remaining(work, key))))
    return after


def _figures(before: Portfolio, after: Portfolio) -> tuple[Figure, ...]:
    levels = (("A year in 20 costs more than", TAIL), ("A year in 100 costs more than", FAR))
    return (
        Figure("A year on average", before.mean, after.mean),
        *(Figure(name, before.quantile(level), after.quantile(level)) for name, level in levels),
        Figure("The worst year in 20, on average", before.tvar(TAIL), after.tvar(TAIL)),
    )


def _missing(
    initiatives: Sequence[Initiative],
    stated: Sequence[Treatment],
    counted: Sequence[Treatment],
    costs: Mapping[int, Cost],
    resolved: Set[str],
) -> tuple[str, ...]:
    """Why a figure is not there, in plain words."""
    treating = {each.initiative_id for each in stated}
    said = [
        f"“{each.title}” takes nothing away yet: nobody has said what it leaves of any scenario."
        for each in initiatives
        if each.pk not in treating
    ]
    said += [
        _uncounted(each, is_resolved=each.scenario.key in resolved) for each in stated if each not in counted
    ]
    said += [
        f"There is no return: nobody has said what “{each.title}” costs a year."
        for each in initiatives
        if each.pk not in costs
    ]
    return tuple(said)


def _uncounted(each: Treatment, *, is_resolved: bool) -> str:
    statement, title = each.scenario.statement, each.initiative.title
    if is_resolved:
        return f"“{statement}” is resolved: “{title}” takes nothing away from it any more."
    return f"Nobody has estimated “{statement}”, of which “{title}” takes a part."


def _named(swing: Swing, titles: Mapping[str, str], statements: Mapping[str, str]) -> str:
    what = f"{PARTS[swing.part]}: {statements[swing.scenario]}"
    return f"{titles[swing.work]}, {what}" if len(titles) > 1 else what


def sentence(found: WhatIf) -> str:
    """What the work brings, in one sentence."""
    if not found.initiatives:
        return "Choose initiatives, and see what the register would be if they work as their teams expect."
    if found.reduction is None:
        return "There is no figure yet."
    is_one = len(found.initiatives) == 1
    begin = "It takes" if is_one else f"These {len(found.initiatives)} take"
    is_sure = math.isclose(found.reduction.low, found.reduction.high)
    ends = "" if is_sure else f" ({spread_of(found.reduction.low, found.reduction.high)})"
    said = f"{begin} {money(found.reduction.value)} a year away{ends}"
    if found.returned is None:
        return f"{said}."
    left = difference(found.reduction.value, found.returned.cost.value)
    kept = f"{money(left)} a year is left" if left >= 0 else f"{money(-left)} a year more than that"
    return f"{said} and cost{'s' if is_one else ''} {money(found.returned.cost.value)}: {kept}."
