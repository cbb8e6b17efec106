"""What every figure rests on besides its definition: when this mark stands still, no figure can differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from throughline.objectives import kinds
from throughline.objectives.models import Completion, KeyResult, Version
from throughline.series.models import Series
from throughline.series.queries import last_recorded
from throughline.sources.models import Import
from throughline.vulnerabilities.models import Event, Service, SlaPolicy

SERIES, HAPPENINGS = "series", "happenings"


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest event, the newest import, and a hash of what has no events: services and the SLA policy.

    For a series the newest reading stands for the event. For steps and events the newest completion and the
    number of those taken back do: the sum grows with each of both.
    """

    event: int
    imported: int
    catalogue: str


def mark_of(version: Version) -> Mark:
    """How far the truth under a version has come now."""
    return marks([version])[0]


def mark_for(kind: str, metric: str, key_result: KeyResult | None = None) -> Mark:
    """The same for a version that is still to be made."""
    return mark_of(Version(kind=kind, metric=metric, key_result=key_result))


def marks(versions: Iterable[Version]) -> list[Mark]:
    """The same of many, in their order, in a fixed number of queries."""
    found = list(versions)
    known = _Known.now(found)
    return [known.mark(version) for version in found]


@dataclass(frozen=True, slots=True)
class _Known:
    records: Mark
    # By the name of the series, by the key result.
    readings: Mapping[str, int]
    completions: Mapping[int, Mark]

    @classmethod
    def now(cls, versions: list[Version]) -> _Known:
        named = Series.objects.filter(name__in={version.metric for version in versions})
        by_hand = [each.key_result_id for each in versions if each.kind in kinds.BY_HAND]
        series = dict.fromkeys(named.values_list("name", flat=True), 0)
        return cls(_records(), series | last_recorded(named), _completions(by_hand) if by_hand else {})

    def mark(self, version: Version) -> Mark:
        if version.kind in kinds.BY_HAND:
            return self.completions.get(version.key_result_id, Mark(0, 0, HAPPENINGS))
        if version.metric in self.readings:
            return Mark(self.readings[version.metric], 0, SERIES)
        return self.records


def _records() -> Mark:
    event = Event.objects.order_by("-id").values_list("id", flat=True).first()
    imported = Import.objects.order_by("-id").values_list("id", flat=True).first()
    return Mark(event or 0, imported or 0, _catalogue())


def _completions(key_results: list[int]) -> dict[int, Mark]:
    found: dict[int, tuple[int, int]] = {}
    rows = Completion.objects.filter(key_result__in=key_results).order_by("id")
    for id, key_result, withdrawn in rows.values_list("id", "key_result_id", "withdrawn_at"):
        _, before = found.get(key_result, (0, 0))
        found[key_result] = id, before + (withdrawn is not None)
    return {id: Mark(sum(both), 0, HAPPENINGS) for id, both in found.items()}


def _catalogue() -> str:
    services = Service.objects.order_by("id").values_list("name", "team__name", "tier", "environment")
    policy = SlaPolicy.objects.order_by("severity", "tier").values_list("severity", "tier", "days")
    return sha256(repr((list(services), list(policy))).encode()).hexdigest()
