"""The rows of an answer as a table, joined in Python: a template takes most of the time of a long page."""

from __future__ import annotations

from collections.abc import Sequence

# The same that Django escapes with, without asking each text whether it is lazy or safe.
from html import escape

from django import template
from django.utils.safestring import SafeString

from throughline.measures.evaluation.answers import Row
from throughline.measures.shown import ShownRow
from throughline.ui import words
from throughline.ui.comparing import Was
from throughline.ui.templatetags.show import badge

register = template.Library()
NOTHING_BEFORE = (
    f'<td class="number" data-label="Before">{words.NOTHING}</td><td data-label="Change">{words.NOTHING}</td>'
)


@register.simple_tag
def table_rows(lines: Sequence[ShownRow], unit: str, *, compares: bool) -> SafeString:
    """A row for each line, with what it was before where any of them says that."""
    return SafeString("\n".join(f"<tr>{_cells(each, unit, compares=compares)}</tr>" for each in lines))


def _cells(line: ShownRow, unit: str, *, compares: bool) -> str:
    row, address = line.row, escape(line.address)
    first, *others = line.cells
    more = "".join(f'<td data-label="">{escape(each)}</td>' for each in others)
    interval = escape(words.interval(row.low, row.high, unit))
    return (
        f'<th scope="row">{escape(first)}</th>{more}'
        f'<td class="number" data-label="Value">{_value(row, address, unit)}</td>'
        f'<td class="number" data-label="Interval">{interval}{_as_they_vary(row, unit)}</td>'
        f'<td class="number" data-label="n"><a href="{address}">{escape(words.plain_number(row.n))}</a></td>'
        f'<td class="number" data-label="Open">{escape(words.plain_number(row.n_open))}</td>'
        f"{_before(line.was) if compares else ''}"
    )


def _value(row: Row, address: str, unit: str) -> str:
    """The figure; `address` is escaped."""
    if row.value is None:
        why = f": {escape(row.why_none)}" if row.why_none else ""
        return f'<span class="faint words">no figure{why}</span>'
    years = escape(words.in_years(row.value, unit))
    in_years = f' <span class="faint small">{years}</span>' if years else ""
    return f'<a href="{address}">{escape(words.figure(row.value, unit))}</a>{in_years}'


def _as_they_vary(row: Row, unit: str) -> str:
    if row.wide_low is None:
        return ""
    wide = escape(words.interval(row.wide_low, row.wide_high, unit))
    return f'<br><span class="faint small">as they vary {wide}</span>'


def _before(was: Was | None) -> str:
    if was is None:
        return NOTHING_BEFORE
    word = f' <span class="faint small">{escape(was.word)}</span>' if was.word else ""
    clearly = f" {badge(was.badge)}" if was.badge else ""
    return (
        f'<td class="number" data-label="Before">{escape(was.figure)} '
        f'<span class="faint small">{escape(was.when)}</span></td>'
        f'<td data-label="Change"><span class="nowrap">{escape(was.change_said)}</span>{word}{clearly}</td>'
    )
