"""What a closed room leaves: a value of the scenario's series, and an estimate for the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from throughline.forecasts.models import Room, Round
from throughline.jobs.actions import enqueue
from throughline.risk.actions import add_estimate
from throughline.risk.curve_files import MOST_EXPERTS
from throughline.risk.models import Estimate, Scenario
from throughline.series import actions as series_actions
from throughline.series.models import Reading

LONGEST_AUTHOR = 160


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
    if beliefs := _beliefs(round.result, room.scenario):
        add_estimate(
            actor,
            room.scenario,
            beliefs=beliefs,
            source=f"round:{round.pk}",
            author=f"the panel of {room.title}"[:LONGEST_AUTHOR],
            note=room.title,
            now=now,
        )
    # Whatever is promised on the series is measured anew.
    enqueue("measure key results", {}, asked_by=None, now=now)


def _beliefs(result: dict[str, Any], scenario: Scenario) -> list[dict[str, Any]]:
    """What the panel believes, nameless, with the losses that it gave; none where no loss is known.

    All weigh the same here. Estimates are read by everybody, each belief with its weight, and a weight by the
    track record beside a number that somebody said aloud would tell how well she foretells.
    """
    told = result["beliefs"]
    if all(each["loss"] for each in told):
        pairs = [(1.0, each["probability"], {"ci90": each["loss"]}) for each in told]
    else:
        pairs = _with_losses_before([each["probability"] for each in told], scenario)
    return [
        {
            "weight": weight / len(told),
            "frequency": {"probability": probability, "per": scenario.period},
            "loss": loss,
        }
        for weight, probability, loss in pairs
    ]


def _with_losses_before(said: list[float], scenario: Scenario) -> list[tuple[float, float, dict[str, Any]]]:
    """Each chance beside each loss that was believed before: the two are not known to go together."""
    losses = _losses_before(scenario)
    if len(said) * len(losses) > MOST_EXPERTS:
        return [(len(said) * weight, sum(said) / len(said), loss) for weight, loss in losses]
    return [(weight, chance, loss) for chance in said for weight, loss in losses]


def _losses_before(scenario: Scenario) -> list[tuple[float, dict[str, Any]]]:
    """The losses of the last estimate, with weights that add up to 1."""
    found = scenario.estimates.filter(stage=Estimate.Stage.RESIDUAL).order_by("-at", "-id").first()
    if found is None:
        return []
    if not found.beliefs:
        return [(1.0, dict(found.loss))]
    whole = sum(each["weight"] for each in found.beliefs)
    return [(each["weight"] / whole, dict(each["loss"])) for each in found.beliefs]
