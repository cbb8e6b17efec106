"""How the templates of rooms write amounts."""

from __future__ import annotations

from django import template

from throughline.risk.amounts import spread

register = template.Library()


@register.simple_tag
def amounts(low: float, high: float) -> str:
    """A range of amounts in words."""
    return spread(low, high)
