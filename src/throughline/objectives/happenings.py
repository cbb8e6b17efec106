"""What happened, with evidence: steps done, an event that passed its test, a metric that has data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from throughline.objectives.figures import Figure
from throughline.objectives.models import Completion, Measurement, Version
from throughline.objectives.subjects import is_name
from throughline.series.queries import series_named, values

EVENT = ""


def of_steps(version: Version, now: datetime) -> Figure:
    """The share of the weights of the steps that are done, and when each was."""
    done = _done(version, now)
    weights = {step["key"]: step["weight"] for step in version.steps}
    counted = {key: at for key, at in done.items() if key in weights}
    share = sum(weights[key] for key in counted) / 100
    return Figure(
        value=1.0 if len(counted) == len(weights) else share,
        n=len(counted),
        since=version.start,
        until=now,
        definition={"measure": "", "where": "", "at": None, "source": "steps", "steps": version.steps},
        data_as_of=_last_entry(version, now),
        facts={"done": {key: at.isoformat() for key, at in counted.items()}},
    )


def of_an_event(version: Version, now: datetime) -> Figure:
    """1 where the event is recorded with its evidence, else 0."""
    at = _done(version, now).get(EVENT)
    test = {"source": "event", "acceptance": version.acceptance, "judge": version.judge}
    return Figure(
        value=1.0 if at else 0.0,
        n=1 if at else 0,
        since=version.start,
        until=now,
        definition={"measure": "", "where": "", "at": None, **test},
        data_as_of=_last_entry(version, now),
        facts={"done_at": at.isoformat()} if at else {},
    )


def first_measure(version: Version, found: Figure, *, now: datetime) -> dict[str, Any]:
    """Since when the metric is defined and has data, and whether it runs now."""
    runs = not any(each["code"] == "cannot_be_computed" for each in found.warnings)
    series = series_named(version.metric) if is_name(version.metric) else None
    instants: tuple[datetime | None, datetime | None]
    if series is not None:
        first = next(iter(values(series, known_at=now)), None)
        instants = (series.created_at, first.at if first else None)
    else:
        has_data = found.value is not None and found.n > 0
        instants = (
            _since(version, _ran(version), now) if runs else None,
            _since(version, _had_data(version), now) if has_data else None,
        )
    names = ("defined_at", "data_at")
    kept = {name: at.isoformat() for name, at in zip(names, instants, strict=True) if at is not None}
    return {**kept, "runs": runs}


def completions_of(version: Version, now: datetime) -> QuerySet[Completion]:
    """The completions that stand at `now`."""
    found = Completion.objects.filter(key_result_id=version.key_result_id, recorded_at__lte=now)
    return found.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))


def _done(version: Version, now: datetime) -> dict[str, datetime]:
    """When each step was done first; the empty key is the event."""
    found: dict[str, datetime] = {}
    for each in completions_of(version, now).order_by("at", "id"):
        found.setdefault(each.step, each.at)
    return found


def _last_entry(version: Version, now: datetime) -> datetime | None:
    """When somebody last said that something was done, or that it was not."""
    found = Completion.objects.filter(key_result_id=version.key_result_id, recorded_at__lte=now)
    instants = found.values_list("recorded_at", "withdrawn_at")
    return max((at for pair in instants for at in pair if at is not None and at <= now), default=None)


def _ran(version: Version) -> QuerySet[Measurement]:
    return _of_the_same(version).filter(facts__runs=True)


def _had_data(version: Version) -> QuerySet[Measurement]:
    return _of_the_same(version).filter(value__isnull=False, n__gt=0)


def _of_the_same(version: Version) -> QuerySet[Measurement]:
    found = Measurement.objects.filter(version__key_result_id=version.key_result_id)
    return found.filter(version__metric=version.metric, version__where=version.where)


def _since(version: Version, found: QuerySet[Measurement], now: datetime) -> datetime:
    """The first measurement that found it so, or now: what nobody looked at is not claimed for earlier."""
    first = found.filter(at__lte=now).order_by("at").values_list("at", flat=True).first()
    return first or now
