"""How much loss is borne: the curve through the stated points, and where things stand beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.engine import losses
from throughline.engine.losses import Breach, Portfolio
from throughline.risk.amounts import said as money
from throughline.risk.chances import said
from throughline.risk.models import Appetite

WITHIN = "Nowhere between the stated amounts is a loss likelier than what is borne."


def appetite_now() -> Appetite | None:
    """The statement that counts."""
    return Appetite.objects.order_by("-at", "-id").first()


def curve_of(stated: Appetite) -> losses.Appetite:
    """The curve through its points."""
    return losses.appetite([(each["loss"], each["probability"]) for each in stated.points])


def with_appetite(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of scenarios with what is borne, as `risk curve` reads it."""
    stated = appetite_now()
    return {**document, "appetite": stated.points} if stated else dict(document)


@dataclass(frozen=True, slots=True)
class Point:
    """A stated point, and the chance of that loss as things stand."""

    loss: float
    borne: float
    now: float

    @property
    def is_over(self) -> bool:
        """Whether it is likelier than borne."""
        return self.now > self.borne


def points_of(stated: Appetite, now: Portfolio) -> list[Point]:
    """The stated points against things as they stand."""
    chances = now.exceedance([each["loss"] for each in stated.points])
    pairs = zip(stated.points, chances.tolist(), strict=True)
    return [Point(each["loss"], each["probability"], chance) for each, chance in pairs]


def verdict(found: Sequence[Breach]) -> str:
    """Where things stand beyond what is borne, in words.

    >>> verdict([])
    'Nowhere between the stated amounts is a loss likelier than what is borne.'
    >>> print(verdict([Breach(5e5, 2e6, 1e6, 0.12, 0.1)]).replace(": ", ":\\n"))
    Losses from 500,000 to 2 million are likelier than what is borne:
    more than 1 million with 12 % against 10 %.
    """
    if not found:
        return WITHIN
    where = " and ".join(f"from {money(each.since)} to {money(each.until)}" for each in found)
    worst = max(found, key=lambda each: each.probability / each.accepted)
    chances = f"{said(worst.probability, figures=2)} against {said(worst.accepted, figures=2)}"
    return f"Losses {where} are likelier than what is borne: more than {money(worst.worst)} with {chances}."
