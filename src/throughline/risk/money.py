"""What an initiative leaves of scenarios and what it costs, for its page."""

from __future__ import annotations

from typing import Any

from throughline.objectives.models import Initiative
from throughline.risk.models import Cost
from throughline.risk.treatments import said_of


def money_of(initiative: Initiative) -> dict[str, Any]:
    """Its treatments of running scenarios in words, and its yearly cost."""
    found = initiative.treatments.filter(scenario__archived_at=None).select_related("scenario")
    return {
        "treatments": [said_of(each) for each in found],
        "cost": Cost.objects.filter(initiative=initiative).first(),
    }
