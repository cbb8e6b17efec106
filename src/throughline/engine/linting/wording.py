"""The rules on words: verbs without an end, matters of opinion, ways out, what nobody can see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from throughline.engine.linting import words
from throughline.engine.linting.cases import Case
from throughline.engine.linting.figures import FIGURES, VALUES, Part
from throughline.engine.linting.findings import Finding, Severity, Span
from throughline.engine.linting.reading import Clause, Kind


def vague_verb(case: Case) -> Iterator[Finding]:
    """D11: a verb of which nobody can say that it is done, and no figure with it."""
    for number, clause in enumerate(case.reading.clauses):
        for place, token in enumerate(clause):
            if not _is_vague_verb(place, clause) or _is_measured(case, number, place, clause):
                continue
            yield Finding(
                "D11",
                "error",
                f"'{case.said(token.span)}' has no end: two people can differ on whether it happened.",
                "Say what will be measured, from which value to which, or the event that shows it.",
                token.span,
            )


def _is_vague_verb(place: int, clause: Clause) -> bool:
    word = clause[place].text
    if clause[place].kind is not Kind.WORD:
        return False
    if word in ("double", "doubling"):
        return clause.after(place) == "down"
    if word in words.VAGUE:
        # "Via improved estimation": what is estimated, not what is done.
        adjective = word.endswith(("ed", "ing")) and clause.before(place) in _BEFORE_ADJECTIVES
        return not adjective or clause[place] is clause.head
    if word in words.VAGUE_NOUNS:
        return clause.before(place) in words.MAKING_SOME
    if word in words.TRANSPARENT or word in words.DIRECTIONS:
        return False
    return word in words.VAGUE_AT_HEAD and clause.is_verb(place)


def _is_measured(case: Case, number: int, place: int, clause: Clause) -> bool:
    """Whether something says how far this verb goes, or it only says what a decidable result is for."""
    token = clause[place]
    part = _own_part(place, clause)
    if case.has_value:
        inside = any(part[0] <= target.span[0] < part[1] for target in case.promised if target.part in VALUES)
        return inside or not _is_coordinated(place, clause)
    others = [target for target in case.targets if target.clause != number or target.span[0] < token.start]
    if others:
        # A vague sentence beside a decidable one is its headline.
        return any(target.clause != number for target in others) or _is_purpose(place, clause)
    # "Support 5 launches" counts; "improve 5 services" does not say how far.
    counts = place + 1 < len(clause) and clause[place + 1].kind is Kind.FIGURE
    return token.text in words.VAGUE_AT_HEAD and counts and bool(case.of(Part.COUNT))


def _is_purpose(place: int, clause: Clause) -> bool:
    return clause.before(place) in ("to", "that", "which", "and", "for", "will", "can", "by")


def _is_coordinated(place: int, clause: Clause) -> bool:
    """Whether the verb starts a second promise: "… to 4 h and improve morale"."""
    first, word = clause.head, clause[place].text
    if first is None or first is clause[place] or place < 3 or clause.before(place) != "and":
        return False
    vague = word in words.VAGUE or word in words.VAGUE_AT_HEAD
    commanding = first.text in words.COMMANDS or not any(first.text in table for table in _VERBS)
    return vague and word in words.COMMANDS and commanding and clause[place - 2] is not first


_BEFORE_ADJECTIVES = words.word_set("the a an via of ,")
_VERBS = (words.VAGUE, words.VAGUE_AT_HEAD, words.EVENT, words.MAKING, words.UP, words.DOWN, words.ACTIVITY)


def _own_part(place: int, clause: Clause) -> Span:
    """From the verb to the next coordinated verb."""
    for after in range(place + 2, len(clause)):
        if clause[after - 1].text == "and" and clause[after].text in words.COMMANDS:
            return clause[place].start, clause[after].start
    return clause[place].start, clause[-1].end


def vague_word(case: Case) -> Iterator[Finding]:
    """D12: a word on which two people differ; a warning where a count or a threshold stands beside it."""
    yield from _vague_things(case)
    if case.of(Part.THRESHOLD, Part.FROM_TO, Part.RELATIVE):
        return
    severity: Severity = "warning" if case.of(Part.COUNT, Part.PLACEHOLDER, Part.REFERENCE) else "error"
    for number, clause in enumerate(case.reading.clauses):
        # What a later clause says so that it can be decided has this one as its headline.
        if any(target.clause > number for target in case.of(Part.UNIVERSAL, Part.COUNT, Part.EVENT)):
            continue
        for place, token in enumerate(clause):
            if _is_vague_word(place, clause):
                yield Finding(
                    "D12",
                    severity,
                    f"'{case.said(token.span)}' is a matter of opinion.",
                    "Leave it out, or name the test that decides it.",
                    token.span,
                )


def _is_vague_word(place: int, clause: Clause) -> bool:
    word, before, after = clause[place].text, clause.before(place), clause.after(place)
    if (word, after) in words.NAMED_PAIRS or clause[place].kind is not Kind.WORD:
        return False
    if word in words.ALSO_VERBS and clause[place] is clause.head:
        return False
    if word in words.ALSO_NAMES and clause[place].is_titled and place:
        return False
    if word == "critical":
        return after not in words.SEVERITY_NOUNS and before not in ("or", "and", "/", ",", "open", "mission")
    if word in words.VAGUE_AMOUNTS:
        return _is_vague_amount(before, word, after)
    if word in words.VAGUE_WORDS:
        return True
    # "Process is documented": a state with no test, and no list of what.
    return word in words.VAGUE_STATES and before in words.BEING and clause.words.isdisjoint(words.UNIVERSAL)


def _is_vague_amount(before: str, word: str, after: str) -> bool:
    if word in ("series", "handful", "majority", "plenty", "lots", "few"):
        return after == "of" or word == "few"
    if word == "most":
        return before not in ("at", "the", "than") and before != ""
    return after not in ("of", "") or word == "some"


def _vague_things(case: Case) -> Iterator[Finding]:
    for clause in case.reading.clauses:
        if any(token.kind is Kind.FIGURE for token in clause):
            continue
        for token in clause[1:]:
            if token.text in words.VAGUE_THINGS:
                message = f"Nothing says what counts as one of the '{case.said(token.span)}'."
                mend = "Say which records are counted, and where they are kept."
                yield Finding("D12", "error", message, mend, token.span)


def activity(case: Case) -> Iterator[Finding]:
    """D13: work, where a result was asked for."""
    for clause in case.reading.clauses:
        first = clause.head
        if first is not None and first.text in words.ACTIVITY:
            yield Finding(
                "D13",
                "warning",
                f"'{case.said(first.span)}' is work, not what comes of it.",
                "Ask what will be different once it is done, and measure that.",
                first.span,
            )
            return


def hedge(case: Case) -> Iterator[Finding]:
    """D15: a way out of the promise."""
    for pattern in (words.HEDGES, words.ESCAPES):
        for match in pattern.finditer(case.reading.lower):
            said = case.said(match.span()).strip()
            span = (match.start(), match.start() + len(said))
            message = f"'{said}' lets the promise be kept without keeping it."
            mend = "Leave it out, or promise the smaller thing without condition."
            yield Finding("D15", "error", message, mend, span)
    tokens = case.reading.tokens
    for place, (before, token) in enumerate(pairwise(tokens)):
        # A post about 3 incidents is no approximation.
        topic = place > 0 and tokens[place - 1].text in words.ARTEFACTS
        if before.text in words.APPROXIMATE and token.kind is Kind.FIGURE and not topic:
            span = (before.start, token.end)
            message = f"Of '{case.said(span)}', nothing says how near is near enough."
            yield Finding("D15", "error", message, "Write the figure that is just enough.", span)


def open_list(case: Case) -> Iterator[Finding]:
    """D16: a list that goes on."""
    for match in words.OPEN_LISTS.finditer(case.reading.lower):
        message = f"'{case.said(match.span())}' leaves the list open."
        yield Finding(
            "D16", "warning", message, "Write the whole list, or a rule that makes it.", match.span()
        )


_PROXY = (
    "Count what stands in for it (what exercises find, the age of known flaws), or make it a forecast of a "
    "risk scenario."
)


def unobservable(case: Case) -> Iterator[Finding]:
    """D19: what did not happen, or was not seen, cannot be counted."""
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            if _is_unobservable(case, place, clause):
                message = f"'{case.said(token.span)}': nobody can count what was not seen or did not happen."
                yield Finding("D19", "error", message, _PROXY, token.span)


def _is_unobservable(case: Case, place: int, clause: Clause) -> bool:
    token = clause[place]
    after = {each.text for each in clause[place + 1 : place + 4]}
    before = {each.text for each in clause[max(place - 3, 0) : place]}
    if token.text in words.UNSEEN:
        return bool((after | before) & words.HARM) or token.text.startswith("un")
    if token.text in words.POSSIBLE:
        return bool(after & words.HARM)
    if token.text in words.PREVENTING and token is clause.head:
        return bool(after & words.HARM) and not case.of(*FIGURES)
    return False


def comparison(case: Case) -> Iterator[Finding]:
    """D21: better than what?"""
    if case.of(*FIGURES, Part.PLACEHOLDER, Part.REFERENCE):
        return
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            if token.text not in words.COMPARATIVES or _is_no_comparison(place, clause):
                continue
            said = f"'{case.said(token.span)}'"
            than = (
                f"{said} than a side without a figure."
                if clause.after(place) == "than"
                else f"{said} than what?"
            )
            mend = "Name both sides: the value today and the value to reach."
            yield Finding("D21", "error", than, mend, token.span)


def _is_no_comparison(place: int, clause: Clause) -> bool:
    word = clause[place].text
    before = clause.before(place)
    if word == "lower":
        return clause[place] is clause.head
    return before in ("no", "and", "not") and word in ("more", "later", "longer", "less")
