"""How key results stand: read from what was measured, so that looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from throughline.engine import key_results as engine
from throughline.engine import sentences
from throughline.engine.calendar import Period, quarter_of
from throughline.engine.catalogue import READY_MADE
from throughline.engine.definitions import Definition
from throughline.engine.key_results import Standing, Status
from throughline.engine.refusals import Refused
from throughline.engine.sentences import Promise
from throughline.engine.windows import due_text
from throughline.measures import queries as measures
from throughline.objectives.models import KeyResult, Measurement, Version
from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event

# The status that needs somebody comes first.
URGENCY = ("stale", "off_track", "at_risk", "pending", "on_track", "closed")
DIFFED = (
    "title",
    "metric",
    "where",
    "at",
    "window",
    "baseline",
    "target",
    "start",
    "due",
    "owner",
    "cadence",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A key result as it stands: the version in force, its newest measurement, and what follows from both."""

    key_result: KeyResult
    version: Version
    measurement: Measurement | None
    status: Status
    verdict: str
    sentence: str

    @property
    def title(self) -> str:
        return self.version.title or self.sentence

    @property
    def value(self) -> float | None:
        """The graded value of a closed one, else the newest measured."""
        if self.key_result.closed_at is not None:
            return self.key_result.graded_value
        return self.measurement.value if self.measurement else None

    @property
    def revised(self) -> Measurement | None:
        """What the closed window says today, where that is no longer what was graded."""
        found = self.measurement
        if self.key_result.closed_at is None or found is None or found.value == self.key_result.graded_value:
            return None
        return found if found.at > self.key_result.closed_at else None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The interval of `value`; a revision's interval belongs to the revision."""
        if self.measurement is None or self.revised is not None:
            return None, None
        return self.measurement.low, self.measurement.high

    @property
    def warnings(self) -> list[dict[str, str]]:
        return list(self.measurement.warnings) if self.measurement else []

    @property
    def quarter(self) -> Period:
        """The quarter of its last instant."""
        return quarter_of(self.version.due - _INSTANT)

    @property
    def raw(self) -> float | None:
        return self.status.progress.raw if self.status.progress else None

    @property
    def shown(self) -> float | None:
        return self.status.progress.shown if self.status.progress else None


_INSTANT = timedelta(microseconds=1)


def stands(found: QuerySet[KeyResult], *, now: datetime) -> list[Stand]:
    """How each of them stands, the most urgent first; three queries whatever their number."""
    key_results = list(found.order_by("id"))
    versions = _current_versions(key_results)
    newest = _newest_measurements(versions.values())
    named = _named_definitions()
    every = [
        _stand(each, versions[each.pk], newest.get(versions[each.pk].pk), named=named, now=now)
        for each in key_results
        if each.pk in versions
    ]
    return sorted(every, key=lambda stand: (URGENCY.index(stand.status.word), stand.version.due))


def stand_of(key_result: KeyResult, *, now: datetime) -> Stand:
    """How one stands."""
    return stands(KeyResult.objects.filter(pk=key_result.pk), now=now)[0]


def _current_versions(found: list[KeyResult]) -> dict[int, Version]:
    versions = Version.objects.filter(key_result__in=found).select_related("owner").order_by("number")
    return {version.key_result_id: version for version in versions}


def _newest_measurements(versions: Iterable[Version]) -> dict[int, Measurement]:
    ids = [version.pk for version in versions]
    newest = Measurement.objects.filter(version=OuterRef("version")).order_by("-at", "-id").values("id")[:1]
    found = Measurement.objects.filter(version__in=ids, id=Subquery(newest))
    return {measurement.version_id: measurement for measurement in found}


def _named_definitions() -> Mapping[str, Definition]:
    return {**READY_MADE, **measures.saved()}


def _stand(
    key_result: KeyResult,
    version: Version,
    measurement: Measurement | None,
    *,
    named: Mapping[str, Definition],
    now: datetime,
) -> Stand:
    closed = key_result.closed_at is not None
    found = engine.status(
        Standing(
            value=key_result.graded_value if closed else measurement.value if measurement else None,
            baseline=version.baseline,
            target=version.target,
            start=version.start,
            due=version.due,
            now=now,
            measured_at=measurement.at if measurement else None,
            data_as_of=measurement.data_as_of if measurement else None,
            cadence_days=version.cadence_days,
            closed=closed,
        )
    )
    return Stand(
        key_result=key_result,
        version=version,
        measurement=measurement,
        status=replace(found, reason=_reason(found, key_result, version, measurement, now=now)),
        verdict=_verdict(key_result, version, now=now),
        sentence=sentence_of(version, named=named),
    )


def _reason(
    found: Status, key_result: KeyResult, version: Version, measurement: Measurement | None, *, now: datetime
) -> str:
    """The engine's reason, or a plainer one where the shell knows more than the figures."""
    if key_result.closed_at is not None and key_result.grade is not None:
        return f"Graded {key_result.grade:.2f} on {key_result.closed_at:%Y-%m-%d}."
    if key_result.closed_at is not None:
        return f"Closed on {key_result.closed_at:%Y-%m-%d} without a value, so without a grade."
    if found.word == "stale" and now >= version.due:
        ended = f"It ended on {due_text(version.due)}"
        return f"{ended}, and the data stops before that: import newer data to grade it."
    if found.word == "pending" and measurement is not None and now >= version.start:
        return f"No value yet: {_why_no_value(measurement)}"
    return found.reason


def _why_no_value(measurement: Measurement) -> str:
    for warning in measurement.warnings:
        if warning["code"] in ("cannot_be_computed", "horizon_beyond_data", "nothing_known_yet"):
            return _lowered(str(warning["message"]))
    if measurement.n == 0:
        return "no record counts in its window so far."
    return f"the {measurement.n} records in its window give none."


def _verdict(key_result: KeyResult, version: Version, *, now: datetime) -> str:
    """Open until it is graded: a value from before the end decides nothing."""
    if key_result.closed_at is None:
        return "open"
    return engine.verdict(
        key_result.graded_value,
        baseline=version.baseline,
        target=version.target,
        due=version.due,
        now=max(now, version.due),
    )


def sentence_of(version: Version, *, named: Mapping[str, Definition]) -> str:
    """The promise of a version in one line."""
    definition = named.get(version.metric)
    promise = Promise(
        measure=definition.measure if definition else version.metric,
        title=definition.title if definition else "",
        where=version.where,
        baseline=version.baseline,
        target=version.target,
        unit=version.unit,
        due=version.due,
    )
    try:
        return sentences.sentence(promise)
    except Refused:
        # A saved metric that is gone leaves its name behind, and the key result still has to be shown.
        return sentences.tail(version.metric, promise)


def measurements_of(key_result: KeyResult) -> QuerySet[Measurement]:
    """All its measurements, oldest first, with their versions."""
    return (
        Measurement.objects.filter(version__key_result=key_result)
        .select_related("version")
        .order_by("at", "id")
    )


def behind(now: datetime) -> bool:
    """Whether a key result was last measured on another day, or before the newest event or import."""
    if not KeyResult.objects.exists():
        return False
    versions = _current_versions(list(KeyResult.objects.filter(closed_at=None)))
    newest = _newest_measurements(versions.values())
    last = Measurement.objects.order_by("-at").values_list("at", flat=True).first()
    event = Event.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    imported = Import.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    if last is None or any(moved is not None and moved > last for moved in (event, imported)):
        return True
    today = now.astimezone(UTC).date()
    return any(
        version.pk not in newest or newest[version.pk].at.astimezone(UTC).date() != today
        for version in versions.values()
    )


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
