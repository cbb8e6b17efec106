"""The addresses behind a key result: the records of its figure, and its metric."""

from __future__ import annotations

from datetime import datetime

from throughline.engine.metrics import Metric
from throughline.measures.asking import Question
from throughline.measures.links import address_of_rows
from throughline.measures.ranges import Range
from throughline.objectives.models import Measurement, Version


def rows_address(metric: Metric, measurement: Measurement, *, known: datetime | None) -> str:
    """The explorer on the records that the value rests on; `known` for a value that was graded."""
    within = _within(measurement, running=known is None)
    said = f"{known:%Y-%m-%d}" if known else ""
    return address_of_rows(metric, {}, within=within, known=said, now=measurement.at)


def metric_address(version: Version, measurement: Measurement | None) -> str:
    """The metric explorer on the same metric, slice and window."""
    within = _within(measurement, running=measurement.at < version.due) if measurement else Range("all")
    question = Question(metric=version.metric, where=version.where, at=version.at, range=within)
    return question.address()


def _within(measurement: Measurement, *, running: bool) -> Range:
    # A window that ended at the measurement is still running: its address says no end.
    until = None if running and measurement.until == measurement.at else measurement.until
    if measurement.since is None and until is None:
        return Range("all")
    return Range("custom", measurement.since, until)
