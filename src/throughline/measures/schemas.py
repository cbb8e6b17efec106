"""What questions of a program to the record have in common, and what of a series is told as of a metric."""

from __future__ import annotations

from ninja import Field

from throughline.api.subject import Figure, Sent, Told

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


class ShowingOf(Told):
    """What shows against a baseline: `smallest` is the value nearest to it that would show with 80 %."""

    power: Figure = Field(description="How often a true change of this size shows, of 1; null: not known.")
    smallest: Figure
    events_needed: Figure = Field(description="Events a period needs for the ratio to show with 80 %.")


class PowerOf(Told):
    """A change of one figure by the ratio, from `baseline` to `target`, with `events` in each period."""

    group: dict[str, str]
    baseline: Figure
    target: Figure
    events: int
    measured: ShowingOf = Field(description="Against a baseline that is measured like the figure itself.")
    known: ShowingOf = Field(description="Against a known, fixed number.")
    spread: Figure = Field(description="The standard deviation of its values as a share of their mean.")
    periods: int = Field(description="Of what counts no events: the values whose changes were looked at.")
    too_weak: bool = Field(description="Whether it would show less often than not.")
    said: str


class TellingOf(Told):
    """Whether a change by the ratio would be told from chance, group by group."""

    metric: str
    unit: str
    ratio: float
    rows: list[PowerOf]
    left_out: list[dict[str, str]] = Field(description="Groups without a figure above 0.")
    why_none: str | None = Field(description="Why there is no row.")
