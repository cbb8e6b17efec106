"""What people said of key results for programs: check-ins, grades, and how right the team was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.comparing import BeforeOf
from throughline.api.paging import Asked, Page, page_of_records, page_of_rows
from throughline.api.subject import Anything, Figure, Id, Instant, Key, Sent, Subject, Told, actor, person
from throughline.cycles.access import cycle_for
from throughline.objectives.access import visible
from throughline.objectives.history import person_of
from throughline.reviews import actions, comparing, queries
from throughline.reviews.access import answered_key_result
from throughline.reviews.grades import GRADE_COLUMNS, graded_rows
from throughline.reviews.models import CheckIn
from throughline.site.plain import plain

router = Subject("check-ins")


class NewCheckIn(Sent):
    """How likely the key result ends at or past its target, and a line."""

    confidence: float = Field(ge=0, le=1)
    line: str = Field("", max_length=500)


class CheckInOf(Told):
    """What was said of a key result, with the value that was measured then."""

    id: int
    key_result: int
    at: Instant
    author: str
    confidence: Figure
    value: Figure
    line: str


class OfCheckIns(Asked):
    """Which check-ins."""

    key_result: int | None = Field(None, ge=1, le=2**63 - 1)


class QuarterBefore(Told):
    """What the figures of a quarter were in the one before."""

    quarter: str
    headline: BeforeOf | None
    hit_rate: BeforeOf | None
    said: BeforeOf | None


class PredictabilityOf(Told):
    """Confidences against what came of them, and expected effects against real ones."""

    quarters: list[dict[str, Anything]]
    overall: dict[str, Anything] | None
    effects: dict[str, Anything]
    before: list[QuarterBefore] = Field(description="Each quarter beside the one before.")


@router.reads("/check-ins", answer=Page[CheckInOf])
def list_check_ins(request: HttpRequest, asked: Query[OfCheckIns]) -> dict[str, Any]:
    """What was said of key results, the oldest first."""
    found = CheckIn.objects.filter(key_result__in=visible(request.user))
    if asked.key_result is not None:
        found = found.filter(key_result=asked.key_result)
    return page_of_records(request, asked, found, by="id", show=_shown)


@router.writes(
    "POST", "/key-results/{int:id}/check-ins", scope="check-ins:write", answer=CheckInOf, status=201
)
def check_in(request: HttpRequest, id: Id, given: NewCheckIn) -> dict[str, Any]:
    """Check in: the value is there, its owner or a manager adds a confidence and a line."""
    found = answered_key_result(request.user, id)
    said = given.model_dump()
    made = actions.check_in(actor(request), found, person=person(request), now=datetime.now(UTC), **said)
    return _shown(made)


@router.reads("/cycles/{key}/grades", answer=Page[dict[str, Anything]])
def list_grades(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """The grades of a cycle by objective, as its grades page and table have them."""
    found = graded_rows(cycle_for(request.user, key), now=datetime.now(UTC))
    rows = list(enumerate(plain([dict(zip(GRADE_COLUMNS, row, strict=True)) for row in found])))
    return page_of_rows(request, asked, rows, key=lambda row: row[0], show=lambda row: row[1])


@router.reads("/predictability", answer=PredictabilityOf)
def read_predictability(request: HttpRequest) -> Any:
    """How right the team was about its own future, by quarter and over all."""
    return plain(comparing.document(queries.how_predictable(now=datetime.now(UTC))))


def _shown(each: CheckIn) -> dict[str, Any]:
    names = ("at", "confidence", "value", "line")
    told = {name: getattr(each, name) for name in names}
    return {"id": each.pk, "key_result": each.key_result_id, "author": person_of(each.author_name), **told}
