"""A survey as JSON and as a table: the same for the command line and the page, of full batches alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from throughline.engine.surveys import Agreement, NetPromoter, Score
from throughline.surveys.models import Survey
from throughline.surveys.queries import Result, value_of

COLUMNS = (
    "wave", "opened_at", "closed_at", "asked", "answered", "response_rate", "n", "score", "low", "high",
    "promoters", "passives", "detractors", "counts", "change", "change_low", "change_high", "change_is_shown",
)  # fmt: skip
LISTED = ("id", "title", "question", "kind", "series", "waves", "open", "n", "score", "low", "high")


def document(survey: Survey, found: Iterable[Result], *, with_whys: bool = True) -> dict[str, Any]:
    """The survey with what each wave says."""
    return {
        "id": survey.pk,
        "title": survey.title,
        "question": survey.question,
        "why": survey.why,
        "kind": survey.kind,
        "series": survey.series.name,
        "unit": survey.series.unit,
        "cycle": survey.cycle.key if survey.cycle else None,
        "initiative": survey.initiative.key if survey.initiative else None,
        "archived_at": survey.archived_at,
        "waves": [_wave(each, with_whys=with_whys) for each in found],
    }


def summary(survey: Survey, found: list[Result]) -> dict[str, Any]:
    """The survey in a line, with what its newest wave says that says anything."""
    last = next((each for each in reversed(found) if each.score is not None), None)
    score = last.score if last else None
    return {
        "id": survey.pk,
        "title": survey.title,
        "question": survey.question,
        "kind": survey.kind,
        "series": survey.series.name,
        "waves": len(found),
        "open": any(each.wave.closed_at is None for each in found),
        "n": last.n if last else 0,
        "score": value_of(score) if score else None,
        "low": score.low if score else None,
        "high": score.high if score else None,
    }


def table(found: Iterable[Result]) -> Iterator[list[Any]]:
    """One row a wave."""
    for each in found:
        said = _wave(each, with_whys=False)
        change = said["change"] or {}
        row = {
            **said,
            "wave": said["number"],
            "counts": " ".join(map(str, said.get("counts", ()))),
            "change": change.get("difference"),
            "change_low": change.get("low"),
            "change_high": change.get("high"),
            "change_is_shown": change.get("is_shown"),
        }
        yield [row.get(name) for name in COLUMNS]


def _wave(result: Result, *, with_whys: bool) -> dict[str, Any]:
    wave, change = result.wave, result.change
    found: dict[str, Any] = {
        "number": wave.number,
        "opened_at": wave.opened_at,
        "closed_at": wave.closed_at,
        "asked": wave.asked,
        "answered": result.answered,
        "response_rate": result.rate,
        "n": result.n,
        **_score(result.score),
        "among_asked": list(result.among) if result.among else None,
        "change": {
            "since": result.against,
            "difference": change.difference,
            "low": change.low,
            "high": change.high,
            "is_shown": change.is_shown,
        }
        if change
        else None,
    }
    return {**found, "whys": [list(batch) for batch in result.whys]} if with_whys else found


def _score(score: Score | None) -> dict[str, Any]:
    if score is None:
        return {"score": None, "low": None, "high": None}
    found: dict[str, Any] = {"score": value_of(score), "low": score.low, "high": score.high}
    if isinstance(score, NetPromoter):
        kinds = ("promoters", "passives", "detractors")
        return {**found, **{name: getattr(score, name) for name in kinds}}
    assert isinstance(score, Agreement)
    return {**found, "counts": list(score.counts)}
