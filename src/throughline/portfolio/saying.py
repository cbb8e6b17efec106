"""The answer in sentences: why each is in or out, what a rule asks, what conflicts, where to talk."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from throughline.engine.cut_line import Missed, Price
from throughline.engine.portfolio import Clause, CountRule, Rule
from throughline.engine.priorities import Candidate, Disagreement
from throughline.portfolio.answering import Answer

VIEWS = ("rice", "ice", "wsjf", "cd3", "per_week")
# What is nearer than this is as good: figures are of two or three digits.
_TIE = 1e-9


def why(found: Answer, each: Candidate) -> str:
    """Why a candidate is in or out, in one sentence."""
    if found.chosen is None or found.around is None:
        return "No choice meets all rules, so nothing is chosen."
    if each.key in found.chosen.chosen:
        return _why_in(found, each)
    missed = next((other for other in found.around.missed if other.key == each.key), None)
    return _why_out(found, each, missed) if missed else "Out."


def _why_in(found: Answer, each: Candidate) -> str:
    assert found.chosen is not None
    assert found.around is not None
    brings = f"{points(found.values[each.key])} for {weeks(each.effort.mean)}"
    if each.is_promised:
        return f"In because it is promised: {brings}."
    prices = [price for price in found.around.prices if each.key not in price.without.chosen]
    if prices:
        rules = " and ".join(f"'{_title(found, price.rule)}'" for price in prices)
        return f"In because of {rules}: {brings}{_instead(found, prices[0])}."
    return f"In: {brings}{_share(found, each)}{_needed(found, each)}."


def _share(found: Answer, each: Candidate) -> str:
    if found.around is None or found.around.chances is None:
        return ""
    share = found.around.chances.in_best[each.key].probability
    return f"; the best choice holds it in {percent(share)} of the draws"


def _needed(found: Answer, each: Candidate) -> str:
    """What else is in and cannot be without it."""
    chosen = found.chosen.chosen if found.chosen else ()
    needing = [
        other.key for other in found.asked.candidates if each.key in other.requires and other.key in chosen
    ]
    return f"; {_names(found, needing)} cannot be without it" if needing else ""


def _instead(found: Answer, price: Price) -> str:
    assert found.chosen is not None
    others = [key for key in price.without.chosen if key not in found.chosen.chosen]
    return f"; without it {_names(found, others)} would be in" if others else ""


def _why_out(found: Answer, each: Candidate, missed: Missed) -> str:
    value = found.values[each.key]
    if missed.value is None and missed.effort is None:
        return f"Out, and no value or effort would change that: {conflict(found, missed.against)}"
    if missed.value is None:
        return f"Out: it does not fit. It would be in with {weeks(missed.effort or 0.0)} less."
    if missed.value <= _TIE and abs(value) <= _TIE:
        return "Out: it brings nothing."
    if missed.value <= _TIE:
        return f"Out, and as good as what is in: {points(value)} for {weeks(each.effort.mean)}."
    less = "" if missed.effort is None else f", or with {weeks(missed.effort)} less"
    harm = " It costs more than it brings." if value <= 0 else ""
    return f"Out: it would be in with {points(missed.value)} more{less}.{harm}"


def rule(found: Answer, asked: Rule) -> str:
    """What a balance rule asks for."""
    if isinstance(asked, CountRule):
        objective = found.asked.names.get(asked.objective, asked.objective)
        said = f"{_bounds(asked.at_least, asked.at_most, _count)} for '{objective}'"
    else:
        most = math.inf if asked.at_most >= 1 else asked.at_most
        said = f"{_bounds(asked.at_least, most, percent)} of the effort is {asked.kind}"
    unit = "candidate" if isinstance(asked, CountRule) else "person-week"
    soft = "" if asked.price is None else f", or {points(asked.price)} for each {unit} missed"
    title = found.asked.says.get(asked.key)
    return f"{title}: {said}{soft}" if title else f"{said}{soft}"


def _bounds(least: float, most: float, said: Callable[[float], str]) -> str:
    if most == math.inf:
        return f"at least {said(least)}"
    if least == most:
        return f"exactly {said(most)}"
    return f"{said(least)} to {said(most)}" if least > 0 else f"at most {said(most)}"


def _count(number: float) -> str:
    return f"{number:g}"


def clause(found: Answer, named: Clause) -> str:
    """One thing that has to be met."""
    first, second = (_name(found, key) if key else "" for key in (named.key, named.other))
    if named.kind == "rule":
        return next(rule(found, each) for each in found.asked.rules if each.key == named.key)
    if named.kind == "capacity":
        return f"the capacity of {weeks(found.asked.left)}"
    if named.kind == "promised":
        return f"{first} has to be in"
    if named.kind == "requires":
        return f"{first} cannot be without {second}"
    return f"{first} cannot be beside {second}"


def conflict(found: Answer, clauses: Sequence[Clause]) -> str:
    """What cannot all hold."""
    said = [clause(found, each) for each in clauses]
    if len(said) == 1:
        return f"No choice meets this: {said[0]}."
    return f"These cannot all hold: {'; '.join(said)}."


def disagreement(found: Answer, each: Disagreement) -> str:
    """Where to talk."""
    word = "higher" if each.gap > 0 else "lower"
    places = f"{abs(each.gap)} place{'s' if abs(each.gap) > 1 else ''}"
    return (
        f"The vote puts {_name(found, each.key)} {places} {word} than its value does: "
        f"rank {each.vote_rank} against {each.value_rank}."
    )


def warnings(found: Answer) -> Iterator[str]:
    """What a reader should know before believing the figures."""
    asked = found.asked
    if asked.claimed > asked.capacity:
        yield f"Claims of {weeks(asked.claimed)} are more than the capacity of {weeks(asked.capacity)}."
    if silent := [each.key for each in asked.candidates if not each.effects]:
        yield f"Without an effect a candidate is worth nothing: {_names(found, silent)}."
    if found.shrunk.spread == 0 and asked.is_shrunk and len(asked.candidates) > 1:
        yield (
            "The ranges are so wide that the candidates' values cannot be told apart: all that is not "
            "certain counts the same, and effort decides. Narrow the ranges."
        )
    if found.chosen and found.chosen.short > 0:
        yield (
            "Very many choices are nearly as good, so this one is not proven to be the best: another could "
            f"be worth {points(found.chosen.short)} more at most. What just missed is not said."
        )
    for aim in asked.aims:
        way = found.moved(aim) / (aim.target - aim.baseline)
        name = f"'{asked.names[aim.key]}'" if aim.key in asked.names else aim.key
        if way > 1 and not aim.is_guardrail:
            said = f"What is chosen would move {name} by {percent(way)} of its way"
            yield f"{said}: what goes beyond the target is counted, and may be worth less."
        if way > 1 and aim.is_guardrail:
            yield f"What is chosen would take the guardrail {name} past its bound, in the mean."


def _title(found: Answer, key: str) -> str:
    """A rule as its title has it; one of `each` is of an objective, which is said as well."""
    title = found.asked.says.get(key, key)
    objective = key.partition(":")[2]
    return f"{title} ({found.asked.names.get(objective, objective)})" if objective else title


def _name(found: Answer, key: str) -> str:
    return f"'{found.asked.titles.get(key, key)}'"


def _names(found: Answer, keys: Sequence[str]) -> str:
    names = [_name(found, key) for key in keys]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "nothing"


def points(value: float) -> str:
    """A value in words.

    >>> points(0.3123), points(1.0), points(-12.0)
    ('0.312 points', '1 point', '-12 points')
    """
    said = f"{value:.3g}"
    return f"{said} point" if said == "1" else f"{said} points"


def weeks(number: float) -> str:
    """An effort in words.

    >>> weeks(1.0), weeks(3.26)
    ('1 person-week', '3.3 person-weeks')
    """
    said = f"{number:.1f}".removesuffix(".0")
    if said == "0" and number > 0:
        said = f"{number:.1g}"
    return f"{said} person-week" if said == "1" else f"{said} person-weeks"


def percent(share: float) -> str:
    """A share in words.

    >>> percent(0.25)
    '25 %'
    """
    return f"{100 * share:.0f} %"
