"""What a version's metric says at an instant, and how that is kept: once for the same data on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.windows import parse_window
from throughline.objectives import courses, denominators, grading, happenings
from throughline.objectives.cautions import too_short
from throughline.objectives.figures import Figure, Freshness, Silence, freshness
from throughline.objectives.kinds import Kind
from throughline.objectives.marks import Mark
from throughline.objectives.models import Measurement, Version
from throughline.objectives.outlooks import outlook_of
from throughline.objectives.silences import FEEDS
from throughline.objectives.subjects import Subject, figure_of_subject, subject_of

NOTHING_KNOWN = {"code": "nothing_known_yet", "message": "Nothing was imported yet, so nothing is known."}
# Of hundreds of scopes each holds too little to matter.
MOST_FEEDS = 100
_KEPT = (
    *("value", "low", "high", "n", "n_open", "since", "until"),
    *("definition", "data_version", "data_as_of", "facts", "outlook"),
)


def figure_of(version: Version, *, now: datetime) -> Figure:
    """What the version's kind says now, with the age of its data; a refusal is a value that is missing."""
    return _FIGURES.get(version.kind, _of_a_subject)(version, now)


def _of_a_subject(version: Version, now: datetime) -> Figure:
    try:
        subject = subject_of(version.metric, where=version.where, at=version.at)
        window = parse_window(version.window)
        found = figure_of_subject(subject, window.span(version.start, version.due, now=now), now=now)
    except Refused as refused:
        return _not_computed(version, refused)
    if subject.series is not None:
        return _looked_around(version, subject, found, now=now)
    assert subject.metric is not None
    fresh = freshness(subject.metric, now=now, cadence_days=version.cadence_days)
    if fresh.as_of is None:
        # A count over no data at all is 0, which would be the greenest figure of all.
        return replace(found, value=None, low=None, high=None, warnings=(NOTHING_KNOWN,))
    short = too_short(subject, window, start=version.start, due=version.due) if found.value is None else []
    notes = [*short, *_silences(fresh), *denominators.moved(version, subject, window, found, now=now)]
    facts = {**found.facts, **_feeds(fresh)}
    aged = replace(found, data_as_of=fresh.as_of, facts=facts, warnings=(*found.warnings, *notes))
    return _looked_around(version, subject, aged, now=now)


def _feeds(fresh: Freshness) -> dict[str, Any]:
    """Whose records the slice holds, so that it is known later whose silence is its own."""
    largest = sorted(fresh.shares.items(), key=lambda each: (-each[1], each[0]))[:MOST_FEEDS]
    return {FEEDS: [[*feed, share] for feed, share in largest]} if largest else {}


def _not_computed(version: Version, refused: Refused) -> Figure:
    warning = {"code": "cannot_be_computed", "message": str(refused)}
    return Figure(value=None, definition={"metric": version.metric}, warnings=(warning,))


def _looked_around(version: Version, subject: Subject, found: Figure, *, now: datetime) -> Figure:
    """With the whole course, where every day of it counts, and with how it is likely to end."""
    if version.kind == Kind.KEEP:
        course = courses.course_of(version, subject, as_of=found.data_as_of, now=now)
        found = replace(found, facts={**found.facts, "course": course})
    return replace(found, outlook=outlook_of(version, subject, found, now=now))


def _of_a_first_measure(version: Version, now: datetime) -> Figure:
    found = _of_a_subject(version, now)
    return replace(found, facts={**found.facts, **happenings.first_measure(version, found, now=now)})


_FIGURES: Mapping[str, Callable[[Version, datetime], Figure]] = {
    Kind.MILESTONE: happenings.of_steps,
    Kind.BINARY: happenings.of_an_event,
    Kind.BASELINE: _of_a_first_measure,
}


def graded(version: Version, *, now: datetime) -> tuple[float | None, float | None]:
    """The value at `now`, and its grade."""
    found = figure_of(version, now=now)
    return found.value, grading.score(version, found, at=now)


def on_this_data(version: Version, data: Mark) -> Measurement | None:
    """The last measurement of a window that has ended, where nothing moved since: no figure can differ."""
    last = version.measurements.filter(at__gte=version.due).last()
    return last if last is not None and _rests_on(last, data) else None


def is_up_to_date(last: Measurement | None, version: Version, *, data: Mark, now: datetime) -> bool:
    """Whether measuring again would keep nothing: the same data, and the same day or an ended window."""
    if last is None or not _rests_on(last, data):
        return False
    return last.at >= version.due or _day(last.at) == _day(now)


def keep(version: Version, found: Figure, *, data: Mark, actor: str, now: datetime) -> Measurement:
    """The figure as a measurement: the last one where it says the same, else a new one with its audit entry.

    Call it inside a transaction that holds the key result, so that two processes keep one measurement.
    """
    # A figure that was refused saw no record; it stands for all that there was to see.
    found = replace(found, data_version=found.data_version or data.event)
    rests_on = {"last_import": data.imported, "catalogue": data.catalogue}
    last = version.measurements.filter(at__lte=now).order_by("-at", "-id").first()
    if last is not None and _says(last, version, found, data=data, now=now):
        # A re-import without news: the figure is the same, and younger.
        rests_on |= {"data_as_of": found.data_as_of, "warnings": list(found.warnings)}
        Measurement.objects.filter(pk=last.pk).update(**rests_on)
        last.refresh_from_db()
        return last
    fields = {name: getattr(found, name) for name in _KEPT} | rests_on
    kept = Measurement.objects.create(version=version, at=now, warnings=list(found.warnings), **fields)
    _record(actor, kept, now=now)
    return kept


def _says(last: Measurement, version: Version, found: Figure, *, data: Mark, now: datetime) -> bool:
    same = (last.definition, last.data_version, last.catalogue)
    if same != (found.definition, found.data_version, data.catalogue):
        return False
    return last.at >= version.due or _day(last.at) == _day(now)


def _rests_on(last: Measurement, data: Mark) -> bool:
    return Mark(last.data_version, last.last_import, last.catalogue) == data


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d}"


def _record(actor: str, kept: Measurement, *, now: datetime) -> None:
    version = kept.version
    detail: dict[str, Any] = {
        "version": version.number,
        "value": kept.value,
        "data_version": kept.data_version,
    }
    audit.record(
        actor,
        "key result measured",
        object_type="key result",
        object_id=version.key_result_id,
        detail=detail,
        now=now,
    )


def _silences(fresh: Freshness) -> list[dict[str, str]]:
    code = "stale_source" if fresh.silenced else "silent_source"
    return [{"code": code, "message": _silence(each, fresh)} for each in fresh.silent]


def _silence(each: Silence, fresh: Freshness) -> str:
    since = f"Nothing has come from {each.feed} since {each.since:%Y-%m-%d}"
    share = f"{each.share * 100:.0f} %" if each.share >= 0.01 else "less than 1 %"
    rests = f"{since}, and {share} of the records of this slice are its"
    return f"{rests}: import it again, or leave it out of the slice." if fresh.silenced else f"{rests}."
