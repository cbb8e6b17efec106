"""Words for what a match says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from throughline.assignments.asking import Asked
from throughline.assignments.models import Answer
from throughline.assignments.seeing import DIGITS
from throughline.engine.matching import TOSS_UP


def set_aside(asked: Asked) -> Iterator[str]:
    """Whose answer to what cannot be beside what must be, and why, a sentence each without its full stop."""
    for each in asked.set_aside:
        what, why = quoted(asked.titles[each.work]), "; ".join(each.why)
        is_taken = asked.answers[each.person, each.work].said == Answer.Said.ACCEPTED
        says = f"takes {what} and cannot have it" if is_taken else f"puts off {what} and cannot"
        yield f"{asked.people[each.person].name} {says}: {why}"


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
    """What the team loses, in words; of a gain see `cost_sentence`.

    >>> cost_said(0.004), cost_said(0.126), cost_said(None)
    ('a toss-up: it costs the team less than 0.01', '0.13 person-quarters', 'not possible')
    """
    if cost is None:
        return "not possible"
    if abs(cost) < TOSS_UP:
        return "a toss-up: it costs the team less than 0.01"
    return f"{cost:.{DIGITS}f} person-quarters"


def cost_sentence(cost: float | None) -> str:
    """What a change costs the team, as a sentence; it gains where a tie is given up.

    >>> cost_sentence(0.126), cost_sentence(-0.429)
    ('It costs the team 0.13 person-quarters.', 'The team gains 0.43 person-quarters.')
    >>> cost_sentence(0.004) == cost_sentence(-0.004)
    True
    """
    if cost is not None and cost >= TOSS_UP:
        return f"It costs the team {cost_said(cost)}."
    if cost is not None and cost <= -TOSS_UP:
        return f"The team gains {-cost:.{DIGITS}f} person-quarters."
    return f"It is {cost_said(cost)}."
