"""A key result as JSON, the same for the command line and the page's .json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.annotations.documents import at_readings, told
from throughline.annotations.queries import on_key_result
from throughline.engine.statuses import Progress
from throughline.engine.windows import due_text
from throughline.objectives import grading
from throughline.objectives.comparing import around, each_month_before, earlier
from throughline.objectives.models import Completion, Measurement, Version
from throughline.objectives.queries import Stand, aim_of, measurements_of
from throughline.ui import comparing

MEASURED = ("at", "version", "value", "low", "high", "n", "n_open", "since", "until", "data_version")
# `drawn_at` is where it stands on the chart, which holds two quarters over the days of one.
MEASURED_COLUMNS = (*MEASURED, "annotations", "of", "drawn_at", *comparing.COLUMNS)


def document(stand: Stand, *, full: bool = True) -> dict[str, Any]:
    """A key result as JSON; `full` adds its versions and measurements."""
    version, measurement = stand.version, stand.measurement
    low, high = stand.bounds
    found = stand.status.progress
    answer: dict[str, Any] = {
        "id": stand.key_result.pk,
        "title": stand.title,
        "sentence": stand.sentence,
        "key": stand.key_result.key,
        "objective": stand.key_result.objective.title if stand.key_result.objective else "",
        "status": stand.status.word,
        "basis": stand.status.basis,
        "reason": stand.status.reason,
        "unreviewed": stand.status.unreviewed,
        "verdict": stand.verdict,
        "value": stand.value,
        "low": low,
        "high": high,
        "n": measurement.n if measurement else 0,
        "n_open": measurement.n_open if measurement else 0,
        **_promised(version),
        "aim": aim_of(version),
        "score": stand.score,
        "progress": _progress(found),
        "expected": stand.status.expected,
        "chance": stand.outlook.get("chance"),
        "likely": {name: stand.outlook.get(name) for name in ("value", "low", "high", "n")},
        "projected": stand.projection.value if stand.projection else None,
        **_graded(stand),
        "measured_at": measurement.at if measurement else None,
        "data_as_of": measurement.data_as_of if measurement else None,
        "data_version": measurement.data_version if measurement else None,
        "definition": measurement.definition if measurement else None,
        "warnings": stand.warnings,
    }
    return {**answer, **_history(stand)} if full else answer


def _progress(found: Progress | None) -> dict[str, float | None]:
    if found is None:
        return {"raw": None, "shown": None}
    # Adding 0.0 takes the sign off a zero: a program reading "-0.0" sees a step back that was none.
    return {"raw": found.raw + 0.0, "shown": found.shown + 0.0}


def _promised(version: Version) -> dict[str, Any]:
    return {
        "kind": version.kind,
        "commitment": version.commitment,
        "weight": version.weight,
        "metric": version.metric,
        "where": version.where,
        "at": version.at or None,
        "window": version.window,
        "baseline": version.baseline,
        "baseline_measured": version.baseline_measured,
        "target": version.target,
        "target_text": version.target_text,
        "phases": version.phases,
        "bound_low": version.bound_low,
        "bound_high": version.bound_high,
        "allowed_outside": version.allowed_outside,
        "steps": version.steps,
        "acceptance": version.acceptance,
        "judge": version.judge,
        "scale": version.scale,
        "why": version.why,
        "why_target": version.why_target,
        "how_measured": version.how_measured,
        "unit": version.unit,
        "better": version.better,
        "start": f"{version.start:%Y-%m-%d}",
        "due": due_text(version.due),
        "judged_at": version.due,
        "owner": version.owner_name,
        "cadence_days": version.cadence_days,
        "version": version.number,
    }


def _graded(stand: Stand) -> dict[str, Any]:
    key_result, revised = stand.key_result, stand.revised
    return {
        "grade": key_result.grade,
        "graded_at": key_result.closed_at,
        "original_grade": key_result.original_grade,
        "overridden_grade": stand.override.grade if stand.override else None,
        "override_reason": stand.override.reason if stand.override else None,
        "revised": _revised(revised, stand.version) if revised else None,
    }


def _revised(revised: Measurement, version: Version) -> dict[str, Any]:
    return {
        "value": revised.value,
        "low": revised.low,
        "high": revised.high,
        "grade": grading.score(version, revised, at=revised.at),
        "at": revised.at,
    }


def _history(stand: Stand) -> dict[str, Any]:
    key_result = stand.key_result
    found = list(measurements_of(key_result))
    before = earlier(stand, found)
    versions = list(key_result.versions.order_by("number"))
    return {
        "before": before.document if before else None,
        "annotations": told(on_key_result(versions)),
        "versions": [
            {
                "number": each.number,
                **_promised(each),
                "title": each.title,
                "reason": each.reason,
                "text": each.reason_text,
                "author": each.author,
                "created_at": each.created_at,
            }
            for each in versions
        ],
        "completions": [_completed(each) for each in key_result.completions.all()],
        "measurements": [measured(each) for each in found],
    }


def measured_rows(stand: Stand, *, compares: bool = True) -> Iterator[list[Any]]:
    """Its measurements, each beside that of a month before, then those of the quarter before."""
    found = around(stand)
    happened = on_key_result(list(stand.key_result.versions.order_by("number")))
    said = at_readings(happened, [each.at.date() for each in found.own])
    befores = each_month_before(stand, found.own) if compares else [None] * len(found.own)
    for each, text, was in zip(found.own, said, befores, strict=True):
        cells = comparing.cells(was.document if was else None)
        yield [*_cells(each), text, "this key result", each.at, *cells]
    for each in found.before if compares else ():
        yield [*_cells(each), "", "the quarter before", each.at + found.shift, *comparing.cells(None)]


def _cells(each: Measurement) -> list[Any]:
    return [each.version.number if name == "version" else getattr(each, name) for name in MEASURED]


def _completed(each: Completion) -> dict[str, Any]:
    names = ("step", "at", "evidence", "author", "recorded_at", "withdrawn_at", "withdrawn_by")
    return {"id": each.pk, **{name: getattr(each, name) for name in names}}


def measured(each: Measurement) -> dict[str, Any]:
    """One measurement with what it was computed from."""
    names = ("at", "value", "low", "high", "n", "n_open", "since", "until", "data_version", "data_as_of")
    fields = {name: getattr(each, name) for name in names}
    return {
        **fields,
        "version": each.version.number,
        "facts": each.facts,
        "warnings": each.warnings,
        "definition": each.definition,
    }
