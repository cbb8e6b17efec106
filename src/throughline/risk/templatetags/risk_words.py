"""Amounts and chances in templates, and risk as a part of pages that show something else."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.risk import amounts, chances
from throughline.risk.linking import scenarios_of
from throughline.risk.money import money_of

register = template.Library()


@register.filter
def money(value: float | None) -> str:
    """An amount in words, to three figures."""
    return amounts.said(value)


@register.filter
def rough(value: float | None) -> str:
    """An amount in words, to two figures."""
    return amounts.rough(value)


@register.filter
def chance(value: float | None) -> str:
    """A share in per cent."""
    return chances.said(value)


@register.filter
def rough_chance(value: float | None) -> str:
    """A share in per cent, to two figures."""
    return chances.said(value, figures=2)


@register.filter
def multiple(value: float) -> str:
    """A multiple, to two figures."""
    return f"{float(f'{value:.2g}'):,.12g}".replace("-", "−")


@register.filter
def times(value: float) -> str:
    """A multiple as people say it: 2.2 times."""
    return f"{multiple(value)} times"


@register.simple_tag
def money_range(low: float, high: float) -> str:
    """A range of amounts in words."""
    return amounts.spread(low, high)


@register.inclusion_tag("risk/risks_of.html")
def risks_of(*ends: Any) -> dict[str, Any]:
    """The scenarios that bear on an objective and its key results, or on one key result."""
    return {"scenarios": scenarios_of(ends)}


@register.inclusion_tag("risk/money_of.html")
def risk_money(initiative: Any, may_change: bool) -> dict[str, Any]:
    """What an initiative leaves of which scenarios, and what it costs a year."""
    return {"initiative": initiative, "may_change": may_change, **money_of(initiative)}
