"""What a key result's metric says for a stretch of time, with the data that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from throughline.accounts.access import EVERYTHING
from throughline.engine import metrics
from throughline.engine.definitions import Definition
from throughline.engine.key_results import GRACE
from throughline.engine.language.fields import Schema
from throughline.engine.metrics import Metric
from throughline.engine.refusals import Refused
from throughline.engine.windows import Span
from throughline.measures import queries as measures
from throughline.objectives.terms import Undecidable
from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event

FIELD_OF = {"measure": "metric", "metric": "metric", "where": "where", "at": "at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value in the unit of the metric with its 95 % interval, its n, and the half-open window looked at."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_open: int = 0
    since: datetime | None = None
    until: datetime | None = None
    definition: dict[str, Any] = field(default_factory=dict)
    data_version: int = 0
    data_as_of: datetime | None = None
    warnings: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the newest data of a slice was known, and the feeds of it that fell silent."""

    as_of: datetime | None
    silent: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that a metric may use: the fields and attributes, and the metrics that have a name."""

    schema: Schema
    saved: Mapping[str, Definition]


def lexicon() -> Lexicon:
    """The words as of now, read once for many metrics."""
    return Lexicon(measures.schema(), measures.saved())


def metric_of(text: str, *, where: str = "", at: str = "", words: Lexicon | None = None) -> Metric:
    """The checked metric that a key result is bound to. Raises Undecidable beside the field at fault."""
    words = words or lexicon()
    if not text.strip():
        raise Undecidable("say what is measured: a metric such as time_to_remediate", field="metric")
    try:
        named = metrics.define(text, saved=words.saved)
        return metrics.check(replace(metrics.refine(named, where=where, at=at or None), by=()), words.schema)
    except Refused as refused:
        place = (refused.place or "metric").split(",")[0]
        field_name = "where" if place == "where" and where.strip() else FIELD_OF.get(place, "metric")
        raise Undecidable(refused.message, field=field_name, code=refused.code) from refused


def figure(metric: Metric, span: Span, *, now: datetime) -> Figure:
    """The metric over the span with what is known now, of the whole organisation."""
    if span.since is not None and span.until is not None and span.since >= span.until:
        return Figure(value=None, since=span.since, until=span.until, definition=metric.echo())
    result = measures.evaluate(
        metric.definition, scope=EVERYTHING, now=now, since=span.since, until=span.until
    )
    row = result.rows[0] if result.rows else None
    return Figure(
        value=row.value if row else None,
        low=row.low if row else None,
        high=row.high if row else None,
        n=row.n if row else 0,
        n_open=row.n_open if row else 0,
        since=span.since,
        until=span.until,
        definition=metric.echo(),
        data_version=result.data_version,
        warnings=tuple({"code": each.code, "message": each.message} for each in result.warnings),
    )


def freshness(metric: Metric, *, now: datetime, cadence_days: int) -> Freshness:
    """How old the data under the metric is: the newest import among the feeds that its slice comes from.

    A feed that stopped while another still speaks is named, for the figure rests on it too.
    """
    known = _imports_by_feed(now)
    if not known:
        return Freshness(_newest_event(now))
    used = _feeds_of(metric, now=now)
    within = {name: at for name, at in known.items() if name in used} or known
    limit = now - timedelta(days=cadence_days) - GRACE
    newest = max(within.values())
    silent = tuple(sorted((name, at) for name, at in within.items() if at < limit <= newest))
    return Freshness(newest, silent)


def newest_data(now: datetime) -> datetime | None:
    """When the newest data of all was known: the last import, or the last event where there was none."""
    return max(_imports_by_feed(now).values(), default=None) or _newest_event(now)


def _imports_by_feed(now: datetime) -> dict[str, datetime]:
    rows = Import.objects.filter(known_at__lte=now).order_by()
    newest: dict[str, datetime] = {}
    for name, at in rows.values_list("feed__name").annotate(Max("known_at")):
        newest[name] = at
    return newest


def _feeds_of(metric: Metric, *, now: datetime) -> set[str]:
    definition = Definition(measure="count()", where=metric.where_text or "state is not null", by=("feed",))
    rows = measures.evaluate(definition, scope=EVERYTHING, now=now, by=("feed",)).rows
    return {row.group["feed"] for row in rows if row.n}


def _newest_event(now: datetime) -> datetime | None:
    newest = Event.objects.filter(known_at__lte=now).aggregate(at=Max("known_at"))["at"]
    return newest if isinstance(newest, datetime) else None
