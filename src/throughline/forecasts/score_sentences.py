"""What scores of panels say, in sentences, and how far they can be trusted."""

from __future__ import annotations

from throughline.engine import calibration, pooling
from throughline.forecasts.learning import Learnt
from throughline.forecasts.scores import ENOUGH, Losses, Rounds, Scores, TeamScores
from throughline.ui import words

NAMES = {
    "headline": "Headline",
    pooling.GEOMETRIC: "Geometric mean of odds",
    pooling.EXTREMISED: "Extremised",
    pooling.MEAN: "Mean",
    pooling.MEDIAN: "Median",
}


def sentences(found: TeamScores, known: Learnt) -> list[str]:
    """The headline, what would have scored better, the rounds, the ranges, and whether extremising is due."""
    if found.overall is None:
        return ["No question that a panel forecast is resolved yet."]
    said = [_headline(found.overall)]
    said += [_rounds(found.rounds)] if found.rounds else []
    said += [_losses(found.losses)] if found.losses else []
    return [*said, _learnt(known)]


def _headline(overall: Scores) -> str:
    n, brier = overall.n, overall.headline.brier
    score = words.plain_number(brier.value)
    if not overall.is_enough:
        questions = "1 question is" if n == 1 else f"{n} questions are"
        return f"Too few to say: {questions} resolved (Brier {score}); under {ENOUGH} a score is mostly luck."
    within = words.interval(brier.low, brier.high)
    told = f"Over {n} resolved questions the headline scored a Brier of {score}"
    told += f" ({within})" if within else ""
    best = min(overall.methods, key=lambda each: each.brier.value or 0.0)
    if (best.brier.value or 0.0) < (brier.value or 0.0):
        return (
            f"{told}; {NAMES[best.method].lower()} would have scored {words.plain_number(best.brier.value)}."
        )
    return f"{told}; no other way to pool would have scored better."


def _rounds(found: Rounds) -> str:
    first, second = words.plain_number(found.first), words.plain_number(found.second)
    rooms = "the 1 room" if found.n == 1 else f"the {found.n} rooms"
    told = f"In {rooms} with two rounds, round one scored {first} and round two {second}"
    if found.n < ENOUGH:
        return f"{told}: too few to say which is better."
    if found.second < found.first:
        return f"{told}: talking helped."
    return f"{told}: talking did not help."


def _losses(found: Losses) -> str:
    told = calibration.coverage_sentence(found.held)
    return f"Of the losses that are known: {told[:1].lower()}{told[1:]}"


def _learnt(known: Learnt) -> str:
    needed, n = pooling.ENOUGH_TO_EXTREMISE, known.questions
    if known.speaks:
        return f"Over {n} resolved scenarios extremised pools scored better: they are the headline."
    if n < needed:
        return (
            f"{n} of the {needed} scenarios that extremised pools need to become the headline are resolved."
        )
    return f"Over {n} resolved scenarios extremised pools did not score better: the headline stays."
