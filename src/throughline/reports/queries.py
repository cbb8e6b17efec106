"""The report of a cycle: frozen where it was closed, else as it stands, kept while nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Max, QuerySet, Value

from throughline.audit.models import Entry
from throughline.objectives.models import Cycle, Measurement
from throughline.reports.content import Report, report_from
from throughline.reports.differing import differences
from throughline.reports.gathering import report_of
from throughline.reports.models import Frozen
from throughline.reviews.models import CheckIn
from throughline.risk.models import Estimate

# One reading of a page, and the files that are downloaded after it.
KEPT_FOR = timedelta(seconds=60)
MOST_KEPT = 6
_kept: dict[tuple[object, ...], tuple[datetime, Report]] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Told:
    """A report with what makes it final, if anything does."""

    report: Report
    frozen_at: datetime | None = None
    sha256: str = ""

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_late(self) -> bool:
        """Whether its cycle closed before reports were frozen: it is worked out from what is known today."""
        return self.report.state == Cycle.State.CLOSED and not self.is_frozen


def told(cycle: Cycle, *, now: datetime) -> Told:
    """The report that counts."""
    frozen = Frozen.objects.filter(cycle=cycle).first()
    if frozen is None:
        return Told(as_it_stands(cycle, now=now))
    return Told(report_from(frozen.content), frozen.at, frozen.sha256)


def frozen() -> QuerySet[Frozen]:
    """The reports that were frozen as their cycle closed, the first one first, without what they say."""
    return Frozen.objects.select_related("cycle").defer("content").order_by("id")


def differing(cycle: Cycle, found: Told, *, now: datetime) -> list[str]:
    """What a frozen report would say otherwise today, in sentences; nothing of one that is not frozen."""
    return differences(found.report, as_it_stands(cycle, now=now)) if found.is_frozen else []


def as_it_stands(cycle: Cycle, *, now: datetime) -> Report:
    """The report worked out from the records, or from a minute ago where nothing was written since."""
    mark = (cycle.pk, cycle.state, *_mark())
    with _lock:
        at, found = _kept.get(mark, (None, None))
    if found is not None and at is not None and timedelta() <= now - at < KEPT_FOR:
        return found
    made = report_of(cycle, now=now)
    with _lock:
        _kept[mark] = (now, made)
        while len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)))
    return made


def forget() -> None:
    """Keep nothing: the next report is worked out anew."""
    with _lock:
        _kept.clear()


def _mark() -> tuple[object, ...]:
    """What moves with everything that a report rests on, in one question: each action is audited."""
    first, *others = (
        model.objects.order_by().annotate(of=Value(name)).values("of").annotate(newest=Max("pk"))
        for name, model in (("a", Entry), ("m", Measurement), ("c", CheckIn), ("e", Estimate))
    )
    return tuple(sorted((row["of"], row["newest"]) for row in first.union(*others, all=True)))
