"""The words of the team for programs: kinds of work, and ladders as files."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.files import SentFile, says_where
from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Instant, Key, Sent, Subject, Told, actor
from throughline.people import access, kinds, rungs
from throughline.people.documents import kind_document
from throughline.people.kinds import LIMITS

router = Subject("people")
TEAM = "team:write"


class WorkKindOf(Told):
    """A kind of work in the team's words; files and answers name it by its key."""

    key: str
    title: str
    about: str
    is_glue: bool
    retired_at: Instant | None


class NewWorkKind(Sent):
    """A kind of work; its key comes of its name and stays."""

    title: str = Field(min_length=1, max_length=LIMITS["title"])
    about: str = Field("", max_length=LIMITS["about"], description="What it is.")
    is_glue: bool = Field(False, description="Somebody has to do it, and few ask for it.")


class ChangedWorkKind(Sent):
    """Other words for it; what is left out stays as it is."""

    title: str = Field("", max_length=LIMITS["title"])
    about: str = Field("", max_length=LIMITS["about"])
    is_glue: bool = False


class SentLadder(SentFile):
    """A ladder in YAML or JSON, instead of what the ladder of its name held before."""

    file_name: str = Field("ladder.yaml", min_length=1, max_length=240, description="As refusals name it.")


class LadderNamed(Sent):
    """Which ladder."""

    ladder: str = Field(min_length=1, max_length=160)


class BroughtLadder(Told):
    """What came of bringing a ladder in, in rungs; goals keep those that are retired."""

    ladder: str
    new: int
    changed: int
    same: int
    retired: int


class RetiredLadder(Told):
    """How many rungs of a ladder nobody speaks of any more."""

    ladder: str
    retired: int


@router.reads("/work-kinds", answer=Page[WorkKindOf])
def list_work_kinds(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The kinds of work that the team speaks of, in the order in which they came. Members."""
    access.worker(request.user)
    return page_of_records(request, asked, access.kinds_in_use(), by="id", show=kind_document)


@router.writes("POST", "/work-kinds", scope=TEAM, answer=WorkKindOf, status=201)
def add_work_kind(request: HttpRequest, given: NewWorkKind) -> dict[str, Any]:
    """Speak of a kind of work; one that was retired comes back by its name, with what was said. Managers."""
    access.require_lead(request.user)
    return kind_document(kinds.add(actor(request), **given.model_dump(exclude_unset=True), now=_now()))


@router.writes("PATCH", "/work-kinds/{key}", scope=TEAM, answer=WorkKindOf)
def change_work_kind(request: HttpRequest, key: Key, given: ChangedWorkKind) -> dict[str, Any]:
    """Call a kind of work something else; its key stays. Managers."""
    found = access.kind_for(request.user, key)
    stands = {name: getattr(found, name) for name in ChangedWorkKind.model_fields}
    said = {**stands, **given.model_dump(exclude_unset=True)}
    kinds.change(actor(request), found, **said, now=_now())
    return kind_document(access.kind_for(request.user, key))


@router.writes("POST", "/work-kinds/{key}/retire", scope=TEAM, answer=WorkKindOf)
def retire_work_kind(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Speak of a kind of work no more; what was said of it is kept. Managers."""
    kinds.retire(actor(request), access.kind_for(request.user, key), now=_now())
    return kind_document(access.kind_for(request.user, key))


@router.writes("POST", "/ladder/import", scope=TEAM, answer=BroughtLadder)
def import_ladder(request: HttpRequest, given: SentLadder) -> dict[str, Any]:
    """Bring a ladder in from the text of a file: all of it, or nothing. Managers."""
    access.require_lead(request.user)
    with says_where():
        brought = rungs.bring(actor(request), given.content, file=given.file_name, now=_now())
    return asdict(brought)


@router.writes("POST", "/ladder/retire", scope=TEAM, answer=RetiredLadder)
def retire_ladder(request: HttpRequest, given: LadderNamed) -> dict[str, Any]:
    """Speak of a ladder no more; goals keep its rungs, and a file of its name brings it back. Managers."""
    access.require_lead(request.user)
    name = rungs.ladder_named(given.ladder).name
    return {"ladder": name, "retired": rungs.retire(actor(request), name, now=_now())}


@router.writes("POST", "/ladder/restore", scope=TEAM, answer=BroughtLadder)
def restore_ladder(request: HttpRequest) -> dict[str, Any]:
    """Bring the ladder back that comes with the product. Managers."""
    access.require_lead(request.user)
    return asdict(rungs.bring_ours(actor(request), now=_now()))


def _now() -> datetime:
    return datetime.now(UTC)
