"""Why one row of an answer has no figure, in a few words: a question mark leaves it to be guessed."""

from __future__ import annotations

from throughline.engine.language.checked import CohortFound, Measure, Survival, WithinSla
from throughline.measures.evaluation.estimates import Figure
from throughline.measures.evaluation.hidden_caveats import words_of


def why_none(measure: Measure, figure: Figure) -> str:
    """The reason; empty where there is a figure."""
    n = figure.estimate.n
    if figure.estimate.value is not None:
        return ""
    if figure.too_large:
        return "a value is too large to be averaged"
    if figure.running:
        return _running(measure)
    if figure.broken:
        return "late and early finds are of different times"
    if figure.beyond:
        return "too few were followed for so long"
    if figure.starts_at is None:
        return "fewer than five were open at one age"
    if isinstance(measure, Survival) and measure.horizon is None and n:
        return f"fewer than half are {measure.end.name} so far"
    return "" if n else _of_none(figure)


def _running(measure: Measure) -> str:
    if isinstance(measure, CohortFound):
        return f"its window of {words_of(measure.full)} is not over"
    return "the days allowed are not up" if isinstance(measure, WithinSla) else "its time is not over"


def _of_none(figure: Figure) -> str:
    if figure.n_missing:
        return f"{figure.n_missing:,} without the dates it needs"
    if figure.n_negative:
        return f"{figure.n_negative:,} with dates that run backwards"
    return f"{figure.n_open:,} still open" if figure.n_open else "no record"
