"""The plan as code for programs: the plan as it stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.subject import Anything, Subject, Told
from throughline.plans import queries
from throughline.plans.access import require_manager
from throughline.plans.format.writing import plan_text
from throughline.site.plain import plain

router = Subject("plan as code")
Items = list[dict[str, Anything]]


class OfCycle(Schema):
    """Of which cycle."""

    cycle: str = Field("", max_length=80, description="Its key; the whole plan if left out.")


class Exported(Told):
    """The plan in the form that a file of it has, as its sections and as text to be kept."""

    goals: Items
    long_term_objectives: Items
    series: Items
    cycles: Items
    objectives: Items
    key_results: Items
    initiatives: Items
    yaml: str


@router.reads("/plan", answer=Exported)
def export_plan(request: HttpRequest, asked: Query[OfCycle]) -> Any:
    """The plan as a file has it: all of it, or one cycle with what that serves. Managers."""
    require_manager(request.user)
    found = queries.sections(asked.cycle)
    return plain({**found, "yaml": plan_text(found)})
