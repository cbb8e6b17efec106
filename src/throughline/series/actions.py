"""Writing series. Nothing is edited: a correction is a new reading of the same instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.series import values as written
from throughline.series.differences import Difference, difference
from throughline.series.files import Row
from throughline.series.models import Reading, Series
from throughline.series.queries import is_written_by_panels, is_written_by_surveys, series_named

LONGEST = {"title": 240, "description": 2000, "note": 500}


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of writing values: the series, whether it is new, and how many readings it gained."""

    series: Series
    made: bool
    added: int
    unchanged: int


def define(actor: str, name: str, *, now: datetime, **given: Any) -> Series:
    """A series without values yet: title, description, unit, better, cadence_days. Raises Refused."""
    fields = _fields(given)
    with transaction.atomic():
        if series_named(name) is not None:
            raise Refused(f"there is a series '{name.strip()}' already", place="name", code="taken")
        made = Series.objects.create(name=written.name_of(name), created_at=now, **fields)
        _audit(actor, "series defined", made, {"name": made.name, **fields}, now=now)
    return made


def redefine(actor: str, series: Series, *, now: datetime, **given: Any) -> bool:
    """Replace what is said of a series; whether anything changed. Its unit stands once it has values."""
    fields = _fields(given)
    changes = {name: [getattr(series, name), value] for name, value in fields.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return False
    with transaction.atomic():
        stored = Series.objects.select_for_update().get(pk=series.pk)
        if "unit" in changes and stored.readings.exists():
            raise Refused(
                f"its values are in {stored.unit}, and another unit would make other figures of them: "
                "define another series",
                place="unit",
                code="unit_in_use",
            )
        if "unit" in changes and is_written_by_surveys(stored):
            raise Refused(
                f"a survey writes its values in {stored.unit}: that is its own",
                place="unit",
                code="written_by_surveys",
            )
        for name, value in fields.items():
            setattr(series, name, value)
        series.save()
        _audit(actor, "series changed", series, changes, now=now)
    return True


def push(
    actor: str,
    name: str,
    value: object,
    *,
    at: object,
    note: str = "",
    origin: str = Reading.Origin.PUSHED,
    now: datetime,
    **given: Any,
) -> Entered:
    """One value. The first one makes the series, with the unit, title and direction that are given.

    The same value of the same instant again changes nothing; another value corrects it. Raises Refused.
    """
    with transaction.atomic():
        series, made = _series(actor, name, given, now=now)
        _require_writer(series, origin)
        row = Row(
            at=written.instant_of(at, now=now),
            value=written.value_of(value, unit=series.unit),
            note=_fitting("note", note),
        )
        added = _write(series, [row], actor=actor, origin=origin, now=now)
        if added:
            detail = {"name": series.name, "at": f"{row.at:%Y-%m-%dT%H:%M:%SZ}", "value": row.value}
            _audit(actor, "series value entered", series, detail, now=now)
    return Entered(series, made, added, 1 - added)


def add_all(
    actor: str, name: str, rows: Sequence[Row], *, file_name: str, now: datetime, **given: Any
) -> Entered:
    """The values of a file, all of them or none; what is known already is left as it is."""
    with transaction.atomic():
        series, made = _series(actor, name, given, now=now)
        _require_writer(series, Reading.Origin.IMPORTED)
        added = _write(series, rows, actor=actor, origin=Reading.Origin.IMPORTED, now=now)
        if added:
            detail = {"name": series.name, "file": file_name, "added": added, "rows": len(rows)}
            _audit(actor, "series values imported", series, detail, now=now)
    return Entered(series, made, added, len(rows) - added)


def push_all(actor: str, name: str, rows: Sequence[Row], *, now: datetime, **given: Any) -> Entered:
    """Several values that a program sends, all of them or none; the first ones make the series."""
    with transaction.atomic():
        series, made = _series(actor, name, given, now=now)
        _require_writer(series, Reading.Origin.PUSHED)
        added = _write(series, rows, actor=actor, origin=Reading.Origin.PUSHED, now=now)
        if added:
            detail = {"name": series.name, "added": added, "rows": len(rows)}
            _audit(actor, "series values pushed", series, detail, now=now)
    return Entered(series, made, added, len(rows) - added)


def sync_all(
    actor: str, name: str, rows: Sequence[Row], *, now: datetime, **given: Any
) -> tuple[Entered, Difference]:
    """The values that a connected source has, all of them or none, and what that changed.

    What is said of the series is said by the first values only: a person may have said it better since.
    """
    with transaction.atomic():
        is_new = series_named(name) is None
        series, made = _series(actor, name, given if is_new else {}, now=now)
        _require_writer(series, Reading.Origin.SYNCED)
        found = difference(series, rows)
        origin = Reading.Origin.SYNCED
        _create(series, found.rows, actor=actor, origin=origin, now=now)
        if found.rows:
            counts = {"added": len(found.added), "corrected": len(found.corrected)}
            _audit(actor, "series values synced", series, {"name": series.name, **counts}, now=now)
    return Entered(series, made, len(found.rows), found.unchanged), found


def withdraw(actor: str, series: Series, *, at: object, reason: str, now: datetime) -> Reading:
    """Take back the value of an instant by a reading that says so; what was written stays. Raises Refused."""
    why, instant = _fitting("note", reason), written.instant_of(at, now=now)
    if not why:
        raise Refused("say why the value is taken back", place="reason", code="reason")
    with transaction.atomic():
        stored = Series.objects.select_for_update().get(pk=series.pk)
        _require_writer(stored, Reading.Origin.MANUAL)
        last = stored.readings.filter(at=instant).order_by("recorded_at", "id").last()
        if last is None or last.withdrawn:
            raise Refused(
                f"{stored.name} has no value of {instant:%Y-%m-%d %H:%M}", place="at", code="no_value"
            )
        taken = Reading.objects.create(
            series=stored,
            at=instant,
            value=last.value,
            note=why,
            origin=Reading.Origin.MANUAL,
            author=actor,
            recorded_at=now,
            withdrawn=True,
        )
        detail = {
            "name": stored.name,
            "at": f"{instant:%Y-%m-%dT%H:%M:%SZ}",
            "value": last.value,
            "reason": why,
        }
        _audit(actor, "series value withdrawn", stored, detail, now=now)
    return taken


def unit_for(name: str, given: str | None) -> str:
    """The unit in which values of this name are read before they are stored."""
    known = series_named(name)
    return known.unit if known else written.unit_of(given or "count")


def _series(actor: str, name: str, given: dict[str, Any], *, now: datetime) -> tuple[Series, bool]:
    known = series_named(name)
    said = {field: value for field, value in given.items() if value not in (None, "")}
    if known is None:
        return define(actor, name, now=now, **said), True
    stored = Series.objects.select_for_update().get(pk=known.pk)
    if said:
        redefine(actor, stored, now=now, **said)
    return stored, False


def _require_writer(series: Series, origin: str) -> None:
    """What panels or surveys say is theirs alone: another value would be one person's in their name."""
    if origin != Reading.Origin.PANEL and is_written_by_panels(series):
        raise Refused(
            f"'{series.name}' holds what panels say of a scenario: closing a forecast room writes the value",
            place="value",
            code="written_by_panels",
        )
    if origin != Reading.Origin.SURVEY and is_written_by_surveys(series):
        raise Refused(
            f"'{series.name}' holds what people answer: a survey writes the value once five have answered",
            place="value",
            code="written_by_surveys",
        )


def _write(series: Series, rows: Sequence[Row], *, actor: str, origin: str, now: datetime) -> int:
    known = {reading.at: reading for reading in _known(series, rows)}
    fresh = [row for row in rows if not _says(known.get(row.at), row, origin=origin)]
    _create(series, fresh, actor=actor, origin=origin, now=now)
    return len(fresh)


def _create(series: Series, rows: Sequence[Row], *, actor: str, origin: str, now: datetime) -> None:
    Reading.objects.bulk_create(
        Reading(
            series=series,
            at=row.at,
            value=row.value,
            note=row.note,
            origin=origin,
            author=actor,
            recorded_at=now,
        )
        for row in rows
    )


def _known(series: Series, rows: Sequence[Row]) -> list[Reading]:
    found = series.readings.order_by("recorded_at", "id")
    return list(found if len(rows) > 1 else found.filter(at__in=[row.at for row in rows]))


def _says(known: Reading | None, row: Row, *, origin: str) -> bool:
    """Whether nothing is new. A job that sends all that it has every night brings back nothing withdrawn."""
    if known is None or known.value != row.value:
        return False
    if known.withdrawn:
        return origin != Reading.Origin.MANUAL
    return row.note in ("", known.note)


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """What is given of a series, in its types. Raises Refused with the field."""
    read: dict[str, Callable[[object], str | int]] = {
        "title": lambda text: _fitting("title", text),
        "description": lambda text: _fitting("description", text),
        "unit": lambda text: written.unit_of(str(text)),
        "better": lambda text: written.better_of(str(text)),
        "cadence_days": written.cadence_of,
    }
    return {name: read[name](value) for name, value in given.items() if value is not None}


def _fitting(name: str, given: object) -> str:
    found = str(given).strip()
    if len(found) > LONGEST[name]:
        raise Refused(f"expected at most {LONGEST[name]:,} characters, found {len(found):,}", place=name)
    return found


def _audit(actor: str, action: str, series: Series, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type="series", object_id=series.pk, detail=detail, now=now)
