"""One asking of everybody: opened with its links, closed with what is left over."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from throughline.engine.refusals import Refused
from throughline.engine.surveys import FEWEST_SHOWN
from throughline.live.actions import announce
from throughline.surveys.access import hash_of, how_many_wait
from throughline.surveys.models import Invitation, Response, Survey, Wave
from throughline.surveys.recording import held, told

MOST_LINKS = 1000
MOST_ASKED = 1_000_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A wave with the paths of its links. They are known only now: of each the hash is kept."""

    wave: Wave
    shared: str
    personal: tuple[str, ...]


def open_wave(
    actor: str,
    survey: Survey,
    *,
    asked: int | None = None,
    shared: bool = True,
    personal: int = 0,
    now: datetime,
) -> Opened:
    """Ask again: one link for everybody, so many personal links, or both. Raises Refused.

    `asked` is how many people that reaches, where it is known; with personal links alone it is their number.
    """
    if not shared and not personal:
        raise Refused("choose a shared link, personal links, or both", place="shared")
    if not 0 <= personal <= MOST_LINKS:
        raise Refused(f"expected 0 to {MOST_LINKS:,} personal links, found {personal:,}", place="personal")
    if personal and personal < FEWEST_SHOWN and not shared:
        raise Refused(
            f"nothing is shown before {FEWEST_SHOWN} answers, so {personal} links would show nothing",
            place="personal",
            code="too_few",
        )
    if asked is not None and not FEWEST_SHOWN <= asked <= MOST_ASKED:
        raise Refused(
            f"expected {FEWEST_SHOWN} to {MOST_ASKED:,} people asked, found {asked:,}: nothing is shown "
            f"before {FEWEST_SHOWN} answers",
            place="asked",
        )
    tokens = [secrets.token_urlsafe(32) for _ in range(personal)]
    with transaction.atomic():
        wave = _next_wave(survey, asked=asked if shared or asked else personal, now=now)
        path = _shared_link(wave) if shared else ""
        Invitation.objects.bulk_create(Invitation(wave=wave, token_hash=hash_of(each)) for each in tokens)
        detail = {"wave": wave.number, "asked": wave.asked, "shared": shared, "personal": personal}
        told(actor, "survey wave opened", survey, now=now, **detail)
        announce(f"survey:{survey.pk}", "results", now=now)
    return Opened(wave, path, tuple(_path(each) for each in tokens))


def renew_link(actor: str, wave: Wave, *, now: datetime) -> str:
    """The path of a new shared link; the one before stops working. Raises Refused."""
    with transaction.atomic():
        stored = _open(wave)
        path = _shared_link(stored)
        told(actor, "survey link renewed", stored.survey, now=now, wave=stored.number)
    return path


def close_wave(actor: str, wave: Wave, *, now: datetime) -> None:
    """End a wave. What came after its last full five is removed unread. Raises Refused.

    Shown, it would tell one to four answers to whoever had looked before: the difference between two looks.
    """
    with transaction.atomic():
        stored = _open(wave)
        left_out = how_many_wait(stored)
        Response.objects.filter(wave=stored, batch=0).delete()
        Wave.objects.filter(pk=stored.pk).update(closed_at=now, left_out=left_out)
        told(actor, "survey wave closed", stored.survey, now=now, wave=stored.number)
        announce(f"survey:{stored.survey_id}", "results", now=now)


def _next_wave(survey: Survey, *, asked: int | None, now: datetime) -> Wave:
    stored = Survey.objects.select_for_update().get(pk=survey.pk)
    if stored.archived_at is not None:
        raise Refused("this survey is archived: take it out again first", code="state")
    last = stored.waves.last()
    if last is not None and last.closed_at is None:
        raise Refused(f"wave {last.number} is still open: close it first", code="state")
    number = last.number + 1 if last else 1
    return Wave.objects.create(survey=stored, number=number, asked=asked, opened_at=now)


def _open(wave: Wave) -> Wave:
    stored = held(wave)
    if stored.closed_at is not None:
        raise Refused(f"wave {stored.number} is closed already", code="state")
    return stored


def _shared_link(wave: Wave) -> str:
    token = secrets.token_urlsafe(32)
    Wave.objects.filter(pk=wave.pk).update(token_hash=hash_of(token))
    return _path(token)


def _path(token: str) -> str:
    return reverse("survey-answer", kwargs={"token": token})
