"""A report in each form that leaves the house, for the pages and the command line alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from throughline.engine.directions import escaped
from throughline.engine.refusals import Refused
from throughline.reports.content import document_of
from throughline.reports.queries import Told
from throughline.reports.renderings import pdf
from throughline.reports.renderings.markdown import markdown
from throughline.reports.renderings.pdf import PAPERS, Paper
from throughline.reports.renderings.sheet import sheet
from throughline.reports.renderings.slides import slides
from throughline.site.plain import plain


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a report is asked for: the page or the whole document, on which paper."""

    full: bool = False
    paper: Paper = "a4"


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file."""

    content_type: str
    made: Callable[[Told, Asked], bytes]


def asked_of(given: Mapping[str, str]) -> Asked:
    """What an address asks for. Raises Refused."""
    paper = given.get("paper") or "a4"
    if paper not in PAPERS:
        raise Refused(f"expected one of {', '.join(PAPERS)}, found '{paper[:40]}'", place="paper")
    full = given.get("full") or "no"
    if full not in ("yes", "no"):
        raise Refused(f"expected yes or no, found '{full[:40]}'", place="full")
    return Asked(full == "yes", PAPERS[paper])


def name_of(told: Told, ending: str, asked: Asked) -> str:
    """What the file is called."""
    whole = "-full" if asked.full and ending == "pdf" else ""
    return f"security-{told.report.key}{whole}.{ending}"


def document(told: Told) -> dict[str, object]:
    """The report for programs, with its hash where it is frozen."""
    return {"frozen_at": told.frozen_at, "sha256": told.sha256 or None, "report": document_of(told.report)}


def _pdf(told: Told, asked: Asked) -> bytes:
    return (pdf.document if asked.full else pdf.one_page)(told, paper=asked.paper)


def _json(told: Told, asked: Asked) -> bytes:
    text = json.dumps(plain(document(told)), indent=2, ensure_ascii=False, allow_nan=False)
    return (escaped(text) + "\n").encode()


FORMS: Mapping[str, Form] = {
    "pdf": Form("application/pdf", _pdf),
    "pptx": Form(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        lambda told, _: slides(told),
    ),
    "xlsx": Form(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", lambda told, _: sheet(told)
    ),
    "md": Form("text/markdown; charset=utf-8", lambda told, _: markdown(told).encode()),
    "json": Form("application/json", _json),
}
