"""What `throughline forecast pool` and `score` answer, as documents: of a panel that was read from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from throughline.engine import forecast_scores, intervals, pooling, ranges
from throughline.engine.ranges import Summary
from throughline.forecasts.panels import Panel, Question

HEADLINE, INDIVIDUAL = "headline", "individual"
ROUNDS_APART = "the file has rounds: each question is pooled in each round by itself"


def pool_document(panel: Panel) -> dict[str, Any]:
    """Each question's pool by every method, and which of them is the headline."""
    return {
        "questions": [pooled(question) for question in panel.questions],
        "notes": [ROUNDS_APART] if len(panel.rounds) > 1 else [],
        "formula_version": pooling.FORMULA_VERSION,
    }


def pooled(question: Question) -> dict[str, Any]:
    """One question's pool as a document."""
    of_kind = _pooled_range if question.kind == "range" else _pooled_probability
    return {
        "question": question.name,
        "round": question.round or None,
        "kind": question.kind,
        "n": len(question.forecasts),
        **of_kind(question),
    }


def _pooled_probability(question: Question) -> dict[str, Any]:
    found = pooling.pool(question.probabilities)
    spread = found.spread
    return {
        "methods": found.methods,
        "headline": {"method": found.headline, "value": found.value},
        "spread": {
            "sd": spread.sd,
            "low": spread.low,
            "high": spread.high,
            "range": spread.range,
            "iqr": spread.iqr,
            "log_odds_sd": spread.log_odds_sd,
        },
        "warnings": list(found.warnings),
    }


def _pooled_range(question: Question) -> dict[str, Any]:
    found = ranges.pool(question.lows, question.highs)
    middles = [law.quantile(0.5) for law in found.linear.laws]
    return {
        "methods": {method: _summary(each) for method, each in found.methods.items()},
        "comparison_only": {method: _summary(each) for method, each in found.comparisons.items()},
        "headline": {"method": found.headline, **_summary(found.value)},
        "spread": {
            "sd": float(np.std(middles)),
            "low": min(middles),
            "high": max(middles),
            "range": max(middles) - min(middles),
            "iqr": float(np.subtract(*np.quantile(middles, [0.75, 0.25]))),
        },
        "warnings": list(found.warnings),
    }


def _summary(found: Summary) -> dict[str, float]:
    return {"lo": found.low, "median": found.median, "hi": found.high, "mean": found.mean}


@dataclass(slots=True)
class _Binary:
    """Probabilities and what came, of one method."""

    said: list[float] = field(default_factory=list)
    came: list[float] = field(default_factory=list)

    def add(self, said: Sequence[float], came: float) -> None:
        self.said += said
        self.came += [came] * len(said)

    def document(self) -> dict[str, Any]:
        one = forecast_scores.brier(self.said, self.came)
        return {
            "brier": float(one.mean()),
            "brier_two_sided": float(2 * one.mean()),
            "log": float(forecast_scores.log_score(self.said, self.came).mean()),
            "n": len(self.said),
        }


@dataclass(slots=True)
class _Ranges:
    """Intervals, what came, and the continuous scores of the laws behind, of one method."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    came: list[float] = field(default_factory=list)
    crps: list[float] = field(default_factory=list)

    def add(self, low: float, high: float, crps: float, came: float) -> None:
        self.low.append(low)
        self.high.append(high)
        self.came.append(came)
        self.crps.append(crps)

    def document(self) -> dict[str, Any]:
        held = forecast_scores.covered(self.low, self.high, self.came)
        share = intervals.share(int(held.sum()), held.size)
        scores = forecast_scores.interval_score(self.low, self.high, self.came)
        return {
            "interval_score": float(scores.mean()),
            "crps": float(np.mean(self.crps)),
            "coverage": share.value,
            "coverage_low": share.low,
            "coverage_high": share.high,
            "n": held.size,
        }


def score_document(panel: Panel) -> dict[str, Any]:
    """How well each method did on the questions that have an outcome; by round as well where there are some.

    Brier scores are one-sided unless named otherwise, log scores in nats; an interval score and a CRPS are in
    the units of their question. `individual` is the mean of all single forecasts, of nobody in particular.
    """
    resolved = [each for each in panel.questions if each.outcome is not None]
    rounds = [
        {"round": name, **_scored([each for each in resolved if each.round == name])}
        for name in (panel.rounds if len(panel.rounds) > 1 else ())
    ]
    return {
        **_scored(resolved),
        "rounds": rounds,
        "unresolved": len(panel.questions) - len(resolved),
        "warnings": _moved(resolved),
        "formula_version": pooling.FORMULA_VERSION,
    }


def _scored(questions: Sequence[Question]) -> dict[str, Any]:
    return {
        "methods": _scored_probabilities(each for each in questions if each.kind == "probability"),
        "ranges": _scored_ranges(each for each in questions if each.kind == "range"),
    }


def _scored_probabilities(questions: Iterable[Question]) -> dict[str, Any]:
    methods: dict[str, _Binary] = {}
    for question in questions:
        assert question.outcome is not None
        found = pooling.pool(question.probabilities)
        for method, value in {HEADLINE: found.value, **found.methods}.items():
            methods.setdefault(method, _Binary()).add([value], question.outcome)
        methods.setdefault(INDIVIDUAL, _Binary()).add(question.probabilities, question.outcome)
    return {method: each.document() for method, each in methods.items()}


def _scored_ranges(questions: Iterable[Question]) -> dict[str, Any]:
    methods: dict[str, _Ranges] = {}
    for question in questions:
        assert question.outcome is not None
        found = ranges.pool(question.lows, question.highs)
        came = question.outcome
        crps = {ranges.LINEAR: found.linear.crps(came), ranges.TRIMMED: found.trimmed.crps(came)}
        crps[HEADLINE] = crps[found.headline]
        for method, each in found.comparisons.items():
            crps[method] = ranges.law_between(each.low, each.high).crps(came)
        for method, each in {HEADLINE: found.value, **found.methods, **found.comparisons}.items():
            methods.setdefault(method, _Ranges()).add(each.low, each.high, crps[method], came)
        for law, low, high in zip(found.linear.laws, question.lows, question.highs, strict=True):
            methods.setdefault(INDIVIDUAL, _Ranges()).add(low, high, law.crps(came), came)
    return {method: each.document() for method, each in methods.items()}


def _moved(questions: Sequence[Question]) -> list[str]:
    said = [p for each in questions if each.kind == "probability" for p in each.probabilities]
    moved = forecast_scores.moved(said)
    if not moved:
        return []
    were = (
        "1 forecast of exactly 0 or 1 counts" if moved == 1 else f"{moved} forecasts of exactly 0 or 1 count"
    )
    return [f"{were} as {pooling.LOWEST} or {pooling.HIGHEST} in log scores and geometric means"]
