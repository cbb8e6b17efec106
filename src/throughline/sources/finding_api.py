"""What sources find of one another's, for programs: what two miss together, and what outsiders find first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.access import scope_of
from throughline.api.subject import Figure, Sent, Subject, Told
from throughline.engine.refusals import Refused
from throughline.site.plain import plain
from throughline.sources.overlap import escapes, pair_of, pairs, seen

router = Subject("sources")


class AllThereAreOf(Told):
    """How many there are by an estimate; `n` were seen."""

    value: Figure
    low: Figure
    high: Figure
    n: int


class PairOfSourcesOf(Told):
    """Two sources on the services that both look at: Chapman's estimate from what both found."""

    one: str
    other: str
    services: int
    found_by_one: int
    found_by_other: int
    found_by_both: int
    total: AllThereAreOf = Field(description="All that there likely are. Take it for the least.")
    missed_by_both: AllThereAreOf
    few_in_both: bool = Field(description="So few in both that there are likely more (fewer than seven).")


class RecaptureOf(Told):
    """Sources two by two."""

    recapture: list[PairOfSourcesOf]


class PairAskedOf(Sent):
    """Two sources, or none: then those that found something of one another's."""

    one: str = Field("", max_length=160, description="The name of a source.")
    other: str = Field("", max_length=160, description="The name of another.")


class EscapeOf(Told):
    """The share of real vulnerabilities that outsiders found first, with Wilson's interval."""

    outsiders: list[str] = Field(description="The sources that an award was ever paid for.")
    first: int
    value: Figure
    low: Figure
    high: Figure
    n: int


class EscapeRateOf(Told):
    """The escape rate; null where no source was ever paid."""

    escape_rate: EscapeOf | None


@router.reads("/sources/recapture", answer=RecaptureOf)
def compare_sources(request: HttpRequest, asked: Query[PairAskedOf]) -> dict[str, Any]:
    """How many two sources miss together, by capture and recapture: of a pair, or where most is in common.

    It takes for granted that both looked at the same places, and that what one finds is no easier for the
    other.
    """
    found = seen(scope_of(request.user))
    if not (asked.one or asked.other):
        return dict(plain({"recapture": [pair.document for pair in pairs(found)]}))
    for place, name in (("one", asked.one), ("other", asked.other)):
        if not name:
            raise Refused("name both sources, or neither", place=place, code="no_source")
    return dict(plain({"recapture": [pair_of(found, asked.one, asked.other).document]}))


@router.reads("/sources/escape-rate", answer=EscapeRateOf)
def read_escape_rate(request: HttpRequest) -> dict[str, Any]:
    """How much of what is real outsiders found first: the sources that were ever paid for reports."""
    scope = scope_of(request.user)
    escaped = escapes(scope, seen(scope))
    return dict(plain({"escape_rate": escaped.document if escaped else None}))
