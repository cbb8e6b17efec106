"""What sources find of one another's: how much two of them miss, and how much outsiders find first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.accounts.models import Team
from throughline.engine.intervals import Estimate, share
from throughline.engine.language.fields import nearest
from throughline.engine.metrics import equals
from throughline.engine.recapture import Recapture, recapture
from throughline.engine.refusals import Refused
from throughline.measures.engines.duckdb import named, not_null, number
from throughline.sources.counting import counted, is_one_of
from throughline.sources.models import Finding
from throughline.sources.quality import REAL
from throughline.vulnerabilities.models import State, Vulnerability

MOST_PAIRS = 10
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sources, on the services that both look at."""

    one: str
    other: str
    services: int
    found: Recapture

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "one": self.one,
            "other": self.other,
            "services": self.services,
            "found_by_one": self.found.first,
            "found_by_other": self.found.second,
            "found_by_both": self.found.both,
            "total": _told(self.found.total),
            "missed_by_both": _told(self.found.missed),
            "few_in_both": self.found.is_thin,
        }


@dataclass(frozen=True, slots=True)
class Escapes:
    """How many real vulnerabilities outsiders found first, as a share of all real ones."""

    outsiders: tuple[str, ...]
    share: Estimate
    first: int

    @property
    def measure(self) -> str:
        """The same as a metric, by the source that a record names."""
        return f"share({' or '.join(equals('source', each) for each in self.outsiders)})"

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {"outsiders": list(self.outsiders), "first": self.first, **_told(self.share)}


@dataclass(frozen=True, slots=True)
class Seen:
    """Who found the real vulnerabilities: `alone` by source and service where one source did, and `shared`.

    Of each that several found, `shared` holds its service and when each source found it.
    """

    alone: Counter[tuple[str, str | None]]
    shared: tuple[tuple[str | None, Mapping[str, datetime]], ...]


def seen(scope: Scope) -> Seen:
    """Who found what, by the identity of findings and by duplicates that name their original."""
    finders: dict[int, dict[str, datetime]] = defaultdict(dict)
    owners: dict[int, tuple[str, str | None]] = {}
    # Each row brings its record along: a list of a million ids is more than a statement may hold.
    for record, source, at, own, service, since in _others(scope):
        owners[record] = own, service
        finders[record].setdefault(own, since or NEVER)
        finders[record][source] = min(at or NEVER, finders[record].get(source, NEVER))
    real = [is_one_of("state", REAL), not_null(named("source"))]
    alone = Counter(
        {(own, service): n for own, service, n in counted(scope, "source", "service", where=real)}
    )
    alone.subtract(owners.values())
    return Seen(alone, tuple((owners[record][1], each) for record, each in finders.items()))


def pairs(found: Seen) -> list[Pair]:
    """Sources two by two that found something of one another's, those with the most in common first."""
    by_service, both = _counted(found)
    names = {(one, other) for one, other, _ in both}
    listed = [_pair(one, other, by_service, both) for one, other in names]
    return sorted(listed, key=lambda pair: (-pair.found.both, pair.one, pair.other))[:MOST_PAIRS]


def pair_of(found: Seen, one: str, other: str) -> Pair:
    """Two sources by their names, whatever they have in common. Raises Refused for a name that is none."""
    by_service, both = _counted(found)
    known = sorted(source for source, services in by_service.items() if services.total())
    for place, name in (("one", one), ("other", other)):
        if name not in known:
            said = f"no source '{name}' found anything real that you may see{nearest(name, known)}"
            raise Refused(said, place=place, code="no_source")
    if one == other:
        raise Refused(f"it is held against another source than itself: '{one}'", place="other")
    return _pair(one, other, by_service, both)


def _counted(found: Seen) -> tuple[dict[str, Counter[str | None]], Counter[tuple[str, str, str | None]]]:
    """How many each source found by service, and how many each two of them did, in the alphabet's order."""
    by_service: dict[str, Counter[str | None]] = defaultdict(Counter)
    for (source, service), count in found.alone.items():
        by_service[source][service] += count
    both: Counter[tuple[str, str, str | None]] = Counter()
    for service, finders in found.shared:
        for source in finders:
            by_service[source][service] += 1
        for one, other in combinations(sorted(finders), 2):
            both[one, other, service] += 1
    return by_service, both


def escapes(scope: Scope, found: Seen) -> Escapes | None:
    """The escape rate; None where no source was ever paid. Whoever is paid for reports is an outsider."""
    paid = [exp.GT(this=named("award"), expression=number(0)), not_null(named("source"))]
    outsiders = tuple(sorted(source for source, _ in counted(scope, "source", where=paid)))
    if not outsiders:
        return None
    first = sum(count for (source, _), count in found.alone.items() if source in outsiders)
    # Of two that found it at one moment, our own had it.
    first += sum(
        min(finders, key=lambda each: (finders[each], each in outsiders)) in outsiders
        for _, finders in found.shared
    )
    every = sum(found.alone.values()) + len(found.shared)
    return Escapes(outsiders, share(first, every), first)


def document(found: Seen, escaped: Escapes | None) -> dict[str, Any]:
    """Both for programs."""
    return {
        "recapture": [pair.document for pair in pairs(found)],
        "escape_rate": escaped.document if escaped else None,
    }


def _pair(
    one: str,
    other: str,
    by_service: Mapping[str, Counter[str | None]],
    both: Counter[tuple[str, str, str | None]],
) -> Pair:
    common = [each for each, count in by_service[one].items() if count and by_service[other][each]]
    first, second = (sum(by_service[source][each] for each in common) for source in (one, other))
    earlier, later = sorted((one, other))
    found = recapture(first, second, sum(both[earlier, later, each] for each in common))
    return Pair(one, other, len(common), found)


def _others(scope: Scope) -> Iterator[tuple[int, str, datetime | None, str, str | None, datetime | None]]:
    """What another source than a record's own found of it: the record, the source, and when.

    Behind it stand the record's own source, its service, and when it was identified.
    """
    # From the few that say it to their records, never through all records: most are nobody's original.
    found = Finding.objects.filter(_real("vulnerability", scope)).exclude(
        feed__name=F("vulnerability__source")
    )
    yield from found.order_by().values_list(
        "vulnerability", "feed__name", "identified_at", *_of("vulnerability")
    )
    duplicates = Vulnerability.objects.filter(
        _real("duplicate_of", scope), duplicate_of__isnull=False, state=State.DUPLICATE, vanished_at=None
    ).exclude(source=F("duplicate_of__source"))
    yield from duplicates.order_by().values_list(
        "duplicate_of", "source", "identified_at", *_of("duplicate_of")
    )


def _of(record: str) -> Iterator[str]:
    yield from (f"{record}__{name}" for name in ("source", "service__name", "identified_at"))


def _real(record: str, scope: Scope) -> Q:
    """Whether the record behind a row is a real one of a scope that names its source."""
    real = Q((f"{record}__vanished_at", None), (f"{record}__state__in", REAL))
    real &= ~Q((f"{record}__source", ""))
    if scope.everything:
        return real
    # Asked of each, since SQLite would else begin with every record of the teams.
    return real & Q(Exists(Team.objects.filter(pk=OuterRef(f"{record}__team"), name__in=scope.teams)))


def _told(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
