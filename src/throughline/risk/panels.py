"""What a panel said together where an estimate holds each of its views: the figures of its room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from throughline.engine.pooling import EXTREMISED
from throughline.forecasts.models import Round
from throughline.risk import chances
from throughline.risk.amounts import said, spread
from throughline.risk.estimating import PERIODS
from throughline.risk.models import Estimate

FROM_ROUND = "round:"


@dataclass(frozen=True, slots=True)
class PanelSaid:
    """What the round of a room came to, of which an estimate keeps the views."""

    room: str
    address: str
    views: int
    # The headline, and the least and the greatest of the views.
    chance: str
    lowest: str
    highest: str
    per: str
    # The pooled 90 % range of one event; empty where the room did not ask for it.
    loss: str
    is_extremised: bool = False

    @property
    def often(self) -> str:
        """How often, in words."""
        said = f"{self.chance} {self.per}"
        if self.views == 1:
            return f"{said}, 1 view"
        return f"{said}, {self.views} views from {self.lowest} to {self.highest}"

    @property
    def dear(self) -> str:
        """How dear, in words."""
        return f"{self.loss}, pooled" if self.loss else "as it was estimated before"

    def why(self, mean: float) -> str:
        """Why the figure of the register is not the headline of the room times its loss."""
        return (
            f"The {said(mean)} a year mixes the views at equal weight, each right for the whole year; "
            f"the room's {self.chance} is the geometric mean of their odds"
            f"{', extremised' if self.is_extremised else ''}: the two are not the same."
        )


def panels_of(estimates: Iterable[Estimate]) -> dict[str, PanelSaid]:
    """By the source of an estimate, what its panel said together; one question, however many there are."""
    numbers = {each.source.removeprefix(FROM_ROUND) for each in estimates if _is_of_a_round(each)}
    if not numbers:
        return {}
    found = Round.objects.filter(pk__in=numbers, revealed_at__isnull=False).select_related("room__scenario")
    return {f"{FROM_ROUND}{each.pk}": _said(each) for each in found}


def _is_of_a_round(estimate: Estimate) -> bool:
    return estimate.source.startswith(FROM_ROUND) and estimate.source.removeprefix(FROM_ROUND).isdigit()


def _said(round: Round) -> PanelSaid:
    chance, loss = round.result["probability"], round.result["loss"]
    return PanelSaid(
        room=round.room.title,
        address=reverse("room", args=[round.room_id]),
        views=round.result["n"],
        chance=chances.said(chance["headline"]),
        lowest=chances.said(chance["low"]),
        highest=chances.said(chance["high"]),
        per=PERIODS[round.room.scenario.period],
        loss=spread(loss["low"], loss["high"]) if loss else "",
        is_extremised=chance["method"] == EXTREMISED,
    )
