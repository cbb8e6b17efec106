"""The estimates that count as of a moment, in the words of `risk curve`, and what is missing or old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from throughline.risk.models import Estimate, Scenario

STAGES = ("inherent", "residual", "target")
STALE_AFTER = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Estimated:
    """A scenario with the newest estimate of each stage, and whatever came of it so far."""

    scenario: Scenario
    # Every estimate, the oldest first.
    all: tuple[Estimate, ...] = ()
    newest: dict[str, Estimate] = field(default_factory=dict)
    resolved_at: datetime | None = None

    @property
    def residual(self) -> Estimate | None:
        """How things stand."""
        return self.newest.get("residual")

    @property
    def is_resolved(self) -> bool:
        """Whether the judge has said what came of it."""
        return self.resolved_at is not None

    @property
    def counts(self) -> bool:
        """Whether it is in the figures: what is resolved costs no year to come."""
        return self.residual is not None and not self.is_resolved

    def of(self, stage: str) -> Estimate | None:
        """The estimate of a stage; where there is none, it stands as it is."""
        return self.newest.get(stage) or self.residual

    def as_of(self, until: datetime) -> Estimated:
        """The same as it was known then."""
        kept = tuple(each for each in self.all if each.at <= until)
        resolved = self.resolved_at if self.resolved_at and self.resolved_at <= until else None
        return replace(self, all=kept, newest=_newest(kept), resolved_at=resolved)

    def ran_at(self, instant: datetime) -> bool:
        """Whether the scenario was in the register then."""
        archived = self.scenario.archived_at
        return self.scenario.created_at <= instant and (archived is None or archived > instant)

    def staleness(self, now: datetime) -> str:
        """Why its forecast is not to be relied on, in words; empty where it is."""
        last = self.residual
        if self.is_resolved:
            return ""
        if last is None:
            return "no estimate yet"
        if self.scenario.end < now.date():
            return "its period is over, and nobody has said what came of it"
        if now - last.at > STALE_AFTER:
            return f"its estimate is {(now - last.at).days} days old"
        return ""


def estimated(scenarios: Iterable[Scenario]) -> list[Estimated]:
    """Each scenario with its estimates; two questions, however many there are, and one more for a list."""
    if isinstance(scenarios, QuerySet):
        found = list(scenarios.annotate(resolved_first=Min("resolutions__at")))
        resolved = {each.pk: each.resolved_first for each in found}
    else:
        found = list(scenarios)
        resolved = _resolved(found)
    by_scenario: dict[int, list[Estimate]] = {each.pk: [] for each in found}
    for each in Estimate.objects.filter(scenario__in=by_scenario).order_by("at", "id"):
        by_scenario[each.scenario_id].append(each)
    return [
        Estimated(
            scenario,
            tuple(by_scenario[scenario.pk]),
            _newest(by_scenario[scenario.pk]),
            resolved.get(scenario.pk),
        )
        for scenario in found
    ]


def _newest(estimates: Iterable[Estimate]) -> dict[str, Estimate]:
    return {each.stage: each for each in estimates}


def _resolved(scenarios: list[Scenario]) -> dict[int, datetime]:
    ids = [each.pk for each in scenarios]
    found = Scenario.objects.filter(pk__in=ids, resolutions__isnull=False).order_by()
    return dict(found.values_list("pk").annotate(first=Min("resolutions__at")))


def entry(scenario: Scenario, estimate: Estimate) -> dict[str, Any]:
    """A scenario as `risk curve` reads it."""
    return {"id": scenario.key, **words(estimate)}


def words(estimate: Estimate) -> dict[str, Any]:
    """An estimate in the words of `risk curve`; a panel stands instead of one frequency and loss."""
    if estimate.beliefs:
        return {"panel": estimate.beliefs}
    return {"frequency": estimate.frequency, "loss": estimate.loss}


def document(rows: Iterable[Estimated], stage: str = "residual") -> dict[str, Any]:
    """All scenarios that count, at one stage, as the document that `risk curve` reads."""
    found = [(each.scenario, each.of(stage)) for each in rows if each.counts]
    return {"scenarios": [entry(scenario, estimate) for scenario, estimate in found if estimate]}
