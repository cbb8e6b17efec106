"""What a source answers in good form and that still cannot be: held against what is known of it.

Whoever looks at the sample may accept it, and then the next sync takes just that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from throughline.connectors.asking import Nonsense
from throughline.connectors.keeping import Kept
from throughline.connectors.models import Connector, Quarantine
from throughline.connectors.shape import Document, Pulled, SeriesValues
from throughline.engine.dates import iso
from throughline.series.files import Row
from throughline.series.jumps import REMEMBERED, Jump, jumps
from throughline.series.queries import series_named, values
from throughline.sources.models import Import

# A listing as long as this does not lose everything from one day to the next.
MANY = 100
# Of which at least this part is there the next time.
LEAST_SHARE = 0.5
MOST_NAMED = 5
MOST_SAMPLED = 50
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that cannot be: in a sentence, with a sample, and with what accepting it takes."""

    place: str
    reason: str
    sample: str
    takes: Mapping[str, Any] = field(default_factory=dict)


class Doubtful(Nonsense):
    """Answers that are held back until somebody has looked. `takes` is what accepting them lets through."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        said = " ".join(f"{each.place}: {each.reason}" for each in doubts)
        super().__init__(said, place="", sample="\n".join(each.sample for each in doubts))
        self.takes = [dict(each.takes) for each in doubts]


def require_plausible(connector: Connector, pulled: Pulled, kept: Kept) -> None:
    """Raises Doubtful where values jumped, or most of a long listing is gone, and nobody accepted that."""
    accepted = Quarantine.objects.filter(connector=connector, decided=ACCEPTED)
    rows = accepted.values_list("takes", "decided_at")
    taken = [(take, at) for takes, at in rows if at is not None for take in takes]
    doubts = [
        *(doubt for each in pulled.series if (doubt := _of_series(each, [take for take, _ in taken]))),
        *(doubt for each in pulled.documents if (doubt := _of_listing(each, kept, taken))),
    ]
    if doubts:
        raise Doubtful(doubts)


def _of_series(said: SeriesValues, taken: Sequence[Mapping[str, Any]]) -> Doubt | None:
    series = series_named(said.name)
    rows = [Row(at, value) for at, value in sorted(said.values)]
    if not rows:
        return None
    known = values(series, until=rows[0].at)[-REMEMBERED:] if series else []
    unit = series.unit if series else said.unit or "count"
    mine = [take for take in taken if take.get("series") == said.name]
    found = [
        jump
        for jump in _jumps([each.value for each in known], rows, unit=unit, taken=mine)
        if not _is_stored(series, jump)
    ]
    if not found:
        return None
    named = "; ".join(f"{each.row.at:%Y-%m-%d}: {each.reason}" for each in found[:MOST_NAMED])
    more = f"; and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    sample = "\n".join(f"{iso(each.row.at)}: {each.row.value!r}" for each in found[:MOST_SAMPLED])
    takes = {
        "series": said.name,
        "since": iso(found[0].row.at),
        "until": iso(found[-1].row.at),
        "low": min(each.row.value for each in found),
        "high": max(each.row.value for each in found),
    }
    return Doubt(said.name, f"{named}{more}.", sample, takes)


def _jumps(
    known: Sequence[float], rows: Sequence[Row], *, unit: str, taken: Sequence[Mapping[str, Any]]
) -> Iterator[Jump]:
    """The jumps among the rows; one that was accepted is a value that the next ones are held against."""
    before = list(known)
    for row in rows:
        found = next(jumps(before, [row], unit=unit), None)
        if found is None or any(_takes(take, row) for take in taken):
            before = [*before[-REMEMBERED + 1 :], row.value]
        else:
            yield found


def _takes(take: Mapping[str, Any], row: Row) -> bool:
    is_then = take["since"] <= iso(row.at) <= take["until"]
    return bool(is_then and take["low"] <= row.value <= take["high"])


def _is_stored(series: Any, jump: Jump) -> bool:
    """What is known already changes nothing, whoever wrote it down."""
    return series is not None and series.readings.filter(at=jump.row.at, value=jump.row.value).exists()


def _of_listing(
    document: Document, kept: Kept, taken: Sequence[tuple[Mapping[str, Any], datetime]]
) -> Doubt | None:
    if not document.full:
        return None
    feed = {"feed__name": document.source, "feed__scope": document.scope}
    last = Import.objects.filter(**feed, full=True).order_by("-id").first()
    found = kept.holds(document)
    if last is None or last.read < MANY or found >= last.read * LEAST_SHARE:
        return None
    takes = {"source": document.source, "scope": document.scope}
    if any(take == takes and at >= last.recorded_at for take, at in taken):
        return None
    place = " · ".join(filter(None, (document.source, document.scope)))
    has = f"has {found:,} records" if found else "is empty"
    reason = f"the listing {has}, where {last.read:,} records were on {last.known_at:%Y-%m-%d}."
    return Doubt(place, reason, f"{found:,} of {last.read:,} records", takes)
