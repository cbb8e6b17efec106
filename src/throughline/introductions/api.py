"""Since when a flaw is there, for programs: what was found of it, and saying it by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field

from throughline.accounts.access import require
from throughline.accounts.models import Role
from throughline.api.subject import Figure, Id, Instant, Sent, Subject, Told, actor, person
from throughline.engine.refusals import Refused
from throughline.introductions import actions, queries
from throughline.site.plain import plain
from throughline.vulnerabilities.access import vulnerability_for

router = Subject("vulnerabilities")
WRITE = "vulnerabilities:write"
PATH = "/vulnerabilities/{int:id}/introduced"


class CommitOf(Told):
    """A commit that may have brought it in; of dependencies one an entry."""

    commit: str
    date: Instant
    weight: Figure = Field(description="Lines, or 1 each where commits count alike; 0 where it only bounds.")


class EstimateOf(Told):
    """What a clone told of one subject, the last time that it was asked."""

    subject: str
    repository: str
    basis: str
    method: str
    introduced: Instant
    oldest: Instant | None
    newest: Instant | None
    candidates: list[CommitOf]
    notes: list[str]
    reason: str = Field(description="Why the record did not take it; empty where it did.")
    found_at: Instant
    is_said: bool = Field(description="Whether the record says it now.")


class IntroductionOf(Told):
    """Since when it is there as the record says it, and all that was found of it beside."""

    id: int
    introduced: Instant | None
    basis: str | None
    method: str | None
    earliest: Instant | None
    latest: Instant | None
    is_by_hand: bool = Field(description="Whether a person said it: neither clones nor imports change it.")
    estimates: list[EstimateOf]


class SaidByHand(Sent):
    """When it came in, how sure that is, and how the person knows."""

    day: date
    earliest: date | None = Field(None, description="Not before this day.")
    latest: date | None = Field(None, description="Not after this day.")
    why: str = Field("", max_length=80, description="How you know.")


@router.reads(PATH, answer=IntroductionOf)
def read_introduction(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Since when a vulnerability is there, with each estimate and its candidates."""
    return _told(request, id)


@router.writes("PUT", PATH, scope=WRITE, answer=IntroductionOf)
def say_introduction(request: HttpRequest, id: Id, given: SaidByHand) -> dict[str, Any]:
    """Say by hand since when it is there. Members, of their teams' records.

    Neither clones nor imports change it until it is taken back.
    """
    require(request.user, Role.MEMBER)
    said = given.model_dump()
    try:
        actions.correct(person(request), id, **said, actor=actor(request), now=datetime.now(UTC))
    except Refused as refused:
        # The action names the field of the form by its code.
        raise Refused(refused.message, place=refused.code, code=refused.code) from None
    return _told(request, id)


@router.writes("DELETE", PATH, scope=WRITE, answer=IntroductionOf)
def take_introduction_back(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Take back what was said by hand: what was found or imported stands again. Members, likewise."""
    require(request.user, Role.MEMBER)
    actions.take_back(person(request), id, actor=actor(request), now=datetime.now(UTC))
    return _told(request, id)


def _told(request: HttpRequest, id: int) -> dict[str, Any]:
    return dict(plain(queries.document(vulnerability_for(request.user, id))))
