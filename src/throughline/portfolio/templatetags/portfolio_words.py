"""Figures of a portfolio as its page writes them."""

from __future__ import annotations

from django import template

from throughline.portfolio import saying

register = template.Library()


@register.filter
def score(value: float | None) -> str:
    """A score to three figures.

    >>> score(0.3123), score(12345.0), score(None)
    ('0.312', '12,345', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


@register.filter
def week_number(value: float | str | None) -> str:
    """Weeks to a tenth; a text is left as it was written.

    >>> week_number(3.26), week_number(40.0), week_number("many")
    ('3.3', '40', 'many')
    """
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value or "")


@register.filter
def in_weeks(value: float) -> str:
    return saying.weeks(value)


@register.filter
def share(value: float) -> str:
    return saying.percent(value)


@register.filter
def share_points(value: float) -> str:
    """A standard error beside its share, in the same points."""
    return f"{100 * value:.0f}"
