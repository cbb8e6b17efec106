"""The quarter's report for programs: as data and as files, its three texts, and what was frozen.

It says what a viewer without a team may see, whoever asks.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Schema

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Anything, Instant, Key, Sent, Subject, Told, person
from throughline.cycles.access import cycle_for
from throughline.objectives.models import Cycle
from throughline.reports import actions, queries
from throughline.reports.access import require_write
from throughline.reports.drafts import left_out
from throughline.reports.files import FORMS, asked_of, document, name_of
from throughline.reports.models import LONGEST, Frozen
from throughline.site.plain import plain

router = Subject("reports")
FileEnding = Literal["pdf", "pptx", "xlsx", "md"]
Ending = Annotated[FileEnding, Path(description="Which kind of file.")]
KINDS = [FORMS[ending].content_type for ending in get_args(FileEnding)]
Words = Annotated[str, Field(max_length=LONGEST)]


class OfFile(Schema):
    """What of the report a PDF holds."""

    full: Literal["yes", "no"] = Field("no", description="`yes`: the whole document, not the one page.")
    paper: Literal["a4", "letter"] = "a4"


class NewTexts(Sent):
    """Some of the three texts; what is left out stays, and an empty one is the draft of the facts again."""

    narrative: Words | None = Field(None, description="What happened.")
    learnt: Words | None = Field(None, description="What was learnt.")
    next: Words | None = Field(None, description="What comes next.")


class ReportOf(Told):
    """The report of a cycle; with its hash once it is frozen, and with what it would say otherwise today."""

    frozen_at: Instant | None
    sha256: str | None
    differences: list[str]
    report: dict[str, Anything]


class FrozenRow(Told):
    """A report as it stood when its cycle closed: it never changes, and its hash says so."""

    cycle: str
    title: str
    at: Instant
    by: str
    sha256: str


@router.reads("/reports", answer=Page[FrozenRow])
def list_frozen_reports(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The reports that were frozen when their cycles closed, in the order of closing."""
    return page_of_records(request, asked, queries.frozen(), by="id", show=_row)


@router.reads("/cycles/{key}/report", answer=ReportOf)
def read_report(request: HttpRequest, key: Key) -> Any:
    """What the quarter's report says: frozen where the cycle is closed, else as it stands."""
    return _told(cycle_for(request.user, key))


@router.files("/cycles/{key}/report.{ending}", kinds=KINDS)
def read_report_file(request: HttpRequest, key: Key, ending: Ending, asked: Query[OfFile]) -> HttpResponse:
    """The report as PDF, slides (pptx), sheet (xlsx) or Markdown (md), the same file as the page gives."""
    cycle, form = cycle_for(request.user, key), FORMS[ending]
    wish = asked_of(asked.model_dump())
    told = queries.told(cycle, now=_now())
    answer = HttpResponse(form.made(told, wish), content_type=form.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name_of(told, ending, wish)}"'
    return answer


@router.writes("PATCH", "/cycles/{key}/report/texts", scope="reports:write", answer=ReportOf)
def write_report(request: HttpRequest, key: Key, given: NewTexts) -> Any:
    """Write some of its three texts, until it is frozen. Managers."""
    require_write(request.user)
    cycle, now = cycle_for(request.user, key), _now()
    texts = {part: text for part, text in given.model_dump(exclude_unset=True).items() if text is not None}
    written = left_out(queries.told(cycle, now=now).report, texts)
    actions.write(person(request), cycle, now=now, **written)
    return _told(cycle)


def _told(cycle: Cycle) -> Any:
    now = _now()
    told = queries.told(cycle, now=now)
    return plain({**document(told), "differences": queries.differing(cycle, told, now=now)})


def _row(each: Frozen) -> dict[str, Any]:
    cycle = each.cycle
    return {"cycle": cycle.key, "title": cycle.title, "at": each.at, "by": each.author, "sha256": each.sha256}


def _now() -> datetime:
    return datetime.now(UTC)
