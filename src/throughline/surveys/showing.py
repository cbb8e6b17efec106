"""The page of a survey, put together: it is answered by reading and by a refused step alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.engine.surveys import NetPromoter
from throughline.objectives.access import may_change
from throughline.surveys import sentences
from throughline.surveys.access import may_archive, may_ask
from throughline.surveys.charts import by_wave
from throughline.surveys.forms import OpenForm
from throughline.surveys.models import Survey
from throughline.surveys.queries import Result, results, value_of


@dataclass(frozen=True, slots=True)
class Part:
    """One share of a bar: where it begins and how wide it is, out of 100."""

    name: str
    n: int
    share: float
    start: float
    tone: str

    @property
    def width(self) -> float:
        return 100 * self.share


@dataclass(frozen=True, slots=True)
class Said:
    """A wave in words and shares."""

    result: Result
    parts: tuple[Part, ...]
    figure: str
    interval: str
    score: str
    rate: str
    among: str
    change: str
    waiting: str


def page(
    request: HttpRequest, survey: Survey, *, opening: OpenForm | None = None, refused: str = ""
) -> HttpResponse:
    """The page, with a form that was refused or the refusal of a step where there is one."""
    found = results(survey)
    newest = found[-1].wave if found else None
    context = {
        "survey": survey,
        "topic": f"survey:{survey.pk}",
        "said": [said(each) for each in reversed(found)],
        "chart": by_wave(survey, found),
        "named": sentences.named(survey),
        "running": newest if newest is not None and newest.closed_at is None else None,
        "opening": opening or OpenForm(initial={"shared": True}),
        "refused": refused,
        "may_ask": may_ask(request.user) and survey.archived_at is None,
        "may_archive": may_archive(request.user),
        "may_promise": may_change(request.user),
    }
    status = 422 if opening is not None else 409 if refused else 200
    return render(request, "surveys/survey.html", context, status=status)


def said(result: Result) -> Said:
    """A wave as its part of the page says it."""
    score = result.score
    interval = (
        f"{sentences.figure(score, score.low)} to {sentences.figure(score, score.high)}" if score else ""
    )
    return Said(
        result=result,
        parts=tuple(_parts(result)),
        figure=sentences.figure(score, value_of(score)) if score else "",
        interval=interval,
        score=sentences.score_said(result),
        rate=sentences.rate_said(result),
        among=sentences.among_said(result),
        change=sentences.change_said(result),
        waiting=sentences.waiting_said(result),
    )


def _parts(result: Result) -> list[Part]:
    score = result.score
    if score is None:
        return []
    if isinstance(score, NetPromoter):
        counted = [
            ("Promoters, 9 and 10", score.promoters, "good"),
            ("Passives, 7 and 8", score.passives, "middle"),
            ("Detractors, 0 to 6", score.detractors, "bad"),
        ]
    else:
        tones = ("bad", "rather-bad", "middle", "rather-good", "good")
        counted = [(str(at), n, tones[at - 1]) for at, n in enumerate(score.counts, 1)]
    parts, start = [], 0.0
    for name, n, tone in counted:
        share = n / score.n
        parts.append(Part(name, n, share, start, tone))
        start += 100 * share
    return parts
