"""Metrics as they are defined, series from elsewhere, and what key results measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from throughline.engine.catalogue import READY_MADE
from throughline.exports.declared import (
    Table,
    day,
    identity,
    instant,
    json,
    number,
    stored,
    text,
    texts,
    truth,
    whole,
)

# Of several readings of one instant the one recorded last counts, unless it withdraws.
_NEWEST = Window(
    RowNumber(), partition_by=[F("series"), F("at")], order_by=[F("recorded_at").desc(), F("pk").desc()]
)
_COUNTS = Case(
    When(Q(newest=1, withdrawn=False), then=Value(True)), default=Value(False), output_field=BooleanField()
)


def _metrics() -> Iterator[tuple[Any, ...]]:
    for name, each in sorted(READY_MADE.items()):
        about = (each.title, each.description, each.unit, each.better)
        yield name, *about, each.measure, each.where, each.at, list(each.by), each.beside, each.cadence_days


def _readings() -> Any:
    return stored("series.Reading")().annotate(newest=_NEWEST)


FIGURES = (
    Table(
        "metrics",
        "A metric of the catalogue as it is defined; its figures follow from vulnerabilities and events.",
        (
            text("name", "What commands and key results call it."),
            text("title", "What it is, in plain words."),
            text("description", "What it counts, and what it leaves out."),
            text("unit", "The unit of its figures."),
            text("better", "Which way is better: lower, higher or neither."),
            text("measure", "The expression that is measured."),
            text("where", "The condition on records."),
            text("at", "The date that puts a record in a period."),
            texts("by", "The dimensions by which it is sliced."),
            text("beside", "Its honest or naive counterpart.", to="metrics.name"),
            whole("cadence_days", "How often it is worth measuring.", unit="days"),
        ),
        _metrics,
        key=("name",),
    ),
    Table(
        "series",
        "A figure that comes from elsewhere: pushed, imported, entered, of a panel or of a survey.",
        (
            identity(),
            text("name", "What commands and key results call it."),
            text("title", "What it is, in plain words."),
            text("description", "What it counts."),
            text("unit", "The unit of its values."),
            text("better", "Which way is better: lower, higher or neither."),
            whole("cadence_days", "How often a value should come.", unit="days"),
            instant("created_at", "When it was made."),
        ),
        stored("series.Series"),
    ),
    Table(
        "series_values",
        "A dated value of a series as it was written; a correction stands beside what it corrects.",
        (
            identity("Its number, which grows in the order of writing."),
            whole("series_id", "The series.", to="series.id"),
            instant("at", "The instant that it is of."),
            number("value", "The value.", unit="series.unit"),
            truth(
                "counts", "Whether it is the value of its instant; of each instant at most one is.", _COUNTS
            ),
            text("origin", "pushed, imported, manual, panel or survey."),
            text("note", "A line beside the value."),
            text("author", "Who wrote it."),
            instant("recorded_at", "When it was written down here."),
            truth("withdrawn", "Whether it takes the value back."),
        ),
        _readings,
    ),
    Table(
        "measurements",
        "What a key result measured at an instant, with its interval and what it rests on.",
        (
            identity(),
            whole("version_id", "The version that was measured.", to="key_result_versions.id"),
            instant("at", "The instant that it is of."),
            number("value", "The figure; null where there is none.", unit="key_result_versions.unit"),
            number("low", "The lower end of its 95 % interval.", unit="key_result_versions.unit"),
            number("high", "The upper end of its 95 % interval.", unit="key_result_versions.unit"),
            whole("n", "The records that it rests on.", unit="records"),
            whole("n_open", "Those of them that were still open.", unit="records"),
            instant("since", "From when on was looked at; null is without end."),
            instant("until", "Until when was looked at, itself left out."),
            texts("warnings", "What a reader should know of it."),
            json("definition", "The whole definition that was measured."),
            whole("data_version", "The last event that it rests on.", to="events.id"),
            instant("data_as_of", "When the newest data was known."),
            json("outlook", "Where it will end by its own history, with the chance to hit."),
        ),
        stored("objectives.Measurement"),
    ),
    Table(
        "annotations",
        "What somebody wrote on a chart, of a day or a range.",
        (
            identity(),
            text("text", "What happened."),
            day("start", "The day, or the first of the range."),
            day("end", "The last day of the range, which counts whole; null where it is one day."),
            text("subject", "metric:NAME, series:NAME or key_result:ID; null on every chart."),
            text("author", "Who wrote it."),
            instant("at", "When it was written."),
        ),
        stored("annotations.Annotation", Q(removed_at=None)),
    ),
)
