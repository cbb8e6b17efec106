"""Making surveys and putting them away. Each step writes its audit entry in the same transaction."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count

from django.db import transaction

from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Initiative
from throughline.series import actions as series_actions
from throughline.series import values as written
from throughline.series.queries import names
from throughline.surveys.models import Survey
from throughline.surveys.recording import said, told

LONGEST_TITLE, LONGEST_QUESTION, LONGEST_WHY = 160, 300, 300
UNITS = {Survey.Kind.NPS: "points", Survey.Kind.AGREEMENT: "of 5"}
# A quarter: asked more often, people stop to answer.
CADENCE_DAYS = 92


def make_survey(
    actor: str,
    *,
    title: str,
    question: str,
    why: str = "",
    kind: str = Survey.Kind.NPS,
    name: str = "",
    cycle: Cycle | None = None,
    initiative: Initiative | None = None,
    now: datetime,
) -> Survey:
    """A survey with the series of its scores, which `name` names if it is given. Raises Refused."""
    if kind not in Survey.Kind.values:
        raise Refused(f"expected {' or '.join(Survey.Kind.values)}, found '{kind}'", place="kind")
    given = {
        "title": said(title, place="title", most=LONGEST_TITLE, missing="say what the survey is about"),
        "question": said(
            question, place="question", most=LONGEST_QUESTION, missing="say what everybody is asked"
        ),
        "why": said(why, place="why", most=LONGEST_WHY),
    }
    with transaction.atomic():
        series = series_actions.define(
            actor,
            name.strip() or _free_name(given["title"]),
            title=given["title"],
            description=f"Answers of a survey: {given['question']}",
            unit=UNITS[Survey.Kind(kind)],
            better="higher",
            cadence_days=CADENCE_DAYS,
            now=now,
        )
        made = Survey.objects.create(
            **given,
            kind=kind,
            cycle=cycle,
            initiative=initiative,
            series=series,
            author=actor,
            created_at=now,
        )
        told(actor, "survey made", made, now=now, title=made.title, kind=kind, series=series.name)
    return made


def archive(actor: str, survey: Survey, *, now: datetime) -> None:
    """Put a survey away: it is asked no more, and what it said stays. Raises Refused while a wave is open."""
    with transaction.atomic():
        stored = Survey.objects.select_for_update().get(pk=survey.pk)
        if stored.archived_at is not None:
            raise Refused("this survey is archived already", code="state")
        if stored.waves.filter(closed_at=None).exists():
            raise Refused("a wave of it is open: close that first", code="state")
        Survey.objects.filter(pk=stored.pk).update(archived_at=now)
        told(actor, "survey archived", stored, now=now)


def restore(actor: str, survey: Survey, *, now: datetime) -> None:
    """Take a survey out again. Raises Refused where it is not archived."""
    with transaction.atomic():
        if not Survey.objects.filter(pk=survey.pk, archived_at__isnull=False).update(archived_at=None):
            raise Refused("this survey is not archived", code="state")
        told(actor, "survey restored", survey, now=now)


def _free_name(title: str) -> str:
    """A name in snake_case that nothing has, such as `security_review` of the title Security review."""
    words = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    stem = words if re.match("[a-z]", words) else f"survey_{words}".rstrip("_")
    stem = stem[: written.LONGEST_NAME - 4].rstrip("_")
    taken = {*names(), *READY_MADE, *written.RESERVED}
    return next(name for name in (stem if n == 1 else f"{stem}_{n}" for n in count(1)) if name not in taken)
