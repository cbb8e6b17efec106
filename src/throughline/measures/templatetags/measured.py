"""The rows of an answer as a table, joined in Python: a template takes most of the time of a long page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from throughline.measures.evaluation.answers import Row
from throughline.measures.shown import ShownRow
from throughline.ui import words
from throughline.ui.comparing import Was
from throughline.ui.templatetags.show import badge

register = template.Library()
NOTHING_BEFORE = format_html(
    '<td class="number" data-label="Before">{}</td><td data-label="Change">{}</td>',
    words.NOTHING,
    words.NOTHING,
)


@register.simple_tag
def table_rows(lines: Sequence[ShownRow], unit: str, *, compares: bool) -> SafeString:
    """A row for each line, with what it was before where any of them says that."""
    return format_html_join("\n", "<tr>{}</tr>", ([_cells(each, unit, compares=compares)] for each in lines))


def _cells(line: ShownRow, unit: str, *, compares: bool) -> SafeString:
    row = line.row
    first, *others = line.cells
    # At once, since each call takes as long as five cells do.
    return format_html(
        '<th scope="row">{}</th>{}<td class="number" data-label="Value">{}</td>'
        '<td class="number" data-label="Interval">{}{}</td>'
        '<td class="number" data-label="n"><a href="{}">{}</a></td>'
        '<td class="number" data-label="Open">{}</td>{}',
        first,
        format_html_join("", '<td data-label="">{}</td>', ([each] for each in others)) if others else "",
        _value(row, line.address, unit),
        words.interval(row.low, row.high, unit),
        _as_they_vary(row, unit),
        line.address,
        words.plain_number(row.n),
        words.plain_number(row.n_open),
        _before(line.was) if compares else "",
    )


def _value(row: Row, address: str, unit: str) -> SafeString:
    if row.value is None:
        why = f": {row.why_none}" if row.why_none else ""
        return format_html('<span class="faint words">no figure{}</span>', why)
    years = words.in_years(row.value, unit)
    in_years = format_html(' <span class="faint small">{}</span>', years) if years else ""
    return format_html('<a href="{}">{}</a>{}', address, words.figure(row.value, unit), in_years)


def _as_they_vary(row: Row, unit: str) -> SafeString | str:
    if row.wide_low is None:
        return ""
    wide = words.interval(row.wide_low, row.wide_high, unit)
    return format_html('<br><span class="faint small">as they vary {}</span>', wide)


def _before(was: Was | None) -> SafeString:
    if was is None:
        return NOTHING_BEFORE
    return format_html(
        '<td class="number" data-label="Before">{} <span class="faint small">{}</span></td>'
        '<td data-label="Change"><span class="nowrap">{}</span>{}{}</td>',
        was.figure,
        was.when,
        was.change_said,
        format_html(' <span class="faint small">{}</span>', was.word) if was.word else "",
        format_html(" {}", badge(was.badge)) if was.badge else "",
    )
