"""Template tags and filters that write figures, dates and words the same way on every page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from throughline import __version__
from throughline.live.queries import known_to_a_page
from throughline.ui import drawings, icons, words
from throughline.ui.rows import Few, few

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, new with every release so that no browser keeps an old one."""
    return f"{static(path)}?v={__version__}"


@register.simple_tag
def live(topic: str) -> SafeString:
    """Follow a topic such as `room:12` from what this page shows on; its parts hear of what changes."""
    since = known_to_a_page(now=datetime.now(UTC))
    return format_html('<div hidden data-live="{}" data-live-since="{}"></div>', topic, since)


@register.simple_tag(takes_context=True)
def few_rows(context: template.RequestContext, rows: Iterable[Any]) -> Few:
    """The rows of a long table that a page shows; ui/more_rows.html under it leads to the others."""
    return few(rows, context["request"].GET)


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    return icons.icon(name, size)


@register.simple_tag
def badge(value: Any) -> SafeString:
    """A severity, state, status or verdict as colour, shape and word."""
    look = words.look_of(value)
    return format_html('<span class="badge {}">{}{}</span>', look.tone, icons.icon(look.shape, 12), look.word)


@register.simple_tag
def track(progress: float | None, expected: float | None = None, tone: str = "") -> SafeString:
    return drawings.track(progress, expected=expected, tone=tone)


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    return drawings.sparkline(values, label)


@register.simple_tag
def whisker(value: Any, low: Any, high: Any, *, floor: float, ceiling: float) -> SafeString:
    return drawings.whisker(value, low, high, floor=floor, ceiling=ceiling)


@register.simple_tag
def bar(share: float) -> SafeString:
    return drawings.bar(share)


@register.filter
def figure(value: float | None, unit: str = "") -> str:
    return words.figure(value, unit)


@register.filter
def years(value: float | None, unit: str = "") -> str:
    """The same time in years, where it is long."""
    return words.in_years(value, unit)


@register.filter
def number(value: float | None) -> str:
    return words.plain_number(value)


@register.filter
def as_json(value: Any) -> str:
    """Plain data for an attribute: what htmx brings loses every script tag, also those that hold data."""
    return json.dumps(value, separators=(",", ":"))


@register.filter
def day(instant: datetime | None) -> SafeString | str:
    """The date, with the whole instant for machines and on hover."""
    if not instant:
        return words.NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.astimezone(UTC).isoformat(),
        instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        words.day(instant.astimezone(UTC)),
    )


@register.filter
def last_day(end: datetime | None) -> SafeString | str:
    """The last day that counts of a time that ends at an instant."""
    return day(end - timedelta(microseconds=1)) if end else words.NOTHING


@register.filter
def person(author: str) -> str:
    """Who that is, without the number that the record keeps."""
    return author.partition(" ")[2] if author.startswith("person:") else author


@register.filter
def ago(instant: datetime | None) -> SafeString | str:
    """How long ago, with the whole instant for machines and on hover."""
    if not instant:
        return "never"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.astimezone(UTC).isoformat(),
        instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        words.ago(instant, now=datetime.now(UTC)),
    )


@register.simple_tag
def interval(low: float | None, high: float | None, unit: str = "") -> str:
    return words.interval(low, high, unit)


@register.inclusion_tag("ui/field.html", takes_context=True)
def field(context: template.Context, bound: Any, hint: str = "", css: str = "") -> dict[str, Any]:
    """One form field: label, control, hint and message, tied together for screen readers.

    A page that comes back with a refusal opens at the first field that is refused, also without script.
    """
    request = context.get("request")
    # A part that is asked for while somebody types must not take the cursor away.
    is_page = request is None or "HX-Request" not in request.headers
    refused = next((name for name in bound.form.fields if bound.form.errors.get(name)), None)
    begins = is_page and bound.name == refused
    return {
        "field": bound,
        "control": bound.as_widget(attrs={"autofocus": True}) if begins else bound,
        "hint": hint or bound.help_text,
        "css": css,
    }


@register.inclusion_tag("ui/statistic.html")
def statistic(name: str, value: Any, **about: Any) -> dict[str, Any]:
    """One figure with name, unit, interval, n, note, and the address of the rows behind it."""
    return {"name": name, "value": value, **about}
