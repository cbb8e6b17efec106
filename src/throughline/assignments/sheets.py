"""A sheet of paper for a 1:1: what to talk about with one person, as much of it as who plans may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.accounts.models import User
from throughline.assignments import wording
from throughline.assignments.access import published_plans
from throughline.assignments.asking import Asked
from throughline.assignments.models import Answer
from throughline.assignments.saying import listed
from throughline.assignments.seeing import NOT_KNOWN, of_others
from throughline.assignments.suggesting import Said, Suggested, Suggestion, Term, suggested
from throughline.assignments.telling import Reason, planned_of, reasons_of
from throughline.people.unknowns import Unknown, What

MOST_KINDS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A suggestion, with what is said beside it: a word and a sentence each."""

    suggestion: Suggestion
    kinds: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is on one person's sheet."""

    found: Suggested
    lines: tuple[Line, ...]
    answers: tuple[str, ...]
    unknown: tuple[str, ...]


def sheets_of(
    asked: Asked,
    document: Mapping[str, Any],
    people: Iterable[User],
    viewer: User,
    *,
    kinds: Mapping[str, str],
    now: datetime,
) -> list[Sheet]:
    """A sheet for each of these people; `kinds` are the titles of kinds of work by their key."""
    found = [suggested(asked, document, each, of_others(each)) for each in people]
    # Asked once of the work of all sheets, since a team is suggested much of the same.
    works = {one.key: one.work for each in found for one in each.suggestions}
    planned = planned_of(asked, document, viewer, published_plans(asked.cycle).first())
    reasons = reasons_of(works.values(), asked.cycle, planned=planned, now=now)
    return [
        Sheet(
            each,
            tuple(_line(one, kinds, reasons[one.key]) for one in each.suggestions),
            tuple(map(_answered, each.said)),
            tuple(_to_ask(each.person.name, each.unknown)),
        )
        for each in found
    ]


def _line(one: Suggestion, kinds: Mapping[str, str], reason: Reason) -> Line:
    parts = sorted(one.work.kinds.items(), key=lambda each: (-each[1], each[0]))
    said = ", ".join(f"{kinds.get(kind, kind)} {share:.0%}" for kind, share in parts if share > 0)
    return Line(one, said, tuple(_says(one, reason)))


def _says(one: Suggestion, reason: Reason) -> Iterator[tuple[str, str]]:
    yield "Why", one.why
    if reason.line:
        yield "What it serves", reason.line
    story = _story(reason)
    if story:
        yield "The story", story
    words = [_suits(each) for each in one.terms if each.word]
    if words:
        yield "How it suits", f"{' and '.join(words)}.".capitalize()
    yield "Cost", one.cost_says
    spans = list(dict.fromkeys(each.span_says for each in one.terms))
    yield "What would change it", f"{'; '.join(spans)}.".capitalize()
    if one.complements:
        does = "likes" if len(one.complements) == 1 else "like"
        yield "With whom", f"{listed(one.complements)}, who {does} other parts of it."


def _suits(term: Term) -> str:
    """How it suits by one term, as a part of a sentence."""
    verb = "is " if term.word == NOT_KNOWN else ""
    return f"by {wording.TERM_WORDS[term.name]} it {verb}{term.word}"


def _story(reason: Reason) -> str:
    """The one sentence that there is room for; nothing where its line of the thread has told it."""
    if not reason.told.is_told:
        return "None yet: nobody has said why it is worth doing."
    told = " ".join(reason.told.short.split())
    return "" if told in reason.line else told


def _answered(said: Said) -> str:
    word = "took it" if said.answer.said == Answer.Said.ACCEPTED else "not now"
    reason = f": {said.answer.reason}" if said.answer.reason else ""
    return f"{said.title}: {word}{reason}"


def _to_ask(name: str, gaps: Iterable[Unknown]) -> Iterator[str]:
    """What nobody knows, as sentences; of many kinds of work one."""
    found = list(gaps)
    silent = [each.title for each in found if each.what == What.UNSTATED]
    if silent:
        more = len(silent) - MOST_KINDS
        named = [*silent[:MOST_KINDS], *([f"{more} more"] if more > 0 else [])]
        yield f"{name} has said nothing of {listed(named)}."
    for each in found:
        if each.what != What.UNSTATED:
            yield wording.asked_by_who_plans(name, each)
