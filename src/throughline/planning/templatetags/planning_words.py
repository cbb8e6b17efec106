"""What planning says on pages of something else: bridges to other teams, and where work came from."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.objectives.models import Initiative, Objective
from throughline.planning.meeting import bridged_to
from throughline.planning.provenance import way_to

register = template.Library()


@register.inclusion_tag("planning/bridges.html")
def other_teams(objective: Objective) -> dict[str, Any]:
    """What other teams want that meets an objective of ours."""
    return {"bridges": bridged_to(objective), "cycle": objective.cycle}


@register.inclusion_tag("planning/way.html")
def where_from(initiative: Initiative) -> dict[str, Any]:
    """The notes, the cluster and the vote that an initiative came from."""
    return {"way": way_to(initiative), "cycle": initiative.cycle}
