"""What can be told of a metric, for programs: a change from chance, and detection from what was found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.access import scope_of
from throughline.api.problems import placed
from throughline.api.subject import Figure, Subject, Told
from throughline.measures.asker import Asker
from throughline.measures.asking import NO_GROUPING, question_of
from throughline.measures.detection import explained_or_refused
from throughline.measures.power_documents import document
from throughline.measures.powers import ratio_of, telling
from throughline.measures.schemas import OnSlice, TellingOf, place_of
from throughline.site.plain import plain

router = Subject("metrics")


class ChangeAskedOf(OnSlice):
    """A metric on a slice, the period whose events are taken, and the ratio of the change."""

    by: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=8)] = Field(
        [], description="Groups, each of which is told of by itself. No periods."
    )
    known: str = Field("", max_length=40, description="What was known on that day.")
    ratio: str = Field(max_length=20, description="0.5 is a halving, 1.1 a tenth more; 0.001 to 1000.")


@router.reads("/metrics/power", answer=TellingOf)
def tell_change(request: HttpRequest, asked: Query[ChangeAskedOf]) -> dict[str, Any]:
    """Whether a true change of a metric by a ratio would be told from chance, and the smallest that would.

    The events of each period are those of the period asked for; of the whole register where none is.
    """
    now = datetime.now(UTC)
    query = request.GET.copy()
    if "by" not in query:
        query["by"] = NO_GROUPING
    with placed(place_of):
        question, ratio = question_of(query, now=now), ratio_of(asked.ratio)
        found = document(question.metric, telling(question, Asker(scope_of(request.user), now), ratio=ratio))
    return dict(plain(found))


class SeenFigureOf(Told):
    """A figure with its interval and how many records stand behind it."""

    value: Figure
    low: Figure
    high: Figure
    n: int


class FoundInOf(Told):
    """What was found in a period: the figure, how many of those are old, and the figure of the others."""

    period: str
    figure: SeenFigureOf
    old: SeenFigureOf | None = Field(description="The share that had been there for longer than `old`.")
    others: SeenFigureOf | None
    truncated_median: SeenFigureOf | None = Field(description="With what is still hidden reckoned with.")


class CohortOf(Told):
    """What was introduced in a period: the share of it that was found soon."""

    period: str
    found_soon: SeenFigureOf


class DetectionOf(Told):
    """Why a time to detection can rise while detection gets better, by one's own figures."""

    said: list[str]
    soon: str
    old: str
    found: list[FoundInOf]
    introduced: list[CohortOf]
    truncated_median: SeenFigureOf | None
    window: str
    introduced_since: str = Field(description="The first report: of before, only slow finds are recorded.")


class DetectionAskedOf(OnSlice):
    """A mean, median or p90 of identified - introduced, on a slice."""

    by: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=1)] = Field(
        [], description="year: by years, where quarters are too short."
    )
    known: str = Field("", max_length=40, description="What was known on that day.")


@router.reads("/metrics/detection", answer=DetectionOf)
def explain_detection(request: HttpRequest, asked: Query[DetectionAskedOf]) -> dict[str, Any]:
    """Why this time to detection can rise while detection gets better, and what to ask instead."""
    now = datetime.now(UTC)
    with placed(place_of):
        question = question_of(request.GET, now=now)
        return dict(plain(explained_or_refused(question, Asker(scope_of(request.user), now)).document))
