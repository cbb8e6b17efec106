"""Scores of panels as JSON and as a table; no person is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from throughline.forecasts.learning import Learnt
from throughline.forecasts.score_sentences import sentences
from throughline.forecasts.scores import Scores, TeamScores

COLUMNS = ("quarter", "method", "brier", "low", "high", "brier_two_sided", "log", "n", "enough")


def document(found: TeamScores, known: Learnt) -> dict[str, Any]:
    """All of it, with the sentences."""
    return {
        "sentences": sentences(found, known),
        "overall": _scores(found.overall) if found.overall else None,
        "quarters": [_scores(each) for each in found.quarters],
        "rounds": asdict(found.rounds) if found.rounds else None,
        "losses": asdict(found.losses) if found.losses else None,
        "calibration": [asdict(each) for each in found.curve],
        "extremising": {**asdict(known), "speaks": known.speaks},
    }


def rows(found: TeamScores) -> Iterator[tuple[Any, ...]]:
    """Each method of each quarter, and of all."""
    for scores in [*found.quarters, *([found.overall] if found.overall else [])]:
        for each in scores.methods:
            brier = each.brier
            two_sided = None if brier.value is None else 2 * brier.value
            yield (
                *(scores.label, each.method, brier.value, brier.low, brier.high, two_sided, each.log),
                *(scores.n, scores.is_enough),
            )


def _scores(found: Scores) -> dict[str, Any]:
    return {
        "label": found.label,
        "n": found.n,
        "enough": found.is_enough,
        "methods": [
            {"method": each.method, "brier_one_sided": asdict(each.brier), "log": each.log}
            for each in found.methods
        ],
    }
