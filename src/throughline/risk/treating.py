"""What initiatives make of scenarios and what they cost, and how much loss is borne."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Initiative
from throughline.risk.amounts import LARGEST
from throughline.risk.chances import MOST_REMAINS
from throughline.risk.models import Appetite, Cost, Scenario, Treatment

MOST_POINTS = 8
LONGEST_NOTE = 500
Ends = tuple[float, float]


def treat(
    actor: str,
    initiative: Initiative,
    scenario: Scenario,
    *,
    frequency: Ends = (1.0, 1.0),
    loss: Ends = (1.0, 1.0),
    now: datetime,
) -> Treatment:
    """State what remains of how often and of how dear, as 90 % ranges, or restate it. Raises Refused."""
    for name, ends in (("frequency", frequency), ("loss", loss)):
        _require_ends(ends, name, least=0.0, most=MOST_REMAINS)
    if frequency == loss == (1.0, 1.0):
        raise Refused(
            "100 % of both remains, so nothing would change: say what remains of one of them",
            place="frequency_low",
            code="changes_nothing",
        )
    stated = {
        "frequency_low": frequency[0],
        "frequency_high": frequency[1],
        "loss_low": loss[0],
        "loss_high": loss[1],
    }
    with transaction.atomic():
        treatment = Treatment.objects.filter(initiative=initiative, scenario=scenario).first()
        if treatment is not None and {name: getattr(treatment, name) for name in stated} == stated:
            return treatment
        said = {**stated, "author": actor, "at": now}
        treatment, _ = Treatment.objects.update_or_create(
            initiative=initiative, scenario=scenario, defaults=said
        )
        _audit(actor, "treatment stated", initiative, {"scenario": scenario.key, **stated}, now=now)
    return treatment


def treat_no_more(actor: str, treatment: Treatment, *, now: datetime) -> None:
    """Take it back that an initiative changes a scenario."""
    with transaction.atomic():
        detail = {"scenario": treatment.scenario.key}
        treatment.delete()
        _audit(actor, "treatment taken back", treatment.initiative, detail, now=now)


def state_cost(actor: str, initiative: Initiative, *, low: float, high: float, now: datetime) -> Cost:
    """What an initiative costs a year, as a 90 % range. Raises Refused."""
    _require_ends((low, high), "cost", least=0.0, most=LARGEST)
    with transaction.atomic():
        cost = Cost.objects.filter(initiative=initiative).first()
        if cost is not None and (cost.low, cost.high) == (low, high):
            return cost
        said = {"low": low, "high": high, "author": actor, "at": now}
        cost, _ = Cost.objects.update_or_create(initiative=initiative, defaults=said)
        _audit(actor, "cost stated", initiative, {"low": low, "high": high}, now=now)
    return cost


def state_appetite(
    actor: str, points: Sequence[Mapping[str, Any]], *, note: str = "", now: datetime
) -> Appetite:
    """How much loss is borne, and how often: two or more points, the dearer the rarer. Raises Refused.

    Each point is {"loss": …, "probability": …}; a refusal names the point's field, such as probability_2.
    """
    found = [{"loss": float(each["loss"]), "probability": float(each["probability"])} for each in points]
    _require_points(found)
    require_readable(note, place="note")
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(f"expected at most {LONGEST_NOTE} characters, found {len(note.strip())}", place="note")
    with transaction.atomic():
        stated = Appetite.objects.create(points=found, note=note.strip(), author=actor, at=now)
        audit.record(
            actor,
            "appetite stated",
            object_type="appetite",
            object_id=stated.pk,
            detail={"points": found, "note": stated.note},
            now=now,
        )
    return stated


def _require_points(points: Sequence[Mapping[str, float]]) -> None:
    if len(points) < 2:
        raise Refused("a curve goes through two points or more: state another", place="loss_2")
    if len(points) > MOST_POINTS:
        raise Refused(f"expected at most {MOST_POINTS} points, found {len(points)}", place="loss_1")
    for number, each in enumerate(points, 1):
        if not 0 < each["loss"] <= LARGEST:
            raise Refused("expected an amount above 0", place=f"loss_{number}")
        if not 0 < each["probability"] < 1:
            raise Refused(
                "a chance lies between 0 % and 100 %, without either", place=f"probability_{number}"
            )
    for number, (before, after) in enumerate(pairwise(points), 2):
        if after["loss"] <= before["loss"]:
            raise Refused(
                "each point is dearer than the one before it: put them in that order", place=f"loss_{number}"
            )
        if after["probability"] >= before["probability"]:
            raise Refused(
                "the dearer, the rarer: this chance is not below the one before it",
                place=f"probability_{number}",
            )


def _require_ends(ends: Ends, name: str, *, least: float, most: float) -> None:
    low, high = ends
    if not (least < low <= most and least < high <= most):
        raise Refused(f"expected figures above {least:g} and at most {most:g}", place=f"{name}_low")
    if low > high:
        raise Refused(
            f"the range starts at {low:g} and ends at {high:g}: swap them",
            place=f"{name}_low",
            code="reversed",
        )


def _audit(actor: str, action: str, initiative: Initiative, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type="initiative", object_id=initiative.pk, detail=detail, now=now)
