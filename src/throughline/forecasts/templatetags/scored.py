"""How ways to pool are called."""

from __future__ import annotations

from django import template

from throughline.forecasts.score_sentences import NAMES

register = template.Library()


@register.filter
def method(name: str) -> str:
    """The name of a way to pool, as people read it."""
    return NAMES.get(name, name)
