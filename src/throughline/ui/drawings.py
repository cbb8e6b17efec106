"""Figures drawn in a line of text: sparkline, interval, progress. Plain SVG, coloured by classes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH = 100.0
HEIGHT = 24.0


def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """The course of a figure; gaps where it is unknown."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = WIDTH / max(len(values) - 1, 1)
    points = [
        None if value is None else (index * step, HEIGHT - 2 - (value - low) / span * (HEIGHT - 4))
        for index, value in enumerate(values)
    ]
    return format_html(
        '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path d="{}"/></svg>',
        label or f"from {known[0]:.3g} to {known[-1]:.3g}",
        _path(points),
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    words: list[str] = []
    pen_down = False
    for point in points:
        if point is not None:
            words.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return " ".join(words)


def whisker(
    value: float | None, low: float | None, high: float | None, *, floor: float, ceiling: float
) -> SafeString:
    """A point with its interval on a common scale from floor to ceiling."""
    if value is None or ceiling <= floor:
        return SafeString("")

    def place(number: float) -> str:
        return f"{min(max((number - floor) / (ceiling - floor), 0), 1) * WIDTH:.1f}"

    return format_html(
        '<svg class="whisker" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<line class="bed" x1="0" x2="100" y1="4" y2="4"/>'
        '<line class="range" x1="{}" x2="{}" y1="4" y2="4"/>'
        '<rect class="point" x="{}" y="0" width="1.5" height="8"/></svg>',
        place(value if low is None else low),
        place(ceiling if high is None else high),
        place(value),
    )


def track(progress: float | None, *, expected: float | None = None, tone: str = "") -> SafeString:
    """Progress from 0 to 1, with a tick where the straight line stands today."""
    share = min(max(progress or 0.0, 0.0), 1.0)
    tick = SafeString("")
    if expected is not None:
        x = f"{min(max(expected, 0.0), 1.0) * WIDTH:.1f}"
        tick = format_html('<line class="expected" x1="{0}" x2="{0}" y1="0" y2="8"/>', x)
    return format_html(
        '<svg class="track {}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="{} % of the way">'
        '<rect class="bed" width="100" height="8" rx="2"/>'
        '<rect class="fill" width="{}" height="8" rx="2"/>{}</svg>',
        tone,
        f"{(progress or 0.0) * 100:.0f}",
        f"{share * WIDTH:.1f}",
        tick,
    )


def bar(share: float) -> SafeString:
    """A share of a whole, beside its number; nothing for a screen reader to add."""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bed" width="100" height="4"/><rect class="fill" width="{}" height="4"/></svg>',
        f"{min(max(share, 0.0), 1.0) * WIDTH:.1f}",
    )
