"""The question of a cycle: its people and its work, read from the records, as the match takes them.

It holds what people answered, so it is asked anew each time and never stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, TypeAlias

from throughline.accounts.models import User
from throughline.assignments import standing
from throughline.assignments.access import works_of
from throughline.assignments.models import Answer, Tie, Weighing, Work
from throughline.assignments.naming import titles_of
from throughline.assignments.serving import objectives_of
from throughline.engine import matching
from throughline.engine.conditions import joined
from throughline.engine.matching import Balance, Person, Question, Settings, Weights, conflicts, holds
from throughline.objectives.models import Cycle
from throughline.people.access import workers
from throughline.people.matched import matched
from throughline.people.unknowns import Unknown

# (person, work, "must" or "never"): what is tried beyond what the records say.
Tried: TypeAlias = tuple[str, str, str]
MUST, NEVER, CONTINUES = (str(each) for each in Tie.Kind)
# What fades from day to day fades in steps that nobody can mean, so that an answer holds for more than a day.
DIGITS = 3
# Of the question's form: another one makes every kept answer an old one.
VERSION = 1


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a person answered and cannot be beside what must be, and why, in words."""

    person: str
    work: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A cycle's question, and the records behind its keys: a person's id as text, `Work.key`.

    `titles` are those of the work; `unknown` is what each person could say and has not, for herself alone.
    `sharing` are who lets others know what she likes.
    `conflicts` says why no plan meets what must be; `set_aside` are answers that were left out for that.
    `without_weeks` is work of which nobody said how long it takes, so that the match cannot see it.
    """

    cycle: Cycle
    question: Question
    weights: Weights
    works: Mapping[str, Work]
    people: Mapping[str, User]
    titles: Mapping[str, str]
    on: date
    tried: tuple[Tried, ...] = ()
    is_stated: bool = True
    unknown: Mapping[str, tuple[Unknown, ...]] = field(default_factory=dict)
    sharing: frozenset[str] = frozenset()
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    without_weeks: tuple[Work, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether there is somebody, and something, to match."""
        return bool(self.question.people and self.question.works)

    @cached_property
    def fingerprint(self) -> str:
        """Of the question, its cycle and the form in which it is asked."""
        said = [VERSION, self.cycle.pk, self.weights.each, _plain(self.question)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def asked_of(
    cycle: Cycle, *, weights: Weights | None = None, ties: Iterable[Tried] = (), on: date | None = None
) -> Asked:
    """What a cycle's records ask on a day, with other weights or ties where something is tried."""
    today = on or datetime.now(UTC).date()
    tried = tuple(sorted(set(ties)))
    everything = works_of(cycle)
    works = {each.key: each for each in everything if each.weeks}
    titles = titles_of(everything)
    users = {str(each.pk): each for each in workers()}
    said = matched(users.values(), cycle, on=today, accounts=standing.accounts(cycle, list(users)))
    answers = answers_in(cycle, works, users)
    weighing = weighing_of(cycle)
    base = Question(
        tuple(_rounded(each.person) for each in said),
        _works(works, titles, _ties(works, users, tried)),
        _balance(weighing),
        _settings(weighing),
    )
    question, aside = _with_answers(base, _answered(answers, tried), titles)
    return Asked(
        cycle=cycle,
        question=question,
        weights=weights or stated_weights(weighing),
        works=works,
        people=users,
        titles=titles,
        on=today,
        tried=tried,
        is_stated=weights is None and not tried,
        unknown={each.person.key: each.unknown for each in said},
        sharing=frozenset(each.person.key for each in said if each.shares),
        answers=answers,
        conflicts=tuple(said_conflicts(question, titles)),
        set_aside=aside,
        without_weeks=tuple(each for each in everything if not each.weeks),
    )


def weighing_of(cycle: Cycle) -> Weighing | None:
    """The weights of a cycle that count: the newest."""
    return Weighing.objects.filter(cycle=cycle).last()


def stated_weights(found: Weighing | None) -> Weights:
    """What the three terms count by what was stated; the same where nobody has said."""
    return Weights.of(found.business, found.interest, found.growth) if found else Weights()


def answers_in(
    cycle: Cycle, works: Mapping[str, Work], users: Mapping[str, User]
) -> dict[tuple[str, str], Answer]:
    """The newest answer of each person to each piece of work that can be matched, the oldest first."""
    keys = {each.pk: key for key, each in works.items()}
    newest = {(each.person_id, each.work_id): each for each in Answer.objects.filter(cycle=cycle)}
    found = sorted(newest.values(), key=lambda each: (each.at, each.pk))
    return {
        (str(each.person_id), keys[each.work_id]): each
        for each in found
        if each.work_id in keys and str(each.person_id) in users and each.said != Answer.Said.TAKEN_BACK
    }


def said_conflicts(question: Question, titles: Mapping[str, str]) -> list[str]:
    """Why no plan meets what must be, in people's names and titles; empty where some plan does."""
    # What must be, and nothing else, is the plan that is tried first: nearly always it holds.
    if holds(question, question.forced):
        return []
    return [each.says for each in conflicts(_named(question, titles))]


def _ties(
    works: Mapping[str, Work],
    users: Mapping[str, User],
    tried: Sequence[Tried],
) -> dict[tuple[str, str], set[str]]:
    """By work and kind who is tied to it. What is tried stands instead of what is tied."""
    found: dict[tuple[str, str], set[str]] = {}
    settled = {(person, work) for person, work, _ in tried}
    for key, work in works.items():
        for tie in work.ties.all():
            person = str(tie.person_id)
            if person in users and not (tie.kind in (MUST, NEVER) and (person, key) in settled):
                found.setdefault((key, tie.kind), set()).add(person)
    for who, what, kind in tried:
        if what in works and who in users:
            found.setdefault((what, kind), set()).add(who)
    return found


def _answered(answers: Mapping[tuple[str, str], Answer], tried: Sequence[Tried]) -> list[Tried]:
    """What was answered, “not now” first. What is tried stands instead of it."""
    settled = {(person, work) for person, work, _ in tried}
    said = [
        (*pair, NEVER if answer.said == Answer.Said.NOT_NOW else MUST)
        for pair, answer in answers.items()
        if pair not in settled
    ]
    return sorted(said, key=lambda each: each[2] == MUST)


def _with_answers(
    question: Question, answered: Sequence[Tried], titles: Mapping[str, str]
) -> tuple[Question, tuple[SetAside, ...]]:
    """The question in which people do what they accepted and not what they put off, the first of each first.

    What cannot go beside that is set aside, with the reason: no answer of one leaves the team without a plan.
    Where the records alone cannot be met, all are.
    """
    if not answered:
        return question, ()
    if not said_conflicts(whole := _tied(question, answered), titles):
        return whole, ()
    if said_conflicts(question, titles):
        return question, ()
    aside = []
    for each in answered:
        more = _tied(question, [each])
        if first := question.full_with(each[1]) if each[2] == MUST else ():
            aside.append(SetAside(*each[:2], (f"{joined(first, 'and')} had it first",)))
        elif why := said_conflicts(more, titles):
            aside.append(SetAside(*each[:2], tuple(why)))
        else:
            question = more
    return question, tuple(aside)


def _tied(question: Question, answered: Iterable[Tried]) -> Question:
    found: dict[tuple[str, str], set[str]] = {}
    for person, work, kind in answered:
        found.setdefault((work, kind), set()).add(person)
    works = (
        replace(
            each,
            must=each.must | found.get((each.key, MUST), set()),
            never=each.never | found.get((each.key, NEVER), set()),
        )
        for each in question.works
    )
    return replace(question, works=tuple(works))


def _works(
    works: Mapping[str, Work], titles: Mapping[str, str], ties: Mapping[tuple[str, str], set[str]]
) -> tuple[matching.Work, ...]:
    objectives = objectives_of(works.values())

    def of(key: str, work: Work) -> matching.Work:
        assert work.weeks is not None
        return matching.Work(
            key=key,
            title=titles[key],
            value=work.value or 0.0,
            weeks=work.weeks,
            kinds=work.kinds,
            grows=frozenset(work.grows),
            least=work.least,
            most=max(work.least, work.most),
            must=frozenset(ties.get((key, MUST), ())),
            never=frozenset(ties.get((key, NEVER), ())),
            continues=frozenset(ties.get((key, CONTINUES), ())),
            skills=work.skills,
            has_mentor=work.has_mentor,
            objective=objectives.get(work.pk, ""),
        )

    return tuple(of(key, work) for key, work in works.items())


def _balance(found: Weighing | None) -> tuple[Balance, ...]:
    rules = found.balance if found else []
    return tuple(Balance(each["objective"], each["at_least"], each["price"]) for each in rules)


def _settings(found: Weighing | None) -> Settings:
    return Settings(found.beta, found.phi, found.continuity) if found else Settings()


def _rounded(person: Person) -> Person:
    return replace(
        person,
        interests={kind: round(value, DIGITS) for kind, value in person.interests.items()},
        growth={kind: round(value, DIGITS) for kind, value in person.growth.items()},
        account=round(person.account, DIGITS),
    )


def _named(question: Question, titles: Mapping[str, str]) -> Question:
    """The same question with people's names and titles as keys, so that what is said of it can be read."""
    names = _each_once({each.key: each.name or each.key for each in question.people})
    works = _each_once({each.key: titles.get(each.key, each.key) for each in question.works})

    def called(keys: frozenset[str]) -> frozenset[str]:
        return frozenset(names[each] for each in keys)

    return replace(
        question,
        people=tuple(replace(each, key=names[each.key]) for each in question.people),
        works=tuple(
            replace(
                each,
                key=works[each.key],
                must=called(each.must),
                never=called(each.never),
                continues=called(each.continues),
            )
            for each in question.works
        ),
    )


def _each_once(names: Mapping[str, str]) -> dict[str, str]:
    """Names that two share have their key beside them."""
    shared = [each for each in names.values() if list(names.values()).count(each) > 1]
    return {key: f"{name} ({key})" if name in shared else name for key, name in names.items()}


def _plain(question: Question) -> list[Any]:
    """The question in an order of its own, as JSON can hold it."""
    return [
        [[_fields(each) for each in rows] for rows in (question.people, question.works, question.balance)],
        _fields(question.settings),
    ]


def _fields(of: Any) -> dict[str, Any]:
    found = {name: getattr(of, name) for name in of.__dataclass_fields__}
    return {name: sorted(each) if isinstance(each, frozenset) else each for name, each in found.items()}
