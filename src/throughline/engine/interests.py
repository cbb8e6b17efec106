"""What a person is interested in: said and shown, kept apart, and joined only for the match.

Stated is what the person said of a kind of work, 0 (never again) to 1 (more of that), on a day. Revealed
comes from taps: after a piece of work, of each kind in it, was I absorbed and would I do it again? Each
question counts 0 to 1, and a tap is worth the mean of those answered. What happened long ago says less:

    a tap counts  d = 2^(−age ÷ 365.25 days)        evidence = Σ d, in taps of today
    revealed = Σ d·worth ÷ Σ d

The match uses one number, the mean of both by what stands behind them:

    used = (4·d·said + Σ d·worth) ÷ (4·d + Σ d)        or   Σ d·worth ÷ (2 + Σ d) without a statement

where said is what was stated, and 0 up to REFUSED (“rather not”): an unknown kind counts as 0, and who
refuses work must not be nearer to it than who said nothing.

A statement stands like STATED = 4 taps of the day on which it was made, and fades like them: one tap of that
day moves it by a fifth at most, and some fresh ones overrule an old statement. Where nothing was stated, taps
stand against DOUBT = 2 taps' worth of 0, since the match counts an unknown kind as 0: one happy tap makes ⅓,
four make ⅔, and as they fade the kind becomes unknown again, without a jump.
A statement alone is used as it was said, however old; it is stale after a year, and said to be. The two
disagree where they differ by APART or more and ENOUGH taps' worth of evidence stands behind what was shown.
What is dated after the day that is asked about is left out, so that any past day can be asked about.
Source of the fading: exponential smoothing by age (Brown 1959); the half-life is the product's own choice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

HALF_LIFE_DAYS = 365.25
STALE_AFTER = timedelta(days=365)
STATED, DOUBT = 4.0, 2.0
APART, ENOUGH = 0.4, 2.0
# Up to here a statement is a refusal.
REFUSED = 0.25


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person said of a kind of work: 0..1, and the day."""

    value: float
    on: date


@dataclass(frozen=True, slots=True)
class Tap:
    """What a person said of a kind of work after a piece of it; None where a question was left out.

    No is 0, yes 1, and so-so may be between.
    """

    kind: str
    on: date
    absorbed: float | None = None
    again: float | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """One kind of work for one person on one day.

    `used` is what the match takes, None where nothing is known (it counts as 0 there, and is named).
    `revealed` is None without taps; `evidence` is what stands behind it in taps of today, `taps` how many.
    `stale_on` is the day on which the statement becomes stale, None without one.
    """

    kind: str
    used: float | None
    stated: Stated | None
    revealed: float | None
    evidence: float
    taps: int
    stale_on: date | None
    is_stale: bool
    disagrees: bool


def interests(
    kinds: Iterable[str], stated: Mapping[str, Stated], taps: Iterable[Tap], *, on: date
) -> dict[str, Interest]:
    """Each kind as it stands on a day, in the order given. ValueError where a value is not in 0..1.

    >>> said = {"teaching": Stated(0.5, date(2026, 1, 5))}
    >>> found = interests(["teaching"], said, [Tap("teaching", date(2026, 1, 5), 1, 1)], on=date(2026, 1, 5))
    >>> found["teaching"].used, found["teaching"].revealed
    (0.6, 1.0)
    """
    by_kind: dict[str, list[Tap]] = {}
    for tap in taps:
        if tap.on <= on:
            by_kind.setdefault(tap.kind, []).append(tap)
    return {kind: _interest(kind, stated.get(kind), by_kind.get(kind, []), on) for kind in kinds}


def unknown(found: Mapping[str, Interest]) -> list[str]:
    """The kinds of which nothing was ever said or shown."""
    return [kind for kind, each in found.items() if each.used is None]


def notes(found: Mapping[str, Interest]) -> list[str]:
    """What is to be asked: a sentence for each kind that is unknown, stale, or said otherwise than shown.

    >>> notes(interests(["teaching"], {}, [], on=date(2026, 1, 5)))
    ['Nothing is known of teaching: it counts as 0.']
    """
    return [said for each in found.values() for said in _notes(each)]


def _interest(kind: str, said: Stated | None, taps: list[Tap], on: date) -> Interest:
    stated = said if said is not None and said.on <= on else None
    if stated is not None:
        _require_share(stated.value)
    worths = [(_fading(tap.on, on), worth) for tap in taps if (worth := _worth(tap)) is not None]
    evidence = math.fsum(share for share, _ in worths)
    shown = math.fsum(share * worth for share, worth in worths)
    revealed = min(shown / evidence, 1.0) if evidence > 0 else None
    return Interest(
        kind=kind,
        used=_used(stated, shown, evidence, on),
        stated=stated,
        revealed=revealed,
        evidence=evidence,
        taps=len(worths),
        stale_on=stated.on + STALE_AFTER if stated else None,
        is_stale=stated is not None and on >= stated.on + STALE_AFTER,
        disagrees=_disagree(stated, revealed, evidence),
    )


def _used(stated: Stated | None, shown: float, evidence: float, on: date) -> float | None:
    if stated is None:
        return shown / (DOUBT + evidence) if evidence > 0 else None
    behind = STATED * _fading(stated.on, on)
    said = stated.value if stated.value > REFUSED else 0.0
    return min((behind * said + shown) / (behind + evidence), 1.0)


def _fading(day: date, on: date) -> float:
    return math.exp2(-(on - day).days / HALF_LIFE_DAYS)


def _worth(tap: Tap) -> float | None:
    answers = [each for each in (tap.absorbed, tap.again) if each is not None]
    for each in answers:
        _require_share(each)
    return sum(answers) / len(answers) if answers else None


def _disagree(stated: Stated | None, revealed: float | None, evidence: float) -> bool:
    if stated is None or revealed is None or evidence < ENOUGH:
        return False
    # Values are decimals: 0.9 − 0.5 is a hair under 0.4 in binary.
    return abs(stated.value - revealed) >= APART - 1e-9


def _require_share(value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"an interest lies in 0 to 1, found {value:g}")


def _notes(each: Interest) -> list[str]:
    if each.used is None:
        return [f"Nothing is known of {each.kind}: it counts as 0."]
    if each.stated is None:
        after = "1 piece" if each.taps == 1 else f"{each.taps} pieces"
        return [f"Interest in {each.kind} was never stated: {each.used:.2f} comes from {after} of work."]
    said = []
    if each.is_stale:
        said.append(f"Interest in {each.kind} was stated on {each.stated.on.isoformat()}: ask again.")
    if each.disagrees:
        shown = f"after {each.taps} pieces of work it looks like {each.revealed:.2f}"
        said.append(
            f"Interest in {each.kind} was stated as {each.stated.value:.2f}, but {shown}: which holds?"
        )
    return said
