"""Events and facts: what happens or does not, is there or is not, and what shows it.

A verb alone shows nothing ("launch the new website"). What does: a day, a version or another name, a document
that exists, a person who signs; or a fact that anybody can try ("admins can …").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from throughline.engine.linting.figures import is_open_ended, is_pondering
from throughline.engine.linting.reading import Clause, Kind, Reading, Token
from throughline.engine.linting.words import (
    ARTEFACTS,
    BEING,
    COMMANDS,
    EVENT,
    FACTS,
    FILLING,
    MAKING,
    NAMING,
    STATES,
    VAGUE,
    VAGUE_AT_HEAD,
    WITNESSES,
    word_set,
)

_ENDS_A_NOUN = word_set(
    """for on of by with in to from at about that which describing explaining covering and or per as
    against before after within is are has have was across into until this each every new out"""
)
_ELSEWHERE = word_set("of for with in on at by from that which so")
_SUBORDINATE = word_set("that which so")
_INTO = word_set("in to into reach reaches")
_TELIC_NOUNS = word_set("production ga")
_PAST_A_POST = word_set("to for of by in at on with who that")
_NO_POST = word_set("someone people talent")


def event(clause: Clause, reading: Reading) -> Token | None:
    """The verb of something that happens or not, where something shows that it did."""
    if is_open_ended(clause) or is_pondering(clause):
        return None
    verbs = list(_event_places(clause))
    for place in verbs:
        shown = clause if place else clause[1:]
        if _has_artefact(shown) or _is_witnessed(shown) or _is_filled(clause, place):
            return clause[place]
        if clause[place].text in EVENT and (_is_due(clause) or _has_name(_object(clause, place), reading)):
            return clause[place]
    if not verbs and _is_due(clause):
        return clause[0]  # "Public bug bounty by 15 December": a state with its day.
    return _fact(clause, reading)


def _fact(clause: Clause, reading: Reading) -> Token | None:
    """What anybody can try or look up: "admins can …", "search is enabled by default"."""
    if clause.head is not None and clause.head.text in COMMANDS:
        return None
    for place, token in enumerate(clause[1:], 1):
        after = clause.after(place)
        if token.text in _SUBORDINATE:
            return None
        if token.text == "can" and after and after not in VAGUE and after not in VAGUE_AT_HEAD:
            return token
        if token.text in BEING and after in STATES and len(clause) > place + 2:
            return token
        if token.kind is not Kind.WORD or not after or after in _ELSEWHERE:
            continue
        if token.text in FACTS or (token.text in NAMING and _has_name(clause[place + 1 :], reading)):
            return token
    return None


def _is_filled(clause: Clause, place: int) -> bool:
    """ "Hire a designer": one person has the post, or nobody has."""
    if clause[place].text not in FILLING or place:
        return False
    post = [token.text for token in takewhile(_names_a_post, clause[1:])]
    return bool(post) and not post[-1].endswith("s") and post[-1] not in _NO_POST


def _names_a_post(token: Token) -> bool:
    return token.kind is Kind.WORD and token.text not in _PAST_A_POST


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
        if re.search(r"\d", token.text) or before & {"by", "before", "until", "end", "in", "mid"}:
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
            if ends_a_noun(after):
                return True
    return False


def ends_a_noun(after: Token | None) -> bool:
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
