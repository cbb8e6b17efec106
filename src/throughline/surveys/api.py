"""Surveys for programs: what full batches of five say, and nothing of what waits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query

from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import LARGEST_ID, Figure, Id, Instant, Sent, Subject, Told, actor
from throughline.cycles.access import visible_cycles
from throughline.engine.refusals import Refused
from throughline.objectives.models import Initiative
from throughline.site.plain import plain
from throughline.surveys import actions, answering, waves
from throughline.surveys.access import archived_survey, asked_survey, require_ask, survey_for, visible_surveys
from throughline.surveys.documents import document, summary
from throughline.surveys.models import Survey, Wave
from throughline.surveys.queries import newest_results, results

router = Subject("surveys")
WRITE = "surveys:write"
# A survey of a whole company; a longer list is brought in by the command line.
MOST_ANSWERS = 10_000


class SurveyRow(Told):
    """A survey with what its newest wave says that says anything."""

    id: int
    title: str
    question: str
    kind: str
    series: str
    waves: int
    open: bool
    n: int
    score: Figure
    low: Figure
    high: Figure


class ChangeOfScore(Told):
    """The difference to the last wave that says anything."""

    since: int | None
    difference: Figure
    low: Figure
    high: Figure
    is_shown: bool


class WaveOf(Told):
    """What a wave says: how many people answered is known once it is closed."""

    number: int
    opened_at: Instant
    closed_at: Instant | None
    asked: int | None
    answered: int | None
    response_rate: Figure
    n: int
    score: Figure
    low: Figure
    high: Figure
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    counts: list[int] | None = None
    among_asked: list[Figure] | None
    change: ChangeOfScore | None
    whys: list[list[str]]


class SurveyOf(Told):
    """A survey with each of its waves."""

    id: int
    title: str
    question: str
    why: str | bool
    kind: str
    series: str
    unit: str
    cycle: str | None
    initiative: str | None
    archived_at: Instant | None
    waves: list[WaveOf]


class NewSurvey(Sent):
    """What everybody is asked, and the series of its score."""

    title: str = Field("", max_length=160)
    question: str = Field("", max_length=300)
    why: str = Field("Why?", max_length=300, description="The open question after it; empty for none.")
    kind: Literal["nps", "agreement"] = "nps"
    name: str = Field("", max_length=80, description="Of its series; made of the title if left out.")
    cycle: str | None = Field(None, max_length=80, description="The key of the cycle that it belongs to.")
    initiative: str | None = Field(None, max_length=120, description="The key of what it looks back on.")


class NewWave(Sent):
    """How many are asked, and by which links."""

    asked: int | None = Field(None, ge=0, le=LARGEST_ID)
    shared: bool = Field(True, description="One link for everybody.")
    personal: int = Field(0, ge=0, le=LARGEST_ID, description="So many links, each for one answer.")


class WaveLinks(Told):
    """The paths of links, which are known only now."""

    wave: int
    link: str | None
    links: list[str]


class GivenAnswer(Sent):
    """One answer that was gathered elsewhere."""

    score: int = Field(ge=0, le=10)
    why: str = Field("", max_length=answering.LONGEST_WHY)


class GivenAnswers(Sent):
    """Five answers or more; sent twice they count twice, so send an Idempotency-Key."""

    answers: list[GivenAnswer] = Field(max_length=MOST_ANSWERS)
    source: str = Field("answers", min_length=1, max_length=160, description="Where they were gathered.")


class ArchivingSurvey(Sent):
    """Whether it is archived: asked no more, and what it said stays."""

    archived: bool


@router.reads("/surveys", answer=Page[SurveyRow])
def list_surveys(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The surveys in the order in which they were made, each with its newest score."""
    known = list(visible_surveys(request.user).select_related("series"))
    found = newest_results(known)
    rows = [(each, found[each.pk]) for each in known]
    return page_of_rows(request, asked, rows, key=lambda row: row[0].pk, show=lambda row: summary(*row))


@router.reads("/surveys/{int:id}", answer=SurveyOf)
def read_survey(request: HttpRequest, id: Id) -> Any:
    """One survey with what each wave says, five answers at a time."""
    found = survey_for(request.user, id)
    return plain(document(found, results(found)))


@router.writes("POST", "/surveys", scope=WRITE, answer=SurveyOf, status=201)
def make_survey(request: HttpRequest, given: NewSurvey) -> Any:
    """Make a survey, and with it the series that a key result can name. Members."""
    by, said = require_ask(request.user), given.model_dump()
    said["cycle"] = _keyed(visible_cycles(by), given.cycle, place="cycle")
    initiatives = Initiative.objects.filter(archived_at=None)
    said["initiative"] = _keyed(initiatives, given.initiative, place="initiative")
    return _shown(request, actions.make_survey(actor(request), now=_now(), **said).pk)


@router.writes("POST", "/surveys/{int:id}/waves", scope=WRITE, answer=WaveLinks, status=201, told_once=True)
def open_wave(request: HttpRequest, id: Id, given: NewWave) -> Any:
    """Ask everybody: the answer holds the links, this once. Members."""
    found = asked_survey(request.user, id)
    opened = waves.open_wave(actor(request), found, now=_now(), **given.model_dump())
    return {"wave": opened.wave.number, "link": opened.shared or None, "links": list(opened.personal)}


@router.writes("POST", "/surveys/{int:id}/link", scope=WRITE, answer=WaveLinks, told_once=True)
def renew_survey_link(request: HttpRequest, id: Id) -> Any:
    """Make a new link for everybody, this once; the one before stops working. Members."""
    wave = _running(asked_survey(request.user, id))
    return {"wave": wave.number, "link": waves.renew_link(actor(request), wave, now=_now()), "links": []}


@router.writes("POST", "/surveys/{int:id}/close", scope=WRITE, answer=SurveyOf)
def close_wave(request: HttpRequest, id: Id) -> Any:
    """End the open wave; what came after its last full five is removed unread. Members."""
    waves.close_wave(actor(request), _running(asked_survey(request.user, id)), now=_now())
    return _shown(request, id)


@router.writes("POST", "/surveys/{int:id}/answers", scope=WRITE, answer=SurveyOf)
def add_answers(request: HttpRequest, id: Id, given: GivenAnswers) -> Any:
    """Bring answers that were gathered elsewhere into the open wave, all or none. Managers.

    At least five: they are a batch of their own, and never fill up what waits here.
    """
    wave = _running(archived_survey(request.user, id))
    said = [answering.Given(each.score, each.why) for each in given.answers]
    try:
        answering.add_answers(actor(request), wave, said, file_name=given.source, now=_now())
    except Refused as refused:
        raise Refused(refused.message, place="answers", code=refused.code) from None
    return _shown(request, id)


@router.writes("PUT", "/surveys/{int:id}/archived", scope=WRITE, answer=SurveyOf)
def archive_survey(request: HttpRequest, id: Id, given: ArchivingSurvey) -> Any:
    """Put a survey away, or take it out again. Managers."""
    step = actions.archive if given.archived else actions.restore
    step(actor(request), archived_survey(request.user, id), now=_now())
    return _shown(request, id)


def _shown(request: HttpRequest, id: int) -> Any:
    found = survey_for(request.user, id)
    return plain(document(found, results(found)))


def _running(survey: Survey) -> Wave:
    found = survey.waves.filter(closed_at=None).last()
    if found is None:
        raise Refused("no wave is open: open one first", code="state")
    return found


def _keyed(among: Any, key: str | None, *, place: str) -> Any:
    """The one of that key, None where none is asked for. Raises Refused with the field."""
    if not key:
        return None
    found = among.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no {place} '{key[:80]}'", place=place, code="unknown")
    return found


def _now() -> datetime:
    return datetime.now(UTC)
