"""What was said of key results, what is still to be said, and how right the team was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from throughline.accounts.models import User
from throughline.engine import predictability
from throughline.engine.calibration import Bin
from throughline.engine.predictability import Confidence, Effects, Quarter
from throughline.objectives.models import Cycle, Effect, KeyResult
from throughline.objectives.queries import Stand, stands
from throughline.reviews.models import CheckIn, Override, PostMortem

EVERY = timedelta(days=30)
# Intervals are drawn with this seed, so that the same check-ins always give the same page.
SEED = 20261128


@dataclass(frozen=True, slots=True)
class Asked:
    """A running key result with its last check-in, and when the next one is due."""

    stand: Stand
    last: CheckIn | None
    due: datetime

    def is_due(self, now: datetime) -> bool:
        return self.due <= now


@dataclass(frozen=True, slots=True)
class Predictability:
    """How well confidences foretold ends, by quarter and over all, and effects what came of work."""

    quarters: list[Quarter]
    overall: Quarter | None
    effects: Effects

    @property
    def bins(self) -> tuple[Bin, ...]:
        return self.overall.calibration if self.overall else ()


@dataclass(frozen=True, slots=True)
class Look:
    """All that was said of one key result, the newest check-in first."""

    check_ins: list[CheckIn]
    override: Override | None
    post_mortem: PostMortem | None
    carried_to: list[KeyResult]


def look(key_result: KeyResult) -> Look:
    """What a key result's page says of reviews."""
    return Look(
        check_ins=list(key_result.check_ins.order_by("-at", "-id")),
        override=key_result.overrides.order_by("-at", "-id").first(),
        post_mortem=PostMortem.objects.filter(key_result=key_result).first(),
        carried_to=list(key_result.carried_to.select_related("objective__cycle")),
    )


def asked(found: Iterable[Stand], *, now: datetime) -> list[Asked]:
    """The running ones among some key results, those that wait longest for a check-in first."""
    return sorted((_asked(stand) for stand in found if _runs(stand, now)), key=lambda each: each.due)


def asked_of(person: User, found: Iterable[Stand], *, now: datetime) -> list[Asked]:
    """The running ones that a person owns."""
    return asked((stand for stand in found if stand.version.owner_id == person.pk), now=now)


def with_post_mortems(found: QuerySet[KeyResult]) -> QuerySet[KeyResult]:
    """The same key results, each with whether somebody has looked back on it."""
    written = PostMortem.objects.filter(key_result=OuterRef("pk"))
    return found.annotate(is_looked_back_on=Exists(written))


def without_post_mortem(found: Iterable[Stand]) -> list[Stand]:
    """The ended ones, read by `with_post_mortems`, that nobody has looked back on."""
    return [
        stand
        for stand in found
        if stand.key_result.closed_at is not None and not vars(stand.key_result)["is_looked_back_on"]
    ]


def how_predictable(*, now: datetime) -> Predictability:
    """Confidences of ended key results against their verdicts, and expected effects against real ones."""
    ended = stands(KeyResult.objects.filter(closed_at__isnull=False), now=now)
    hits = {stand.key_result.pk: (stand.quarter.label, stand.verdict == "hit") for stand in ended}
    said = [
        Confidence(
            key_result=each.key_result_id,
            quarter=hits[each.key_result_id][0],
            at=each.at,
            probability=each.confidence,
            hit=hits[each.key_result_id][1],
        )
        for each in CheckIn.objects.filter(key_result__in=hits).order_by("at", "id")
    ]
    overall = predictability.by_quarter((replace(each, quarter="all") for each in said), seed=SEED)
    stated = [
        predictability.Effect(each.low, each.high, each.confidence, each.realised)
        for each in Effect.objects.order_by("id")
    ]
    return Predictability(
        quarters=predictability.by_quarter(said, seed=SEED),
        overall=overall[0] if overall else None,
        effects=predictability.effects(stated, seed=SEED),
    )


def _runs(stand: Stand, now: datetime) -> bool:
    key_result = stand.key_result
    is_open = key_result.closed_at is None and key_result.dropped_at is None
    return is_open and stand.version.start <= now < stand.version.due


def _asked(stand: Stand) -> Asked:
    last = stand.check_in
    first = min(stand.version.start + EVERY, stand.version.due)
    return Asked(stand, last, first if last is None else last.at + EVERY)


def asked_in(cycle: Cycle, *, now: datetime) -> list[Asked]:
    """Every key result of a cycle that is in force, running or not, with what was said last."""
    found = stands(KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None), now=now)
    return [_asked(stand) for stand in found]


def document(found: Predictability) -> dict[str, Any]:
    """Predictability as JSON."""
    return {
        "quarters": [asdict(each) for each in found.quarters],
        "overall": asdict(found.overall) if found.overall else None,
        "effects": asdict(found.effects),
    }
