"""Who reaches a survey, and which answers anybody reads: those of full batches, and no others.

This is the only module that reads answers. The query below carries the condition that a batch is full, so an
answer that still waits for four others is never selected, and no page, table, series, audit entry or log can
leak what was not read. What waits is only ever counted, and only to learn whether it is five.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.surveys.models import Invitation, Response, Survey, Wave

# 256 bits in the alphabet of addresses.
TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a full batch."""

    wave: int
    batch: int
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class Door:
    """What a link opens: a wave, and the personal link where it is one."""

    wave: Wave
    invitation: Invitation | None

    @property
    def is_used(self) -> bool:
        return self.invitation is not None and self.invitation.used_on is not None

    @property
    def is_closed(self) -> bool:
        return self.wave.closed_at is not None or self.wave.survey.archived_at is not None


def visible_surveys(user: User | AnonymousUser) -> QuerySet[Survey]:
    """The surveys that the person sees: their questions, and what full batches say."""
    return Survey.objects.all() if at_least(user, Role.VIEWER) else Survey.objects.none()


def survey_for(user: User | AnonymousUser, id: int) -> Survey:
    """The survey, or the 404 that strangers get."""
    related = ("series", "cycle", "initiative")
    found = visible_surveys(user).filter(pk=id).select_related(*related).first()
    if found is None:
        raise Http404
    return found


def may_follow_survey(user: User, id: int) -> bool:
    """Whether the person may learn that a survey shows more than before."""
    return visible_surveys(user).filter(pk=id).exists()


def may_ask(user: User | AnonymousUser) -> bool:
    """Whether the person makes surveys, and opens and closes their waves."""
    return at_least(user, Role.MEMBER)


def require_ask(user: User | AnonymousUser) -> User:
    """The person, if she may ask; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def asked_survey(user: User | AnonymousUser, id: int) -> Survey:
    """The survey, if the person may open and close its waves; else the 404 that strangers get."""
    require_ask(user)
    return survey_for(user, id)


def may_archive(user: User | AnonymousUser) -> bool:
    """Whether the person puts surveys away, and takes them out again."""
    return at_least(user, Role.MANAGER)


def archived_survey(user: User | AnonymousUser, id: int) -> Survey:
    """The survey, if the person may put it away; else the 404 that strangers get."""
    require(user, Role.MANAGER)
    return survey_for(user, id)


def door_behind(token: str) -> Door | None:
    """What a link opens, whoever brings it; None where it is no link of ours."""
    if len(token) != TOKEN_LENGTH:
        return None
    hashed = hash_of(token)
    wave = Wave.objects.filter(token_hash=hashed).select_related("survey").first()
    if wave is not None:
        return Door(wave, None)
    invitation = Invitation.objects.filter(token_hash=hashed).select_related("wave__survey").first()
    return Door(invitation.wave, invitation) if invitation else None


def shown_answers(waves: Iterable[Wave]) -> list[Answer]:
    """The answers of full batches, batch by batch, inside each in an order that says nothing."""
    full = Response.objects.filter(wave__in=list(waves), batch__gt=0)
    ordered = full.order_by("wave_id", "batch", "id")
    return [Answer(*each) for each in ordered.values_list("wave_id", "batch", "score", "why")]


def how_many_wait(wave: Wave) -> int:
    """The number of answers that are in no full batch, and nothing of them."""
    return Response.objects.filter(wave=wave, batch=0).count()


def hash_of(token: str) -> str:
    """A token as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
