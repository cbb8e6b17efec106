"""What one answer scored, and what many say of how well a person foretells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from throughline.calibration.models import Answer
from throughline.calibration.question_sets import Question, all_sets
from throughline.engine import calibration, forecast_scores, intervals
from throughline.engine.calibration import Bin, Leaning
from throughline.engine.intervals import Estimate
from throughline.forecasts.track_records import Told, last_told

# Intervals are drawn with this seed, so that the same answers always give the same page.
SEED = 20261129
# Of losses, in powers of ten: from a thousand to a million.
THOUSANDFOLD = 3
LEVEL = forecast_scores.LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An answer beside what is right. Of a range `score` and `width` are in widths of the yardstick."""

    answer: Answer
    question: Question
    is_right: bool
    score: float
    width: float | None = None

    @property
    def verdict(self) -> str:
        """The word of its badge."""
        words = ("wrong", "right") if self.width is None else ("missed", "held")
        return words[self.is_right]

    @property
    def says_true(self) -> bool:
        """What the person thinks of a statement; 50 % counts as true."""
        return (self.answer.probability or 0.0) >= 0.5

    @property
    def confidence(self) -> float:
        """How sure she was of what she said, 0.5 to 1."""
        said = self.answer.probability or 0.0
        return max(said, 1 - said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Chances against what came of them; where they are folded, those of what was held likelier."""

    n: int
    brier: Estimate
    log: float
    leaning: Leaning
    bins: tuple[Bin, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Ranges of 90 % against what was in them; score and width in the unit that their owner names.

    From a mean width of `widest` on they say nothing, however many hold.
    """

    n: int
    held: Estimate
    score: Estimate
    width: float
    widest: float

    @property
    def hits(self) -> int:
        return round((self.held.value or 0.0) * self.n)


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one person in one place: chances and ranges, either of which may be missing."""

    said: Said | None
    ranges: Ranges | None


def marked(answer: Answer) -> Mark:
    """The answer beside what is right."""
    question = all_sets()[answer.run.question_set].question(answer.question)
    assert question is not None
    if question.is_true is not None:
        return _statement(answer, question)
    return _quantity(answer, question)


def still_there(answers: Iterable[Answer]) -> list[Answer]:
    """The answers whose question is still in its set."""
    sets = all_sets()
    return [
        each
        for each in answers
        if each.run.question_set in sets and sets[each.run.question_set].question(each.question) is not None
    ]


def said_of(chances: Sequence[float], happened: Sequence[bool], *, is_folded: bool) -> Said | None:
    """Chances against what came of them; None of none."""
    if not chances:
        return None
    sides = [
        (p, so) if p >= 0.5 or not is_folded else (1 - p, not so)
        for p, so in zip(chances, happened, strict=True)
    ]
    shown, came = zip(*sides, strict=True)
    return Said(
        n=len(chances),
        brier=intervals.mean(forecast_scores.brier(chances, happened), seed=SEED),
        log=float(forecast_scores.log_score(chances, happened).mean()),
        leaning=calibration.leaning(chances, happened),
        bins=calibration.curve(shown, came, edges=SURE if is_folded else calibration.EDGES),
        is_folded=is_folded,
    )


def ranges_of(found: Sequence[tuple[float, float, bool]], *, widest: float) -> Ranges | None:
    """Ranges, each with its score, its width and whether it held; None of none."""
    if not found:
        return None
    scores, widths, held = zip(*found, strict=True)
    return Ranges(
        n=len(found),
        held=intervals.share(sum(held), len(held)),
        score=intervals.mean(scores, seed=SEED),
        width=sum(widths) / len(widths),
        widest=widest,
    )


# In training a statement may be turned round at will, so what counts is how sure she was of what she said.
SURE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def training_part(answers: Iterable[Answer]) -> Part:
    """What training says of a person; of a question that was answered again, only the first answer counts."""
    first: dict[tuple[str, str], Answer] = {}
    for each in still_there(answers):
        first.setdefault((each.run.question_set, each.question), each)
    marks = [marked(each) for each in first.values()]
    said = said_of(
        [m.answer.probability for m in marks if m.answer.probability is not None],
        [m.question.is_true for m in marks if m.question.is_true is not None],
        is_folded=True,
    )
    return Part(
        said, ranges_of([(m.score, m.width, m.is_right) for m in marks if m.width is not None], widest=1)
    )


def rooms_part(told: Iterable[Told]) -> Part:
    """What a person's last forecasts in rooms say of her, once what they were about is resolved.

    Scores and widths of losses are in powers of ten: a loss is as easily ten times as dear as a tenth.
    """
    last = last_told(told)
    chances, came = [each.probability for each in last], [each.outcome.happened for each in last]
    said = said_of(chances, came, is_folded=False)
    return Part(said, ranges_of([_loss(each) for each in last if each.has_range], widest=THOUSANDFOLD))


def _loss(told: Told) -> tuple[float, float, bool]:
    low, high, came = told.logarithms
    return float(forecast_scores.interval_score(low, high, came)), high - low, low <= came <= high


def _statement(answer: Answer, question: Question) -> Mark:
    said = answer.probability
    assert said is not None
    assert question.is_true is not None
    return Mark(
        answer=answer,
        question=question,
        is_right=(said >= 0.5) is question.is_true,
        score=float(forecast_scores.brier([said], [question.is_true])[0]),
    )


def _quantity(answer: Answer, question: Question) -> Mark:
    low, high, value, yardstick = answer.low, answer.high, question.value, question.yardstick
    assert low is not None
    assert high is not None
    assert value is not None
    assert yardstick is not None
    unit = yardstick[1] - yardstick[0]
    return Mark(
        answer=answer,
        question=question,
        is_right=low <= value <= high,
        score=float(forecast_scores.interval_score(low, high, value)) / unit,
        width=(high - low) / unit,
    )
