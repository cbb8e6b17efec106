"""Which key results stand on a connected source that fell silent: read when shown, not when measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from throughline.connectors.silence import Silent, gathered, silent
from throughline.objectives import kinds
from throughline.objectives.figures import NEGLIGIBLE_SHARE
from throughline.objectives.models import KeyResult, Measurement, Version

# Under this name a measurement keeps whose records its slice holds: [source, scope, share] each.
FEEDS = "feeds"


@dataclass(frozen=True, slots=True)
class Silences:
    """The silent sources of a moment, for all key results."""

    found: Sequence[Silent] = ()

    @classmethod
    def around(cls, found: Sequence[KeyResult]) -> Silences:
        """Those that were read with the key results, by `looked`."""
        return cls(silent(found[0].silences)) if found else cls()  # type: ignore[attr-defined]

    def of(self, version: Version, measurement: Measurement | None) -> str:
        """Which of them the figure stands on and since when, in sentences; empty where it stands on none."""
        if version.kind in kinds.BY_HAND:
            return ""
        return " ".join(each.said for each in self.found if _stands_on(each, version, measurement))


def looked(found: QuerySet[KeyResult], *, now: datetime) -> QuerySet[KeyResult]:
    """The same, read together with the sources that are silent: a page asks often enough."""
    return found.annotate(silences=gathered(now=now))


def _stands_on(each: Silent, version: Version, measurement: Measurement | None) -> bool:
    """The series itself, or more of the slice's records than can be overlooked."""
    if version.metric.strip() in each.series:
        return True
    feeds = measurement.facts.get(FEEDS, ()) if measurement else ()
    share = sum(share for name, scope, share in feeds if (name, scope) in each.feeds)
    return bool(share >= NEGLIGIBLE_SHARE)
