"""What a person's scores mean, in sentences: how sure she was, how right, and how to get better."""

from __future__ import annotations

from throughline.calibration.scoring import LEVEL, Part, Ranges, Said
from throughline.engine import calibration
from throughline.ui import words

# Written for this product: each can be done with the next question.
LESSONS = (
    "Bet on it in your head: would you rather win if the statement is true, or if a wheel, green by your "
    "percentage, stops on green? Change the percentage until you do not mind which.",
    "Before you answer, name one reason why you could be wrong. It costs ten seconds, and it moves most of "
    "those who are too sure.",
    "Set each end of a range by itself: below which figure would you be astonished, and above which? One in "
    "twenty answers should lie past each end.",
)
WIDE = "A range that holds everything says nothing: its width is part of its score, so it scores badly too."


def of_said(said: Said | None) -> str:
    """How sure somebody was of what she held likelier, beside how often that came."""
    return calibration.leaning_sentence(said.leaning) if said else ""


def of_ranges(ranges: Ranges | None) -> str:
    """How many ranges should have held, how many did, and whether that is too few or too many."""
    if ranges is None:
        return ""
    told = calibration.coverage_sentence(ranges.held)
    if ranges.n >= calibration.ENOUGH:
        should = words.plain_number(LEVEL * ranges.n)
        told = f"{should} of {ranges.n} ranges should have held; {ranges.hits} did. {told}"
    wide = f" {WIDE}" if ranges.width > ranges.widest else ""
    return f"{told}{wide}"


def of_part(part: Part) -> list[str]:
    """The sentences that there is something to say of."""
    return [each for each in (of_said(part.said), of_ranges(part.ranges)) if each]
