"""What developers say of the security review: asked in each of three quarters, the third time still."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from throughline.sample.plan import REVIEW_SCORE
from throughline.sample.promises import quarters
from throughline.surveys.access import Door
from throughline.surveys.actions import make_survey
from throughline.surveys.answering import Given, add_answers, answer
from throughline.surveys.models import Survey
from throughline.surveys.waves import close_wave, open_wave

ACTOR = "sample"
GATHERED, OPEN_FOR = timedelta(days=12), timedelta(days=9)
ASKED = 24
# Days after the beginning of the quarter, and what was answered by e-mail.
PAST = (
    (
        40,
        (
            Given(9, "It found a hole that our tests had passed"),
            Given(10),
            Given(9),
            Given(9, "Two people, two days, done"),
            Given(10),
            *(Given(each) for each in (8, 7, 7, 8, 7)),
            Given(8, "Good, once we had found out whom to ask"),
            Given(3, "It came a day before the release"),
            Given(5, "Forty findings, no order"),
            Given(6),
            Given(2, "We waited three weeks"),
        ),
    ),
    (
        45,
        (
            *(Given(each) for each in (9, 9, 10, 10, 9, 9)),
            Given(9, "The first five findings were the ones that mattered"),
            Given(10, "We were told on Monday when it would end on Thursday"),
            *(Given(each) for each in (7, 8, 8, 7, 8)),
            Given(7, "Still a form too many"),
            Given(4, "Our service is small; the review was not"),
            Given(6),
            Given(5),
            Given(3, "Too late again"),
        ),
    ),
)
# Five are shown and two wait: whoever opens the sample sees that.
LATELY = (
    Given(9, "Short, and in time"),
    Given(10),
    Given(8, "The order of the findings helped"),
    Given(9),
    Given(6, "Ask once, not for every branch"),
    Given(9),
    Given(7),
)


def ask(now: datetime) -> None:
    """The survey with its waves, as far as they are not there yet."""
    begun = quarters(now)
    survey = Survey.objects.filter(series__name=REVIEW_SCORE).first() or make_survey(
        ACTOR,
        title="The security review",
        question="How likely are you to recommend the security review to a colleague?",
        why="What made you choose that number?",
        name=REVIEW_SCORE,
        now=begun[0].start,
    )
    for number, (days, answers) in enumerate(PAST, 1):
        _past(survey, number, answers, opened=begun[number - 1].start + timedelta(days=days))
    _lately(survey, opened=now - OPEN_FOR)


def _past(survey: Survey, number: int, answers: tuple[Given, ...], *, opened: datetime) -> None:
    with transaction.atomic():
        if survey.waves.filter(number=number).exists():
            return
        wave = open_wave(ACTOR, survey, asked=ASKED, now=opened).wave
        add_answers(ACTOR, wave, answers, file_name="answers.csv", now=opened + GATHERED)
        close_wave(ACTOR, wave, now=opened + GATHERED)


def _lately(survey: Survey, *, opened: datetime) -> None:
    with transaction.atomic():
        if survey.waves.filter(number=len(PAST) + 1).exists():
            return
        wave = open_wave(ACTOR, survey, asked=ASKED, now=opened).wave
        for given in LATELY:
            answer(Door(wave, None), given, now=opened + timedelta(days=2))
