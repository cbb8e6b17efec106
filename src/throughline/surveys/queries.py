"""What surveys say, wave by wave, of the answers that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from throughline.engine import surveys as engine
from throughline.engine.surveys import Agreement, Change, NetPromoter, Score
from throughline.series.models import Reading, Series
from throughline.surveys.access import Answer, shown_answers
from throughline.surveys.models import Survey, Wave

# After so long hardly anybody answers who has not.
LONG_OPEN = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one wave says. `n` counts shown answers; `score` and what follows are None before there are any.

    `answered` is how many people answered, known once the wave is closed; `change` is against the newest wave
    before it that says anything, `among` the interval for those who were asked and nobody else.
    """

    wave: Wave
    n: int
    score: Score | None
    whys: tuple[tuple[str, ...], ...]
    answered: int | None
    rate: float | None
    among: tuple[float, float] | None
    change: Change | None = None
    against: int | None = None


def waves_of(survey: Survey) -> list[Wave]:
    """The waves of a survey, the first one first."""
    return list(survey.waves.all())


def results(survey: Survey, waves: Sequence[Wave] | None = None) -> list[Result]:
    """What each wave says, the first one first, in one question to the database."""
    known = waves_of(survey) if waves is None else list(waves)
    return _compared([_result(survey, wave, found) for wave, found in _by_wave(known)])


def result_of(wave: Wave) -> Result:
    """What one wave says by itself."""
    return _result(wave.survey, wave, shown_answers([wave]))


def newest_results(surveys: Iterable[Survey]) -> dict[int, list[Result]]:
    """What the waves of several surveys say, by survey; as many questions as for one."""
    known = {each.pk: each for each in surveys}
    waves = list(Wave.objects.filter(survey__in=known).order_by("survey_id", "number"))
    found: dict[int, list[Result]] = {id: [] for id in known}
    for wave, answers in _by_wave(waves):
        found[wave.survey_id].append(_result(known[wave.survey_id], wave, answers))
    return {id: _compared(each) for id, each in found.items()}


def value_of(score: Score) -> float:
    """The one figure of a score: points from -100 to 100, or the mean of 1 to 5."""
    return score.nps if isinstance(score, NetPromoter) else score.mean


def difference(first: Score, second: Score) -> Change:
    """How much the second differs from the first, with its interval."""
    if isinstance(first, NetPromoter) and isinstance(second, NetPromoter):
        return engine.change(first, second)
    assert isinstance(first, Agreement)
    assert isinstance(second, Agreement)
    return engine.agreement_change(first, second)


def last_said(series: Series) -> Result | None:
    """What the newest wave with a score says, of the survey that writes this series."""
    survey = Survey.objects.filter(series=series).first()
    if survey is None:
        return None
    return next((each for each in reversed(results(survey)) if each.score is not None), None)


def score_behind(reading: Reading) -> Score | None:
    """The score with its interval behind a value of a series; None where the wave says another by now."""
    if reading.origin != Reading.Origin.SURVEY:
        return None
    wave = Wave.objects.filter(survey__series=reading.series_id, shown_at=reading.at).first()
    score = result_of(wave).score if wave else None
    return score if score is not None and value_of(score) == reading.value else None


def to_be_closed(*, now: datetime) -> list[Survey]:
    """Surveys with a wave that has been open for two weeks; how many have answered is not asked."""
    found = Survey.objects.filter(
        waves__closed_at=None, waves__opened_at__lte=now - LONG_OPEN, archived_at=None
    )
    return list(found.distinct())


def _by_wave(waves: Sequence[Wave]) -> list[tuple[Wave, list[Answer]]]:
    answers = shown_answers(waves)
    return [(wave, [each for each in answers if each.wave == wave.pk]) for wave in waves]


def _result(survey: Survey, wave: Wave, answers: list[Answer]) -> Result:
    scores = [each.score for each in answers]
    score = _score(survey, scores) if scores else None
    answered = len(scores) + wave.left_out if wave.closed_at is not None and scores else None
    return Result(
        wave=wave,
        n=len(scores),
        score=score,
        whys=_whys(answers),
        answered=answered,
        rate=_rate(wave, answered if answered is not None else len(scores)),
        among=_among(wave, score),
    )


def _score(survey: Survey, scores: list[int]) -> Score:
    is_promoter_score = survey.kind == Survey.Kind.NPS
    return engine.net_promoter(scores) if is_promoter_score else engine.agreement(scores)


def _whys(answers: list[Answer]) -> tuple[tuple[str, ...], ...]:
    """The texts by batch, the newest batch first."""
    batches = sorted({each.batch for each in answers}, reverse=True)
    said = [tuple(each.why for each in answers if each.batch == batch and each.why) for batch in batches]
    return tuple(each for each in said if each)


def _rate(wave: Wave, n: int) -> float | None:
    """The share of those asked who answered; None where that is not known, or more came than were asked."""
    return n / wave.asked if wave.asked and 0 < n <= wave.asked else None


def _among(wave: Wave, score: Score | None) -> tuple[float, float] | None:
    if score is None or not wave.asked or score.n > wave.asked:
        return None
    return engine.among_asked(value_of(score), score.low, score.high, n=score.n, asked=wave.asked)


def _compared(found: list[Result]) -> list[Result]:
    compared: list[Result] = []
    before: Result | None = None
    for each in found:
        if each.score is None:
            compared.append(each)
            continue
        if before is not None and before.score is not None:
            change = difference(before.score, each.score)
            each = replace(each, change=change, against=before.wave.number)
        compared.append(each)
        before = each
    return compared
