"""What the values of a source would change of a series: added, corrected, or known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.series.files import Row
from throughline.series.models import Reading, Series


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows that are new, rows that say something else than what counts, and how many say the same."""

    added: tuple[Row, ...] = ()
    corrected: tuple[tuple[Row, float], ...] = ()
    unchanged: int = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """All that would be written."""
        return (*self.added, *(row for row, _ in self.corrected))


def difference(series: Series | None, rows: Sequence[Row]) -> Difference:
    """What a source changes by saying these values; of a series that is not there yet, all are new.

    What a person wrote or took back at an instant stands until the source itself says something else there.
    """
    if series is None or not rows:
        return Difference(tuple(rows))
    of_instants = _by_instant(series, rows)
    added: list[Row] = []
    corrected: list[tuple[Row, float]] = []
    for row in rows:
        readings = of_instants.get(row.at, ())
        if not readings:
            added.append(row)
        elif not _is_said(readings, row):
            corrected.append((row, readings[-1].value))
    return Difference(tuple(added), tuple(corrected), len(rows) - len(added) - len(corrected))


def _is_said(readings: Sequence[Reading], row: Row) -> bool:
    newest = readings[-1]
    if newest.value == row.value:
        return True
    synced = [each for each in readings if each.origin == Reading.Origin.SYNCED]
    return newest.origin == Reading.Origin.MANUAL and bool(synced) and synced[-1].value == row.value


def _by_instant(series: Series, rows: Iterable[Row]) -> Mapping[datetime, Sequence[Reading]]:
    instants = [row.at for row in rows]
    found: dict[datetime, list[Reading]] = {}
    known = series.readings.filter(at__gte=min(instants), at__lte=max(instants))
    for reading in known.order_by("recorded_at", "id"):
        found.setdefault(reading.at, []).append(reading)
    return found
