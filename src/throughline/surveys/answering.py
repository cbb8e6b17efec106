"""An answer comes in. Once four others wait with it they are a batch, and only then anything is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from throughline.engine.refusals import Refused
from throughline.engine.surveys import FEWEST_SHOWN, HIGHEST, LEAST_AGREED, MOST_AGREED
from throughline.jobs.actions import enqueue
from throughline.live.actions import announce
from throughline.series import actions as series_actions
from throughline.series.models import Reading
from throughline.surveys.access import Door, how_many_wait
from throughline.surveys.models import Invitation, Response, Survey, Wave
from throughline.surveys.queries import result_of, value_of
from throughline.surveys.recording import held, said, told

LONGEST_WHY = 2000
# Whoever answers has no name here.
NOBODY = "survey"
CLOSED = "This survey is closed. Thank you for coming."
USED = "This link was used: it takes one answer, and that is in."
RANGES = {Survey.Kind.NPS: (0, HIGHEST), Survey.Kind.AGREEMENT: (LEAST_AGREED, MOST_AGREED)}


class Given(NamedTuple):
    """What somebody answers."""

    score: int
    why: str = ""


def answer(door: Door, given: Given, *, now: datetime) -> None:
    """Take an answer and use a personal link up, in one transaction. Raises Refused.

    What is written down of it is a number and a text, and of the link the day: no time, nothing that joins
    the two, and no audit entry, which would say when.
    """
    with transaction.atomic():
        wave = held(door.wave)
        if wave.closed_at is not None or wave.survey.archived_at is not None:
            raise Refused(CLOSED, code="closed")
        checked = checked_answer(wave.survey, given)
        if door.invitation is not None:
            unused = Invitation.objects.filter(pk=door.invitation.pk, used_on=None)
            if not unused.update(used_on=now.date()):
                raise Refused(USED, code="used")
        Response.objects.create(wave=wave, score=checked.score, why=checked.why)
        if how_many_wait(wave) >= FEWEST_SHOWN:
            _show(NOBODY, wave, now=now)


def add_answers(actor: str, wave: Wave, answers: Sequence[Given], *, file_name: str, now: datetime) -> None:
    """Answers that were gathered elsewhere, all or none, as a batch of their own. Raises Refused.

    They never fill up what waits here: whoever has the file could subtract it, and would be left with those.
    """
    if len(answers) < FEWEST_SHOWN:
        raise Refused(
            f"expected at least {FEWEST_SHOWN} answers, found {len(answers)}: fewer are never shown",
            place=file_name,
            code="too_few",
        )
    with transaction.atomic():
        stored = held(wave)
        if stored.closed_at is not None:
            raise Refused(f"wave {stored.number} is closed: open another", code="closed")
        batch = _next_batch(stored)
        rows = [checked_answer(stored.survey, each) for each in answers]
        Response.objects.bulk_create(
            Response(wave=stored, score=each.score, why=each.why, batch=batch) for each in rows
        )
        detail = {"wave": stored.number, "file": file_name, "answers": len(rows)}
        told(actor, "survey answers imported", stored.survey, now=now, **detail)
        _write_down(actor, stored, now=now)


def checked_answer(survey: Survey, given: Given) -> Given:
    """An answer as it is kept. Raises Refused with the place."""
    low, high = RANGES[Survey.Kind(survey.kind)]
    if not low <= given.score <= high:
        raise Refused(f"expected a number from {low} to {high}, found {given.score}", place="score")
    return Given(given.score, said(given.why, place="why", most=LONGEST_WHY))


def _show(actor: str, wave: Wave, *, now: datetime) -> None:
    """Let everything that waits be a batch, and write down what the wave says now."""
    batch = _next_batch(wave)
    shown = Response.objects.filter(wave=wave, batch=0).update(batch=batch)
    told(actor, "survey batch shown", wave.survey, now=now, wave=wave.number, batch=batch, answers=shown)
    _write_down(actor, wave, now=now)


def _next_batch(wave: Wave) -> int:
    newest = Response.objects.filter(wave=wave, batch__gt=0).aggregate(newest=Max("batch"))["newest"]
    return (newest or 0) + 1


def _write_down(actor: str, wave: Wave, *, now: datetime) -> None:
    """One value a wave in the survey's series: dated when first shown, corrected by each batch after."""
    if wave.shown_at is None:
        wave.shown_at = _day_of(wave, now=now)
        Wave.objects.filter(pk=wave.pk).update(shown_at=wave.shown_at)
    found = result_of(wave)
    assert found.score is not None
    assert wave.shown_at is not None
    series_actions.push(
        actor,
        wave.survey.series.name,
        repr(value_of(found.score)),
        at=wave.shown_at.isoformat(),
        note=f"Wave {wave.number}: {found.n} answers",
        origin=Reading.Origin.SURVEY,
        now=now,
    )
    announce(f"survey:{wave.survey_id}", "results", now=now)
    # Whatever is promised on the series is measured anew.
    enqueue("measure key results", {}, asked_by=None, now=now)


def _day_of(wave: Wave, *, now: datetime) -> datetime:
    """The beginning of the day; the second where another wave has that day: neither corrects the other."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    is_taken = wave.survey.series.readings.filter(at__gte=day).exists()
    return now.replace(microsecond=0) if is_taken else day
