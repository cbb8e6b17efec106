"""Reading what sources see: the findings of a vulnerability, suspected re-keys, and how often keys change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from throughline.accounts.access import Scope, scope_of
from throughline.sources.models import Feed, Finding, Joining, Rekey
from throughline.vulnerabilities.access import Person

HEADER = ("id", "why", "source", "before", "before_file", "after", "after_file", "suspected_at", "decided")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One source's sight of a vulnerability; `became` is set for a key that was replaced by another.

    `is_merged` is set for what came from another vulnerability, and can go back to it.
    """

    id: int
    source: str
    tool: str
    identified_at: datetime
    seen_at: datetime
    mitigated_at: datetime | None
    mitigated_basis: str
    missed_at: datetime | None
    misses: int
    became: bool
    is_merged: bool


def sightings(vulnerability: int) -> list[Sighting]:
    """What every source sees of a vulnerability, the first one first."""
    merged = Joining.objects.filter(finding=OuterRef("pk"), before__isnull=False, undone_at=None)
    found = Finding.objects.filter(vulnerability=vulnerability).select_related("feed")
    found = found.annotate(is_merged=Exists(merged))
    return [
        Sighting(
            id=each.pk,
            source=str(each.feed),
            tool=each.tool,
            identified_at=each.identified_at,
            seen_at=each.seen_at,
            mitigated_at=each.mitigated_at,
            mitigated_basis=each.mitigated_basis,
            missed_at=each.missed_at,
            misses=each.misses,
            became=each.became_id is not None,
            is_merged=each.is_merged,
        )
        for each in found
    ]


def rekeys(user: Person) -> QuerySet[Rekey]:
    """The suspected re-keys whose two sides somebody may see, the newest first."""
    scope = scope_of(user)
    found = Rekey.objects.select_related("before__vulnerability", "after__vulnerability", "imported__feed")
    if scope.everything:
        return found
    # By the team of each side: to look among the numbers of all visible records, all would be read first.
    return found.filter(
        before__vulnerability__team__name__in=scope.teams, after__vulnerability__team__name__in=scope.teams
    )


def rekey_row(found: Rekey) -> dict[str, Any]:
    """A suspected re-key as a flat row, for tables and programs."""
    before, after = found.before.vulnerability, found.after.vulnerability
    return {
        "id": found.pk,
        "why": found.why,
        "source": str(found.imported.feed),
        "before": before.pk,
        "before_file": before.file,
        "after": after.pk,
        "after_file": after.file,
        "suspected_at": found.imported.known_at,
        "decided": found.decided or "suspected",
    }


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a source's closings may be re-keys: of those gone silent, how many have one much alike."""

    source: str
    gone: int
    suspected: int
    merged: int

    @property
    def alike(self) -> int:
        """Suspected and merged ones together."""
        return self.suspected + self.merged

    @property
    def percent(self) -> str:
        """The rate as people read it."""
        return f"{100 * self.alike / self.gone:.0f} %" if self.gone else "–"


def rekey_rates(scope: Scope) -> list[Rate]:
    """The rate of each source that anything went from, among the records of a scope.

    Re-keys that a person kept apart do not count.
    """
    return _rates(_silent(scope), _pairs(scope))


def suspected_rates(scope: Scope) -> list[Rate]:
    """The rates that are more than none. Where nothing was re-keyed, findings are not looked at."""
    pairs = _pairs(scope)
    silent = _silent(scope).filter(feed__in={feed for feed, _ in pairs})
    return [rate for rate in _rates(silent, pairs) if rate.alike] if pairs else []


def _silent(scope: Scope) -> QuerySet[Finding]:
    silent = Finding.objects.filter(Q(misses__gt=0) | Q(became__isnull=False))
    return silent if scope.everything else silent.filter(vulnerability__team__name__in=scope.teams)


def _pairs(scope: Scope) -> dict[tuple[int, str], int]:
    """How many re-keys each feed has, by what was decided of them."""
    counted = Rekey.objects.exclude(decided="apart")
    if not scope.everything:
        counted = counted.filter(before__vulnerability__team__name__in=scope.teams)
    found = counted.order_by().values_list("before__feed", "decided").annotate(n=Count("pk"))
    return {(feed, decided): n for feed, decided, n in found}


def _rates(silent: QuerySet[Finding], pairs: Mapping[tuple[int, str], int]) -> list[Rate]:
    gone = dict(silent.order_by().values_list("feed").annotate(n=Count("pk")))
    return [
        Rate(str(feed), gone[feed.pk], pairs.get((feed.pk, ""), 0), pairs.get((feed.pk, "merged"), 0))
        for feed in Feed.objects.filter(pk__in=gone)
    ]
