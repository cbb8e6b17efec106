"""The addresses behind a key result: the records of its figure, and its metric."""

from __future__ import annotations

from datetime import UTC, datetime

from throughline.engine.metrics import Metric
from throughline.measures.asking import Question
from throughline.measures.links import address_of_rows
from throughline.measures.ranges import Range
from throughline.objectives.models import Measurement, Version


def rows_address(
    metric: Metric, version: Version, measurement: Measurement, *, known: datetime | None
) -> str:
    """The explorer on the records that the value rests on; `known` for a value that was graded."""
    question = Question(
        metric=version.metric,
        where=version.where,
        at=version.at,
        range=_range(measurement, running=known is None),
        # The instant, not its day: what came later that day was not graded.
        known=f"{known.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if known else "",
        known_at=known,
    )
    return address_of_rows(metric, {}, question=question, now=measurement.at)


def series_address(name: str) -> str:
    """The page of a series."""
    return f"/series/{name}/"


def metric_address(version: Version, measurement: Measurement | None) -> str:
    """The metric explorer on the same metric, slice and window; a series has its own page.

    Empty where no metric decides.
    """
    if not version.metric:
        return ""
    if measurement is not None and measurement.definition.get("source") == "series":
        return series_address(version.metric)
    within = _range(measurement, running=measurement.at < version.due) if measurement else Range("all")
    return Question(metric=version.metric, where=version.where, at=version.at, range=within).address()


def _range(measurement: Measurement, *, running: bool) -> Range:
    # A window that ended at the measurement is still running: its address says no end.
    until = None if running and measurement.until == measurement.at else measurement.until
    if measurement.since is None and until is None:
        return Range("all")
    return Range("custom", measurement.since, until)
