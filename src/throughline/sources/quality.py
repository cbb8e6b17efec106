"""How good each source is: what it found, how much was real, how often its keys change, how fresh it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.engine.intervals import share
from throughline.engine.metrics import equals
from throughline.measures.engines.duckdb import named, not_null
from throughline.sources.counting import counted, is_one_of
from throughline.sources.models import Feed, Import
from throughline.sources.sightings import Rate, rekey_rates
from throughline.vulnerabilities.models import State

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
    decided: dict[tuple[str, str], Counter[tuple[str, bool]]] = defaultdict(Counter)
    for name, within, state, is_open, n in counted(scope, "feed", "scope", "state", "is_open"):
        decided[name, within or ""][state, is_open] += n
    last = {feed: (at, tool) for feed, at, tool in _newest()}
    rates = {rate.source: rate for rate in rekey_rates(scope)}
    found = [
        Quality(
            feed=feed,
            tool=last.get(feed.pk, (None, ""))[1],
            last=last.get(feed.pk, (None, ""))[0],
            found=states.total(),
            waiting=states[State.POTENTIAL, True],
            real=_of(states, REAL),
            wrong=_of(states, WRONG),
            rekeys=rates.get(str(feed)),
        )
        for feed in Feed.objects.all()
        if (states := decided.get((feed.name, feed.scope)))
    ]
    return sorted(found, key=lambda quality: (-quality.found, str(quality.feed)))


def _of(states: Counter[tuple[str, bool]], wanted: tuple[State, ...]) -> int:
    return sum(states[state, is_open] for state in wanted for is_open in (True, False))


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
    paid: Counter[str] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    paying = set()
    right = [not_null(named("cwe")), exp.Not(this=is_one_of("state", WRONG))]
    for cwe, source, is_paid, n in counted(scope, "cwe", "source", "is_paid", where=right):
        found[cwe, source] += n
        if is_paid:
            paid[cwe] += n
            paying.add(source)
    own: Counter[str] = Counter()
    for (cwe, source), n in found.items():
        own[cwe] += 0 if source in paying else n
    classes = [PaidClass(cwe, n, own[cwe]) for cwe, n in paid.items()]
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
