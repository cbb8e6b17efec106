"""Whether a change would be told from chance, as sentences, JSON and a table: the same on every way in."""

from __future__ import annotations

from typing import Any

from throughline.engine.sentences import amount, unit_word
from throughline.measures.powers import Power, Telling

COLUMNS = (
    *("baseline", "target", "events", "spread", "power", "smallest", "events_needed"),
    *("power_known", "smallest_known", "events_needed_known", "periods", "too_weak"),
)


def document(metric: str, told: Telling) -> dict[str, Any]:
    """The answer for programs, each row with its sentence."""
    return {
        "metric": metric,
        "unit": told.unit,
        "ratio": told.ratio,
        "rows": [{**each.document, "said": sentence(each, told)} for each in told.found],
        "left_out": list(told.left_out),
        "why_none": told.why_none or None,
    }


def header(told: Telling) -> list[str]:
    """The columns of the file: the dimensions, then the figures."""
    return [*told.by, *COLUMNS]


def cells(found: Power) -> list[Any]:
    """One of them as a row of the file."""
    told = ((each.power, each.smallest, each.events_needed) for each in (found.measured, found.known))
    return [
        *found.group.values(),
        *(found.baseline, found.target, found.events, found.spread),
        *(cell for three in told for cell in three),
        *(found.periods, found.is_too_weak),
    ]


def sentence(found: Power, told: Telling) -> str:
    """All of it in words; where no period was asked for, its events are those of the whole register."""
    unit, ratio, word = told.unit, told.ratio, unit_word(told.unit)
    way = f"{amount(found.baseline, unit)} to {amount(found.target, unit)}{word}"
    if found.measured.power is None:
        return (
            f"A change from {way} (× {ratio:g}): too little is known of the spread to say whether it shows."
        )
    seen = percent(found.measured.power)
    smallest = ""
    if found.measured.smallest is not None:
        least = amount(found.measured.smallest, unit)
        smallest = f" The smallest that would in 80 % ends at {least}{word}."
    if found.periods:
        basis = f"by how far it moved between its last {found.periods} values"
    elif told.is_all:
        basis = f"if each period had as many events as there are in all, {found.events:,}"
    else:
        basis = f"with {found.events:,} {found.counted}s in each period"
    said = f"A change from {way} (× {ratio:g}) would be told from chance in {seen} of cases, {basis}."
    return f"{said}{smallest}{_needed(found)}"


def _needed(found: Power) -> str:
    measured, known = found.measured.events_needed, found.known.events_needed
    if measured is None:
        return ""
    noun = found.counted if whole(measured) == "1" else f"{found.counted}s"
    against = "" if known is None else f", {whole(known)} against a known, fixed baseline"
    return f" It takes {whole(measured)} {noun} a period{against}."


def whole(events: float) -> str:
    """Events as a whole number that is enough of them."""
    return f"{int(-(-events // 1)):,}"


def percent(power: float) -> str:
    """A power in words: nothing is certain."""
    return "more than 99 %" if power > 0.99 else f"{power:.0%}".replace("%", " %")
