"""What planning says on pages of something else: bridges to other teams."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.objectives.models import Objective
from throughline.planning.meeting import bridged_to

register = template.Library()


@register.inclusion_tag("planning/bridges.html")
def other_teams(objective: Objective) -> dict[str, Any]:
    """What other teams want that meets an objective of ours."""
    return {"bridges": bridged_to(objective), "cycle": objective.cycle}
