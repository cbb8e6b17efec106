"""How good each source is: what it found, how much was real, how often its keys change, how fresh it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from throughline.accounts.access import Scope
from throughline.engine.intervals import share
from throughline.engine.metrics import equals
from throughline.sources.models import Feed, Import
from throughline.sources.sightings import Rate, rekey_rates
from throughline.vulnerabilities.models import State, Vulnerability

REAL = (State.CONFIRMED, State.ACCEPTED)
WRONG = (State.FALSE_POSITIVE, State.OUT_OF_SCOPE)
HEADER = (
    *("source", "scope", "tool", "last_import", "findings", "waiting", "real", "not_real", "precision"),
    *("precision_low", "precision_high", "rekey_rate"),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """One source. Precision is the real ones of those decided; a duplicate says nothing about its source."""

    feed: Feed
    tool: str
    last: datetime | None
    found: int
    waiting: int
    real: int
    wrong: int
    rekeys: Rate | None

    @property
    def decided(self) -> int:
        return self.real + self.wrong

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """The share that was real, with its 95 % interval (Wilson 1927)."""
        if not self.decided:
            return None
        found = share(self.real, self.decided)
        return found.value or 0.0, found.low or 0.0, found.high or 0.0


def qualities(scope: Scope) -> list[Quality]:
    """Every source with records of a scope, the one with the most findings first."""
    counted = (
        _records(scope)
        .values("feed")
        .annotate(
            found=Count("pk"),
            waiting=Count("pk", filter=Q(state=State.POTENTIAL, mitigated_at=None)),
            real=Count("pk", filter=Q(state__in=REAL)),
            wrong=Count("pk", filter=Q(state__in=WRONG)),
        )
    )
    last = {feed: (at, tool) for feed, at, tool in _newest()}
    feeds = Feed.objects.in_bulk()
    rates = {rate.source: rate for rate in rekey_rates(scope)}
    found = [
        Quality(
            feed=(feed := feeds[each["feed"]]),
            tool=last.get(feed.pk, (None, ""))[1],
            last=last.get(feed.pk, (None, ""))[0],
            found=each["found"],
            waiting=each["waiting"],
            real=each["real"],
            wrong=each["wrong"],
            rekeys=rates.get(str(feed)),
        )
        for each in counted
    ]
    return sorted(found, key=lambda quality: (-quality.found, str(quality.feed)))


def _records(scope: Scope) -> Any:
    records = Vulnerability.objects.filter(vanished_at=None).order_by()
    return records if scope.everything else records.filter(team__name__in=scope.teams)


def _newest() -> Iterator[tuple[int, datetime, str]]:
    newest = Import.objects.order_by().values("feed").annotate(last=Max("pk")).values("last")
    yield from Import.objects.filter(pk__in=newest).values_list("feed", "known_at", "tool")


@dataclass(frozen=True, slots=True)
class PaidClass:
    """A weakness that was paid for, and how many findings of it came from sources that nobody pays."""

    cwe: str
    paid: int
    own: int

    @property
    def where(self) -> str:
        """The expression that selects its records."""
        return equals("cwe", self.cwe)


def paid_classes(scope: Scope) -> list[PaidClass]:
    """Every CWE class that an award was paid for, those that nothing of ours found first."""
    records = _records(scope).exclude(cwe="").exclude(state__in=WRONG)
    paying = records.filter(award__gt=0).values("source")
    counted = records.values("cwe").annotate(
        paid=Count("pk", filter=Q(award__gt=0)), own=Count("pk", filter=~Q(source__in=paying))
    )
    classes = [PaidClass(each["cwe"], each["paid"], each["own"]) for each in counted if each["paid"]]
    return sorted(classes, key=lambda each: (each.own > 0, -each.paid, each.cwe))


def row(quality: Quality) -> dict[str, Any]:
    """A source as a flat row, for tables and programs."""
    value, low, high = quality.precision or (None, None, None)
    rekeys = quality.rekeys
    return {
        "source": quality.feed.name,
        "scope": quality.feed.scope,
        "tool": quality.tool,
        "last_import": quality.last,
        "findings": quality.found,
        "waiting": quality.waiting,
        "real": quality.real,
        "not_real": quality.wrong,
        "precision": value,
        "precision_low": low,
        "precision_high": high,
        "rekey_rate": rekeys.alike / rekeys.gone if rekeys and rekeys.gone else None,
    }
