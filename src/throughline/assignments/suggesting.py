"""What a person might do next: the answer of the match for her, with what belongs beside it.

The kept answer says what the plan gives and what a choice costs. Scores are worked out here, from the
question, for those who may see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.accounts.models import User
from throughline.assignments import wording
from throughline.assignments.asking import Asked
from throughline.assignments.models import Answer, Work
from throughline.assignments.seeing import COARSE, NOT_KNOWN, Sight, cost_to_the_hundredth, word_of
from throughline.assignments.stated import because_to_others, has_goals, known_of, spoken_of, stated_interest
from throughline.engine.matching import TERMS
from throughline.engine.matching.stability import shared, stays_first
from throughline.objectives.addresses import address_of
from throughline.objectives.models import ItemKind
from throughline.people import unknowns
from throughline.people.access import kinds_in_use
from throughline.people.unknowns import Unknown, What

Span = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Term:
    """One of the three terms of a suggestion. `value` is None where a word is all that is seen.

    `span` are the weights of the term in which the suggestion stays first, `span_says` the same in words.
    """

    name: str
    weight: float
    value: float | None
    word: str
    span: Span
    span_says: str

    @property
    def adds(self) -> float | None:
        """What the term adds to the score."""
        return None if self.value is None else self.weight * self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A piece of work that suits a person, and what choosing it means."""

    number: int
    key: str
    work: Work
    title: str
    address: str
    share: float
    is_planned: bool
    is_toss_up: bool
    cost: float | None
    short: float
    cost_says: str
    because: str
    why: str
    terms: tuple[Term, ...]
    complements: tuple[str, ...]
    # The titles of kinds of which nothing is known, to others of which she has said nothing.
    unstated: tuple[str, ...]
    answer: Answer | None

    @property
    def can_be(self) -> bool:
        """Whether some plan has it: what none has is not offered to be taken."""
        return self.is_planned or self.is_toss_up or self.cost is not None

    @property
    def score(self) -> float | None:
        """The three terms together; None where one of them is not seen."""
        parts = [each.adds for each in self.terms]
        known = [each for each in parts if each is not None]
        return sum(known) if len(known) == len(parts) else None


@dataclass(frozen=True, slots=True)
class Given:
    """Work that the plan gives her, with the share of her weeks."""

    title: str
    address: str
    share: float
    weeks: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two people who could take each other's work."""

    other: str
    gives: str
    takes: str
    cost: float
    says: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of hers in this cycle, with why it could not be met where it could not."""

    answer: Answer
    key: str
    title: str
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """All that is said to somebody about what a person might do next."""

    person: User
    sight: Sight
    capacity: float
    given: tuple[Given, ...]
    suggestions: tuple[Suggestion, ...]
    swaps: tuple[Exchange, ...]
    said: tuple[Said, ...]
    unknown: tuple[Unknown, ...]

    @property
    def load(self) -> float:
        """The weeks that the plan gives her."""
        return sum(each.weeks for each in self.given)


def suggested(asked: Asked, document: Mapping[str, Any] | None, person: User, sight: Sight) -> Suggested:
    """What is said of a person; without an answer there are no suggestions, and the rest is there."""
    key = str(person.pk)
    own = next((each for each in (document or {}).get("people", ()) if each["id"] == key), None)
    known = key in asked.question.person_at
    return Suggested(
        person=person,
        sight=sight,
        capacity=asked.question.people[asked.question.person_at[key]].capacity if known else 0.0,
        given=tuple(_given(asked, document or {}, key)),
        suggestions=tuple(_suggestions(asked, own, person, sight)) if own and known else (),
        swaps=tuple(_swaps(asked, own, person, sight)) if own else (),
        said=tuple(_said(asked, key)),
        unknown=unknown_of(asked, person, sight),
    )


def unknown_of(asked: Asked, person: User, sight: Sight) -> tuple[Unknown, ...]:
    """What could be asked: all of it to herself, to who plans what rests on no answer.

    Kinds of work that nothing of the cycle has a part of are left out.
    """
    if sight.is_herself:
        found = asked.unknown.get(str(person.pk), ())
    else:
        found = unknowns.of_team([person], on=asked.on)[person.pk]
    needed = {kind for each in asked.question.works for kind, part in each.kinds.items() if part > 0}
    return tuple(each for each in found if not each.kind or each.kind in needed)


def address_of_work(work: Work) -> str:
    """Where a piece of work is read."""
    if work.initiative is not None:
        return address_of(ItemKind.INITIATIVE, key=work.initiative.key)
    assert work.key_result is not None
    if work.key_result.sketch is not None and work.key_result.objective is not None:
        return f"/cycles/{work.key_result.objective.cycle.key}/"
    return address_of(ItemKind.KEY_RESULT, id=work.key_result.pk)


def _given(asked: Asked, document: Mapping[str, Any], key: str) -> Iterator[Given]:
    for row in document.get("plan", ()):
        work = asked.works.get(row["work"])
        if row["person"] == key and work is not None:
            weeks = work.weeks or 0.0
            yield Given(asked.titles[row["work"]], address_of_work(work), row["share"], weeks)


def _suggestions(asked: Asked, own: Mapping[str, Any], person: User, sight: Sight) -> Iterator[Suggestion]:
    kinds = {each.key: each.title for each in kinds_in_use()}
    gaps = _gaps(asked, person, sight)
    shown = [each for each in own["suggestions"] if each["work"] in asked.works]
    for number, row in enumerate(shown, 1):
        yield _suggestion(asked, row, person, sight, number=number, kinds=kinds, gaps=gaps)


def _suggestion(
    asked: Asked,
    row: Mapping[str, Any],
    person: User,
    sight: Sight,
    *,
    number: int,
    kinds: Mapping[str, str],
    gaps: frozenset[str],
) -> Suggestion:
    question, key = asked.question, row["work"]
    who, what = question.person_at[str(person.pk)], question.work_at[key]
    work = asked.works[key]
    cost = cost_to_the_hundredth(row["opportunity_cost"])
    names = {each.key: each.name for each in question.people}
    she = wording.YOU if sight.is_herself else person.name
    because = row["because"]
    if not sight.interests:
        because = because_to_others(asked, str(person.pk), key, because)
    return Suggestion(
        number=number,
        key=key,
        work=work,
        title=asked.titles[key],
        address=address_of_work(work),
        share=float(question.share[who, what]),
        is_planned=row["planned"],
        is_toss_up=row["toss_up"],
        cost=cost,
        short=row["short"],
        cost_says=wording.cost(
            she,
            cost,
            quarter=question.quarter,
            is_planned=row["planned"],
            is_toss_up=row["toss_up"],
            taken_by=question.full_with(key),
        ),
        because=because,
        why=wording.why(
            she,
            because,
            value=work.value,
            value_why=work.value_why,
            kinds=_weighty(asked, because, who, what, kinds) if sight.sees(because) else (),
        ),
        terms=_terms(asked, who, what, sight),
        complements=tuple(names[each] for each in row["complements"] if each in asked.sharing)
        if sight.interests
        else (),
        unstated=tuple(kinds[each] for each in sorted(gaps & _parts(work)) if each in kinds),
        answer=asked.answers.get((str(person.pk), key)),
    )


def _terms(asked: Asked, who: int, what: int, sight: Sight) -> tuple[Term, ...]:
    question = asked.question
    able = np.flatnonzero(question.may[who])
    scores = np.stack([question.business, question.interest[who], question.growth[who]])
    spans: Sequence[Span] = [None] * len(TERMS)
    same = [False] * len(TERMS)
    if what in able:
        of_able = scores[:, able], int(np.searchsorted(able, what)), asked.weights
        spans, same = stays_first(*of_able), shared(*of_able)
    return tuple(
        _term(
            name,
            weight,
            float(scores[place, what]),
            spans[place],
            sight,
            word=_word(asked, name, who, what, sight),
            is_shared=_is_shared(spans[place], same[place], sight),
        )
        for place, (name, weight) in enumerate(zip(TERMS, asked.weights.each, strict=True))
    )


def _is_shared(span: Span, is_same: bool, sight: Sight) -> bool:
    """Whether other work is first where this is: where it is the same, and at a single weight always.

    That scores are the same is told to others only where both are first throughout, which they read anyway.
    """
    if span is None:
        return False
    if not sight.is_whole:
        return is_same and span == (0.0, 1.0)
    return is_same or span[0] == span[1]


def _term(
    name: str, weight: float, score: float, span: Span, sight: Sight, *, word: str, is_shared: bool
) -> Term:
    shown = span if span is None or sight.is_whole else (round(span[0], COARSE), round(span[1], COARSE))
    value = score if sight.sees(name) else None
    said = wording.span(name, weight, span, shown, is_shared=is_shared)
    return Term(name, weight, value, word, shown, said)


def _word(asked: Asked, name: str, who: int, what: int, sight: Sight) -> str:
    """How well the work suits her by a term; of what nothing is known that may be told, that."""
    question = asked.question
    key, work = question.people[who].key, question.works[what]
    if name == "business":
        return ""
    if name == "growth":
        return word_of(float(question.growth[who, what])) if has_goals(asked, key) else NOT_KNOWN
    told = known_of(asked, key) if sight.interests else spoken_of(asked, key)
    if not told & _parts(asked.works[work.key]):
        return NOT_KNOWN
    if sight.interests:
        return word_of(float(question.interest[who, what]))
    return word_of(stated_interest(asked, key, work.key))


def _weighty(
    asked: Asked, because: str, who: int, what: int, titles: Mapping[str, str]
) -> tuple[tuple[str, float], ...]:
    """The kinds of the work that give it most of a score, with the part of the work that they are."""
    person, work = asked.question.people[who], asked.question.works[what]
    said = person.interests if because == "interest" else person.growth
    counted = work.grows if because == "growth" and work.grows else frozenset(work.kinds)
    adds = {kind: part * said.get(kind, 0.0) for kind, part in work.kinds.items() if kind in counted}
    order = sorted((each for each in adds if adds[each] > 0), key=lambda each: (-adds[each], each))
    return tuple((titles.get(each, each), work.kinds[each]) for each in order[:2])


def _parts(work: Work) -> frozenset[str]:
    return frozenset(kind for kind, part in work.kinds.items() if part > 0)


def _gaps(asked: Asked, person: User, sight: Sight) -> frozenset[str]:
    every = frozenset(kind for each in asked.works.values() for kind in _parts(each))
    if sight.is_herself:
        return every - known_of(asked, str(person.pk))
    found = unknown_of(asked, person, sight)
    if any(each.what == What.UNASKED for each in found):
        return every
    return frozenset(each.kind for each in found if each.what in (What.UNKNOWN, What.UNSTATED))


def _swaps(asked: Asked, own: Mapping[str, Any], person: User, sight: Sight) -> Iterator[Exchange]:
    names = {each.key: each.name for each in asked.question.people}
    she = wording.YOU if sight.is_herself else person.name
    for each in own["swaps"]:
        gives, takes = (asked.titles.get(each[name]) for name in ("gives", "takes"))
        if gives and takes and each["other"] in names:
            cost = cost_to_the_hundredth(max(0.0, each["cost"])) or 0.0
            other = names[each["other"]]
            yield Exchange(other, gives, takes, cost, wording.swap(she, other, gives, takes, cost))


def _said(asked: Asked, key: str) -> Iterator[Said]:
    aside = {(each.person, each.work): each.why for each in asked.set_aside}
    for (person, work), answer in asked.answers.items():
        if person == key:
            yield Said(answer, work, asked.titles[work], aside.get((person, work), ()))
