"""Words for what a match says."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.assignments.seeing import DIGITS
from throughline.engine.matching import TOSS_UP


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them.

    >>> listed(["Ana", "Ben", "Mia"])
    'Ana, Ben and Mia'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def quoted(title: str) -> str:
    """A title in a sentence; one that quotes already is left as it is.

    >>> quoted("A robot"), quoted("Own “A promise”")
    ('“A robot”', 'Own “A promise”')
    """
    return title if "“" in title else f"“{title}”"


def cost_said(cost: float | None) -> str:
    """What the team loses, in words.

    >>> cost_said(0.004), cost_said(0.126), cost_said(None)
    ('a toss-up: it costs the team less than 0.01', '0.13 person-quarters', 'not possible')
    """
    if cost is None:
        return "not possible"
    if cost < TOSS_UP:
        return "a toss-up: it costs the team less than 0.01"
    return f"{cost:.{DIGITS}f} person-quarters"
