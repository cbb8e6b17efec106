"""Rooms and base rates as a part of any page that shows a scenario, and how amounts are written there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template

from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.forecasts import opening
from throughline.forecasts.access import may_open
from throughline.forecasts.queries import rooms_of
from throughline.forecasts.rates import updated_rates
from throughline.risk.amounts import spread
from throughline.risk.models import Scenario

register = template.Library()


@register.simple_tag
def amounts(low: float, high: float) -> str:
    """A range of amounts in words."""
    return spread(low, high)


@register.inclusion_tag("forecasts/rooms_of.html", name="rooms_of")
def rooms_about(scenario: Scenario, person: User) -> dict[str, Any]:
    """The rooms about a scenario, the newest first; and for who may, the way to open one or why not now."""
    found = rooms_of(scenario)
    last = next((each for each in found if each.room.closed_at is not None), None)
    return {
        "scenario": scenario,
        "rooms": found,
        "last": last.room if last else None,
        "may_open": may_open(person),
        "why_not": _why_not(scenario),
    }


@register.inclusion_tag("forecasts/rates.html", takes_context=True, name="base_rates_of")
def base_rates_about(context: dict[str, Any], scenario: Scenario, person: User) -> dict[str, Any]:
    """The base rates beside a scenario."""
    return {
        "scenario": scenario,
        "rates": updated_rates(scenario),
        "may_rate": may_open(person),
        # The form of withdrawing asks for it.
        "csrf_token": context.get("csrf_token", ""),
    }


def _why_not(scenario: Scenario) -> str:
    try:
        opening.require_askable(scenario, now=datetime.now(UTC))
        opening.require_no_open(scenario)
    except Refused as refused:
        return refused.message
    return ""
