"""The narrative cards that come with the product: how to tell a piece of security work, and when it fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

SOURCE = "Throughline"


@dataclass(frozen=True, slots=True)
class Card:
    """One way to tell it, to whom, and when it does not carry."""

    key: str
    title: str
    to: str
    tell: str
    fails: str

    @property
    def text(self) -> str:
        """The card as it stands on the shelf."""
        return f"To {self.to}.\n\n{self.tell}\n\nIt fails when {self.fails}"


@cache
def all_cards() -> tuple[Card, ...]:
    """Every card, in the order of the file."""
    file = resources.files("throughline.inspiration") / "cards" / "cards.json"
    return tuple(Card(**said) for said in json.loads(file.read_text("utf-8"))["cards"])
