"""A survey, its waves, and people who answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from throughline.surveys import actions, answering, waves
from throughline.surveys.access import door_behind
from throughline.surveys.models import Survey, Wave

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACTOR = "test"


def made(*, kind: str = "nps", title: str = "The security review", **given) -> Survey:
    question = "How likely are you to recommend the security review to a colleague?"
    asked = {"question": question, "why": "Why?", "kind": kind, "title": title, "now": NOW, **given}
    return actions.make_survey(ACTOR, **asked)


def opened(survey: Survey, *, now: datetime = NOW, **given) -> waves.Opened:
    return waves.open_wave(ACTOR, survey, now=now, **given)


def token_of(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def answer(path: str, score: int, why: str = "", *, now: datetime = NOW) -> None:
    """Somebody follows a link and answers."""
    door = door_behind(token_of(path))
    assert door is not None
    answering.answer(door, answering.Given(score, why), now=now)


def answer_all(path: str, scores: Iterable[int], *, now: datetime = NOW) -> None:
    for score in scores:
        answer(path, score, now=now)


def asked(scores: Iterable[int], *, survey: Survey | None = None, now: datetime = NOW, **given) -> Wave:
    """A wave that these people answered through the shared link."""
    found = opened(survey or made(), now=now, **given)
    answer_all(found.shared, scores, now=now)
    return found.wave


def close(wave: Wave, *, now: datetime = NOW) -> None:
    waves.close_wave(ACTOR, wave, now=now)
