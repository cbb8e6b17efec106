"""Reading series: their values over time, as known at any instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Max

from throughline.series.models import Reading, Series


def series_named(name: str) -> Series | None:
    """The series of that name, if there is one."""
    return Series.objects.filter(name=name.strip()).first()


def is_written_by_panels(series: Series) -> bool:
    """Whether the series is a scenario's, so that closing a forecast room is what writes its values."""
    return hasattr(series, "scenario")


def is_written_by_surveys(series: Series) -> bool:
    """Whether the series is a survey's, so that a full batch of answers is what writes its values."""
    return hasattr(series, "survey")


def names() -> list[str]:
    """The names of all series."""
    return list(Series.objects.values_list("name", flat=True))


def values(
    series: Series,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Reading]:
    """One reading an instant, in order of time: of several, the one recorded last, unless it withdraws.

    The period `since` ≤ t < `until` is that of the values; `known_at` leaves out what was recorded later.
    """
    found = series.readings.all()
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if known_at is not None:
        found = found.filter(recorded_at__lte=known_at)
    newest = {reading.at: reading for reading in found.order_by("at", "recorded_at", "id")}
    return [reading for reading in newest.values() if not reading.withdrawn]


def newest(series: Series, *, known_at: datetime | None = None) -> Reading | None:
    """The reading of the latest instant that has a value, as corrected."""
    found = series.readings.all()
    if known_at is not None:
        found = found.filter(recorded_at__lte=known_at)
    settled: datetime | None = None
    for reading in found.order_by("-at", "-recorded_at", "-id").iterator(chunk_size=100):
        if reading.at != settled and not reading.withdrawn:
            return reading
        settled = reading.at
    return None


def last_recorded(series: Iterable[Series]) -> dict[str, int]:
    """The number of the newest reading of each, by name: no value differs while it stands still."""
    found = Reading.objects.filter(series__in=series).order_by().values_list("series__name")
    return dict(found.annotate(Max("id")))


def history(series: Series) -> Iterator[tuple[Reading, bool]]:
    """Every reading, the newest instant first, with whether it counts or was corrected."""
    counting = {reading.pk for reading in values(series)}
    for reading in series.readings.order_by("-at", "-recorded_at", "-id"):
        yield reading, reading.pk in counting
