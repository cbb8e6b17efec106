"""Reading what sources see: the findings of a vulnerability, suspected re-keys, and how often keys change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from throughline.sources.models import Feed, Finding, Rekey
from throughline.vulnerabilities.access import Person, visible

HEADER = ("id", "why", "source", "before", "before_file", "after", "after_file", "suspected_at", "decided")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One source's sight of a vulnerability; `became` is set for a key that was replaced by another."""

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


def sightings(vulnerability: int) -> list[Sighting]:
    """What every source sees of a vulnerability, the first one first."""
    found = Finding.objects.filter(vulnerability=vulnerability).select_related("feed")
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
        )
        for each in found
    ]


def rekeys(user: Person) -> QuerySet[Rekey]:
    """The suspected re-keys whose two sides somebody may see, the newest first."""
    seen = visible(user).order_by().values("pk")
    return Rekey.objects.filter(before__vulnerability__in=seen, after__vulnerability__in=seen).select_related(
        "before__vulnerability", "after__vulnerability", "imported__feed"
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
    def share(self) -> float | None:
        return (self.suspected + self.merged) / self.gone if self.gone else None

    @property
    def percent(self) -> str:
        return "–" if self.share is None else f"{100 * self.share:.0f} %"


def rekey_rates(feeds: QuerySet[Feed] | None = None) -> Iterator[Rate]:
    """The rate of each source that anything went from; re-keys that a person kept apart do not count."""
    chosen = Feed.objects.all() if feeds is None else feeds
    silent = Q(findings__misses__gt=0) | Q(findings__became__isnull=False)
    gone = dict(chosen.annotate(gone=Count("findings", filter=silent)).values_list("pk", "gone"))
    counted = Rekey.objects.exclude(decided="apart").values_list("before__feed", "decided")
    found = {(feed, decided): n for feed, decided, n in counted.annotate(n=Count("pk")).order_by()}
    for feed in chosen:
        if gone[feed.pk]:
            pair = (found.get((feed.pk, ""), 0), found.get((feed.pk, "merged"), 0))
            yield Rate(str(feed), gone[feed.pk], *pair)
