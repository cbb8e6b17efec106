"""What pages show of the introduction of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from throughline.charts.charts import Chart
from throughline.introductions.charts import candidates_chart
from throughline.introductions.forms import AUTO_ID, IntroducedForm
from throughline.introductions.models import Estimate
from throughline.introductions.queries import estimates, is_by_hand, says
from throughline.vulnerabilities.models import Vulnerability

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """One estimate with its chart, and whether it is what the record says."""

    estimate: Estimate
    chart: Chart
    is_said: bool

    @property
    def is_one(self) -> bool:
        """Whether a sentence says all that a chart would."""
        return len(self.estimate.candidates) == 1

    @property
    def name(self) -> str:
        """What its chart is called in the page."""
        return f"candidates-{self.estimate.pk}"


def about(record: Vulnerability, *, may_say: bool, form: IntroducedForm | None = None) -> dict[str, Any]:
    """The context of the evidence of a record, and of the form where the person may write it."""
    found = estimates(record)
    return {
        "record": record,
        "shown": list(_shown(record, found[:SHOWN])),
        "more": max(len(found) - SHOWN, 0),
        "is_by_hand": is_by_hand(record),
        "may_say": may_say,
        "introduced_form": form or IntroducedForm(initial=_said(record), auto_id=AUTO_ID),
    }


def _shown(record: Vulnerability, found: Any) -> Iterator[Shown]:
    for each in found:
        yield Shown(each, candidates_chart(each), says(record, each))


def _said(record: Vulnerability) -> dict[str, Any]:
    at = {"day": "introduced_at", "earliest": "introduced_earliest", "latest": "introduced_latest"}
    days = {name: getattr(record, field) for name, field in at.items()}
    why = record.introduced_method if is_by_hand(record) else ""
    return {name: day.date() for name, day in days.items() if day} | {"why": why}
