"""What a suggestion says, in sentences to the person herself or about her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from throughline.assignments.saying import listed
from throughline.engine.percentages import percent
from throughline.people.unknowns import Unknown, What
from throughline.ui.words import plain_number

YOU = "you"
TERM_WORDS = {"business": "business value", "interest": "interest", "growth": "growth"}


def why(
    she: str, because: str, *, value: float | None, value_why: str, kinds: Sequence[tuple[str, float]]
) -> str:
    """The largest term in words; `kinds` are those that give it most, with their part of the work.

    >>> why("you", "growth", value=None, value_why="", kinds=[("Teaching", 0.6)])
    'Mostly because you grow in it: Teaching is 60 % of it.'
    >>> why("Mia", "interest", value=None, value_why="", kinds=[])
    'Mostly because it is what Mia likes.'
    """
    if because == "business":
        reason = f" {value_why.rstrip('.')}." if value_why else ""
        return f"Mostly for its value to the business, {plain_number(value or 0.0)} of 1.{reason}"
    parts = " and ".join(
        f"{title} is {percent(part)}" if part < 1 else f"{title} is all" for title, part in kinds
    )
    ending = f": {parts} of it." if parts else "."
    if because == "growth":
        return f"Mostly because {she} {'grow' if she == YOU else 'grows'} in it{ending}"
    return f"Mostly because it is what {she} {'like' if she == YOU else 'likes'}{ending}"


def cost(
    she: str,
    cost: float | None,
    *,
    quarter: float,
    is_planned: bool,
    is_toss_up: bool,
    taken_by: Sequence[str] = (),
) -> str:
    """What choosing it costs the team, in words; `quarter` are the weeks of a person-quarter.

    `taken_by` are those who have the work for certain where nobody else can join them.

    >>> cost("you", 0.12, quarter=12.0, is_planned=False, is_toss_up=False)
    'If you take it, the team loses 0.12 person-quarters: as much as 1.4 weeks of work that matches fully.'
    """
    if is_planned and is_toss_up:
        return f"The plan gives it to {she}, and another would do as well. A toss-up: choose what you like."
    if is_planned:
        return f"The plan gives it to {she}: it costs the team nothing."
    if is_toss_up:
        return "It costs the team less than 0.01 person-quarters. A toss-up: choose what you like."
    if cost is None and taken_by:
        return f"No plan has it: {listed(taken_by)} {'has' if len(taken_by) == 1 else 'have'} it already."
    if cost is None:
        return "No plan has it: it cannot go together with what must be done."
    takes = "take" if she == YOU else "takes"
    weeks = plain_number(round(cost * quarter, 1))
    return (
        f"If {she} {takes} it, the team loses {cost:.2f} person-quarters: as much as {weeks} weeks of work "
        "that matches fully."
    )


def span(
    name: str,
    weight: float,
    exact: tuple[float, float] | None,
    shown: tuple[float, float] | None,
    *,
    is_shared: bool = False,
) -> str:
    """In which weights of a term the suggestion stays, or comes, first; the other two keep their proportion.

    >>> span("growth", 0.3, (0.2, 1.0), (0.2, 1.0)), span("growth", 0.1, (0.2, 0.5), (0.2, 0.5))
    ('first while growth counts 0.2 or more', 'first once growth counts 0.2 to 0.5')
    >>> span("interest", 0.3, None, None), span("interest", 0.3, (0.0, 1.0), (0.0, 1.0))
    ('never first, whatever interest counts', 'first, whatever interest counts')
    >>> span("growth", 0.3, (0.0, 1.0), (0.0, 1.0), is_shared=True)
    'first, with other work as good, whatever growth counts'
    """
    term = TERM_WORDS[name]
    if exact is None or shown is None:
        return f"never first, whatever {term} counts"
    when = _when(term, weight, exact, shown)
    if is_shared:
        return f"first, with other work as good, {when}"
    return f"first{',' if when.startswith('whatever') else ''} {when}"


def _when(term: str, weight: float, exact: tuple[float, float], shown: tuple[float, float]) -> str:
    low, high = (plain_number(round(each, 2)) for each in shown)
    if shown[0] <= 0 and shown[1] >= 1:
        return f"whatever {term} counts"
    if shown[0] >= 1 or shown[1] <= 0:
        return f"only where {term} counts {'alone' if shown[0] >= 1 else 'nothing'}"
    is_first = exact[0] - 1e-9 <= weight <= exact[1] + 1e-9
    start = f"{'while' if is_first else 'once'} {term} counts"
    if shown[1] >= 1:
        return f"{start} {low} or more"
    if shown[0] <= 0:
        return f"{start} {high} or less"
    return f"{start} {low} to {high}" if low != high else f"{start} about {low}"


def swap(she: str, other: str, gives: str, takes: str, cost: float) -> str:
    """An exchange of two, and what it costs.

    >>> swap("you", "Ben", "Rules", "A school", 0.02)
    'You and Ben could exchange “Rules” and “A school”: it costs the team 0.02 person-quarters.'
    """
    ending = f"it costs the team {cost:.2f} person-quarters" if cost else "a toss-up for the team"
    return f"{she[:1].upper()}{she[1:]} and {other} could exchange “{gives}” and “{takes}”: {ending}."


def together(gaps: Sequence[Unknown]) -> list[Unknown]:
    """The gaps with kinds of which the same is to be said in one.

    >>> said = [Unknown(What.UNKNOWN, "a", "Teaching"), Unknown(What.UNKNOWN, "b", "Tooling")]
    >>> [each.title for each in together([*said, Unknown(What.NO_GOAL)])]
    ['Teaching and Tooling', '']
    """
    kept: dict[tuple[What, str, str], Unknown] = {}
    titles: dict[What, list[str]] = {}
    for each in gaps:
        if each.what in (What.UNKNOWN, What.UNSTATED):
            titles.setdefault(each.what, []).append(each.title)
            kept.setdefault((each.what, "", ""), each)
        else:
            kept.setdefault((each.what, each.kind, each.text), each)
    return [
        replace(each, title=listed(titles[each.what])) if each.what in titles else each
        for each in kept.values()
    ]


def asked_by_who_plans(she: str, gap: Unknown) -> str:
    """What there is to ask a person, said to who plans; it rests on no answer.

    >>> asked_by_who_plans("Mia", Unknown(What.UNSTATED, "teaching", "Teaching"))
    'Mia has said nothing of Teaching.'
    """
    day = gap.since.isoformat() if gap.since else ""
    return {
        What.UNASKED: f"{she} has not answered the five questions yet.",
        What.UNSTATED: f"{she} has said nothing of {gap.title}.",
        What.STALE: f"{she} spoke of {gap.title} on {day}: ask whether it still holds.",
        What.NO_GOAL: f"{she} has no growth goal, so growth counts nothing here.",
        What.STALE_GOAL: f"{she} set or confirmed a growth goal on {day}: ask whether it is still so.",
    }[gap.what]
