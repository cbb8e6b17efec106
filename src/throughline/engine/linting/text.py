"""The rules on a bare text: each finding names the words at fault and a way to mend them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from throughline.engine.linting import words
from throughline.engine.linting.findings import Finding, Linted, Severity, Span, judged
from throughline.engine.linting.reading import Kind, Reading, Token, head, is_verb_of, read
from throughline.engine.linting.targets import FIGURES, NO_TARGET, VALUES, Part, Target, targets


@dataclass(frozen=True)
class Case:
    """A text with what it promises."""

    reading: Reading
    promised: tuple[Target, ...]

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What could be decided."""
        return tuple(target for target in self.promised if target.part not in NO_TARGET)

    @cached_property
    def has_value(self) -> bool:
        """Whether the text says how far to go, or where that is said."""
        return any(target.part in VALUES for target in self.promised)

    def of(self, *parts: Part) -> list[Target]:
        """The targets that play one of these parts."""
        return [target for target in self.promised if target.part in parts]

    def said(self, span: Span) -> str:
        """The words at a place, as written."""
        return self.reading.text[span[0] : span[1]]

    def clause_of(self, target: Target) -> tuple[Token, ...]:
        """The clause in which a target stands."""
        return self.reading.clauses[target.clause]


Rule = Callable[[Case], Iterator[Finding]]


def lint_text(text: str) -> Linted:
    """The verdict on a key result that is only a sentence, with what is wrong and how to mend it.

    >>> lint_text("Improve sign-ups").verdict, lint_text("Keep CSAT above 9").verdict
    ('undecidable', 'decidable')
    """
    return _linted(text)


def lint_objective(text: str) -> Linted:
    """What to say of an objective's own text: figures belong into its key results (D28)."""
    case = _case(text)
    found = [
        Finding(
            "D28",
            "warning",
            f"The objective holds a figure: '{case.said(target.span)}'.",
            "Say in the objective what will be true, and move the figure into a key result.",
            target.span,
        )
        for target in case.of(*FIGURES)
    ]
    return judged(found)


@lru_cache(maxsize=256)
def _linted(text: str) -> Linted:
    case = _case(text)
    if not case.reading.tokens:
        return judged([Finding("D2", "error", "There is no text.", "Write what will be true, and by when.", (0, 0))])
    return judged(_once(finding for rule in TEXT_RULES for finding in rule(case)))


def _case(text: str) -> Case:
    return Case(read(text), targets(text))


def _once(findings: Iterator[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, Span | None]] = set()
    for finding in findings:
        if (finding.rule, finding.span) not in seen:
            seen.add((finding.rule, finding.span))
            yield finding


def no_target(case: Case) -> Iterator[Finding]:
    """D2: no figure, no event that anybody can see, nothing that all of something do."""
    if case.targets:
        return
    first = next((token for clause in case.reading.clauses if (token := head(clause))), None)
    if first and (first.text in words.UP or first.text in words.DOWN):
        said = f"'{case.said(first.span)}' says which way, not how far."
        mend = "Say the value to reach: from which figure to which, of what, by when."
    elif first and (first.text in words.EVENT or first.text in words.MAKING):
        said = f"Nothing shows when '{case.said(first.span)}' is done."
        mend = "Name the one thing that will exist and the test it passes, or count: how many, of which, by when."
    else:
        said = "There is no target: no figure, no event that happens or not, nothing that all of something do."
        mend = "Add a threshold, a way from one value to another, a count, or a named event with its test."
    yield Finding("D2", "error", said, mend, case.reading.whole)


def placeholder(case: Case) -> Iterator[Finding]:
    """D5: X, TBD, "a certain percentage"."""
    for target in case.of(Part.PLACEHOLDER):
        yield Finding(
            "D5",
            "error",
            f"'{case.said(target.span)}' stands where a figure belongs.",
            "Measure where you are today, and put the figure in; until then this is a wish to measure.",
            target.span,
        )


def relative(case: Case) -> Iterator[Finding]:
    """D6: a change counts from something, and percent of a rate may be percent or points."""
    has_from = _names_a_reference(case)
    for target in case.of(Part.RELATIVE):
        said = case.said(target.span)
        if not has_from:
            mend = "Name the baseline: its value and its day, or write 'from A to B'."
            message = f"'{said}' is a change, and nothing says from what or over which time."
            yield Finding("D6", "error", message, mend, target.span)
        elif target.unit in ("%", "percent") and case.reading.has(words.RATES):
            message = f"'{said}' of a rate can be percent or percentage points."
            yield Finding("D6", "warning", message, "Write the rate itself: from 40 % to 48 %.", target.span)
        else:
            message = f"'{said}' is a change: its baseline is not in the text."
            yield Finding("D6", "warning", message, "Name the baseline: its value and its day.", target.span)
    yield from _attribution(case)


_CAUSED = re.compile(
    r"(?:^|, |; |- )(?:thereby |thus )?(driving|resulting in|leading to|yielding|generating|contributing)\b"
    r"|\b(attributable to|as a result of|thanks to|incremental revenue|incremental sales)\b"
)


def _attribution(case: Case) -> Iterator[Finding]:
    if not case.of(Part.THRESHOLD, Part.COUNT, Part.RELATIVE):
        return
    for match in _CAUSED.finditer(case.reading.lower):
        span = match.span(1) if match[1] else match.span(2)
        if match[1] and not any(target.span[0] > span[0] for target in case.of(Part.THRESHOLD, Part.COUNT, Part.RELATIVE)):
            continue
        yield Finding(
            "D6",
            "error",
            f"'{case.said(span)}' counts what this work causes, and nothing says what there would be without it.",
            "Name the whole quantity with its baseline, or the rule by which a part is counted as caused.",
            span,
        )


def _names_a_reference(case: Case) -> bool:
    if any(token.kind is Kind.DATE for token in case.reading.tokens):
        return True
    named = words.PERIODS | {"compared", "versus", "vs", "relative", "baseline", "since", "than", "from"}
    return case.reading.has(named)


def unit_unsaid(case: Case) -> Iterator[Finding]:
    """D7: a time without mean, median or percentile."""
    for target in case.of(Part.THRESHOLD, Part.FROM_TO):
        clause = case.clause_of(target)
        timed = next((token for token in clause if token.text in words.TIMES), None)
        if timed is None or timed.text in words.AGGREGATIONS or any(t.text in words.AGGREGATIONS for t in clause):
            continue
        if target.unit in ("%", "percent"):
            continue
        yield Finding(
            "D7",
            "warning",
            f"'{case.said(timed.span)}' of many cases is one figure only with an aggregation.",
            "Say mean, median or p90, or that it holds for every case.",
            timed.span,
        )
        return


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


def _is_vague_verb(place: int, clause: tuple[Token, ...]) -> bool:
    token = clause[place]
    if token.kind is not Kind.WORD:
        return False
    after = clause[place + 1].text if place + 1 < len(clause) else ""
    if token.text == "double" or token.text in ("doubling",):
        return after == "down"
    if token.text in words.VAGUE:
        # "Improved estimation" is what is estimated, not what is done.
        adjective = token.text.endswith(("ed", "ing")) and place > 0 and clause[place - 1].text in ("the", "a", "an", "via", "of", ",")
        return not adjective or token is head(clause)
    if token.text in words.VAGUE_NOUNS:
        return place > 0 and clause[place - 1].text in ("an", "material", "significant", "make", "making", "target", "drive")
    if token.text in words.TRANSPARENT or token.text in words.UP or token.text in words.DOWN:
        return False
    return is_verb_of(place, clause, words.VAGUE_AT_HEAD)


def _is_measured(case: Case, number: int, place: int, clause: tuple[Token, ...]) -> bool:
    """Whether something says how far this verb goes, or it only says what a decidable result is for."""
    token = clause[place]
    part = _own_part(place, clause)
    if case.has_value:
        inside = any(part[0] <= target.span[0] < part[1] for target in case.promised if target.part in VALUES)
        return inside or not _is_coordinated(place, clause)
    others = [target for target in case.targets if target.clause != number or target.span[0] < token.start]
    if others:
        return target_is_elsewhere(others, number) or _is_purpose(place, clause)
    # "Support 5 launches" counts; "improve 5 services" does not say how far.
    at_head = token.text in words.VAGUE_AT_HEAD and place + 1 < len(clause) and clause[place + 1].kind is Kind.FIGURE
    return at_head and bool(case.of(Part.COUNT))


def target_is_elsewhere(others: list[Target], number: int) -> bool:
    """A vague sentence in front of a decidable one is its headline."""
    return any(target.clause != number for target in others)


def _is_purpose(place: int, clause: tuple[Token, ...]) -> bool:
    return place > 0 and clause[place - 1].text in ("to", "that", "which", "and", "for", "will", "can", "by")


def _is_coordinated(place: int, clause: tuple[Token, ...]) -> bool:
    """Whether the verb starts a second promise: "… to 4 h and improve morale"."""
    if place < 3 or clause[place - 1].text != "and" or clause[place].text not in (*words.VAGUE, *words.VAGUE_AT_HEAD):
        return False
    first = head(clause)
    same = first is not None and first is not clause[place] and clause[place].text in _BASE and first.text in _BASE
    return same and clause[place - 2] is not first


_BASE = frozenset(
    verb
    for table in (words.VAGUE, words.VAGUE_AT_HEAD, words.EVENT, words.MAKING, words.UP, words.DOWN, words.ACTIVITY)
    for verb in table.values()
)


def _own_part(place: int, clause: tuple[Token, ...]) -> Span:
    """From the verb to the next coordinated verb."""
    for after in range(place + 2, len(clause)):
        if clause[after - 1].text == "and" and clause[after].text in _BASE:
            return clause[place].start, clause[after].start
    return clause[place].start, clause[-1].end


def vague_word(case: Case) -> Iterator[Finding]:
    """D12: a word on which two people differ; a warning where a count or a threshold stands beside it."""
    tested = bool(case.of(Part.THRESHOLD, Part.FROM_TO, Part.RELATIVE))
    severity: Severity = "warning" if case.of(Part.COUNT, Part.PLACEHOLDER, Part.REFERENCE) else "error"
    if tested:
        return
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            if _is_vague_word(place, clause) and not _is_headline(case, clause):
                yield Finding(
                    "D12",
                    severity,
                    f"'{case.said(token.span)}' is a matter of opinion.",
                    "Leave it out, or name the test that decides it.",
                    token.span,
                )
    yield from _vague_things(case)


def _is_headline(case: Case, clause: tuple[Token, ...]) -> bool:
    """Whether a later clause says it so that it can be decided."""
    number = case.reading.clauses.index(clause)
    return any(target.clause > number for target in case.of(Part.UNIVERSAL, Part.COUNT, Part.EVENT))


def _is_vague_word(place: int, clause: tuple[Token, ...]) -> bool:
    token = clause[place]
    before = clause[place - 1].text if place else ""
    after = clause[place + 1].text if place + 1 < len(clause) else ""
    if (token.text, after) in words.NAMED_PAIRS or token.kind is not Kind.WORD:
        return False
    if token.text in ("secure", "clear", "clean", "love", "key", "mature", "deep") and token is head(clause):
        return token.text in ("key", "deep", "mature") and token.text != "mature"
    if token.text in ("secure", "fast", "simple", "clear") and token.is_titled and place:
        return False
    if token.text == "critical":
        return after not in words.SEVERITY_NOUNS and before not in ("or", "and", "/", ",", "open", "mission")
    if token.text in words.VAGUE_STATES and token.text not in words.VAGUE_WORDS:
        return _is_vague_state(place, clause)
    if token.text in words.VAGUE_AMOUNTS:
        return _is_vague_amount(before, token.text, after)
    return token.text in words.VAGUE_WORDS


def _is_vague_state(place: int, clause: tuple[Token, ...]) -> bool:
    """ "Process is documented": a state with no test, and no list of what."""
    before = clause[place - 1].text if place else ""
    universal = any(token.text in words.UNIVERSAL for token in clause[:place])
    return before in words.BEING and not universal


def _is_vague_amount(before: str, word: str, after: str) -> bool:
    if word in ("series", "handful", "majority", "plenty", "lots", "few"):
        return after == "of" or word == "few"
    if word == "most":
        return before not in ("at", "the", "than") and before != ""
    return after not in ("of", "") or word == "some"


def _vague_things(case: Case) -> Iterator[Finding]:
    if case.of(*FIGURES - {Part.THRESHOLD}):
        return
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            if token.text in words.VAGUE_THINGS and place and not any(t.kind is Kind.FIGURE for t in clause):
                message = f"Nothing says what counts as one of the '{case.said(token.span)}'."
                yield Finding("D12", "error", message, "Say which records are counted, and where they are kept.", token.span)


def activity(case: Case) -> Iterator[Finding]:
    """D13: work, where a result was asked for."""
    for clause in case.reading.clauses:
        first = head(clause)
        if first is not None and first.text in words.ACTIVITY:
            yield Finding(
                "D13",
                "warning",
                f"'{case.said(first.span)}' is work, not what comes of it.",
                "Ask what will be different once it is done, and measure that.",
                first.span,
            )
            return


def unbounded(case: Case) -> Iterator[Finding]:
    """D14: all of what, by which list."""
    places = [target.span for target in case.of(Part.UNIVERSAL)]
    places += [t.span for t in case.reading.tokens if t.kind is Kind.FIGURE and re.fullmatch(r"100 ?(?:%|percent)", t.text)]
    for span in places[:1]:
        yield Finding(
            "D14",
            "warning",
            f"'{case.said(span)}' needs a list of what there is.",
            "Name the list that is counted against, and its day.",
            span,
        )


def hedge(case: Case) -> Iterator[Finding]:
    """D15: a way out of the promise."""
    for pattern in (words.HEDGES, words.ESCAPES):
        for match in pattern.finditer(case.reading.lower):
            said = case.said(match.span()).strip()
            span = (match.start(), match.start() + len(said))
            message = f"'{said}' lets the promise be kept without keeping it."
            yield Finding("D15", "error", message, "Leave it out, or promise the smaller thing without condition.", span)


def open_list(case: Case) -> Iterator[Finding]:
    """D16: a list that goes on."""
    for match in words.OPEN_LISTS.finditer(case.reading.lower):
        message = f"'{case.said(match.span())}' leaves the list open."
        yield Finding("D16", "warning", message, "Write the whole list, or a rule that makes it.", match.span())


def compound(case: Case) -> Iterator[Finding]:
    """D17: more than one target in a key result."""
    figures = case.of(*FIGURES)
    if len(figures) > 1:
        yield Finding(
            "D17",
            "warning",
            f"There is more than one target: '{case.said(figures[0].span)}' and '{case.said(figures[1].span)}'.",
            "Make a key result of each, so that one can be hit and the other missed.",
            figures[1].span,
        )


def reference(case: Case) -> Iterator[Finding]:
    """D18: the target stands somewhere else."""
    for target in case.of(Part.REFERENCE):
        yield Finding(
            "D18",
            "error",
            f"'{case.said(target.span)}' stand somewhere else: the text holds no figure to judge by.",
            "Write the figure here, and link where it comes from.",
            target.span,
        )


def unobservable(case: Case) -> Iterator[Finding]:
    """D19: what did not happen, or was not seen, cannot be counted."""
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            if _is_unobservable(case, place, clause):
                yield Finding(
                    "D19",
                    "error",
                    f"'{case.said(token.span)}': nobody can count what was not seen or did not happen.",
                    "Count something that stands in for it (found in exercises, age of known flaws), or make it a "
                    "forecast of a risk scenario.",
                    token.span,
                )


def _is_unobservable(case: Case, place: int, clause: tuple[Token, ...]) -> bool:
    token = clause[place]
    after = {each.text for each in clause[place + 1 : place + 4]}
    before = {each.text for each in clause[max(place - 3, 0) : place]}
    if token.text in words.UNSEEN:
        return bool((after | before) & words.HARM) or token.text.startswith("un")
    if token.text in words.POSSIBLE:
        return bool(after & words.HARM)
    if token.text in words.PREVENTING and token is head(clause):
        return bool(after & words.HARM) and not case.of(*FIGURES)
    return False


def range_as_target(case: Case) -> Iterator[Finding]:
    """D20: of "10-12", which bound passes?"""
    for target in case.of(Part.RANGE):
        said = case.said(target.span)
        mend = "Write the bound that counts as a hit: at least the lower, or the upper as a stretch beside it."
        yield Finding("D20", "error", f"Of '{said}', nothing says which bound passes.", mend, target.span)


def comparison(case: Case) -> Iterator[Finding]:
    """D21: better than what?"""
    if case.of(*FIGURES, Part.PLACEHOLDER, Part.REFERENCE):
        return
    for clause in case.reading.clauses:
        for place, token in enumerate(clause):
            after = clause[place + 1].text if place + 1 < len(clause) else ""
            if token.text in words.COMPARATIVES and token.kind is Kind.WORD and not _is_no_comparison(place, clause):
                said = case.said(token.span)
                than = " than what was measured when" if after != "than" else ": the other side has no figure"
                yield Finding(
                    "D21",
                    "error",
                    f"'{said}'{than}.",
                    "Name both sides: the value today and the value to reach.",
                    token.span,
                )


def _is_no_comparison(place: int, clause: tuple[Token, ...]) -> bool:
    word = clause[place].text
    before = clause[place - 1].text if place else ""
    if word == "lower":
        return clause[place] is head(clause)
    return before in ("no", "and", "not") and word in ("more", "later", "longer", "less")


def judge_unnamed(case: Case) -> Iterator[Finding]:
    """D22: somebody decides, and nothing says who or by what rule."""
    judging = {"satisfied", "approved", "accepted", "agree", "agrees", "agreed", "recognised", "recognized", "happy",
               "sign-off", "signoff", "approval", "feel", "feels", "perceived", "considered", "self-assessment"}
    for token in case.reading.tokens:
        if token.text in judging:
            yield Finding(
                "D22",
                "warning",
                f"'{case.said(token.span)}': somebody judges here.",
                "Name the judge and the rule: who says yes, by what, on which day.",
                token.span,
            )
            return


def internal_names(case: Case) -> Iterator[Finding]:
    """D31: only the team knows what the name stands for."""
    if not case.of(Part.EVENT) or len(case.reading.tokens) > 6:
        return
    names = [t for t in case.reading.tokens[1:] if t.kind is Kind.NAME or (t.kind is Kind.WORD and t.is_titled)]
    if names:
        message = f"'{case.said(names[0].span)}' says nothing to a person outside the team."
        yield Finding("D31", "warning", message, "Add what it does, and for whom.", names[0].span)


TEXT_RULES: tuple[Rule, ...] = (
    no_target,
    placeholder,
    relative,
    unit_unsaid,
    vague_verb,
    vague_word,
    activity,
    unbounded,
    hedge,
    open_list,
    compound,
    reference,
    unobservable,
    range_as_target,
    comparison,
    judge_unnamed,
    internal_names,
)
