"""Saying what came of a scenario. Nothing is edited: a correction is a later resolution with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.forecasts.models import Resolution
from throughline.forecasts.outcomes import newest_of
from throughline.risk.amounts import amount_of
from throughline.risk.models import Scenario

HAPPENED, DID_NOT, VOID = Resolution.Outcome.HAPPENED, Resolution.Outcome.DID_NOT, Resolution.Outcome.VOID
LONGEST = {"evidence": 1000, "reason": 500}
# No organisation loses more; a figure beyond it is a slip of the keyboard.
LARGEST_LOSS = 1e15


def resolve(
    actor: str,
    scenario: Scenario,
    *,
    outcome: str,
    evidence: str,
    on: date | None = None,
    loss: float | None = None,
    reason: str = "",
    now: datetime,
) -> Resolution:
    """What came of the scenario, with the evidence; after another resolution, with why that is not so.

    Raises Refused with the field.
    """
    _require_outcome(outcome, scenario, now=now)
    _require_day(on, outcome, scenario, now=now)
    _require_loss(loss, outcome)
    said = {"evidence": _fitting("evidence", evidence), "reason": _fitting("reason", reason)}
    if not said["evidence"]:
        raise Refused("say by what anybody can see it, in words or by a link", place="evidence")
    facts = {"outcome": outcome, "on": on, "loss": loss, "evidence": said["evidence"]}
    with transaction.atomic():
        # Two who resolve at one time come one after the other, and the second corrects the first.
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        before = newest_of(scenario)
        _require_reason(before, facts, said["reason"])
        reason = said["reason"] if before else ""
        made = Resolution.objects.create(scenario=scenario, **facts, reason=reason, author=actor, at=now)
        _audit(actor, made, before)
    return made


def loss_of(text: str | None, *, place: str) -> float | None:
    """What it cost, as people write amounts; unlike elsewhere it may be nothing. Raises Refused.

    >>> loss_of("250k", place="loss"), loss_of("0", place="loss"), loss_of(" ", place="loss")
    (250000.0, 0.0, None)
    """
    text = (text or "").strip()
    if not text:
        return None
    return 0.0 if text == "0" else amount_of(text, place=place)


def _require_outcome(outcome: str, scenario: Scenario, *, now: datetime) -> None:
    if outcome not in Resolution.Outcome.values:
        expected = ", ".join(Resolution.Outcome.values)
        raise Refused(f"expected one of {expected}, found '{outcome}'", place="outcome")
    # From the last day on, not from the day after: in the east it is over before it is here.
    if outcome == DID_NOT and now.date() < scenario.end:
        raise Refused(
            f"it can still happen: that it did not may be said from {scenario.end.isoformat()} on",
            place="outcome",
            code="too_early",
        )


def _require_day(on: date | None, outcome: str, scenario: Scenario, *, now: datetime) -> None:
    if outcome != HAPPENED:
        if on is not None:
            raise Refused("only what happened has a day: leave it empty", place="on")
        return
    if on is None:
        raise Refused("say the day on which it happened: forecasts after it do not count", place="on")
    if not scenario.start <= on <= scenario.end:
        raise Refused(
            f"the scenario is about {scenario.start.isoformat()} to {scenario.end.isoformat()}, "
            f"and {on.isoformat()} lies outside",
            place="on",
        )
    if on > now.date():
        raise Refused(f"{on.isoformat()} is still to come", place="on")


def _require_loss(loss: float | None, outcome: str) -> None:
    if loss is None:
        return
    if outcome != HAPPENED:
        raise Refused("only what happened has cost something: leave it empty", place="loss")
    if not math.isfinite(loss) or not 0 <= loss <= LARGEST_LOSS:
        raise Refused(f"expected an amount from 0 on, found {loss:g}", place="loss")


def _require_reason(before: Resolution | None, facts: Mapping[str, object], reason: str) -> None:
    if before is None:
        return
    if all(getattr(before, name) == value for name, value in facts.items()):
        raise Refused("that is what stands there already", code="unchanged")
    if not reason:
        raise Refused("it is resolved already: say why what was said before is not so", place="reason")


def _fitting(place: str, text: str) -> str:
    require_readable(text, place=place)
    kept = text.strip()
    if len(kept) > LONGEST[place]:
        raise Refused(f"expected at most {LONGEST[place]:,} characters, found {len(kept):,}", place=place)
    return kept


def _audit(actor: str, made: Resolution, before: Resolution | None) -> None:
    detail = {"outcome": made.outcome, "on": made.on and made.on.isoformat(), "loss": made.loss}
    detail |= {"evidence": made.evidence}
    if before is not None:
        detail |= {"before": before.outcome, "reason": made.reason}
    action = "scenario resolved" if before is None else "resolution corrected"
    of = made.scenario
    audit.record(actor, action, object_type="scenario", object_id=of.pk, detail=detail, now=made.at)
