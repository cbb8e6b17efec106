"""What readers say of a plan and of its report, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Id, Instant, Key, Sent, Subject, Told, person
from throughline.cycles import actions
from throughline.cycles.access import comment_for, cycle_for
from throughline.cycles.actions import LONGEST_COMMENT
from throughline.cycles.models import Comment

router = Subject("cycles")
WRITE = "comments:write"


class NewComment(Sent):
    """What one thinks of a plan, or of a part of it."""

    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)
    of: str = Field("", max_length=40, description="Such as key_result:12 or report; the plan if left out.")


class CommentOf(Told):
    """What somebody said; `resolved_at` once it is dealt with."""

    id: int
    of: str
    author: str
    text: str
    at: Instant
    resolved_at: Instant | None
    resolved_by: str


@router.reads("/cycles/{key}/comments", answer=Page[CommentOf])
def list_comments(request: HttpRequest, key: Key, asked: Query[Asked]) -> dict[str, Any]:
    """What readers said of a cycle, its parts and its report, in the order of saying."""
    found = cycle_for(request.user, key).comments.all()
    return page_of_records(request, asked, found, by="id", show=_shown)


@router.writes("POST", "/cycles/{key}/comments", scope=WRITE, answer=CommentOf, status=201)
def comment_on_cycle(request: HttpRequest, key: Key, given: NewComment) -> Any:
    """Say what one thinks of a plan, a part of it, or its report. Everybody who reads it."""
    found = cycle_for(request.user, key)
    return _shown(actions.comment(person(request), found, of=given.of, text=given.text, now=_now()))


@router.writes("POST", "/comments/{int:id}/resolve", scope=WRITE, answer=CommentOf)
def resolve_comment(request: HttpRequest, id: Id) -> Any:
    """Say that a comment is dealt with: one's own, or as a manager any."""
    found = comment_for(request.user, id)
    actions.resolve(person(request), found, now=_now())
    found.refresh_from_db()
    return _shown(found)


def _shown(each: Comment) -> dict[str, Any]:
    names = ("of", "text", "at", "resolved_at", "resolved_by")
    told = {name: getattr(each, name) for name in names}
    return {"id": each.pk, "author": each.author_name, **told}


def _now() -> datetime:
    return datetime.now(UTC)
