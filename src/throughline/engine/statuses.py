"""The word for how a key result of any kind stands: closed, else stale, else pending, else its pace.

Silence is never green: a pace is said only where something fresh is known. What makes a pace differs by
kind (`key_results`, `bounds`, `scoring`); which word comes first does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from throughline.engine.percentages import percent
from throughline.engine.refusals import Refused

Word = Literal["pending", "stale", "on_track", "at_risk", "off_track", "closed"]
Verdict = Literal["hit", "missed", "open"]
Colour = Literal["red", "amber", "green"]
# What a pace rests on: "line" is the straight line through the phases, "chance" a probability, "facts" what
# has happened or not; "none" where the word is not a pace.
Basis = Literal["none", "line", "chance", "facts"]

GRACE = timedelta(days=3)
PACES = ("on_track", "at_risk", "off_track")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """When a key result runs, and how old what is known of it is.

    `measured_at` is when the value was computed, `data_as_of` when the newest data under it was known;
    both are None before the first measurement. `manual` marks values that people enter at check-ins.
    `silence` says of a source under it that it stopped answering: whatever is known may have changed since.
    """

    start: datetime
    due: datetime
    now: datetime
    measured_at: datetime | None = None
    data_as_of: datetime | None = None
    cadence_days: float = 7
    manual: bool = False
    checked_in_at: datetime | None = None
    closed: bool = False
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The share of the way from baseline to target: as it is, and as it is shown (0 to 1)."""

    raw: float
    shown: float


@dataclass(frozen=True, slots=True)
class Status:
    """The word, and the one sentence that says why.

    `expected` is the progress that the straight line asks for now. `unreviewed` marks a pace that no
    person has looked at yet.
    """

    word: Word
    reason: str
    progress: Progress | None
    expected: float
    unreviewed: bool
    basis: Basis = "none"


@dataclass(frozen=True, slots=True)
class Pace:
    """The word of a pace, its reason, and what it rests on."""

    word: Word
    reason: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Chances:
    """From which probability on a pace is on track, and from which it is at risk. Refused out of order."""

    on_track: float = 0.6
    at_risk: float = 0.3

    def __post_init__(self) -> None:
        if not 0 < self.at_risk < self.on_track <= 1:
            raise Refused(
                f"Chances need 0 < at risk < on track ≤ 1; found {self.at_risk:g} and {self.on_track:g}.",
                code="bands_out_of_order",
            )

    def word(self, probability: float) -> Word:
        """The pace of this probability; a bound itself belongs to the better side.

        >>> Chances().word(0.6), Chances().word(0.3), Chances().word(0.29)
        ('on_track', 'at_risk', 'off_track')
        """
        if probability >= self.on_track:
            return "on_track"
        return "at_risk" if probability >= self.at_risk else "off_track"


@dataclass(frozen=True, slots=True)
class Colours:
    """From which score on it is amber, and from which green. Refused where they are out of order."""

    amber: float = 0.4
    green: float = 0.7

    def __post_init__(self) -> None:
        if not 0 < self.amber < self.green <= 1:
            raise Refused(
                f"Colours need 0 < amber < green ≤ 1; found {self.amber:g} and {self.green:g}.",
                code="bands_out_of_order",
            )

    def colour(self, score: float) -> Colour:
        """The colour of a score; a bound itself belongs to the better side.

        >>> Colours().colour(0.39), Colours().colour(0.4), Colours().colour(0.7)
        ('red', 'amber', 'green')
        """
        if score >= self.green:
            return "green"
        return "amber" if score >= self.amber else "red"


def settled(watch: Watch, *, known: bool, closing: str) -> tuple[Word, str] | None:
    """The word with its reason where it is no pace: closed (said as `closing`), else stale, else pending.

    `known` is whether there is a value. Stale: the value or its data is older than the cadence + 3 days,
    no one knows how old it is, or a source under it is silent. Pending: not started, nothing known yet, or
    kept by hand and never checked in.
    """
    if watch.closed:
        return "closed", closing
    return _stale(watch, known=known) or _pending(watch, known=known)


def status_of(
    found: tuple[Word, str] | Pace, watch: Watch, *, progress: Progress | None, expected: float
) -> Status:
    """The status that a settled word or a pace makes."""
    word, reason, basis = (
        (found.word, found.reason, found.basis) if isinstance(found, Pace) else (*found, "none")
    )
    return Status(
        word=word,
        reason=reason,
        progress=progress,
        expected=expected,
        unreviewed=word in PACES and watch.checked_in_at is None,
        basis=basis,
    )


def by_chance(probability: float, *, end: str, bands: Chances | None = None) -> Pace:
    """The pace of a probability that the key result ends well, which `end` says in words.

    >>> by_chance(0.72, end="to end at 20 days or below").reason
    'By its own history it is 72 % likely to end at 20 days or below.'
    """
    if not 0 <= probability <= 1:
        raise ValueError("a probability lies between 0 and 1")
    word = (bands or Chances()).word(probability)
    return Pace(word, f"By its own history it is {percent(probability)} likely {end}.", "chance")


def share_of_time(watch: Watch) -> float:
    """How much of the time from start to due is gone, 0 to 1."""
    return min(max((watch.now - watch.start) / (watch.due - watch.start), 0.0), 1.0)


def span_text(days: float) -> str:
    """A number of days in words.

    >>> span_text(1), span_text(2.5)
    ('1 day', '2.5 days')
    """
    return "1 day" if days == 1 else f"{days:g} days"


def _stale(watch: Watch, *, known: bool) -> tuple[Word, str] | None:
    if watch.now < watch.start:
        return None
    if watch.silence:
        return "stale", watch.silence
    # What a person enters is as old as its entry; a computed value is as old as the data under it.
    ages = (watch.measured_at,) if watch.manual else (watch.measured_at, watch.data_as_of)
    instants = [instant for instant in ages if instant is not None]
    if len(instants) < len(ages) and known:
        return "stale", "Nothing says how old the data is."
    if not instants:
        return None
    # Fresh arithmetic on old data is old, and so is an old figure beside fresh data.
    age = watch.now - min(instants)
    if age <= timedelta(days=watch.cadence_days) + GRACE:
        return None
    days, cadence = span_text(age // timedelta(days=1)), span_text(watch.cadence_days)
    return "stale", f"The newest data is {days} old, with an update due every {cadence}."


def _pending(watch: Watch, *, known: bool) -> tuple[Word, str] | None:
    if watch.now < watch.start:
        return "pending", f"It starts on {watch.start:%Y-%m-%d}."
    if not known:
        return "pending", "Nothing has been measured yet."
    if watch.manual and watch.checked_in_at is None:
        return "pending", "It is kept by hand, and no one has checked in yet."
    return None
