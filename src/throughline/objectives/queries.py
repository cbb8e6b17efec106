"""How key results stand: read from what was measured, so that looking changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from throughline.engine import promises, sentences
from throughline.engine.calendar import Period, quarter_of
from throughline.engine.catalogue import READY_MADE
from throughline.engine.definitions import Definition
from throughline.engine.projections import Projection
from throughline.engine.promises import Promise
from throughline.engine.refusals import Refused
from throughline.engine.statuses import PACES, Progress, Status
from throughline.objectives import grading, kinds
from throughline.objectives.judging import Case, judged
from throughline.objectives.marks import marks
from throughline.objectives.measuring import is_up_to_date
from throughline.objectives.models import KeyResult, Measurement, Version
from throughline.objectives.silences import Silences, looked
from throughline.reviews.models import CheckIn, Override
from throughline.series.models import Series

# The status that needs somebody comes first.
URGENCY = ("stale", "off_track", "at_risk", "pending", "on_track", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A key result as it stands: the version in force, its newest measurement, and what follows from both."""

    key_result: KeyResult
    version: Version
    measurement: Measurement | None
    check_in: CheckIn | None
    # The grade that a person set beside the computed one; it is the one that counts.
    override: Override | None
    status: Status
    # Where a figure that adds up over its period will end at today's rate; its pace is judged by that.
    projection: Projection | None
    verdict: str
    sentence: str
    # What is measured and on which slice, where the way and the day are said elsewhere.
    subject: str

    @property
    def title(self) -> str:
        return self.version.title or self.sentence

    @property
    def name(self) -> str:
        """The shortest that tells it from the others."""
        return self.version.title or self.subject

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
    def score(self) -> float | None:
        """The grade that counts of a closed one, else what it would be graded by its newest measurement."""
        if self.key_result.closed_at is not None:
            return self.override.grade if self.override else self.key_result.grade
        progress = self.status.progress
        return progress.shown if progress else None

    @property
    def outlook(self) -> dict[str, Any]:
        """Where it will end by its own history, with the chance to hit; empty where nothing can be said."""
        is_open = self.key_result.closed_at is None and self.status.word in PACES
        return dict(self.measurement.outlook) if self.measurement and is_open else {}

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
    def paced(self) -> Progress | None:
        """The progress that the pace is judged by: the projected one where there is a projection."""
        return self.projection.progress if self.projection else self.status.progress


_INSTANT = timedelta(microseconds=1)


def stands(
    found: QuerySet[KeyResult], *, now: datetime, series: Iterable[Series] | None = None
) -> list[Stand]:
    """How each of them stands, the most urgent first; six queries whatever their number.

    `series` are all of them, where they were read already.
    """
    key_results = list(looked(found, now=now).select_related("objective__cycle").order_by("id"))
    versions = _current_versions(key_results)
    newest, named = _newest_measurements(versions.values()), definitions(series)
    said, overrides = _newest_check_ins(key_results), _newest_overrides(key_results)
    silences = Silences.around(key_results)
    every = [
        _stand(
            _case(each, versions[each.pk], newest, said.get(each.pk), silences, now=now),
            named,
            overrides.get(each.pk),
        )
        for each in key_results
        if each.pk in versions
    ]
    return sorted(every, key=lambda stand: (URGENCY.index(stand.status.word), stand.version.due))


def _case(
    key_result: KeyResult,
    version: Version,
    newest: Mapping[int, Measurement],
    check_in: CheckIn | None,
    silences: Silences,
    *,
    now: datetime,
) -> Case:
    measurement = newest.get(version.pk)
    return Case(
        key_result=key_result,
        version=version,
        measurement=measurement,
        check_in=check_in,
        silence=silences.of(version, measurement),
        now=now,
    )


def stand_of(key_result: KeyResult, *, now: datetime, series: Iterable[Series] | None = None) -> Stand:
    """How one stands; `series` are all of them, where they were read already."""
    found = KeyResult.objects.filter(pk=key_result.pk).select_related("story")
    return stands(found, now=now, series=series)[0]


def _current_versions(found: list[KeyResult]) -> dict[int, Version]:
    versions = Version.objects.filter(key_result__in=found).select_related("owner").order_by("number")
    return {version.key_result_id: version for version in versions}


def _newest_measurements(versions: Iterable[Version]) -> dict[int, Measurement]:
    ids = [version.pk for version in versions]
    newest = Measurement.objects.filter(version=OuterRef("version")).order_by("-at", "-id").values("id")[:1]
    found = Measurement.objects.filter(version__in=ids, id=Subquery(newest))
    return {measurement.version_id: measurement for measurement in found}


def _newest_check_ins(found: list[KeyResult]) -> dict[int, CheckIn]:
    newest = CheckIn.objects.filter(key_result=OuterRef("key_result")).order_by("-at", "-id").values("id")[:1]
    said = CheckIn.objects.filter(key_result__in=found, id=Subquery(newest))
    return {check_in.key_result_id: check_in for check_in in said}


def _newest_overrides(found: list[KeyResult]) -> dict[int, Override]:
    closed = [each for each in found if each.closed_at is not None]
    set_by_people = Override.objects.filter(key_result__in=closed).order_by("at", "id") if closed else ()
    return {override.key_result_id: override for override in set_by_people}


def definitions(series: Iterable[Series] | None = None) -> dict[str, Definition]:
    """What a name of a metric stands for: a definition, or a series, which has a title and no expression.

    `series` are all of them, where they were read already.
    """
    known = Series.objects.all() if series is None else series
    named = {
        each.name: Definition(measure="", name=each.name, title=each.title or each.name) for each in known
    }
    return {**named, **READY_MADE}


def _stand(case: Case, named: Mapping[str, Definition], override: Override | None) -> Stand:
    judgement = judged(case)
    return Stand(
        key_result=case.key_result,
        version=case.version,
        measurement=case.measurement,
        check_in=case.check_in,
        override=override,
        status=judgement.status,
        projection=judgement.projection,
        verdict=judgement.verdict,
        sentence=sentence_of(case.version, named=named),
        subject=_subject_of(case.version, named=named),
    )


def waiting() -> dict[str, int]:
    """How many sketches wait in each cycle, by its title, the earliest cycle first."""
    sketches = KeyResult.objects.filter(sketch__isnull=False, objective__isnull=False)
    titles = sketches.order_by("objective__cycle__start").values_list("objective__cycle__title", flat=True)
    return dict(Counter(titles))


def sentence_of(version: Version, *, named: Mapping[str, Definition]) -> str:
    """The promise of a version in one line."""
    promise = promise_of(version, named=named)
    try:
        return promises.sentence(promise)
    except Refused:
        # A metric that is gone leaves its name behind, and the key result still has to be shown.
        return promises.tail(version.metric, promise)


def promise_of(version: Version, *, named: Mapping[str, Definition]) -> Promise:
    """The fields of a version that its sentence says."""
    definition = named.get(version.metric)
    return Promise(
        kind=Version.Kind(version.kind).value,  # type: ignore[arg-type]
        measure=definition.measure if definition else version.metric,
        title=definition.title if definition else "",
        where=version.where,
        baseline=version.baseline,
        target=version.target,
        phases=grading.on_the_way(version),
        low=version.bound_low,
        high=version.bound_high,
        allowed_outside=version.allowed_outside,
        steps=[(step["title"], step["weight"]) for step in version.steps],
        acceptance=version.acceptance,
        scale=version.scale,
        unit=version.unit,
        start=version.start,
        due=version.due,
    )


def aim_of(version: Version) -> str:
    """What is to be reached, in one figure or a few words."""
    if version.kind in kinds.MOVING:
        low, high = (sentences.amount(each, version.unit) for each in version.way)
        return f"{low} → {high}{sentences.unit_word(version.unit)}"
    if version.kind == Version.Kind.KEEP:
        return promises.bound_text(promise_of(version, named={}))
    if version.kind == Version.Kind.MILESTONE:
        return f"{len(version.steps)} step{'' if len(version.steps) == 1 else 's'}"
    return "has data" if version.kind == Version.Kind.BASELINE else "done"


def _subject_of(version: Version, *, named: Mapping[str, Definition]) -> str:
    if not kinds.is_measured(version.kind):
        return promises.what(promise_of(version, named=named))
    definition = named.get(version.metric) or Definition(measure=version.metric)
    try:
        return sentences.subject_of(definition.measure, title=definition.title, where=version.where)
    except Refused:
        return version.metric


def measurements_of(key_result: KeyResult) -> QuerySet[Measurement]:
    """All its measurements, oldest first, with their versions."""
    return (
        Measurement.objects.filter(version__key_result=key_result)
        .select_related("version")
        .order_by("at", "id")
    )


def behind(now: datetime) -> bool:
    """Whether measuring would say anything new: another day, or data that moved since."""
    running = KeyResult.objects.filter(sketch__isnull=True, dropped_at=None)
    versions = list(_current_versions(list(running)).values())
    newest = _newest_measurements(versions)
    return not all(
        is_up_to_date(newest.get(version.pk), version, data=data, now=now)
        for version, data in zip(versions, marks(versions), strict=True)
    )
