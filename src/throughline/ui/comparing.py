"""What a figure was before, as every page and file says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from throughline.engine.counts import Ratio, ratios
from throughline.engine.differences import Difference, difference, told_word
from throughline.engine.intervals import Estimate
from throughline.ui import words

COLUMNS = (
    *("before", "before_low", "before_high", "before_n", "before_when"),
    *("change", "change_low", "change_high", "clearly"),
)
RATIO = ("ratio", "ratio_low", "ratio_high")
SAID = {"none": "no clear change", "up": "clearly up", "down": "clearly down"}


@dataclass(frozen=True, slots=True)
class Was:
    """The figure of an earlier period; `when` goes behind "was 29 days": "last quarter"."""

    then: Estimate
    when: str
    unit: str
    change: Difference
    # How an amount is said, where a unit cannot: money.
    in_words: Callable[[float], str] | None = None
    # Of two counts: how many times as many, exactly.
    ratio: Ratio | None = None

    @property
    def value(self) -> float:
        """The figure itself, which is there wherever there is a comparison."""
        return self.then.value or 0.0

    @property
    def said(self) -> str:
        """The figure then.

        >>> was(Estimate(26, 24, 28, 90), Estimate(29, 27, 31, 80), when="last quarter", unit="days").said
        'was 29 days last quarter'
        """
        return f"was {self.figure} {self.when}"

    @property
    def figure(self) -> str:
        """The figure then, without when that was."""
        return self.in_words(self.value) if self.in_words else words.figure(self.value, self.unit)

    @property
    def change_said(self) -> str:
        """By how much it moved, with the interval of that where there is one.

        >>> now, then = Estimate(26, 24, 28, 90), Estimate(29, 27, 31, 80)
        >>> was(now, then, when="last quarter", unit="days").change_said
        '−3 days, −5.83 to −0.17'
        """
        if not self.change.value:
            return "the same"
        span = ""
        if self.change.low is not None and self.change.high is not None:
            ends = (words.scaled(each, self.unit) for each in (self.change.low, self.change.high))
            span = f", {' to '.join(words.plain_number(each) for each in ends)}"
        if self.ratio is not None and self.ratio.value is not None:
            span = f" (× {words.plain_number(self.ratio.value)}, {_ends(self.ratio)})"
        if self.in_words:
            return f"{'+' if self.change.value > 0 else '−'}{self.in_words(abs(self.change.value))}"
        return f"{moved_by(self.change.value, self.unit)}{span}"

    @property
    def word(self) -> str:
        """What can be told of it in a word; better and worse are shown as badges."""
        return SAID.get(self.change.word, "")

    @property
    def badge(self) -> str:
        """`better` or `worse`, where that is clear."""
        return self.change.word if self.change.word in ("better", "worse") else ""

    @property
    def sentence(self) -> str:
        """All of it without marks.

        >>> now, then = Estimate(26, 24, 28, 90), Estimate(29, 27, 31, 80)
        >>> was(now, then, when="last quarter", unit="days", better="lower").sentence
        'was 29 days last quarter: −3 days, −5.83 to −0.17, clearly better'
        """
        word = f"clearly {self.badge}" if self.badge else self.word
        return f"{self.said}: {self.change_said}{f', {word}' if word else ''}"

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs; `change` is now less then."""
        then = {"value": self.value, "low": self.then.low, "high": self.then.high, "n": self.then.n}
        ratio = None if self.ratio is None else asdict(self.ratio)
        return {**then, "when": self.when, "change": asdict(self.change), "ratio": ratio}


def was(
    now: Estimate,
    then: Estimate,
    *,
    when: str,
    unit: str,
    better: str = "",
    in_words: Callable[[float], str] | None = None,
) -> Was | None:
    """The comparison of a figure with an earlier one; None where either is none."""
    change = difference(now, then, better=better)
    if change is None or then.value is None:
        return None
    return Was(then, when, unit, change, in_words)


def counted(
    found: Sequence[Was | None], counts: Sequence[float | None], *, better: str, index: float = 1.0
) -> list[Was | None]:
    """Comparisons of counts with their exact ratios, which then say what can be told of the change.

    `index` is the index of dispersion of counts that come in batches.
    """
    places = [place for place, each in enumerate(found) if each is not None and counts[place] is not None]
    compared = list(found)
    pairs = ([counts[place] or 0.0 for place in places], [_then(found[place]) for place in places])
    exact = ratios(*pairs, index=index)
    for place, ratio in zip(places, exact, strict=True):
        was = found[place]
        assert was is not None
        rises = ratio.low > 1
        word = told_word(rises=rises, falls=ratio.is_told_from_one and not rises, better=better)
        compared[place] = replace(was, ratio=ratio, change=replace(was.change, word=word))
    return compared


def _then(was: Was | None) -> float:
    return was.value if was is not None else 0.0


def _ends(ratio: Ratio) -> str:
    low = words.plain_number(ratio.low)
    return f"{low} or more" if ratio.high is None else f"{low} to {words.plain_number(ratio.high)}"


def ratio_cells(was: Was | None) -> list[Any]:
    """The exact ratio of two counts in the columns of a file, each empty where there is none."""
    if was is None or was.ratio is None:
        return [None] * len(RATIO)
    return [was.ratio.value, was.ratio.low, was.ratio.high]


def cells(document: dict[str, Any] | None) -> list[Any]:
    """The document of a comparison in the columns of a file, each empty where there is none."""
    if document is None:
        return [None] * len(COLUMNS)
    then = [document[name] for name in ("value", "low", "high", "n", "when")]
    return [*then, *(document["change"][name] for name in ("value", "low", "high", "word"))]


def moved_by(value: float, unit: str) -> str:
    """A change with its sign. That of a share is in points, since per cent of per cent misleads."""
    said = f"{words.plain_number(value * 100)} points" if unit == "share" else words.figure(value, unit)
    return f"+{said}" if value > 0 and said.partition(" ")[0] != "0" else said
