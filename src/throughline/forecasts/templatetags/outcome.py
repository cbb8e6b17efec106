"""What came of a scenario, as a part of any page that shows one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template

from throughline.accounts.models import User
from throughline.forecasts.judging import may_resolve
from throughline.forecasts.outcomes import newest_of
from throughline.risk.models import Scenario

register = template.Library()


@register.inclusion_tag("forecasts/outcome.html")
def outcome_of(scenario: Scenario, person: User, resolve_link: bool = True) -> dict[str, Any]:
    """The newest resolution with its evidence; for who may say it, the way to say it or to correct it."""
    return {
        "scenario": scenario,
        "newest": newest_of(scenario),
        "may_resolve": may_resolve(person, scenario),
        "resolve_link": resolve_link,
        "may_have_happened": datetime.now(UTC).date() >= scenario.start,
    }
