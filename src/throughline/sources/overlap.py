"""What sources find of one another's: how much two of them miss, and how much outsiders find first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from django.db.models import Count, F, Q

from throughline.accounts.access import Scope
from throughline.engine.intervals import Estimate, share
from throughline.engine.language.fields import nearest
from throughline.engine.metrics import equals
from throughline.engine.recapture import Recapture, recapture
from throughline.engine.refusals import Refused
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

    alone: Counter[tuple[str, int | None]]
    shared: tuple[tuple[int | None, Mapping[str, datetime]], ...]


def seen(scope: Scope) -> Seen:
    """Who found what, by the identity of findings and by duplicates that name their original."""
    finders: dict[int, dict[str, datetime]] = defaultdict(dict)
    owners: dict[int, tuple[str, int | None]] = {}
    # Each row brings its record along: a list of a million ids is more than a statement may hold.
    for record, source, at, own, service, since in _others(scope):
        owners[record] = own, service
        finders[record].setdefault(own, since or NEVER)
        finders[record][source] = min(at or NEVER, finders[record].get(source, NEVER))
    alone = {
        (each["source"], each["service"]): each["found"]
        for each in _real(scope).values("source", "service").annotate(found=Count("pk"))
    }
    counted = Counter(alone)
    counted.subtract(owners.values())
    return Seen(counted, tuple((owners[record][1], each) for record, each in finders.items()))


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


def _counted(found: Seen) -> tuple[dict[str, Counter[int | None]], Counter[tuple[str, str, int | None]]]:
    """How many each source found by service, and how many each two of them did, in the alphabet's order."""
    by_service: dict[str, Counter[int | None]] = defaultdict(Counter)
    for (source, service), count in found.alone.items():
        by_service[source][service] += count
    both: Counter[tuple[str, str, int | None]] = Counter()
    for service, finders in found.shared:
        for source in finders:
            by_service[source][service] += 1
        for one, other in combinations(sorted(finders), 2):
            both[one, other, service] += 1
    return by_service, both


def escapes(scope: Scope, found: Seen) -> Escapes | None:
    """The escape rate; None where no source was ever paid. Whoever is paid for reports is an outsider."""
    paid = _records(scope).filter(award__gt=0).exclude(source="").values_list("source", flat=True)
    outsiders = tuple(sorted(set(paid.distinct())))
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
    by_service: Mapping[str, Counter[int | None]],
    both: Counter[tuple[str, str, int | None]],
) -> Pair:
    common = [each for each, count in by_service[one].items() if count and by_service[other][each]]
    first, second = (sum(by_service[source][each] for each in common) for source in (one, other))
    earlier, later = sorted((one, other))
    found = recapture(first, second, sum(both[earlier, later, each] for each in common))
    return Pair(one, other, len(common), found)


def _others(scope: Scope) -> Iterator[tuple[int, str, datetime | None, str, int | None, datetime | None]]:
    """What another source than a record's own found of it: the record, the source, and when.

    Behind it stand the record's own source, its service, and when it was identified.
    """
    real = Q(vulnerability__in=_real(scope)) & ~Q(feed__name=F("vulnerability__source"))
    found = Finding.objects.filter(real).order_by()
    yield from found.values_list("vulnerability", "feed__name", "identified_at", *_of("vulnerability"))
    duplicates = Vulnerability.objects.filter(
        state=State.DUPLICATE, vanished_at=None, duplicate_of__in=_real(scope)
    ).exclude(source=F("duplicate_of__source"))
    yield from duplicates.order_by().values_list(
        "duplicate_of", "source", "identified_at", *_of("duplicate_of")
    )


def _of(record: str) -> Iterator[str]:
    yield from (f"{record}__{name}" for name in ("source", "service", "identified_at"))


def _real(scope: Scope) -> Any:
    return _records(scope).filter(state__in=REAL).exclude(source="")


def _records(scope: Scope) -> Any:
    records = Vulnerability.objects.filter(vanished_at=None).order_by()
    return records if scope.everything else records.filter(team__name__in=scope.teams)


def _told(estimate: Estimate) -> dict[str, Any]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
