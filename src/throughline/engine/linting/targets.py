"""What a text promises: its figures, what it asks of all, and the events that happen or do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from throughline.engine.linting.figures import (
    FIGURES,
    Part,
    Target,
    figures,
    is_open_ended,
    is_pondering,
)
from throughline.engine.linting.reading import Clause, Kind, Reading, Token, read
from throughline.engine.linting.words import (
    ARTEFACTS,
    ATTAINING,
    BEFORE_LETTERS,
    DIRECTIONS,
    EVENT,
    FIGURES_UNSAID,
    MAKING,
    OF_A_REFERENCE,
    REFERENCES,
    TRANSPARENT,
    UNIVERSAL,
    UNSAID,
    VAGUE,
    VAGUE_AT_HEAD,
    VAGUE_NOUNS,
    WITNESSES,
    word_set,
)

_ENDS_A_NOUN = word_set(
    """for on of by with in to from at about that which describing explaining covering and or per as
    against before after within is are has have was across into until this each every new out"""
)
_ELSEWHERE = word_set("of for with in on at by from that which so")
_INTO = word_set("in to into reach reaches")
_TELIC_NOUNS = word_set("production ga")


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
    if not any(target.part in FIGURES for target in counted) and (event := _event(clause, reading)):
        yield Target(Part.EVENT, event.span, number)


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
    if clause.is_headed_by(VAGUE, VAGUE_AT_HEAD) and not clause.is_headed_by(TRANSPARENT):
        return
    for place, token in enumerate(clause):
        idiom = clause.before(place) in ("at", "above") or clause.after(place) == "hands"
        if token.text in UNIVERSAL and not idiom:
            yield Target(Part.UNIVERSAL, token.span, number)
            return


def _event(clause: Clause, reading: Reading) -> Token | None:
    """The verb of something that happens or not, where something shows that it did."""
    if is_open_ended(clause) or is_pondering(clause):
        return None
    verbs = list(_event_places(clause))
    for place in verbs:
        shown = clause if place else clause[1:]
        if _has_artefact(shown) or _is_witnessed(shown):
            return clause[place]
        if clause[place].text in EVENT and (_is_due(clause) or _has_name(_object(clause, place), reading)):
            return clause[place]
    # "Public bug bounty by 15 December": a state with its day.
    return clause[0] if not verbs and _is_due(clause) else None


def _event_places(clause: Clause) -> Iterator[int]:
    for place, token in enumerate(clause):
        heads = token is clause.head and (token.text in EVENT or token.text in MAKING)
        if heads or (place and token.text in EVENT and _is_of_a_subject(clause, place)):
            yield place


def _is_of_a_subject(clause: Clause, place: int) -> bool:
    """ "X is released", "the auditor signs the certificate": not the noun "releases"."""
    word = clause[place].text
    if word.endswith(("ed", "en")):
        return clause[place - 1].kind is not Kind.MARK
    after = clause.after(place)
    return word.endswith("s") and after in ("the", "a", "an", "its", "our", "their")


def _object(clause: Clause, place: int) -> Sequence[Token]:
    """What the event happens to: before the verb and after it up to where something else is spoken of."""
    for end in range(place + 1, len(clause)):
        if clause[end].text in _ELSEWHERE:
            return clause[:place] + clause[place + 1 : end]
    return clause[:place] + clause[place + 1 :]


def _is_due(clause: Clause) -> bool:
    """A day or a month by which it happens. The end of the quarter is when everything is due."""
    for place, token in enumerate(clause):
        if token.kind is not Kind.DATE or re.search(r"[qh][1-4]|fy|^e?o[qyh]$|^20\d\d$", token.text):
            continue
        before = {each.text for each in clause[max(place - 3, 0) : place]}
        if re.search(r"\d", token.text) or before & {"by", "before", "until", "end"}:
            return True
    return False


def _has_name(tokens: Sequence[Token], reading: Reading) -> bool:
    if reading.is_titled:
        return False
    opening = reading.clauses[0][0]
    return any(
        token.kind is Kind.NAME or (token.kind is Kind.WORD and token.is_titled and token is not opening)
        for token in tokens
    )


def _has_artefact(tokens: Sequence[Token]) -> bool:
    for place, token in enumerate(tokens):
        if token.text in ARTEFACTS:
            after = tokens[place + 1] if place + 1 < len(tokens) else None
            if _ends_a_noun(after):
                return True
    return False


def _ends_a_noun(after: Token | None) -> bool:
    """Whether the noun before this is the thing itself, and not part of a longer name ("blog team")."""
    if after is None or after.kind is not Kind.WORD:
        return True
    return after.text in _ENDS_A_NOUN or after.text in EVENT or after.text.endswith("ed")


def _is_witnessed(tokens: Sequence[Token]) -> bool:
    for place, token in enumerate(tokens):
        state = token.text in _TELIC_NOUNS
        if token.text in WITNESSES and (not state or (place and tokens[place - 1].text in _INTO)):
            return True
    return False


def _references(reading: Reading) -> Iterator[Target]:
    """Targets that stand elsewhere: "meet the SLAs", "improve key metrics"."""
    for number, clause in enumerate(reading.clauses):
        for place, token in enumerate(clause):
            if token.text in REFERENCES and _is_asked_for(clause, place):
                yield Target(Part.REFERENCE, token.span, number)


def _is_asked_for(clause: Clause, place: int) -> bool:
    after = clause[place + 1] if place + 1 < len(clause) else None
    if not _ends_a_noun(after):
        return False
    before = clause[max(place - 6, 0) : place]
    if any(token.text in ATTAINING for token in before):
        return True
    said = [token.text for token in before]
    if said[-1:] and (said[-1] in ("within", "on", "under", "per") or said[-2:] == ["according", "to"]):
        return clause[place].text in ("budget", "plan", "target", "quota", "forecast")
    changing = any(word in VAGUE or word in DIRECTIONS or word in VAGUE_NOUNS for word in said)
    return clause[place].text in OF_A_REFERENCE and changing
