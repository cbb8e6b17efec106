"""What every question of a program to the record has in common."""

from __future__ import annotations

from ninja import Field

from throughline.api.subject import Sent

# What the language and the command line call by another name than the address.
PLACES = {"measure": "metric", "power-for": "ratio"}


class OnSlice(Sent):
    """A metric or an expression, on a slice, in a period."""

    metric: str = Field(
        max_length=2000, min_length=1, description="A name of the catalogue or an expression."
    )
    where: str = Field("", max_length=2000, description="A slice; see docs/expressions.md.")
    at: str = Field("", max_length=80, description="The date by which records fall into the period.")
    range: str = Field("", max_length=20, description="this-quarter, last-quarter, this-year …")
    since: str = Field("", alias="from", max_length=40)
    until: str = Field("", alias="to", max_length=40)


def place_of(place: str) -> str:
    """The parameter at which a refusal is said."""
    return PLACES.get(place, place)
