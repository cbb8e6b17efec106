"""A report as a sheet: key results, objectives, their courses and risk, one table a tab.

No cell is a formula, whatever a text begins with.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from throughline.reports.content import Report
from throughline.reports.queries import Told
from throughline.reports.renderings.extras import loaded
from throughline.reports.renderings.pdf import as_of, title_of
from throughline.site.exports import cell

RESULTS = (
    *("objective", "key result", "owner", "commitment", "from and to", "value", "unit", "low", "high", "n"),
    *("score", "chance to hit", "status", "reason", "original grade", "override", "guardrail", "lesson"),
)
OBJECTIVES = ("objective", "serves", "owner", "committed", "aspirational", "breached guardrails", "why")
COURSES = ("key result", "date", "value", "low", "high", "unit")
WIDEST, NARROWEST = 60, 9
Rows = list[list[Any]]


def sheet(told: Told) -> bytes:
    """The workbook."""
    xlsxwriter = loaded("xlsxwriter")
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title_of(told.report), "comments": told.report.headline})
    # The date of the report, so that the same report is the same file.
    book.set_properties(
        {"created": (told.frozen_at or told.report.moment).replace(tzinfo=None, microsecond=0)}
    )
    for name, columns, rows in _tables(told):
        _write(book, name, columns, rows)
    book.close()
    return target.getvalue()


def _tables(told: Told) -> Iterator[tuple[str, Sequence[str], Rows]]:
    report = told.report
    yield "Report", ("what", "says", "note"), _first(told)
    yield "Key results", RESULTS, list(_results(report))
    yield "Objectives", OBJECTIVES, list(_objectives(report))
    yield "Courses", COURSES, list(_courses(report))
    if report.risk is not None:
        risk = report.risk
        rows: Rows = [[each.statement, each.mean, each.share] for each in risk.scenarios]
        yield "Risk", ("scenario", "a year on average", "of the worst year in 100"), rows


def _first(told: Told) -> Rows:
    report = told.report
    frozen: Rows = [["SHA-256", told.sha256, "of what was frozen"]] if told.sha256 else []
    return [
        [title_of(report), report.headline, as_of(told)],
        ["Compared", report.compared, ""],
        *([each.name, each.value, each.note] for each in report.figures),
        *(
            [each.title, each.said, "from the facts" if each.is_draft else each.author]
            for each in report.texts
        ),
        ["Work", report.work.sentence, report.work.effects],
        *frozen,
    ]


def _results(report: Report) -> Iterator[list[Any]]:
    for objective in report.objectives:
        for each in objective.results:
            lesson = each.lesson.lesson if each.lesson else ""
            yield [
                *(objective.title, each.name, each.owner, each.commitment, each.aim, each.value, each.unit),
                *(each.low, each.high, each.n or None, each.score, each.chance, each.said, each.reason),
                *(each.original_grade, each.override, "yes" if each.is_guardrail else "", lesson),
            ]


def _objectives(report: Report) -> Iterator[list[Any]]:
    for each in report.objectives:
        if not each.is_written:
            continue
        yield [
            *(each.title, ", ".join(each.serves), each.owner, each.committed, each.aspirational),
            *(", ".join(each.breached), each.why),
        ]


def _courses(report: Report) -> Iterator[list[Any]]:
    """What the charts draw, a dated value a row; shares as per cent, as the charts have them."""
    for each in report.results:
        unit = "%" if each.unit == "share" else each.unit
        for point in each.chart.spec["data"]["values"] if each.chart else ():
            day = str(point["at"])[:10]
            yield [each.name, day, point["value"], point["low"], point["high"], unit]


def _write(book: Any, name: str, columns: Sequence[str], rows: Rows) -> None:
    page = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "0.###", "valign": "top"})
    for place, column in enumerate(columns):
        page.write_string(0, place, column.capitalize(), head)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                page.write_number(line, place, value, number)
            elif value is not None and value != "":
                page.write_string(line, place, str(cell(str(value))), wrapped)
    for place, column in enumerate(columns):
        widest = max([len(column), *(len(str(row[place] or "")) for row in rows)])
        page.set_column(place, place, min(max(widest + 2, NARROWEST), WIDEST))
    page.freeze_panes(1, 1)
    if rows:
        page.autofilter(0, 0, len(rows), len(columns) - 1)
