"""A report as PDF: one page, or the whole document, tagged for screen readers, by typst.

Texts reach typst as JSON and are never read as its markup. The same report gives the same bytes: the date
of the file is that of the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from throughline.reports.content import Report, Result, Text, document_of
from throughline.reports.queries import Told
from throughline.reports.renderings.charts import svg
from throughline.reports.renderings.extras import loaded
from throughline.ui import words

Paper = Literal["a4", "us-letter"]
PAPERS: Mapping[str, Paper] = {"a4": "a4", "letter": "us-letter"}
FOLDER = Path(__file__).resolve().parents[1] / "typst"
# PDF/UA-1: a reader that speaks gets headings, tables with their heads, and charts in words.
STANDARD = "ua-1"
# Fewer rows where all of them would not fit one page, the worst first.
FEWER, FEWEST = 12, 7
FONT = "Libertinus Serif, Liberation Serif, serif"
WORST = ("missed", "off_track", "at_risk", "stale", "pending", "closed", "dropped", "on_track", "hit")
# Setting a document takes a processor for about a second: one at a time.
_one_at_a_time = Lock()


def one_page(told: Told, *, paper: Paper = "a4") -> bytes:
    """The page for executives; however much there is, it is one page."""
    report = told.report
    rows = list(_rows(report, report.results))
    charts = {}
    if report.risk is not None and report.risk.chart is not None:
        charts["risk"] = svg(report.risk.chart, width=430, height=225, font=FONT)
    data = {
        "rows": rows,
        "fewer": list(_rows(report, _worst(report, FEWER))),
        "fewest": list(_rows(report, _worst(report, FEWEST))),
        "left_out": max(len(report.results) - FEWEST, 0),
        "charts": charts,
    }
    return _set("page.typ", told, data, paper)


def document(told: Told, *, paper: Paper = "a4") -> bytes:
    """The whole document."""
    report = told.report
    charts = {
        str(each.id): svg(each.chart, width=640, height=170, font=FONT)
        for each in report.results
        if each.chart is not None
    }
    if report.risk is not None and report.risk.chart is not None:
        charts["risk"] = svg(report.risk.chart, width=640, height=300, font=FONT)
    objectives = [
        {"scored": each.scored, "results": [_row(result) for result in each.results]}
        for each in report.objectives
    ]
    return _set("full.typ", told, {"charts": charts, "objectives": objectives}, paper)


def _set(template: str, told: Told, data: dict[str, Any], paper: Paper) -> bytes:
    typst = loaded("typst")
    report = told.report
    said = {
        **data,
        "report": _without_specs(document_of(report)),
        "texts": [_text(each) for each in report.texts],
        "title_of_file": title_of(report),
        "paper": paper,
        "as_of": as_of(told),
        "footer": footer(told),
        "seal": f"SHA-256 {told.sha256[:16]}…" if told.sha256 else "",
    }
    given = {
        "root": str(FOLDER),
        "format": "pdf",
        "sys_inputs": {"data": json.dumps(said, default=str)},
        "timestamp": int((told.frozen_at or report.moment).timestamp()),
    }
    with _one_at_a_time:
        try:
            made: bytes = typst.compile(str(FOLDER / template), pdf_standards=[STANDARD], **given)
        except typst.TypstError as error:
            # The standard refuses a letter that no font here has; without it the rest is read as before.
            if "could not be displayed" not in str(error):
                raise
            made = typst.compile(str(FOLDER / template), **given)
    return made


def title_of(report: Report) -> str:
    """What the file is called by a reader."""
    return f"Security in {report.title}"


def as_of(told: Told) -> str:
    """Of when the figures are."""
    report = told.report
    if told.frozen_at is not None:
        return f"{report.span}, closed on {words.day(told.frozen_at)}"
    week = f"{report.week}, " if report.week else ""
    return f"{report.span}, {week}as of {words.day(report.moment)}"


def footer(told: Told) -> str:
    """What stands at the foot of each page."""
    kept = (
        f"Frozen on {words.day(told.frozen_at)}; it does not change any more."
        if told.frozen_at
        else "Scores are those of today until a key result ends."
    )
    return f"Data as of {told.report.data_as_of}. Intervals hold with 95 %. {kept}"


def _without_specs(node: Any) -> Any:
    """The description without what charts are drawn from: typst gets them drawn."""
    if isinstance(node, dict):
        return {key: _without_specs(each) for key, each in node.items() if key not in ("spec", "rows")}
    return [_without_specs(each) for each in node] if isinstance(node, list | tuple) else node


def _rows(report: Report, shown: Iterable[Result]) -> Iterable[dict[str, Any]]:
    """The rows of the one page: each objective with those of its key results that are shown."""
    kept = {each.id for each in shown if each.is_kept}
    for objective in report.objectives:
        own = [each for each in objective.results if each.id in kept]
        if own:
            yield {"kind": "objective", "title": objective.title, "scored": objective.scored}
            yield from (_row(each) for each in own)


def _row(result: Result) -> dict[str, Any]:
    counted = f"n = {words.plain_number(result.n)}" if result.n else ""
    notes = ["guardrail" if result.is_guardrail else "", f"{result.before} before" if result.before else ""]
    aimed = "aims high" if result.commitment == "aspirational" else ""
    return _shown(result) | {
        "kind": "result",
        "note": ", ".join(each for each in (aimed, *notes, result.aside) if each),
        "interval": ", ".join(each for each in (result.interval, counted) if each),
    }


def _shown(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "aim": result.aim,
        "now": result.now,
        "score": result.score_said,
        "chance": result.chance_said,
        "said": result.said,
        "tone": result.tone,
        "mark": result.mark,
    }


def _worst(report: Report, most: int) -> list[Result]:
    kept = [each for each in report.results if each.is_kept]
    return sorted(kept, key=lambda each: WORST.index(each.word) if each.word in WORST else 0)[:most]


def _text(each: Text) -> dict[str, Any]:
    return {"title": each.title, "said": each.said, "is_draft": each.is_draft, "author": each.author}
