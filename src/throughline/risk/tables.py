"""Scenarios and their estimates as JSON and as tables: the same for pages and commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from throughline.engine.losses import FORMULA_VERSION
from throughline.engine.treatments import FORMULA_VERSION as TREATMENTS_VERSION
from throughline.objectives.models import Initiative
from throughline.risk.documents import Estimated, estimated, words
from throughline.risk.linking import borne_on
from throughline.risk.models import Appetite, Cost, Estimate, Scenario, Treatment
from throughline.risk.portfolios import mean_of
from throughline.risk.register import Register
from throughline.risk.what_if import WhatIf

ESTIMATE_COLUMNS = (
    *("stage", "probability", "rate", "rate_low", "rate_high", "per"),
    *("loss_low", "loss_likely", "loss_high", "retention", "cap", "panel"),
    *("mean", "source", "note", "author", "at"),
)


def scenario_document(scenario: Scenario, *, now: datetime) -> dict[str, Any]:
    """A scenario with every estimate, the oldest first."""
    stands = estimated([scenario])[0]
    return {
        **summary(stands, now=now),
        "criteria": scenario.criteria,
        "steps": scenario.steps,
        "bears_on": [each.value for each in borne_on(scenario)],
        "estimates": [estimate_document(each) for each in stands.all],
    }


def summary(stands: Estimated, *, now: datetime) -> dict[str, Any]:
    """What a scenario is, and how it stands."""
    scenario, last = stands.scenario, stands.residual
    return {
        "key": scenario.key,
        "statement": scenario.statement,
        "period": scenario.period,
        "start": f"{scenario.start:%Y-%m-%d}",
        "end": f"{scenario.end:%Y-%m-%d}",
        "judge": scenario.judge_name,
        "owner": scenario.owner_name,
        "tags": scenario.tags,
        "series": scenario.series.name,
        "stale": stands.staleness(now),
        "estimated_at": last.at if last else None,
        "mean": mean_of(last) if last else None,
        "resolved_at": stands.resolved_at,
        "archived_at": scenario.archived_at,
    }


def register_figures(found: Register) -> dict[str, Any]:
    """What the scenarios that are shown cost a year together."""
    figures = found.figures
    if figures is None:
        return {"n": 0, "stale": found.stale}
    return {
        "n": figures.n,
        "stale": found.stale,
        "mean": figures.mean,
        "any_loss": figures.any_loss,
        "quantiles": {"0.95": figures.tail, "0.99": figures.far},
        "tvar": {"0.95": figures.worst},
        "formula_version": figures.formula_version,
    }


def register_rows(found: Register, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Each scenario that is shown, with its part of the worst years of the whole register."""
    for each in found.lines:
        share = each.share if each.mean is not None else None
        yield {**summary(each.stands, now=now), "share_of_tail": share}


def estimate_document(estimate: Estimate) -> dict[str, Any]:
    """An estimate in the words of `risk curve`."""
    return {
        "stage": estimate.stage,
        **words(estimate),
        "mean": mean_of(estimate),
        "source": estimate.source,
        "note": estimate.note,
        "author": estimate.author,
        "at": estimate.at,
    }


def estimate_rows(scenario: Scenario) -> Iterator[list[Any]]:
    """The rows of the table of estimates, the oldest first."""
    for each in estimated([scenario])[0].all:
        frequency, loss = each.frequency, each.loss
        rate, ends = (
            frequency.get("rate_90ci") or [None, None],
            loss.get("ci90") or loss.get("pert") or [None],
        )
        yield [
            *(each.stage, frequency.get("probability"), frequency.get("rate"), rate[0], rate[1]),
            frequency.get("per"),
            *(ends[0], ends[1] if len(ends) == 3 else None, ends[-1], loss.get("retention"), loss.get("cap")),
            *(len(each.beliefs) or None, mean_of(each), each.source, each.note, each.author, each.at),
        ]


def treated_document(initiative: Initiative) -> dict[str, Any]:
    """What an initiative leaves of running scenarios, and what it costs a year."""
    found = initiative.treatments.filter(scenario__archived_at=None).select_related("scenario")
    cost = Cost.objects.filter(initiative=initiative).first()
    return {
        "initiative": initiative.key,
        "treatments": [_treatment(each) for each in found],
        "cost": {"low": cost.low, "high": cost.high} if cost else None,
    }


def _treatment(each: Treatment) -> dict[str, Any]:
    return {
        "scenario": each.scenario.key,
        "frequency": {"low": each.frequency_low, "high": each.frequency_high},
        "loss": {"low": each.loss_low, "high": each.loss_high},
        "author": each.author,
        "at": each.at,
    }


def appetite_document(stated: Appetite | None) -> dict[str, Any]:
    """How much loss is borne; `at` is None where nobody has said it yet."""
    if stated is None:
        return {"points": [], "note": "", "author": "", "at": None}
    return {"points": stated.points, "note": stated.note, "author": stated.author, "at": stated.at}


def what_if_document(found: WhatIf) -> dict[str, Any]:
    """A what-if as JSON."""
    returned = found.returned
    return {
        "initiatives": [each.key for each in found.initiatives],
        "figures": [
            {"name": each.name, "before": each.before, "after": each.after} for each in found.figures
        ],
        "reduction": _interval(found.reduction),
        "cost": _interval(returned.cost) if returned else None,
        "return": _interval(returned.ratio) if returned else None,
        "pays": returned.pays if returned else None,
        "drivers": [
            {
                "initiative": each.work,
                "scenario": each.scenario,
                "part": each.part,
                "low": each.low,
                "high": each.high,
            }
            for each in found.swings
        ],
        "missing": list(found.missing),
        "formula_version": f"{FORMULA_VERSION}, {TREATMENTS_VERSION}",
    }


def _interval(found: Any) -> dict[str, float] | None:
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}
