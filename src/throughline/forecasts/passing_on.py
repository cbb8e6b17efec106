"""What a closed room leaves: a value of the scenario's series, and an estimate for the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from throughline.forecasts.models import Room, Round
from throughline.jobs.actions import enqueue
from throughline.risk.actions import add_estimate
from throughline.risk.models import Estimate, Scenario
from throughline.series import actions as series_actions
from throughline.series.models import Reading


def pass_on(actor: str, room: Room, round: Round, *, now: datetime) -> None:
    """Write down what the panel of the last revealed round says; called inside the closing's transaction."""
    assert round.revealed_at is not None
    said: dict[str, Any] = round.result["probability"]
    series_actions.push(
        actor,
        room.scenario.series.name,
        repr(said["headline"]),
        # When the panel knew what it said; closing may come days later.
        at=round.revealed_at.isoformat(),
        note=f"{room.title}: {round.result['n']} people, round {round.number}"[:500],
        origin=Reading.Origin.PANEL,
        now=now,
    )
    told = round.result["beliefs"]
    beliefs = [_belief(each, room.scenario, people=len(told)) for each in told]
    if all(each["loss"] for each in beliefs):
        add_estimate(
            actor, room.scenario, beliefs=beliefs, source=f"round:{round.pk}", note=room.title, now=now
        )
    # Whatever is promised on the series is measured anew.
    enqueue("measure key results", {}, asked_by=None, now=now)


def _belief(each: dict[str, Any], scenario: Scenario, *, people: int) -> dict[str, Any]:
    """What one of the panel believes, nameless; a loss that was not asked is the one estimated before.

    All weigh the same here. Estimates are read by everybody, each belief with its weight, and a weight by the
    track record beside a number that somebody said aloud would tell how well she foretells.
    """
    return {
        "weight": 1 / people,
        "frequency": {"probability": each["probability"], "per": scenario.period},
        "loss": {"ci90": each["loss"]} if each["loss"] else _loss_before(scenario),
    }


def _loss_before(scenario: Scenario) -> dict[str, Any]:
    found = scenario.estimates.filter(stage=Estimate.Stage.RESIDUAL).order_by("-at", "-id").first()
    return dict(found.loss) if found else {}
