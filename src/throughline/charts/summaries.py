"""What a chart shows, as one sentence made from its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from throughline.ui.words import figure

DAY = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")


class Figure(Protocol):
    """What a sentence needs of a point."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def at(self) -> str: ...
    @property
    def then(self) -> float | None: ...
    @property
    def then_label(self) -> str: ...


def course(points: Sequence[Figure], *, title: str, unit: str, apart: str = "") -> str:
    """First, last, highest and lowest of a figure over time.

    `apart` says why its periods cannot be held against each other: then nothing is said to rise or to fall.
    """
    known = [point for point in points if point.value is not None]
    if not known:
        return f"{title}: no figure in this range."
    last = known[-1]
    if len(known) == 1:
        return f"{title} is {figure(last.value, unit)} {_at(last)}, the only period with a figure."
    first = known[0]
    high = max(known, key=_value)
    low = min(known, key=_value)
    ends = f"highest {figure(high.value, unit)} {_at(high)}, lowest {figure(low.value, unit)} {_at(low)}"
    if apart:
        both = " and ".join(f"{figure(each.value, unit)} {_at(each)}" for each in (first, last))
        return f"{title} is {both}, which are not comparable: {apart}; {ends}."
    if high.value == low.value:
        return f"{title} stays at {figure(last.value, unit)} from {first.label} to {last.label}."
    return (
        f"{title} {_moved(first, last)} from {figure(first.value, unit)} {_at(first)} to "
        f"{figure(last.value, unit)} {_at(last)}; {ends}."
    )


def before(points: Sequence[Figure], *, span: str, unit: str) -> str:
    """How the line of the span before ran."""
    known = [point for point in points if point.then is not None]
    first, last = known[0], known[-1]
    begin = f"The dashed line is {span}"
    if first.then_label == last.then_label:
        return f"{begin}: {figure(last.then, unit)} {_in(last.then_label)}."
    ends = (f"{figure(each.then, unit)} {_in(each.then_label)}" for each in (first, last))
    return f"{begin}: from {' to '.join(ends)}."


def comparison(points: Sequence[Figure], *, title: str, unit: str, dimension: str) -> str:
    """The two ends of a comparison."""
    known = sorted((point for point in points if point.value is not None), key=_value)
    if not known:
        return f"{title} by {dimension}: no figure."
    if len(known) == 1:
        only = known[0]
        return f"{title} is {figure(only.value, unit)} for {only.label}, the only {dimension} with a figure."
    low, high = known[0], known[-1]
    return (
        f"{title} by {dimension}: highest {figure(high.value, unit)} ({high.label}), "
        f"lowest {figure(low.value, unit)} ({low.label}), {len(known)} groups."
    )


def staircase(points: Sequence[Figure], *, title: str) -> str:
    """Where a survival curve crosses one half, and where it ends."""
    if not points:
        return f"{title}: no figure."
    half = next((point for point in points if point.value is not None and point.value <= 0.5), None)
    end = points[-1]
    middle = (
        f"half are over by day {half.label}" if half is not None else "fewer than half are over by the end"
    )
    return f"{title}: {middle}; {figure(end.value, 'share')} last longer than {end.label} days."


def _at(point: Figure) -> str:
    return _in(point.label)


def _in(label: str) -> str:
    """On a day, in any longer period."""
    return f"{'on' if DAY.fullmatch(label) else 'in'} {label}"


def _value(point: Figure) -> float:
    return point.value if point.value is not None else 0.0


def _moved(first: Figure, last: Figure) -> str:
    change = _value(last) - _value(first)
    return "rose" if change > 0 else "fell" if change < 0 else "went"
