"""What stands on charts for programs: all that people wrote, writing, taking it away and putting it back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.annotations import actions
from throughline.annotations.access import removable, require_annotate, visible
from throughline.annotations.models import Annotation
from throughline.annotations.queries import about_chart
from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Id, Instant, Sent, Subject, Told, person

router = Subject("annotations")
WRITE = "annotations:write"


class OfAnnotations(Asked):
    """Which annotations: all, or those that stand on one chart."""

    chart: str | None = Field(
        None,
        max_length=2100,
        description="metric:NAME, series:NAME or key_result:NUMBER; what stands on every chart is with it.",
    )


class NewAnnotation(Sent):
    """What happened on a day or in a range of days, on one chart or on every one."""

    text: str = Field(min_length=1, max_length=300)
    start: date
    end: date | None = Field(None, description="The last day, which counts whole; left out of one day.")
    chart: str = Field(
        "",
        max_length=2100,
        description="metric:NAME, series:NAME or key_result:NUMBER; left out, it stands on every chart.",
    )


class Removed(Sent):
    """Whether it is taken away."""

    removed: bool


class AnnotationRow(Told):
    """What somebody wrote; `chart` is empty where it stands on every one."""

    id: int
    start: date
    end: date | None
    text: str
    chart: str
    author: str
    at: Instant
    removed_at: Instant | None


@router.reads("/annotations", answer=Page[AnnotationRow])
def list_annotations(request: HttpRequest, asked: Query[OfAnnotations]) -> dict[str, Any]:
    """What people wrote on charts, in the order of writing."""
    found = visible(request.user)
    if asked.chart is not None:
        found = about_chart(found, asked.chart, place="chart")
    return page_of_records(request, asked, found, by="id", show=_shown)


@router.writes("POST", "/annotations", scope=WRITE, answer=AnnotationRow, status=201)
def annotate_chart(request: HttpRequest, given: NewAnnotation) -> dict[str, Any]:
    """Write a day or a range on a chart. Members."""
    require_annotate(request.user)
    made = actions.annotate(
        person(request),
        text=given.text,
        start=given.start,
        end=given.end,
        subject=given.chart,
        place="chart",
        now=_now(),
    )
    return _shown(made)


@router.writes("PUT", "/annotations/{int:id}/removed", scope=WRITE, answer=AnnotationRow)
def remove_annotation(request: HttpRequest, id: Id, given: Removed) -> dict[str, Any]:
    """Take one's own annotation away, or put it back; managers anybody's."""
    found = removable(request.user, id)
    step = actions.remove if given.removed else actions.restore
    step(person(request), found, now=_now())
    found.refresh_from_db()
    return _shown(found)


def _shown(each: Annotation) -> dict[str, Any]:
    names = ("start", "end", "text", "author", "at", "removed_at")
    return {"id": each.pk, "chart": each.subject, **{name: getattr(each, name) for name in names}}


def _now() -> datetime:
    return datetime.now(UTC)
