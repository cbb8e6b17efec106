"""Which connected sources have fallen silent, so that nothing that stands on them is said to be fresh."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, JSONField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from throughline.connectors.models import EVERY, Connector, Quarantine, Schedule

# A look that fails once is no silence yet: it is one where another look, and a day, went by.
GRACE = timedelta(days=1)
FIELDS = ("name", "schedule", "succeeded_at", "last", "doubted_at", "feeds", "series")
# The name of a source, and the scope within it.
Feed = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Silent:
    """A connected source of which nothing new is known: which, why and since when, and what it feeds."""

    name: str
    since: datetime
    said: str
    feeds: frozenset[Feed]
    series: frozenset[str]


class _Gathered(Aggregate):
    """The rows of a group as one JSON list."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def gathered(*, now: datetime) -> Subquery:
    """Sources that did not answer for longer than their schedule allows, or answered what cannot be.

    One that rests, or is asked by hand alone, is late by no schedule: its data ages as a file's does. It is
    one value, for a query that is asked anyway; `silent` reads it.
    """
    told = _Gathered(JSONObject(**{name: name for name in FIELDS}))
    return Subquery(_silent(now=now).order_by().values(one=Value(1)).annotate(told=told).values("told"))


def silent(told: Sequence[Mapping[str, Any]] | None) -> list[Silent]:
    """The sources that `gathered` found, by name."""
    return [_told(each) for each in sorted(told or (), key=lambda each: str(each["name"]))]


def silent_now(*, now: datetime) -> list[Silent]:
    """The same, asked for itself."""
    return silent(list(_silent(now=now).values(*FIELDS)))


def _silent(*, now: datetime) -> QuerySet[Connector]:
    """The connectors that are silent, with `last`, when they were last read, and `doubted_at`."""
    found = Connector.objects.filter(is_on=True).annotate(last=Coalesce("succeeded_at", "made_at"))
    aside = Quarantine.objects.filter(connector=OuterRef("pk"), decided="", sync__is_dry=False)
    newest = aside.filter(found_at__gte=OuterRef("last")).order_by("-found_at").values("found_at")[:1]
    late = Q(pk__in=[])
    for schedule, every in EVERY.items():
        late |= Q(schedule=schedule, last__lt=now - every - GRACE)
    return found.annotate(doubted_at=Subquery(newest)).filter(late | Q(doubted_at__isnull=False))


def _told(each: Mapping[str, Any]) -> Silent:
    name, doubted, last = each["name"], each["doubted_at"], _instant(each["last"])
    if doubted is not None:
        since = _instant(doubted)
        said = (
            f"{name} answered on {since:%Y-%m-%d} with what cannot be, and nothing of it is stored until "
            "somebody has looked."
        )
    else:
        since, word = last, "come" if each["succeeded_at"] else "ever come"
        often = Schedule(each["schedule"]).label.lower()
        said = f"Nothing has {word} from {name} since {since:%Y-%m-%d}, though it is asked {often}."
    feeds, series = (_list(each[field]) for field in ("feeds", "series"))
    return Silent(name, since, said, frozenset((source, scope) for source, scope in feeds), frozenset(series))


def _instant(kept: str | datetime) -> datetime:
    """Within JSON as the database writes one: SQLite without a zone, since it keeps UTC."""
    found = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _list(kept: Any) -> list[Any]:
    """JSON within JSON is a text in SQLite."""
    return list(json.loads(kept) if isinstance(kept, str) else kept)
