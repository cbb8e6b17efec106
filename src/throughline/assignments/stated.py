"""What others may be told of a person's interest: what she spoke of, and nothing that taps alone show."""

from __future__ import annotations

from throughline.assignments.asking import Asked
from throughline.engine.matching import TERMS
from throughline.people.unknowns import What


def spoken_of(asked: Asked, key: str) -> frozenset[str]:
    """The kinds of work of which a person said how she likes them."""
    gaps = asked.unknown.get(key, ())
    if any(each.what == What.UNASKED for each in gaps):
        return frozenset()
    by_taps = {each.kind for each in gaps if each.what == What.UNSTATED}
    return frozenset(known_of(asked, key) - by_taps)


def known_of(asked: Asked, key: str) -> frozenset[str]:
    """The kinds of work of which anything is known, said or tapped."""
    return frozenset(asked.question.people[asked.question.person_at[key]].interests)


def has_goals(asked: Asked, key: str) -> bool:
    """Whether it is known in what a person wants to grow."""
    if asked.question.people[asked.question.person_at[key]].growth:
        return True
    return not any(each.what in (What.UNASKED, What.NO_GOAL) for each in asked.unknown.get(key, ()))


def stated_interest(asked: Asked, key: str, work: str) -> float:
    """How much a piece of work interests a person, by the kinds that she spoke of."""
    said = asked.question.people[asked.question.person_at[key]].interests
    parts = asked.question.works[asked.question.work_at[work]].kinds
    return sum(parts[each] * said[each] for each in sorted(spoken_of(asked, key) & parts.keys()))


def because_to_others(asked: Asked, key: str, work: str, because: str) -> str:
    """The largest term as others are told it: interest only as far as she spoke of it, or shares it."""
    if because != "interest" or key in asked.sharing:
        return because
    question = asked.question
    if key not in question.person_at or work not in question.work_at:
        # An answer to an earlier question may name who, or what, is gone.
        return because
    who, what = question.person_at[key], question.work_at[work]
    scores = (
        float(question.business[what]),
        stated_interest(asked, key, work),
        float(question.growth[who, what]),
    )
    worth = dict(zip(TERMS, scores, strict=True))
    weights = dict(zip(TERMS, asked.weights.each, strict=True))
    # A hair more, since another order of adding up is another number in binary.
    return max(TERMS, key=lambda term: weights[term] * worth[term] + (1e-9 if term == because else 0.0))
