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
from throughline.engine.language.fields import Schema
from throughline.engine.metrics import Metric
from throughline.engine.refusals import Refused
from throughline.engine.statuses import GRACE
from throughline.engine.windows import Span
from throughline.measures import queries as measures
from throughline.objectives.terms import Undecidable
from throughline.series.models import Series
from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event

# Silent feeds that hold less of a slice than this leave its figure as it is, with a warning.
NEGLIGIBLE_SHARE = 0.05
EVERYTHING_KNOWN = "state is not null"
UNKNOWN = "unknown"
# As large as a baseline may be given: beyond it a binary fraction no longer counts in ones.
LARGEST = 1e15
# The name of the source, and the scope within it: each falls silent on its own.
Feed = tuple[str, str]
NOT_FINITE = {"code": "not_finite", "message": "A number among the records is too large to count with."}
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
    # What a score rests on besides the value; see `grading`.
    facts: dict[str, Any] = field(default_factory=dict)
    # Where it will end by its own history; see `outlooks`.
    outlook: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Silence:
    """A feed that stopped while others speak; `share` of the records of the slice are its."""

    feed: str
    since: datetime
    share: float


@dataclass(frozen=True, slots=True)
class Freshness:
    """Up to when a slice is known but for a twentieth of it, and the feeds of it that fell silent.

    `silenced` marks that the silent ones hold so much of the slice that nothing can be said of it.
    """

    as_of: datetime | None
    silent: tuple[Silence, ...] = ()
    silenced: bool = False
    # The share of the slice's records by feed.
    shares: Mapping[Feed, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that a metric may use: the fields and attributes, and the series by name."""

    schema: Schema
    series: Mapping[str, Series]


def lexicon(schema: Schema | None = None) -> Lexicon:
    """The words as of now, read once for many metrics; `schema` where the fields are read already."""
    return Lexicon(schema or measures.schema(), {each.name: each for each in Series.objects.all()})


def metric_of(text: str, *, where: str = "", at: str = "", words: Lexicon | None = None) -> Metric:
    """The checked metric that a key result is bound to. Raises Undecidable beside the field at fault."""
    words = words or lexicon()
    if not text.strip():
        raise Undecidable("say what is measured: a metric such as time_to_remediate", field="metric")
    try:
        named = metrics.define(text)
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
    found = Figure(
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
    return _finite(found)


def _finite(found: Figure) -> Figure:
    """The figure without what no database keeps and no grade can be made of."""
    kept = [_countable(each) for each in (found.value, found.low, found.high)]
    if kept == [found.value, found.low, found.high]:
        return found
    low, high = kept[1:] if None not in kept else (None, None)
    return replace(found, value=kept[0], low=low, high=high, warnings=(*found.warnings, NOT_FINITE))


def _countable(number: float | None) -> float | None:
    return number if number is not None and abs(number) <= LARGEST else None


def freshness(metric: Metric, *, now: datetime, cadence_days: int) -> Freshness:
    """How old the data under the metric is, judged feed by feed of the whole slice.

    The whole slice and not the window: where a feed fell silent, nothing of it is in the window any more.
    """
    known = _imports_by_feed(now)
    if not known:
        return Freshness(_newest_event(now))
    shares = _shares(metric, known, now=now)
    as_of = _known_through(known, shares)
    limit, newest = now - timedelta(days=cadence_days) - GRACE, max(known[name] for name in shares)
    silent = [
        Silence(" · ".join(filter(None, feed)), known[feed], share)
        for feed, share in sorted(shares.items())
        if known[feed] < min(limit, newest)
    ]
    return Freshness(as_of, tuple(silent), silenced=as_of < min(limit, newest), shares=shares)


def newest_data(now: datetime) -> datetime | None:
    """When the newest data of all was known: the last import, or the last event where there was none."""
    return max(_imports_by_feed(now).values(), default=None) or _newest_event(now)


def _imports_by_feed(now: datetime) -> dict[Feed, datetime]:
    rows = Import.objects.filter(known_at__lte=now).order_by()
    newest: dict[Feed, datetime] = {}
    feeds = rows.values_list("feed__name", "feed__scope", "feed__looked_at").annotate(Max("known_at"))
    for name, scope, looked_at, at in feeds:
        # A connected tool that was read and had nothing new is as fresh as one that had.
        is_later = looked_at is not None and at < looked_at <= now
        newest[name, scope] = looked_at if is_later else at
    return newest


def _known_through(known: Mapping[Feed, datetime], shares: Mapping[Feed, float]) -> datetime:
    """The last import of the slowest feed, the slowest ones that hold less than a twentieth left out."""
    passed = 0.0
    for name in sorted(shares, key=lambda feed: known[feed]):
        passed += shares[name]
        if passed >= NEGLIGIBLE_SHARE:
            return known[name]
    return max(known[name] for name in shares)


def _shares(metric: Metric, known: Mapping[Feed, datetime], *, now: datetime) -> dict[Feed, float]:
    """The share of the slice's records by feed; of an empty slice, that of all records."""
    for where in (metric.where_text or EVERYTHING_KNOWN, EVERYTHING_KNOWN):
        counts = {name: n for name, n in _counts(where, now=now).items() if name in known}
        if counts:
            return {name: n / sum(counts.values()) for name, n in counts.items()}
    return dict.fromkeys(known, 1 / len(known))


def _counts(where: str, *, now: datetime) -> dict[Feed, int]:
    by = ("feed", "scope")
    rows = measures.evaluate(
        Definition(measure="count()", where=where), scope=EVERYTHING, now=now, by=by
    ).rows
    # A feed of the whole source has no scope, and what a record has not is "unknown" as a group.
    return {
        (row.group["feed"], "" if row.group["scope"] == UNKNOWN else row.group["scope"]): row.n
        for row in rows
        if row.n
    }


def _newest_event(now: datetime) -> datetime | None:
    newest = Event.objects.filter(imported=None, known_at__lte=now).aggregate(at=Max("known_at"))["at"]
    return newest if isinstance(newest, datetime) else None
