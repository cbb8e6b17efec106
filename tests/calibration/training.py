"""People who train: a run through a set with answers of a kind."""

from __future__ import annotations

from datetime import UTC, datetime

from throughline.calibration import actions
from throughline.calibration.models import Run
from throughline.calibration.question_sets import Question, all_sets

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STATEMENTS, QUANTITIES = "on-the-wire", "years-of-security"


def begun(person, slug: str = STATEMENTS) -> Run:
    return actions.begin(person, all_sets()[slug], now=NOW)


def trained(person, slug: str = STATEMENTS, *, right: int, sure: float = 0.9) -> Run:
    """A whole run of statements: the first `right` of ten are answered rightly, all so surely."""
    run = begun(person, slug)
    for number, each in enumerate(all_sets()[slug].questions):
        is_right = number < right
        chance = sure if each.is_true is is_right else 1 - sure
        actions.answer_statement(person, run, each.key, probability=chance, now=NOW)
    return ended(run)


def ranged(person, slug: str = QUANTITIES, *, held: int) -> Run:
    """A whole run of quantities: the first `held` of ten ranges hold the answer."""
    run = begun(person, slug)
    for number, each in enumerate(all_sets()[slug].questions):
        low, high = ends(each, holds=number < held)
        actions.answer_quantity(person, run, each.key, low=low, high=high, now=NOW)
    return ended(run)


def ends(question: Question, *, holds: bool) -> tuple[float, float]:
    low, high = question.yardstick
    width = (high - low) / 10
    return (question.value - width, question.value + width) if holds else (question.value + 1, high + 2)


def ended(run: Run) -> Run:
    run.refresh_from_db()
    return run
