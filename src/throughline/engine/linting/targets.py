"""What a text promises: its figures, what it asks of all, and the events that happen or do not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from throughline.engine.linting.events import ends_a_noun, event
from throughline.engine.linting.figures import (
    FIGURES,
    Part,
    Target,
    figures,
)
from throughline.engine.linting.reading import Clause, Kind, Reading, Token, read
from throughline.engine.linting.words import (
    ATTAINING,
    BEFORE_LETTERS,
    DIRECTIONS,
    FIGURES_UNSAID,
    OF_A_REFERENCE,
    PONDERING,
    REFERENCES,
    TRANSPARENT,
    UNIVERSAL,
    UNSAID,
    VAGUE,
    VAGUE_AT_HEAD,
    VAGUE_NOUNS,
)


@lru_cache(maxsize=256)
def targets(text: str) -> tuple[Target, ...]:
    """All that a text promises, in the order of the text.

    >>> [target.part.name for target in targets("Cut the mean from 31 to 14 days, and hire 3 people")]
    ['FROM_TO', 'COUNT']
    """
    reading = read(text)
    found: list[Target] = []
    for number, clause in enumerate(reading.clauses):
        found += _in_clause(clause, number, reading)
    if not any(target.part in FIGURES for target in found):
        found += _references(reading)
    return tuple(sorted(found, key=lambda target: target.span))


def _in_clause(clause: Clause, number: int, reading: Reading) -> Iterator[Target]:
    counted = list(figures(clause, number))
    yield from counted
    for token in _placeholders(clause):
        yield Target(Part.PLACEHOLDER, token.span, number)
    yield from _universal(clause, number)
    if not any(target.part in FIGURES for target in counted) and (seen := event(clause, reading)):
        yield Target(Part.EVENT, seen.span, number)


def _placeholders(clause: Clause) -> Iterator[Token]:
    for place, token in enumerate(clause):
        if token.kind is Kind.PLACEHOLDER or _is_letter(clause, place) or _is_unsaid(clause, place):
            yield token


def _is_letter(clause: Clause, place: int) -> bool:
    """A single capital in the place of a number: "from X to Y", "ship N features"."""
    if clause[place].raw not in ("X", "Y", "N", "Z", "K"):
        return False
    if clause.before(place) in BEFORE_LETTERS:
        return True
    counted = place + 1 < len(clause) and clause[place + 1].kind is Kind.WORD
    return counted and clause.before(place) not in ("on", "plan", "class", "series", "type")


def _is_unsaid(clause: Clause, place: int) -> bool:
    """ "A certain percentage", "some number of": a figure that is only announced."""
    return clause[place].text in UNSAID and clause.after(place) in FIGURES_UNSAID


def _universal(clause: Clause, number: int) -> Iterator[Target]:
    if clause.is_headed_by(VAGUE, VAGUE_AT_HEAD, PONDERING) and not clause.is_headed_by(TRANSPARENT):
        return
    for place, token in enumerate(clause):
        idiom = clause.before(place) in ("at", "above") or clause.after(place) == "hands"
        if token.text in UNIVERSAL and not idiom:
            yield Target(Part.UNIVERSAL, token.span, number)
            return


def _references(reading: Reading) -> Iterator[Target]:
    """Targets that stand elsewhere: "meet the SLAs", "improve key metrics"."""
    for number, clause in enumerate(reading.clauses):
        for place, token in enumerate(clause):
            if token.text in REFERENCES and _is_asked_for(clause, place):
                yield Target(Part.REFERENCE, token.span, number)


def _is_asked_for(clause: Clause, place: int) -> bool:
    after = clause[place + 1] if place + 1 < len(clause) else None
    if not ends_a_noun(after):
        return False
    before = clause[max(place - 6, 0) : place]
    if any(token.text in ATTAINING for token in before):
        return True
    said = [token.text for token in before]
    if said[-1:] and (said[-1] in ("within", "on", "under", "per") or said[-2:] == ["according", "to"]):
        return clause[place].text in ("budget", "plan", "target", "quota", "forecast")
    changing = any(word in VAGUE or word in DIRECTIONS or word in VAGUE_NOUNS for word in said)
    return clause[place].text in OF_A_REFERENCE and changing
