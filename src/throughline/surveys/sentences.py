"""What a wave says, in sentences: the same on the page, on the command line and beside the chart."""

from __future__ import annotations

from throughline.engine.surveys import FEWEST_SHOWN, Agreement, Change, NetPromoter, Score
from throughline.surveys.models import Survey
from throughline.surveys.queries import Result, value_of
from throughline.ui.words import plain_number

WHO_SEES = (
    "Your answer has no name, no address and no time. It is shown only together with at least "
    f"{FEWEST_SHOWN - 1} others, to people who are signed in here; what you write is shown as you write it, "
    "in mixed order. If fewer come after the last full five, theirs are removed unread."
)
ENDS = {
    Survey.Kind.NPS: ("not at all likely", "extremely likely"),
    Survey.Kind.AGREEMENT: ("strongly disagree", "strongly agree"),
}


def figure(score: Score, value: float) -> str:
    """A value of a score: points with their sign, or a mean with two decimals.

    >>> figure(NetPromoter(5, 40.0, 0.0, 80.0, 3, 1, 1), 40.0)
    '+40'
    """
    if isinstance(score, NetPromoter):
        return f"{value:+.0f}".replace("-", "−")
    return f"{value:.2f}".replace("-", "−")


def score_said(result: Result) -> str:
    """The score with its interval and the number of answers; why there is none where there is none."""
    if result.score is None:
        return nothing_said(result)
    score = result.score
    return (
        f"{figure(score, value_of(score))} ({figure(score, score.low)} to {figure(score, score.high)}), "
        f"from {result.n} answers"
    )


def nothing_said(result: Result) -> str:
    """Why a wave shows nothing."""
    if result.wave.closed_at is None:
        return f"Nothing is shown before {FEWEST_SHOWN} answers."
    return f"Fewer than {FEWEST_SHOWN} people answered, so nothing of it is ever shown."


def waiting_said(result: Result) -> str:
    """What becomes of answers that are not shown."""
    if result.wave.closed_at is None:
        return f"Answers are shown {FEWEST_SHOWN} at a time: up to {FEWEST_SHOWN - 1} more may be waiting."
    if not result.wave.left_out or result.score is None:
        return ""
    n = result.wave.left_out
    return (
        f"{n} {'answer' if n == 1 else 'answers'} came after the last full {FEWEST_SHOWN} and "
        f"{'was' if n == 1 else 'were'} removed unread: shown, {'it' if n == 1 else 'they'} would tell "
        f"apart who gave {'it' if n == 1 else 'them'}."
    )


def rate_said(result: Result) -> str:
    """The response rate, where it is known how many were asked; empty where not."""
    asked, n = result.wave.asked, result.answered or result.n
    if not asked or not n:
        return ""
    if result.rate is None:
        return f"{n} answers of {asked} people asked: more came than were asked."
    least = "" if result.answered is not None else "at least "
    return f"{least}{n} of {asked} answered ({result.rate:.0%})".replace("%", " %")


def among_said(result: Result) -> str:
    """The finite-population note; empty where it is not known how many were asked."""
    if result.among is None or result.score is None:
        return ""
    low, high = (figure(result.score, each) for each in result.among)
    if low == high:
        return f"Of the {result.wave.asked} who were asked all are counted: for them {low} is exact."
    return (
        f"For the {result.wave.asked} who were asked, and nobody else, it lies between {low} and {high}; the "
        "wider interval is about everybody like them."
    )


def change_said(result: Result) -> str:
    """What changed since the wave before that has a score; empty for the first."""
    if result.change is None or result.score is None:
        return ""
    change, since = result.change, f"since wave {result.against}"
    size = _size(result.score, change)
    if not change.is_shown:
        return f"No evidence of change {since}: {size}, and the interval covers 0."
    return f"{'Up' if change.difference > 0 else 'Down'} {since}: {size}."


def _size(score: Score, change: Change) -> str:
    unit = " points" if isinstance(score, NetPromoter) else ""
    return (
        f"{_signed(change.difference, score)}{unit} "
        f"({_signed(change.low, score)} to {_signed(change.high, score)})"
    )


def _signed(value: float, score: Score) -> str:
    return f"{value:+.{2 if isinstance(score, Agreement) else 0}f}".replace("-", "−")


def named(survey: Survey) -> str:
    """What a survey's score is called."""
    return "Net promoter score" if survey.kind == Survey.Kind.NPS else "Mean agreement"


def needed_said(points: float, *, unit: str, n: int, power: float, needed: int) -> str:
    """That so many answers cannot show such a move, and how many would.

    >>> needed_said(20, unit="points", n=12, power=0.09, needed=262)[:60]
    '12 answers a wave cannot show a move of 20 points: it would '
    """
    move = plain_number(points) + (f" {unit}" if unit == "points" else "")
    return (
        f"{n} answers a wave cannot show a move of {move}: it would be seen with a chance of "
        f"{100 * power:.0f} % only. It takes about {needed:,} answers in each wave."
    )
