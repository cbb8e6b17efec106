"""Key results of every kind, as tests make them: a series of values, steps, an event."""

from __future__ import annotations

from typing import Any

from tests.objectives.register import NOW, day, stand

from throughline.objectives import actions
from throughline.objectives.completions import complete
from throughline.objectives.models import Completion, KeyResult
from throughline.objectives.queries import Stand
from throughline.reviews.models import CheckIn
from throughline.series import actions as series

WHEN = {"start": "2026-10-01", "due": "2026-12-31", "owner": "Ada Okafor"}
STEPS = ["40: The pilot runs", "60: All teams use it"]
BUILD = "build_minutes"


def push(at: str, value: float, *, name: str = BUILD, unit: str = "minutes", now=None) -> None:
    """One value; recorded at noon of its day, as a pipeline would."""
    series.push("test", name, value, at=at, unit=unit, now=now or day(at).replace(hour=12))


def add(kind: str, *, now=NOW, **fields: Any) -> KeyResult:
    return actions.add_key_result("test", now=now, kind=kind, **{**WHEN, **fields})


def steps(**fields: Any) -> KeyResult:
    return add("milestone", **{"steps": STEPS, **fields})


def event(**fields: Any) -> KeyResult:
    return add("binary", **{"acceptance": "An auditor signed the report without a finding.", **fields})


def keep(**fields: Any) -> KeyResult:
    return add("keep", **{"metric": BUILD, "bound_high": "12", **fields})


def done(key_result: KeyResult, step: str = "", at: str = "2026-11-20", now=NOW) -> Completion:
    return complete(key_result, "test", step=step, evidence="https://example.org/proof", at=at, now=now)


def check_in(key_result: KeyResult, confidence: float, at=NOW) -> CheckIn:
    return CheckIn.objects.create(key_result=key_result, confidence=confidence, author_name="Ada", at=at)


def measured(key_result: KeyResult, now) -> Stand:
    actions.measure(key_result, now)
    return stand(KeyResult.objects.get(pk=key_result.pk), now)
