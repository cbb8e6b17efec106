"""The surveys of a cycle, as a part of its page."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.accounts.models import User
from throughline.objectives.models import Cycle
from throughline.surveys.access import visible_surveys
from throughline.surveys.queries import newest_results
from throughline.surveys.sentences import score_said

register = template.Library()


@register.inclusion_tag("surveys/of_cycle.html")
def surveys_of(cycle: Cycle, person: User) -> dict[str, Any]:
    """What was asked for a cycle, with what the newest wave says of each."""
    known = list(visible_surveys(person).filter(cycle=cycle, archived_at=None).select_related("series"))
    found = newest_results(known) if known else {}
    return {"surveys": [(each, score_said(found[each.pk][-1]) if found[each.pk] else "") for each in known]}
